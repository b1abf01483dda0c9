"""The rules of a fund, held at posting: what for, where, until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from answerable.kernel import clock
from answerable.money.models import Book, Fund
from answerable.money.problems import FundClosed, FundOutsideArea, FundOutsidePurpose, FundOutsideTime
from answerable.money.rules.stages import Stage
from answerable.places.models import Area
from answerable.projects.models import Project

#: Stages in which money goes on its way, and so has to be in time. Sending back is always in time.
_IN_TIME = frozenset({Stage.RECEIPT, Stage.ALLOCATION, Stage.COMMITMENT, Stage.PAYMENT})
_SPENDING = frozenset({Stage.COMMITMENT, Stage.PAYMENT})


@dataclass(frozen=True)
class FundRules:
    """What a fund was for on a day: subjects by id with their keys, sectors, areas, and its last day."""

    subjects: dict[int, str]
    sectors: frozenset[tuple[str, str]]
    areas: Collection[Area]
    ends_on: date | None


def rules_on(fund: Fund, on: date) -> FundRules:
    """The rules that held on a day: those of today, unless they were changed since."""
    term = None
    if on < clock.today():
        term = fund.terms.filter(through__gte=on).order_by("through").first()
    if term is None:
        return FundRules(
            {row.subject_id: row.subject.key for row in fund.subjects.select_related("subject")},
            frozenset(fund.sectors.values_list("vocabulary", "code")),
            [row.area for row in fund.areas.select_related("area")],
            fund.ends_on,
        )
    rules = list(term.rules.select_related("subject", "area"))
    return FundRules(
        {row.subject.pk: row.subject.key for row in rules if row.subject is not None},
        frozenset((row.vocabulary, row.code) for row in rules if row.code),
        [row.area for row in rules if row.area is not None],
        term.ends_on,
    )


def check_fund(
    fund: Fund,
    *,
    book: Book,
    stage: Stage,
    on: date,
    project: Project | None,
    area: Area | None,
    to_area: Area | None,
    undoing: bool,
    agreed_on: date | None = None,
) -> None:
    """Raise FundClosed, FundOutsideTime, FundOutsidePurpose or FundOutsideArea where a rule of the fund is broken.

    Undoing an entry breaks none but the first. `agreed_on` is the day of the contract that is paid: what for and
    where is held as it was then, so that a contract that was right stays payable when the rules change.
    """
    if fund.closed_on is not None:
        raise FundClosed(field="fund", fund=fund.key, day=fund.closed_on.isoformat())
    if undoing:
        return
    # What is on no way and spends nothing is asked for nothing.
    if stage not in _IN_TIME:
        return
    rules = rules_on(fund, on)
    if on < fund.starts_on or (rules.ends_on is not None and on > rules.ends_on):
        raise FundOutsideTime(
            field="on",
            fund=fund.key,
            first=fund.starts_on.isoformat(),
            last=rules.ends_on.isoformat() if rules.ends_on else "-",
            day=on.isoformat(),
        )
    if stage in _SPENDING:
        if agreed_on is not None and agreed_on != on:
            rules = rules_on(fund, agreed_on)
        _check_purpose(fund, rules, project)
        _check_area(fund, rules, area or book.area, exactly=True)
    elif stage is Stage.ALLOCATION and to_area is not None:
        # Money for a village passes the offices above it.
        _check_area(fund, rules, to_area, exactly=False)


def _check_purpose(fund: Fund, rules: FundRules, project: Project | None) -> None:
    subjects, sectors = rules.subjects, rules.sectors
    if not subjects and not sectors:
        return
    if project is not None:
        subject = project.subject
        if subject is not None and {subject.pk, subject.parent_id} & set(subjects):
            return
        own = set(project.sectors.values_list("vocabulary", "code")) if sectors else set()
        wider = {("dac-3", code[:3]) for vocabulary, code in own if vocabulary == "dac-5"}
        if sectors & (own | wider):
            return
    wanted = [*sorted(subjects.values()), *(f"{vocabulary} {code}" for vocabulary, code in sorted(sectors))]
    raise FundOutsidePurpose(
        field="project", fund=fund.key, purposes=", ".join(wanted), project=project.key if project else "-"
    )


def _check_area(fund: Fund, rules: FundRules, area: Area, *, exactly: bool) -> None:
    areas = rules.areas
    if not areas:
        return
    path = area.path or ""
    for allowed in areas:
        inside = path.startswith(allowed.path or "-")
        if inside or (not exactly and (allowed.path or "").startswith(path)):
            return
    raise FundOutsideArea(
        field="area", fund=fund.key, areas=", ".join(sorted(a.name for a in areas)), area=area.name
    )
