"""Accepting, contesting and returning lines; closing, which is refused while one is unclaimed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from answerable.access.problems import Denied
from answerable.access.rules import SYSTEM
from answerable.assets.tests.factories import tap
from answerable.handover import services
from answerable.handover.files import signed_file
from answerable.handover.models import Answer, Closing, Lesson
from answerable.handover.problems import (
    ClosedAlready,
    LessonNotRead,
    LineGone,
    LinesUnclaimed,
    LineTwice,
    NobodyToTakeOver,
    NoLines,
    NotActing,
    NotNext,
    NotYoursToAnswer,
    SamePosting,
    StillRuns,
)
from answerable.handover.rules import Owner
from answerable.handover.selectors import dossier_of, owners_in, who_answers
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.listening.models import Case
from answerable.money.tests.factories import entries_in_a_book
from answerable.programme.models import Posting
from answerable.programme.services import end_posting
from answerable.promises.models import Promise
from answerable.promises.services import keep
from answerable.promises.tests.factories import project, promise
from answerable.register.receipts import intake_key
from tests.support.world import DAY, SINCE, World

from .factories import FIRST, SECOND, Change, case, change

pytestmark = pytest.mark.usefixtures("on_monday")


@pytest.fixture
def two(world: World) -> Change:
    return change(world)


def keys(posting: Posting) -> list[tuple[str, int]]:
    return [entry.line.key for entry in dossier_of(posting, clock.today()).entries]


def test_a_dossier_is_complete_without_anybody_writing_it(world: World, two: Change) -> None:
    old = case(world, on=date(2025, 9, 1))
    sealed = case(world, "bribery")
    elsewhere = case(world, village="Well")
    made, work, thing = promise(world), project(world), tap(world, SINCE, key="old-pump")
    entries_in_a_book(world)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = dossier_of(two.first, DAY)
    assert len(asked) <= 15
    here = [entry.line.key for entry in found.entries]
    assert {("case", old.pk), ("promise", made.pk), ("project", work.pk), ("check", thing.pk)} <= set(here)
    assert not {("case", sealed.pk), ("case", elsewhere.pk)} & set(here)
    assert found.sealed == 1
    assert {entry.line.kind for entry in found.entries} >= {"case", "promise", "project", "check"}
    first = found.entries[0]
    assert (first.line.age(DAY), first.line.due_on, first.line.late) == (182, old.answer_due_on, True)
    assert {post.key for post in found.offices} >= {"upper-ford-desk", "fordland-desk"}
    assert found.acting == world.posts["fordland-desk"]
    for _ in range(5):
        case(world)
    with CaptureQueriesContext(connection) as more:
        dossier_of(two.first, DAY)
    assert len(more) == len(asked)


def test_the_next_team_accepts_and_no_clock_moves(world: World, two: Change) -> None:
    mine, made = case(world), promise(world)
    second = two.second()
    before = [
        Case.objects.filter(pk=mine.pk).values().get(),
        Promise.objects.filter(pk=made.pk).values().get(),
    ]
    lines = [("case", mine.pk), ("promise", made.pk)]
    assert owners_in(world.areas["Ford"], DAY) == {key: Owner(posting=two.first.pk) for key in lines}
    with clock.held_at(DAY + timedelta(days=3)):
        desk = Owner(post=world.posts["fordland-desk"].pk)
        assert owners_in(world.areas["Ford"], clock.today()) == dict.fromkeys(lines, desk)
    with clock.held_at(SECOND[0]):
        late = case(world)  # begins with the second team: it is no line of the first
        services.answer_lines(actor=world.actor("nadia"), posting=two.first, receiver=second, lines=lines)
        owners = owners_in(world.areas["Ford"], clock.today())
        assert owners == {key: Owner(posting=second.pk) for key in [*lines, ("case", late.pk)]}
        assert ("case", late.pk) not in keys(two.first)
        closing = services.close_posting(actor=world.actor("baraka"), posting=two.first)
    assert closing.lines == 2
    assert before == [
        Case.objects.filter(pk=mine.pk).values().get(), Promise.objects.filter(pk=made.pk).values().get()
    ]  # fmt: skip


def test_what_can_not_be_is_refused_with_the_reason(world: World, two: Change) -> None:
    mine, other = case(world), promise(world)
    second = two.second()
    three = two.second("Ford", (SECOND[1] + timedelta(days=1), SECOND[1] + timedelta(days=9)))
    away = two.second("Well")
    line = ("case", mine.pk)
    given: dict[str, Any] = {
        "actor": world.actor("nadia"),
        "posting": two.first,
        "receiver": second,
        "lines": [line],
    }

    def refused(problem: type[Exception], **more: Any) -> str:
        with pytest.raises(problem) as met:
            services.answer_lines(**(given | more))
        return str(met.value)

    refused(NobodyToTakeOver, receiver=None)
    refused(SamePosting, receiver=two.first)
    refused(NotNext, receiver=three)
    refused(NotNext, receiver=away)
    refused(NoLines, lines=[])
    assert f"case {mine.pk}" in refused(LineTwice, lines=[line, line])
    refused(LineGone, lines=[line, ("promise", other.pk + 99)])
    refused(LineGone, lines=[("-", 0)])
    refused(ChoiceUnknown, state="swallowed")
    refused(ChoiceUnknown, state="contested", reason="papers-missing")
    refused(ChoiceUnknown, state="accepted", reason="papers-missing")
    refused(NotYoursToAnswer, actor=world.actor("farid"))
    refused(Denied, actor=world.actor("daudi"))
    refused(Denied, actor=world.actor("chidi"))
    refused(NotActing, actor=world.actor("amina"), receiver=world.posts["upper-ford-desk"])
    refused(NotYoursToAnswer, receiver=world.posts["fordland-desk"])
    assert not Answer.objects.exists()
    services.answer_lines(**given)
    refused(LineTwice)
    keep(actor=world.actor("amina"), promise=other.pk, version=None, text="Done.", language="en", read=True)
    refused(LineGone, lines=[("promise", other.pk)])


def test_nothing_ends_while_a_line_is_nobodys_and_the_refusal_names_it(world: World, two: Change) -> None:
    mine, made = case(world), promise(world)
    grace, baraka = world.actor("grace"), world.actor("baraka")
    second = two.second()
    with pytest.raises(LinesUnclaimed) as met:
        services.close_posting(actor=baraka, posting=two.first)
    assert f"case {mine.pk}, promise {made.pk}" in str(met.value)
    services.answer_lines(
        actor=world.actor("nadia"), posting=two.first, receiver=second, lines=[("case", mine.pk)],
        state="contested", reason="settled-already",
    )  # fmt: skip
    services.answer_lines(
        actor=world.actor("nadia"), posting=two.first, receiver=second, lines=[("promise", made.pk)]
    )
    with pytest.raises(LinesUnclaimed) as met:
        services.close_round(actor=world.actor("ama"), row=two.first.round)
    assert "promise" not in str(met.value)
    # The post that acts in the gap takes what is contested; then it may end.
    with pytest.raises(LinesUnclaimed):
        end_posting(actor=grace, posting=Posting.objects.get(pk=two.first.pk), on=DAY - timedelta(days=9))
    services.answer_lines(
        actor=baraka, posting=two.first, receiver=world.posts["fordland-desk"], lines=[("case", mine.pk)]
    )
    with pytest.raises(Denied):
        services.close_round(actor=baraka, row=two.first.round)
    done = services.close_round(actor=world.actor("ama"), row=two.first.round)
    assert (done.lines, Closing.objects.count()) == (2, 2)
    with pytest.raises(ClosedAlready):
        services.close_posting(actor=baraka, posting=two.first)
    with pytest.raises(ClosedAlready):
        services.close_round(actor=SYSTEM, row=two.first.round)
    with pytest.raises(StillRuns):
        services.close_posting(actor=baraka, posting=second)
    with clock.held_at(SECOND[0]):
        owners = owners_in(world.areas["Ford"], clock.today())
        assert owners["case", mine.pk] == Owner(post=world.posts["fordland-desk"].pk)
        # The team can still take it later: it is no worse off for having been closed.
        services.answer_lines(
            actor=world.actor("nadia"), posting=two.first, receiver=second, lines=[("case", mine.pk)]
        )
        owners = owners_in(world.areas["Ford"], clock.today())
        assert owners["case", mine.pk] == Owner(posting=second.pk)


def test_a_posting_without_open_lines_can_be_cut_short(world: World, two: Change) -> None:
    end_posting(actor=world.actor("grace"), posting=two.first, on=DAY - timedelta(days=1))
    assert Posting.objects.get(pk=two.first.pk).ends_on == DAY - timedelta(days=1)


def test_a_gap_has_an_acting_post_and_residents_read_which(world: World, two: Change) -> None:
    ford = world.areas["Ford"]
    assert who_answers(ford, DAY).now == two.first
    gap = DAY + timedelta(days=2)
    assert who_answers(ford, gap).acting == world.posts["fordland-desk"]
    for post, who in (("ford-team", "baraka"), ("high-hill-desk", "baraka")):
        with pytest.raises(NotActing):
            services.name_acting(actor=world.actor(who), posting=two.first, post=world.posts[post])
    with pytest.raises(Denied):
        services.name_acting(
            actor=world.actor("amina"), posting=two.first, post=world.posts["upper-ford-desk"]
        )
    services.name_acting(actor=world.actor("baraka"), posting=two.first, post=world.posts["upper-ford-desk"])
    assert who_answers(ford, gap).acting == world.posts["upper-ford-desk"]
    second = two.second()
    assert (who_answers(ford, gap).next, who_answers(ford, SECOND[0]).now) == (second, second)


def test_a_lesson_is_the_teams_and_can_be_erased(world: World, two: Change) -> None:
    given: dict[str, Any] = {
        "posting": two.first,
        "text": "Ask the water group first.",
        "language": "en",
        "read": True,
    }
    with pytest.raises(NotYoursToAnswer):
        services.write_lesson(actor=world.actor("nadia"), **given)
    with pytest.raises(LessonNotRead):
        services.write_lesson(actor=world.actor("farid"), **(given | {"read": False}))
    row = services.write_lesson(actor=world.actor("farid"), subject=world.subjects["water"], **given)
    second = two.second()
    assert [one.text for one in dossier_of(second, DAY).lessons] == ["Ask the water group first."]
    with pytest.raises(Denied):
        services.erase_lesson(actor=world.actor("daudi"), lesson=row.pk)
    services.erase_lesson(actor=world.actor("nadia"), lesson=row.pk)
    services.erase_lesson(actor=world.actor("nadia"), lesson=row.pk)
    assert Lesson.objects.get().text == ""
    assert dossier_of(second, DAY).lessons == []


def test_a_signed_file_is_verified_and_a_changed_one_is_not(
    world: World, two: Change, tmp_path, settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    case(world), promise(world)
    data = signed_file(dossier_of(two.first, DAY), intake_key())
    assert data == signed_file(dossier_of(two.first, DAY), intake_key())
    assert b"pump" not in data.split(b"lessons")[0]
    file = tmp_path / "dossier.json"
    file.write_bytes(data)
    call_command("handover", "verify", str(file), key=intake_key().vkey)
    assert "2 lines, 2 of them not taken over" in capsys.readouterr().out
    for before, after in ((b'"claimed":false', b'"claimed":true'), (b'"sealed":"<10"', b'"sealed":"15"')):
        file.write_bytes(data.replace(before, after, 1))
        with pytest.raises(CommandError, match="changed"):
            call_command("handover", "verify", str(file))
    file.write_bytes(b"{}")
    with pytest.raises(CommandError, match="no signed dossier"):
        call_command("handover", "verify", str(file))
    with pytest.raises(CommandError, match="can't be read"):
        call_command("handover", "verify", str(tmp_path / "none"))


@pytest.mark.parametrize("seed", [1, 5])
def test_no_random_season_of_real_acts_loses_a_line(world: World, two: Change, seed: int) -> None:
    """Promises and projects open and close, teams accept or contest, the gap comes: each line has one owner each day."""
    rng, ford = Random(seed), world.areas["Ford"]
    second = two.second()
    posts = {post.pk for post in world.posts.values()}
    opened: list[Promise] = []
    for n in range(9):
        with clock.held_at(FIRST[1] + timedelta(days=n)):
            today = clock.today()
            if rng.random() < 0.6:
                opened.append(promise(world))
            if rng.random() < 0.3:
                project(world, f"work-{n}", since=today)
            if opened and rng.random() < 0.3:
                done = opened.pop(rng.randrange(len(opened)))
                keep(
                    actor=world.actor("amina"),
                    promise=done.pk,
                    version=None,
                    text="Done.",
                    language="en",
                    read=True,
                )
            waiting = [line.key for line in dossier_of(two.first, today).unclaimed]
            if waiting and rng.random() < 0.6:
                state = rng.choice(["accepted", "contested", "returned"])
                reason = {"contested": "never-agreed", "returned": "papers-missing"}.get(state, "")
                services.answer_lines(
                    actor=SYSTEM, posting=two.first, receiver=second, state=state, reason=reason,
                    lines=rng.sample(waiting, rng.randint(1, len(waiting))),
                )  # fmt: skip
            owners = owners_in(ford, today)
            assert {number for kind, number in owners if kind == "promise"} == {row.pk for row in opened}
            for owner in owners.values():
                assert (owner.posting is None) != (owner.post is None)
                if owner.posting is not None:
                    assert Posting.objects.get(pk=owner.posting).starts_on <= today
                    assert Posting.objects.get(pk=owner.posting).ends_on >= today
                else:
                    assert owner.post in posts
            waiting = [line.key for line in dossier_of(two.first, today).unclaimed]
            if waiting:
                with pytest.raises(LinesUnclaimed):
                    services.close_posting(actor=SYSTEM, posting=two.first)
    with clock.held_at(SECOND[0] + timedelta(days=20)):
        waiting = [line.key for line in dossier_of(two.first, clock.today()).unclaimed]
        if waiting:
            services.answer_lines(actor=SYSTEM, posting=two.first, receiver=second, lines=waiting)
        services.close_round(actor=SYSTEM, row=two.first.round)
        assert set(owners_in(ford, clock.today()).values()) == {Owner(posting=second.pk)}
