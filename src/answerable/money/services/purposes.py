"""The rules of a fund, held at posting: what for, where, until when."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from answerable.kernel import clock
from answerable.money.models import Book, Fund, FundTerm, FundTermRule
from answerable.money.problems import FundClosed, FundOutsideArea, FundOutsidePurpose, FundOutsideTime
from answerable.money.rules.stages import Stage
from answerable.places.models import Area
from answerable.projects.models import Project

#: Stages in which money goes on its way, and so has to be in time. Sending back is always in time.
_IN_TIME = frozenset({Stage.RECEIPT, Stage.ALLOCATION, Stage.COMMITMENT, Stage.PAYMENT})
_SPENDING = frozenset({Stage.COMMITMENT, Stage.PAYMENT})


class FundRules:
    """What a fund was for on a day: subjects by id with their keys, sectors, areas, and its last day.

    Each is asked for when it is looked at: money on its way is held to less than money that is spent.
    """

    def __init__(self, fund: Fund, term: FundTerm | None) -> None:
        self._fund, self._term = fund, term
        self.ends_on = fund.ends_on if term is None else term.ends_on

    @cached_property
    def _then(self) -> list[FundTermRule]:
        return [] if self._term is None else list(self._term.rules.select_related("subject", "area"))

    @cached_property
    def subjects(self) -> dict[int, str]:
        """Their keys by id."""
        if self._term is None:
            return {row.subject_id: row.subject.key for row in self._fund.subjects.select_related("subject")}
        return {row.subject.pk: row.subject.key for row in self._then if row.subject is not None}

    @cached_property
    def sectors(self) -> frozenset[tuple[str, str]]:
        """Vocabulary and code of each."""
        if self._term is None:
            return frozenset(self._fund.sectors.values_list("vocabulary", "code"))
        return frozenset((row.vocabulary, row.code) for row in self._then if row.code)

    @cached_property
    def areas(self) -> list[Area]:
        """Where it may be spent; none: everywhere."""
        if self._term is None:
            return [row.area for row in self._fund.areas.select_related("area")]
        return [row.area for row in self._then if row.area is not None]


def rules_on(fund: Fund, on: date) -> FundRules:
    """The rules that held on a day: those of today, unless they were changed since."""
    term = None
    if on < clock.today():
        term = fund.terms.filter(through__gte=on).order_by("through").first()
    return FundRules(fund, term)


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
