"""What a community or an organisation gives other than money: totals, valued or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast
from uuid import UUID

from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.money import LARGEST_UNITS, Amount, known_currency
from answerable.programme.models import Organisation
from answerable.projects.models import Contribution
from answerable.projects.rules.given import GIFTS, MEASURES, check_measure

from .core import clean_texts, counted, on_project, one_of, past_day, same_form

MOST_QUANTITY = 100_000_000


def record_contribution(
    *,
    actor: Actor,
    project: int,
    version: int | None,
    kind: str,
    quantity: int,
    measure: str,
    value: Amount | None = None,
    organisation: Organisation | None = None,
    on: date | None = None,
    texts: Mapping[str, str] | None = None,
    key: UUID | None = None,
) -> Contribution:
    """Record a contribution as a total; who gave is an organisation or the community together, never a person.

    The same key again is the contribution that is there. Raises NotThere, Denied, ProjectChanged, ChoiceUnknown,
    MeasureUnfit, NumberUnreadable, CurrencyUnknown, DayNotPast, and what clean_texts does.
    """
    one_of(kind, GIFTS, "kind")
    one_of(measure, MEASURES, "measure")
    check_measure(kind, measure)
    counted(quantity, least=1, most=MOST_QUANTITY, field="quantity")
    if value is not None:
        counted(value.units, least=0, most=LARGEST_UNITS, field="value")
    cleaned = clean_texts(texts or {}, required=False)
    with on_project(
        actor,
        Right.RECORD_PROJECTS,
        project,
        version=version,
        before=lambda: same_form(Contribution, project, key),
    ) as opened:
        if opened.before is not None:
            return cast(Contribution, opened.before)
        row = Contribution.objects.create(
            project=opened.project,
            kind=kind,
            quantity=quantity,
            measure=measure,
            value_units=value.units if value is not None else None,
            currency=known_currency(value.currency) if value is not None else "",
            organisation=organisation,
            on=past_day(on),
            texts=cleaned,
            post_id=opened.act.post_id,
            key=key or day_key(clock.today()),
        )
        opened.step(
            "contribution",
            reason=kind,
            number=row.pk,
            quantity=quantity,
            units=row.value_units,
            currency=row.currency,
        )
    return row


def take_back_contribution(
    *, actor: Actor, project: int, version: int | None, contribution: int
) -> Contribution:
    """Take back a contribution that was recorded by mistake; both rows stay, and count for nothing together.

    Raises NotThere (also when it was taken back already), Denied, ProjectChanged.
    """
    with on_project(actor, Right.RECORD_PROJECTS, project, version=version) as opened:
        row = Contribution.objects.filter(
            pk=contribution, project=opened.project, takes_back__isnull=True, taken_back_by__isnull=True
        ).first()
        if row is None:
            raise NotThere
        back = Contribution.objects.create(
            project=opened.project,
            kind=row.kind,
            quantity=row.quantity,
            measure=row.measure,
            value_units=row.value_units,
            currency=row.currency,
            organisation_id=row.organisation_id,
            on=clock.today(),
            post_id=opened.act.post_id,
            key=day_key(clock.today()),
            takes_back=row,
        )
        opened.step("contribution", reason="taken-back", number=row.pk)
    return back
