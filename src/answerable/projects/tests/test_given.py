"""What people give besides money, and what proves a project."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from answerable.access.problems import Denied, NotThere
from answerable.evidence.models import Item
from answerable.evidence.services import keep_document
from answerable.kernel.ids import day_key
from answerable.kernel.money import Amount
from answerable.projects import selectors, services
from answerable.projects.models import Contribution, ProjectEvidence
from answerable.projects.problems import (
    DayNotPast,
    EvidenceGrade,
    EvidenceThere,
    MeasureUnfit,
    NumberUnreadable,
)
from answerable.projects.rules.progress import Part, percent_done, rolled_up
from answerable.projects.rules.sectors import percent, read_percent
from tests.support.world import DAY, World

from .factories import by, claimed, propose, under_way

pytestmark = pytest.mark.usefixtures("on_monday")


def test_work_and_goods_are_totals_valued_or_not(world: World) -> None:
    project = under_way(world)
    for kind, quantity, measure, value in (
        ("labour", 40, "work-days", Amount(12_000, "USD")),
        ("labour", 25, "work-days", None),
        ("goods", 12, "bags", Amount(6_000, "USD")),
        ("land", 200, "square-metres", None),
    ):
        services.record_contribution(
            **by(world, project, "farid"), kind=kind, quantity=quantity, measure=measure, value=value
        )
        project.refresh_from_db()
    labour = next(row for row in selectors.given_in_all(project) if row.kind == "labour")
    assert (labour.quantity, labour.valued, labour.unvalued) == (65, {"USD": 12_000}, 25)
    row = Contribution.objects.get(kind="goods")
    services.take_back_contribution(**by(world, project, "farid"), contribution=row.pk)
    project.refresh_from_db()
    assert [g.kind for g in selectors.given_in_all(project)] == ["labour", "land"]
    with pytest.raises(NotThere):
        services.take_back_contribution(**by(world, project, "farid"), contribution=row.pk)


def test_what_is_refused_of_gifts(world: World) -> None:
    project = under_way(world)
    good: dict[str, Any] = {"kind": "labour", "quantity": 5, "measure": "work-days"}
    for refusal, wrong in (
        (NumberUnreadable, {"quantity": 0}),
        (MeasureUnfit, {"kind": "land", "measure": "meals"}),
        (NumberUnreadable, {"value": Amount(-1, "USD")}),
        (DayNotPast, {"on": DAY + timedelta(days=1)}),
    ):
        with pytest.raises(refusal):
            services.record_contribution(**by(world, project, "farid"), **{**good, **wrong})
    with pytest.raises(Denied):
        services.record_contribution(**by(world, project, "daudi"), **good)
    key = day_key(DAY)
    form = by(world, project, "farid")
    assert services.record_contribution(**form, **good, key=key) == services.record_contribution(
        **form, **good, key=key
    )
    assert Contribution.objects.count() == 1


def picture(world: World, n: int, *, publishable: bool = True, village: str = "Ford") -> Item:
    item = Item.objects.create(
        digest=f"{n:064x}",
        kind="picture",
        octets=9,
        thumb="f" * 64,
        width=4,
        height=3,
        taken_on=DAY,
        received_on=DAY,
        publishable=publishable,
    )
    item.areas.create(area=world.areas[village], on=DAY)
    return item


def test_pictures_of_one_spot_line_up_and_later_ones_come_too(world: World) -> None:
    project = claimed(world)
    for n, (stage, spot) in enumerate((("before", "Well-Head"), ("after", "well-head"), ("after", ""))):
        services.add_evidence(
            **by(world, project, "farid"),
            item=picture(world, n, publishable=n != 2).pk,
            stage=stage,
            grade="picture",
            spot=spot,
            texts={"en": "The well from the road."},
        )
        project.refresh_from_db()
    paper = keep_document(actor=world.actor("farid"), area=world.areas["Ford"], sort="minutes", data=b"paper")
    services.add_evidence(
        **by(world, project, "farid"), item=paper.pk, stage="during", grade="document", spot=""
    )
    spots = selectors.evidence_of(project)
    assert [(s.key, len(s.before), len(s.during), len(s.after)) for s in spots] == [
        ("well-head", 1, 0, 1),
        ("", 0, 1, 1),
    ]
    assert [(s.key, len(s.after)) for s in selectors.evidence_of(project, public=True)] == [
        ("well-head", 1),
        ("", 0),
    ]


def test_evidence_of_elsewhere_or_twice_is_refused(world: World) -> None:
    project = under_way(world)
    here, far = picture(world, 1), picture(world, 2, village="Peak")
    good: dict[str, Any] = {"stage": "before", "grade": "picture"}
    services.add_evidence(**by(world, project), item=here.pk, **good)
    project.refresh_from_db()
    for refusal, wrong in (
        (EvidenceThere, {"item": here.pk}),
        (NotThere, {"item": far.pk}),
        (NotThere, {"item": 10**9}),
        (EvidenceGrade, {"item": picture(world, 3).pk, "grade": "document"}),
    ):
        with pytest.raises(refusal):
            services.add_evidence(**by(world, project), **{**good, **wrong})
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectEvidence.objects.update(stage="after")


def test_a_budget_is_one_figure_a_currency(world: World) -> None:
    project = propose(world)
    for units in (5_000, 6_000):
        services.set_budget(**by(world, project), currency="EUR", budget_units=units, funded_units=1)
        project.refresh_from_db()
    assert list(project.budgets.values_list("currency", "budget_units", "funded_units")) == [
        ("EUR", 6_000, 1)
    ]
    with pytest.raises(NumberUnreadable):
        services.set_budget(**by(world, project), currency="EUR", budget_units=-1)


fractions = st.fractions(0, 1)
parts = st.lists(st.builds(Part, st.integers(1, 1000), st.none() | fractions), min_size=1, max_size=8)


@given(parts, st.integers(1, 50))
def test_a_whole_lies_between_its_parts_whatever_the_scale(some: list[Part], factor: int) -> None:
    whole = rolled_up(some)
    counted = [part.progress for part in some if part.progress is not None]
    if whole is None:
        assert not counted
        return
    assert min(counted) <= whole <= max(counted)
    assert (whole == 1) == all(progress == 1 for progress in counted)
    assert (percent_done(whole) == 100) == (whole == 1)
    assert rolled_up([Part(part.weight * factor, part.progress) for part in some]) == whole


@given(st.integers(0, 100_000))
def test_percents_read_back(share: int) -> None:
    if share < 100_000:
        assert read_percent(percent(share)) == share
