"""The line around sensitive matters: what is joined comes apart, no word crosses, appeals find a judge."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from answerable.access.rules import Role
from answerable.kernel import clock
from answerable.listening.models import Case, Feedback, Word
from answerable.listening.problems import SentBefore, StepNotAllowed
from answerable.listening.selectors import cases_for, followed
from answerable.listening.services import (
    add_words,
    appeal,
    clear_sensitive,
    decide_appeal,
    decline_case,
    join_case,
    mark_sensitive,
    new_form_token,
    open_form_token,
    receive_feedback,
    tell_resident,
    tick,
    withdraw,
)
from answerable.places.problems import AreaClosed
from tests.support.world import DAY, World, make_post, make_staff

from .factories import WORDS, hear


def version(case: Case) -> int:
    return Case.objects.values_list("version", flat=True).get(pk=case.pk)


def joined(world: World, number: int = 2) -> list[tuple[Case, str]]:
    """Cases of as many voices, all joined into the first."""
    heard = [hear(world, text=f"{WORDS} {n}") for n in range(number)]
    for like in heard[1:]:
        join_case(
            actor=world.actor("amina"),
            case=like.case.pk,
            version=version(like.case),
            into=heard[0].case.pk,
        )
    return [(one.case, one.code or "") for one in heard]


def test_words_added_to_a_joined_case_that_was_sealed_reach_the_focal_point_only(
    world: World, on_monday: None
) -> None:
    (main, _), (like, code) = joined(world)
    mark_sensitive(actor=world.actor("amina"), case=like.pk, version=version(like))
    add_words(code=code, text="The officer took 500.", language="en")
    word = Word.objects.get(text="The officer took 500.")
    assert word.case_id == like.pk
    apart = Case.objects.get(pk=main.pk)
    assert (apart.voices, apart.duplicates.count()) == (1, 0)
    assert followed(code).case.pk == like.pk
    assert not cases_for(world.actor("amina")).filter(pk=like.pk).exists()
    told = tell_resident(
        actor=world.actor("esi"), case=like.pk, version=version(like), text="Heard.", language="en"
    )
    assert told.sensitive


def test_sealing_the_main_case_leaves_its_neighbours_with_the_line(world: World, on_monday: None) -> None:
    (main, _), (like, code), (other, _) = joined(world, 3)
    mark_sensitive(actor=world.actor("amina"), case=main.pk, version=version(main))
    for left in (like, other):
        left.refresh_from_db()
        assert (left.state, left.duplicate_of_id, left.sensitive) == ("screened", None, False)
    tell_resident(
        actor=world.actor("esi"), case=main.pk, version=version(main), text="For you only.", language="en"
    )
    seen = followed(code)
    assert seen.case.pk == like.pk
    assert not any(step.word and step.word.text == "For you only." for step in seen.steps)
    assert Case.objects.get(pk=main.pk).voices == 1


def test_the_database_itself_keeps_the_two_sides_apart(world: World, on_monday: None) -> None:
    (main, _), (like, _) = joined(world)
    for sealed in (main, like):
        with pytest.raises(DatabaseError, match="sensitive"), transaction.atomic():
            Case.objects.filter(pk=sealed.pk).update(sensitive=True)


def test_an_open_appeal_finds_a_judge_on_the_side_where_the_case_is_now(
    world: World, on_monday: None
) -> None:
    second = make_post("second-focal", Role.FOCAL_POINT, None)
    world.staff["fatou"] = make_staff("fatou", second)
    heard = hear(world)
    decline_case(
        actor=world.actor("amina"),
        case=heard.case.pk,
        version=version(heard.case),
        reason="no-money",
        text="No.",
        language="en",
    )
    appeal(code=heard.code or "", text="Look again.", language="en")
    sealed = mark_sensitive(actor=world.actor("amina"), case=heard.case.pk, version=version(heard.case))
    assert sealed.appeal_post == second
    back = clear_sensitive(actor=world.actor("esi"), case=sealed.pk, version=sealed.version)
    assert back.appeal_post == world.posts["fordland-desk"]
    done = decide_appeal(
        actor=world.actor("baraka"),
        case=back.pk,
        version=back.version,
        upheld=False,
        text="It stands.",
        language="en",
    )
    assert done.state == "closed"


def test_an_undecided_appeal_is_passed_on_again_and_again_and_never_to_the_line(
    world: World, on_monday: None
) -> None:
    world.staff["fatou"] = make_staff("fatou", make_post("second-focal", Role.FOCAL_POINT, None))
    heard = hear(world, sensitive=True)
    decline_case(
        actor=world.actor("esi"),
        case=heard.case.pk,
        version=version(heard.case),
        reason="not-feasible",
        text="No.",
        language="en",
    )
    appeal(code=heard.code or "", text="Look again.", language="en")
    tick(today=DAY + timedelta(days=120))
    case = Case.objects.select_related("appeal_post").get(pk=heard.case.pk)
    assert case.escalations >= 3
    assert case.next_due_on is not None
    assert case.appeal_post is not None
    assert case.appeal_post.role == Role.FOCAL_POINT


def test_taking_back_twice_takes_back_once_and_leaves_the_others_matter(
    world: World, on_monday: None
) -> None:
    (main, first), (_, second), _ = joined(world, 3)
    for _ in range(3):
        assert followed(first).feedback.withdrawn_on in {None, DAY}
        withdraw(code=first)
    assert Case.objects.get(pk=main.pk).voices == 2
    for _ in range(3):
        withdraw(code=second)
    left = Case.objects.get(pk=main.pk)
    assert (left.voices, left.state) == (1, "acknowledged")
    assert Feedback.objects.filter(withdrawn_on=DAY).count() == 2
    assert Word.objects.exclude(text="").count() == 1
    gone = followed(second)
    assert (gone.may, gone.feedback.withdrawn_on) == ((), DAY)
    with pytest.raises(StepNotAllowed):
        add_words(code=second, text="Wait.", language="en")


def test_when_the_last_voice_leaves_the_matter_is_withdrawn(world: World, on_monday: None) -> None:
    (main, first), (_, second) = joined(world)
    withdraw(code=first)
    withdraw(code=second)
    assert Case.objects.get(pk=main.pk).state == "withdrawn"


def test_a_form_sent_again_with_other_words_is_another_matter_and_says_so(
    world: World, on_monday: None
) -> None:
    token = open_form_token(new_form_token())

    def send(text: str, village: str = "Ford") -> str | None:
        return receive_feedback(
            actor=world.actor("public"),
            area=world.areas[village],
            kind="need",
            subject=world.subjects["roads"],
            text=text,
            language="en",
            channel="web",
            token=token,
        ).code

    assert send(WORDS) == send(WORDS) == token.code
    for text, village in (("Another matter.", "Ford"), (WORDS, "Well")):
        with pytest.raises(SentBefore):
            send(text, village)
    assert Case.objects.count() == 1
    withdraw(code=token.code)
    assert send(WORDS) == token.code


def test_a_closed_village_hears_nothing_new(world: World, on_monday: None) -> None:
    area = world.areas["Ford"]
    area.valid_to = DAY - timedelta(days=1)
    area.save()
    with pytest.raises(AreaClosed):
        hear(world)
    area.valid_to = DAY
    area.save()
    assert hear(world).case.area == area


def test_numbers_of_cases_have_no_order_that_gaps_could_tell_of(world: World, on_monday: None) -> None:
    numbers = [hear(world, with_code=False).case.pk for _ in range(12)]
    assert all(100_000_000 <= number <= 999_999_999 for number in numbers)
    assert numbers != sorted(numbers)
    with clock.held_at(DAY + timedelta(days=1)):
        assert hear(world, with_code=False).case.pk not in numbers
