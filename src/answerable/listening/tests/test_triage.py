"""Routing, joining, the sensitive boundary, and moving a post's work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.access.problems import Denied, NotThere
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.listening.models import Case, CaseStep, PublicAnswer
from answerable.listening.problems import ReviewStale, SameCase, StepNotAllowed
from answerable.listening.selectors import InboxFilter, cases_for, inbox
from answerable.listening.services import (
    answer_case,
    clear_sensitive,
    join_case,
    mark_sensitive,
    reassign_work,
    reroute_case,
    review_reassignment,
    screen_case,
    separate_case,
    start_work,
)
from tests.support.world import DAY, World

from .factories import hear


def test_screening_settles_the_subject_and_the_matrix_names_the_owner(world: World, on_monday: None) -> None:
    case = hear(world).case
    screened = screen_case(
        actor=world.actor("amina"),
        case=case.pk,
        version=case.version,
        subject=world.subjects["roads"],
        kind="complaint",
        urgent=True,
    )
    assert (screened.state, screened.subject, screened.kind) == (
        "assigned",
        world.subjects["roads"],
        "complaint",
    )
    assert screened.urgent
    assert screened.answer_due_on == case.answer_due_on


def test_screening_a_sensitive_matter_takes_it_out_of_sight(world: World, on_monday: None) -> None:
    case = hear(world).case
    screen_case(
        actor=world.actor("amina"),
        case=case.pk,
        version=case.version,
        subject=world.subjects["bribery"],
        kind="complaint",
    )
    assert not cases_for(world.actor("amina")).exists()
    assert cases_for(world.actor("esi")).get().owner == world.posts["focal-point"]


def test_two_bounces_send_a_case_up_and_its_first_day_stands(world: World, on_monday: None) -> None:
    case = hear(world).case
    county, township = world.posts["fordland-desk"], world.posts["upper-ford-desk"]
    case = reroute_case(
        actor=world.actor("amina"), case=case.pk, version=case.version, post=county, reason="wrong-level"
    )
    assert (case.owner, case.bounces) == (county, 1)
    with clock.held_at(DAY + timedelta(days=2)):
        case = reroute_case(
            actor=world.actor("baraka"),
            case=case.pk,
            version=case.version,
            post=township,
            reason="wrong-office",
        )
    assert (case.owner, case.bounces, case.received_on) == (county, 2, DAY)
    assert CaseStep.objects.get(step="escalated").reason == "bounced"


def test_a_post_that_does_not_cover_the_village_can_not_get_the_case(world: World, on_monday: None) -> None:
    case = hear(world).case
    for key in ("high-hill-desk", "fordland-audit", "focal-point"):
        with pytest.raises(ChoiceUnknown):
            reroute_case(
                actor=world.actor("amina"),
                case=case.pk,
                version=case.version,
                post=world.posts[key],
                reason="wrong-office",
            )


def test_only_like_cases_can_be_joined_and_a_joining_can_be_undone(world: World, on_monday: None) -> None:
    main, like, other, sealed = (
        hear(world).case,
        hear(world).case,
        hear(world, village="Well").case,
        hear(world, sensitive=True).case,
    )
    amina = world.actor("amina")
    for wrong in (like.pk, other.pk):
        with pytest.raises(SameCase):
            join_case(actor=amina, case=like.pk, version=like.version, into=wrong)
    with pytest.raises(NotThere):
        join_case(actor=amina, case=like.pk, version=like.version, into=sealed.pk)
    joined = join_case(actor=amina, case=like.pk, version=like.version, into=main.pk)
    assert (joined.state, joined.duplicate_of) == ("duplicate", main)
    with pytest.raises(SameCase):
        join_case(actor=amina, case=main.pk, version=Case.objects.get(pk=main.pk).version, into=like.pk)
    apart = separate_case(actor=amina, case=like.pk, version=joined.version)
    assert (apart.state, apart.duplicate_of) == ("screened", None)
    assert Case.objects.get(pk=main.pk).voices == 1


def test_marking_sensitive_hides_the_case_from_everybody_but_the_focal_point(
    world: World, on_monday: None
) -> None:
    case = hear(world, text="water and something else").case
    answer_case(
        actor=world.actor("amina"),
        case=case.pk,
        version=case.version,
        decision="will-do",
        text="We look.",
        language="en",
        public_text="We look into the pump.",
    )
    now = Case.objects.get(pk=case.pk)
    mark_sensitive(actor=world.actor("amina"), case=case.pk, version=now.version)
    for name in ("amina", "baraka", "chidi", "daudi", "farid", "ama", "grace", "hana"):
        actor = world.actor(name)
        assert not cases_for(actor).exists()
        assert not inbox(actor, InboxFilter(mine=False, open_only=False)).exists()
        assert not inbox(actor, InboxFilter(mine=False, open_only=False, text="water")).exists()
        with pytest.raises(NotThere):
            start_work(actor=actor, case=case.pk, version=now.version + 1)
    assert not PublicAnswer.objects.exists()
    assert inbox(world.actor("esi"), InboxFilter()).get().pk == case.pk


def test_the_focal_point_may_find_it_ordinary_but_not_where_the_subject_says_otherwise(
    world: World, on_monday: None
) -> None:
    ticked, named = hear(world, sensitive=True).case, hear(world, subject="bribery").case
    back = clear_sensitive(actor=world.actor("esi"), case=ticked.pk, version=ticked.version)
    assert (back.sensitive, back.owner) == (False, world.posts["upper-ford-desk"])
    with pytest.raises(StepNotAllowed):
        clear_sensitive(actor=world.actor("esi"), case=named.pk, version=named.version)


def test_a_posts_work_moves_in_one_reviewed_act_and_not_after_it_changed(
    world: World, on_monday: None
) -> None:
    cases = [hear(world).case for _ in range(3)]
    old, new = world.posts["upper-ford-desk"], world.posts["fordland-desk"]
    baraka = world.actor("baraka")
    review = review_reassignment(actor=baraka, from_post=old, to_post=new)
    assert {case.pk for case in review.cases} == {case.pk for case in cases}
    start_work(actor=world.actor("amina"), case=cases[0].pk, version=cases[0].version)
    with pytest.raises(ReviewStale):
        reassign_work(actor=baraka, from_post=old, to_post=new, digest=review.digest, reason="holder-left")
    assert not Case.objects.filter(owner=new).exists()
    fresh = review_reassignment(actor=baraka, from_post=old, to_post=new)
    moved = reassign_work(actor=baraka, from_post=old, to_post=new, digest=fresh.digest, reason="holder-left")
    assert moved == 3
    assert set(Case.objects.values_list("owner", "received_on")) == {(new.pk, DAY)}


def test_work_is_moved_only_by_who_may_and_only_to_who_can_own_it(world: World, on_monday: None) -> None:
    hear(world)
    old, new = world.posts["upper-ford-desk"], world.posts["fordland-desk"]
    digest = review_reassignment(actor=world.actor("baraka"), from_post=old, to_post=new).digest
    with pytest.raises(Denied):
        reassign_work(
            actor=world.actor("amina"), from_post=old, to_post=new, digest=digest, reason="workload"
        )
    with pytest.raises(ChoiceUnknown):
        review_reassignment(actor=world.actor("baraka"), from_post=old, to_post=world.posts["high-hill-desk"])


def test_the_inbox_shows_the_next_due_first_and_finds_by_matter(world: World, on_monday: None) -> None:
    first, second = hear(world).case, hear(world, subject="roads", text="A bridge is broken").case
    amina = world.actor("amina")
    with clock.held_at(DAY + timedelta(days=1)):
        hear(world)
        start_work(actor=amina, case=second.pk, version=second.version)
        assert set(list(inbox(amina, InboxFilter()).values_list("pk", flat=True))[:2]) == {
            first.pk,
            second.pk,
        }
        found = inbox(amina, InboxFilter(text="bridge"))
        assert [case.pk for case in found] == [second.pk]
        assert not inbox(amina, InboxFilter(late=True)).exists()
    with clock.held_at(DAY + timedelta(days=11)):
        assert inbox(amina, InboxFilter(late=True)).count() == 3
        assert inbox(amina, InboxFilter(older_than_days=10)).count() == 2
    assert not inbox(world.actor("daudi"), InboxFilter(mine=False)).exists()
