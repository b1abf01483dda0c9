"""What the demo's projects, pictures and promises are laid out from. The telling itself is walked in tests/journeys."""

from io import BytesIO

import pytest
from PIL import Image

from answerable.assets.rules import KINDS
from answerable.config.demo import words
from answerable.config.demo.building import TRADES
from answerable.config.demo.fates import FATES
from answerable.config.demo.given_word import FEW, PROMISES
from answerable.config.demo.scale import FULL, SMALL
from answerable.config.demo.scenery import STAGES, THINGS, draw
from answerable.config.demo.treasury import digest
from answerable.projects.rules.sectors import check_code
from answerable.safeguards.reading import marks_in

LANGUAGES = {"en", "ar", "zh-hans"}


def texts(found):
    """Every text of the file that is said in languages."""
    if isinstance(found, dict):
        if "en" in found:
            yield found
        else:
            for part in found.values():
                yield from texts(part)
    elif isinstance(found, list):
        for part in found:
            yield from texts(part)


def test_every_word_about_works_is_there_in_every_language_and_points_at_nobody():
    found = list(texts(words.works()))
    assert len(found) > 90
    for said in found:
        assert set(said) == LANGUAGES
        for text in said.values():
            assert text
            assert not marks_in(text)


def test_every_trade_builds_something_known():
    themes = {theme.subject for theme in words.themes()}
    builders = {row["key"] for row in words.works()["organisation"]}
    for subject, trade in TRADES.items():
        assert subject in themes
        assert trade["scene"] in THINGS
        assert trade["thing"] in KINDS
        assert trade["builder"] in builders
        check_code("dac-5", trade["dac"])


def test_there_are_as_many_projects_as_promised():
    assert 60 <= sum(fate.full for fate in FATES.values()) <= 90
    assert sum(fate.small for fate in FATES.values()) <= 16
    assert all(fate.most < FULL.days and fate.least < SMALL.days for fate in FATES.values())


def test_promises_end_in_every_way_in_the_small_world_too():
    assert {given.end for given in PROMISES[:FEW]} == {"kept", "taken-up", "declined", "late", "open"}
    assert all(given.days_ago < FULL.days for given in PROMISES)
    assert all(given.days_ago < SMALL.days for given in PROMISES[:FEW])


@pytest.mark.parametrize("thing", sorted(THINGS))
def test_a_spot_is_the_same_before_and_after_but_for_what_was_built(thing):
    stages = [Image.open(BytesIO(draw(thing, stage, "upper-willow"))) for stage in STAGES]
    assert {image.size for image in stages} == {(600, 400)}
    before, _, after, later = (image.convert("RGB") for image in stages)
    sky = [(40, 30), (300, 20), (560, 40)]
    assert all(near(before.getpixel(at), after.getpixel(at)) for at in sky)
    assert before.tobytes() != after.tobytes() != later.tobytes()
    assert draw(thing, "after", "upper-willow") == draw(thing, "after", "upper-willow")
    assert draw(thing, "after", "upper-willow") != draw(thing, "after", "west-arch")


def near(one, other):
    return all(abs(a - b) <= 6 for a, b in zip(one, other, strict=True))


def test_papers_differ():
    assert digest("a", 1) != digest("a", 2)
    assert len(digest("a")) == 64
