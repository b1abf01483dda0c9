"""Lookups for bulk work: the same answers, without asking again."""

from answerable.listening.models import Case
from answerable.listening.services.lookups import Lookups, reading_ahead
from tests.support.world import DAY


def ask(world):
    lookups = Lookups(DAY)
    area, subject = world.areas["Ford"], world.subjects["water"]
    owner, _ = lookups.owner(area, subject)
    assert owner is not None
    above = lookups.above(Case(area=area, subject=subject), owner.pk)
    focal = lookups.focal(area)
    assert above is not None
    assert focal is not None
    return owner.key, above.key, focal.key, lookups.times(subject), lookups.calendar(area)


def test_the_answers_are_the_same(world):
    plain = ask(world)
    with reading_ahead():
        assert ask(world) == plain
    assert plain[:3] == ("upper-ford-desk", "fordland-desk", "focal-point")


def test_inside_the_block_hardly_anything_is_asked(world, django_assert_max_num_queries):
    with reading_ahead():
        ask(world)
        with django_assert_max_num_queries(2):
            ask(world)
