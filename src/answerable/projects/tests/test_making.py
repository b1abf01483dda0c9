"""Making a project, what it is for, and parts with weights."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from answerable.access.problems import Denied, NotThere
from answerable.access.rules import SYSTEM
from answerable.kernel.labels import KeyRefused
from answerable.kernel.text import TextMissing
from answerable.projects import selectors, services
from answerable.projects.models import Project, ProjectArea, ProjectSector, ProjectStep
from answerable.projects.problems import (
    AreaNeeded,
    KeyTaken,
    PartRefused,
    ProjectChanged,
    SectorUnknown,
    SharesNotWhole,
)
from answerable.projects.rules.sectors import Share
from answerable.register.models import Event
from answerable.safeguards.reading import PointsAtSomebody
from tests.support.world import DAY, World

from .factories import by, claimed, propose, under_way

pytestmark = pytest.mark.usefixtures("on_monday")


def test_a_team_records_a_proposal_and_it_is_in_the_log(world: World) -> None:
    project = propose(world, no_linked_need=True)
    found = selectors.project_by_key("pump")
    assert (found.phase, found.area, found.no_linked_need, found.version) == (
        "identification",
        world.areas["Ford"],
        True,
        1,
    )
    assert list(ProjectStep.objects.values_list("n", "step", "post__key")) == [(1, "made", "ford-team")]
    assert Event.objects.get().kind == "projects.made"
    assert [area.name for area in selectors.areas_of(project)] == ["Ford"]


def test_what_is_refused_leaves_nothing(world: World) -> None:
    propose(world)
    before = (Project.objects.count(), Event.objects.count())
    for refusal, wrong in (
        (KeyTaken, {"key": "pump"}),
        (KeyRefused, {"key": "Über"}),
        (TextMissing, {"key": "b", "names": {"en": " "}}),
        (PointsAtSomebody, {"key": "c", "names": {"en": "Pump, ask 0912 345 678"}}),
        (AreaNeeded, {"key": "d", "areas": [world.areas["Well"]]}),
        (Denied, {"key": "e", "village": "Peak"}),
        (Denied, {"key": "f", "who": "public"}),
    ):
        with pytest.raises(refusal):
            propose(world, **wrong)
    assert (Project.objects.count(), Event.objects.count()) == before


def test_a_project_for_two_villages_lives_in_their_township(world: World) -> None:
    project = propose(world, who="amina", village="Ford")
    services.set_areas(**by(world, project), areas=[world.areas["Ford"], world.areas["Well"]])
    found = selectors.project_by_key("pump")
    assert found.area == world.areas["Upper Ford"]
    assert {row.area.name for row in ProjectArea.objects.filter(project=found)} == {"Ford", "Well"}
    for name in ("Ford", "Well", "Upper Ford", "Riverland"):
        assert [line.key for line in selectors.projects_in(world.areas[name])] == ["pump"]
    assert selectors.projects_in(world.areas["Mill"]) == []


def test_a_township_can_not_take_a_project_out_of_its_reach(world: World) -> None:
    project = propose(world)
    with pytest.raises(Denied):
        services.set_areas(**by(world, project), areas=[world.areas["Ford"], world.areas["Mill"]])
    assert selectors.project_by_key("pump").area == world.areas["Ford"]


def test_shares_of_each_list_are_exactly_the_whole(world: World) -> None:
    project = propose(world)
    thirds = [Share("dac-5", "14030", 3333), Share("dac-5", "12220", 3333), Share("dac-5", "11220", 3334)]
    services.set_sectors(**by(world, project), sectors=[*thirds, Share("own", "water", 10_000)])
    assert ProjectSector.objects.filter(project=project).count() == 4
    project.refresh_from_db()
    for refusal, wrong in (
        (SharesNotWhole, thirds[:2]),
        (SharesNotWhole, [*thirds, Share("dac-3", "140", 9_999)]),
        (SharesNotWhole, [Share("own", "water", 10_001)]),
        (SectorUnknown, [Share("dac-5", "99999", 10_000)]),
        (SectorUnknown, [Share("dac-3", "14030", 10_000)]),
        (SectorUnknown, [Share("own", "nothing", 10_000)]),
        (SectorUnknown, [Share("else", "140", 10_000)]),
    ):
        with pytest.raises(refusal):
            services.set_sectors(**by(world, project), sectors=wrong)
    assert ProjectSector.objects.filter(project=project).count() == 4


def test_two_hands_on_one_project_never_overwrite_each_other(world: World) -> None:
    project = under_way(world)
    stale = project.version - 1
    with pytest.raises(ProjectChanged) as refusal:
        services.plan_days(
            actor=world.actor("baraka"),
            project=project.pk,
            version=stale,
            planned_start_on=DAY,
            planned_end_on=DAY,
        )
    assert refusal.value.values["changes"] == f"moved ({DAY})"
    assert selectors.project_by_key("pump").planned_end_on is None


def test_an_outsider_sees_nothing_at_the_desk_and_changes_nothing(world: World) -> None:
    project = propose(world)
    assert list(selectors.projects_for(world.actor("daudi"))) == []
    with pytest.raises(NotThere):
        selectors.project_for(world.actor("daudi"), "pump")
    for who in ("daudi", "esi", "chidi", "public"):
        with pytest.raises(Denied):
            services.move_phase(**by(world, project, who), phase="preparation")
    with pytest.raises(Denied):
        services.move_phase(**by(world, project, "farid"), phase="preparation")
    assert Event.objects.count() == 1
    for who in ("ama", "amina", "baraka", "chidi", "farid", "grace", "esi"):
        assert selectors.project_for(world.actor(who), "pump") == project


# --- parts -------------------------------------------------------------------------------------


def family(world: World) -> dict[str, Project]:
    """A whole with two parts."""
    rows = {key: propose(world, key=key, who="amina") for key in ("whole", "wells", "pipes")}
    for key, weight in (("wells", 3), ("pipes", 1)):
        rows[key] = services.make_part(**by(world, rows[key]), parent=rows["whole"], weight=weight)
    return rows


def test_progress_rolls_up_by_weight(world: World) -> None:
    rows = family(world)
    services.add_milestone(**by(world, rows["wells"]), names={"en": "Dug"}, planned_on=DAY)
    rows["wells"].refresh_from_db()
    services.reach_milestone(**by(world, rows["wells"]), n=1)
    far = selectors.progress_of(list(rows.values()))
    assert far[rows["whole"].pk] == Fraction(3, 4)
    state = selectors.state_of(rows["whole"])
    assert (state.percent, state.parts) == (75, 2)
    assert [(line.weight, line.share, line.percent) for line in selectors.parts_of(rows["whole"])] == [
        (3, Fraction(3, 4), 100),
        (1, Fraction(1, 4), 0),
    ]
    services.move_phase(**by(world, rows["pipes"]), phase="cancelled", reason="not-wanted")
    assert selectors.progress_of([rows["whole"]])[rows["whole"].pk] == 1


def test_a_project_is_never_a_part_of_itself(world: World) -> None:
    rows = family(world)
    rows["whole"].refresh_from_db()
    for parent in ("whole", "wells"):
        with pytest.raises(PartRefused):
            services.make_part(**by(world, rows["whole"]), parent=rows[parent])
    assert services.make_part(**by(world, rows["wells"]), parent=None).weight is None


def test_the_database_refuses_a_circle_of_parts(world: World) -> None:
    rows = family(world)
    for change in (
        {"parent": rows["wells"], "weight": 1, "depth": 2},
        {"parent": rows["wells"], "weight": 1, "depth": 3},
        {"parent": rows["whole"], "weight": 1, "depth": 2},
        {"depth": 5},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Project.objects.filter(pk=rows["whole"].pk).update(**change)


def test_a_whole_is_not_done_before_its_parts(world: World) -> None:
    from answerable.projects.problems import ClaimRefused

    rows = family(world)
    rows["whole"].refresh_from_db()
    whole = services.move_phase(**by(world, rows["whole"]), phase="implementation")
    with pytest.raises(ClaimRefused):
        services.claim_completion(**by(world, whole), texts={"en": "All done."})
    for key in ("wells", "pipes"):
        part = rows[key]
        part.refresh_from_db()
        services.move_phase(**by(world, part), phase="cancelled", reason="other")
    services.claim_completion(**by(world, whole), texts={"en": "All done."})


def test_the_machinery_needs_no_version(world: World) -> None:
    project = claimed(world)
    services.set_budget(actor=SYSTEM, project=project.pk, version=None, currency="usd", budget_units=5)
    assert project.budgets.get().currency == "USD"
