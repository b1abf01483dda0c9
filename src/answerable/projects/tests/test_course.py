"""Phases, milestones and their revisions, words to the public, and the silence between them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.projects import selectors, services
from answerable.projects.models import Milestone, MilestoneRevision, Project, ProjectStep, ProjectWord
from answerable.projects.problems import DayNotPast, DayTooFar, MilestoneOver, MoveRefused, ReasonNeeded
from answerable.projects.rules.phases import ACTIVE, IATI_STATUS, MOVES, Phase, moves_from, oc4ids_status
from answerable.projects.rules.silence import is_silent
from answerable.register.models import Event
from tests.support.world import DAY, World

from .factories import TEXTS, by, propose, under_way

pytestmark = pytest.mark.usefixtures("on_monday")


def test_a_project_moves_onward_and_back_with_a_reason(world: World) -> None:
    project = propose(world)
    project = services.move_phase(**by(world, project), phase="preparation")
    project = services.move_phase(**by(world, project), phase="implementation")
    assert (project.actual_start_on, project.active_since) == (DAY, DAY)
    with pytest.raises(ReasonNeeded):
        services.move_phase(**by(world, project), phase="suspended")
    project = services.move_phase(**by(world, project), phase="suspended", reason="weather")
    assert project.suspended_phase == "implementation"
    assert moves_from(project.phase, project.suspended_phase) == [Phase.IMPLEMENTATION, Phase.CANCELLED]
    with pytest.raises(MoveRefused):
        services.move_phase(**by(world, project), phase="preparation", reason="weather")
    project = services.move_phase(**by(world, project), phase="implementation")
    assert project.suspended_phase == ""
    assert list(ProjectStep.objects.order_by("n").values_list("step", "phase", "reason")) == [
        ("made", "identification", ""),
        ("moved", "preparation", ""),
        ("moved", "implementation", ""),
        ("moved", "suspended", "weather"),
        ("moved", "implementation", ""),
    ]


@pytest.mark.parametrize("to", ["completion", "completed"])
def test_no_plain_move_makes_it_done(world: World, to: str) -> None:
    project = under_way(world)
    with pytest.raises(MoveRefused):
        services.move_phase(**by(world, project), phase=to)


def test_phases_have_their_words_in_both_standards() -> None:
    assert set(IATI_STATUS) == set(Phase) == set(MOVES)
    known = {"identification", "preparation", "implementation", "completion", "completed", "cancelled"}
    assert {oc4ids_status(phase, "preparation" if phase == "suspended" else "") for phase in Phase} == known


# --- milestones --------------------------------------------------------------------------------


def test_a_milestone_keeps_its_first_day_and_every_revision(world: World) -> None:
    project = under_way(world)
    services.add_milestone(**by(world, project, "farid"), names={"en": "Pump there"}, planned_on=DAY)
    project.refresh_from_db()
    late, later = DAY + timedelta(days=10), DAY + timedelta(days=20)
    for day, reason in ((late, "weather"), (later, "money-late")):
        services.revise_milestone(**by(world, project), n=1, on=day, reason=reason)
        project.refresh_from_db()
    stone = Milestone.objects.get()
    assert (stone.planned_on, stone.revised_on) == (DAY, later)
    rows = MilestoneRevision.objects.order_by("n").values_list("before_on", "after_on", "reason", "post__key")
    assert list(rows) == [
        (DAY, late, "weather", "upper-ford-desk"),
        (late, later, "money-late", "upper-ford-desk"),
    ]
    with pytest.raises(ReasonNeeded):
        services.revise_milestone(**by(world, project), n=1, on=DAY, reason="")
    with pytest.raises(DayNotPast):
        services.reach_milestone(**by(world, project), n=1, on=later)
    with clock.held_at(later):
        services.reach_milestone(**by(world, project, "farid"), n=1)
    project.refresh_from_db()
    for act, more in (
        (services.reach_milestone, {}),
        (services.drop_milestone, {"reason": "other"}),
        (services.revise_milestone, {"on": DAY, "reason": "other"}),
    ):
        with pytest.raises(MilestoneOver):
            act(**by(world, project), n=1, **more)


def test_the_database_keeps_first_plans_and_logs(world: World) -> None:
    project = under_way(world)
    services.add_milestone(**by(world, project), names={"en": "Pump there"}, planned_on=DAY)
    project.refresh_from_db()
    services.revise_milestone(**by(world, project), n=1, on=DAY + timedelta(days=1), reason="other")
    project.refresh_from_db()
    services.say_word(**by(world, project), kind="progress", texts=TEXTS)
    for rows, change in (
        (Milestone.objects.all(), {"planned_on": DAY - timedelta(days=1)}),
        (MilestoneRevision.objects.all(), {"reason": "weather"}),
        (ProjectWord.objects.all(), {"kind": "delay"}),
        (ProjectStep.objects.all(), {"reason": "x"}),
        (Project.objects.all(), {"suspended_phase": "preparation"}),
        (Project.objects.all(), {"confirmed_on": DAY}),
        (Project.objects.all(), {"verdict": "done"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    for rows in (MilestoneRevision.objects.all(), ProjectWord.objects.all(), ProjectStep.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.all()._raw_delete(rows.db)


def test_what_was_dropped_no_longer_counts(world: World) -> None:
    project = under_way(world)
    for name in ("A", "B"):
        services.add_milestone(**by(world, project), names={"en": name}, planned_on=DAY)
        project.refresh_from_db()
    services.reach_milestone(**by(world, project), n=1)
    project.refresh_from_db()
    assert selectors.state_of(project).percent == 50
    services.drop_milestone(**by(world, project), n=2, reason="plan-changed")
    state = selectors.state_of(project)
    assert (state.percent, state.milestones, state.reached) == (100, 1, 1)


# --- words and silence -------------------------------------------------------------------------


def test_a_word_to_the_public_ends_the_silence(world: World) -> None:
    project = under_way(world)
    with clock.held_at(DAY + timedelta(days=29)):
        assert not selectors.projects_in(world.areas["Ford"])[0].silent
    with clock.held_at(DAY + timedelta(days=30)):
        line = selectors.projects_in(world.areas["Ford"])[0]
        assert (line.silent, line.quiet) == (True, 30)
        assert Project.objects.filter(selectors.silent()).count() == 1
        assert selectors.gap(world.areas["Fordland"]).silent == 1
        services.say_word(**by(world, project, "farid"), kind="delay", texts={"en": "The road is flooded."})
        line = selectors.projects_in(world.areas["Ford"])[0]
        assert (line.silent, line.quiet) == (False, 0)
        assert Project.objects.filter(selectors.silent()).count() == 0


def test_moving_from_phase_to_phase_is_no_word(world: World) -> None:
    project = propose(world)
    with clock.held_at(DAY + timedelta(days=100)):
        assert not selectors.silent_today(project)
        project = services.move_phase(**by(world, project), phase="preparation")
    with clock.held_at(DAY + timedelta(days=129)):
        project = services.move_phase(**by(world, project), phase="implementation")
        assert not selectors.silent_today(project)
    with clock.held_at(DAY + timedelta(days=130)):
        assert selectors.silent_today(project)


def test_a_form_sent_twice_speaks_once(world: World) -> None:
    project = under_way(world)
    key = day_key(DAY)
    form = by(world, project)
    first = services.say_word(**form, kind="progress", texts=TEXTS, key=key)
    again = services.say_word(**form, kind="progress", texts=TEXTS, key=key)
    assert first == again
    assert ProjectWord.objects.count() == 1
    assert Event.objects.filter(kind="projects.word").count() == 1


days = st.integers(0, 400).map(lambda n: DAY + timedelta(days=n))


@given(st.sampled_from(list(Phase)), st.none() | days, st.none() | days, days, st.integers(1, 90))
def test_silence_never_ends_by_waiting(phase: Phase, since: Any, word: Any, today: Any, limit: int) -> None:
    if is_silent(phase, since, word, today, limit):
        assert phase in ACTIVE
        assert is_silent(phase, since, word, today + timedelta(days=1), limit)
        assert not is_silent(phase, since, today, today, limit)


@pytest.mark.parametrize("offset", [0, 1, 29, 30, 31])
@pytest.mark.parametrize("word", [None, 0, 5])
def test_the_list_and_the_page_agree_on_what_is_silent(world: World, offset: int, word: int | None) -> None:
    project = under_way(world)
    if word is not None:
        with clock.held_at(DAY + timedelta(days=word)):
            services.say_word(**by(world, project), kind="progress", texts=TEXTS)
    project.refresh_from_db()
    today = DAY + timedelta(days=offset)
    with clock.held_at(today):
        assert selectors.silent_today(project) == Project.objects.filter(selectors.silent()).exists()


def test_a_planned_day_lies_within_fifty_years(world: World) -> None:
    project = under_way(world)
    for day in (date(1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(DayTooFar):
            services.add_milestone(**by(world, project), names={"en": "Pump there"}, planned_on=day)
        with pytest.raises(DayTooFar):
            services.plan_days(**by(world, project), planned_start_on=None, planned_end_on=day)
    services.add_milestone(**by(world, project), names={"en": "Pump there"}, planned_on=DAY)
    project.refresh_from_db()
    with pytest.raises(DayTooFar):
        services.revise_milestone(**by(world, project), n=1, on=date(2926, 1, 1), reason="weather")
