"""The rules of a fund, held at posting: what for, where, until when."""

from __future__ import annotations

from datetime import date

from answerable.money.models import Book, Fund
from answerable.money.problems import FundClosed, FundOutsideArea, FundOutsidePurpose, FundOutsideTime
from answerable.money.rules.stages import Stage
from answerable.places.models import Area
from answerable.projects.models import Project

#: Stages in which money goes on its way, and so has to be in time. Sending back is always in time.
_IN_TIME = frozenset({Stage.RECEIPT, Stage.ALLOCATION, Stage.COMMITMENT, Stage.PAYMENT})
_SPENDING = frozenset({Stage.COMMITMENT, Stage.PAYMENT})


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
) -> None:
    """Raise FundClosed, FundOutsideTime, FundOutsidePurpose or FundOutsideArea where a rule of the fund is broken.

    Undoing an entry breaks none but the first.
    """
    if fund.closed_on is not None:
        raise FundClosed(field="fund", fund=fund.key, day=fund.closed_on.isoformat())
    if undoing:
        return
    if stage in _IN_TIME and (on < fund.starts_on or (fund.ends_on is not None and on > fund.ends_on)):
        raise FundOutsideTime(
            field="on",
            fund=fund.key,
            first=fund.starts_on.isoformat(),
            last=fund.ends_on.isoformat() if fund.ends_on else "-",
            day=on.isoformat(),
        )
    if stage in _SPENDING:
        _check_purpose(fund, project)
        _check_area(fund, area or book.area, exactly=True)
    elif stage is Stage.ALLOCATION and to_area is not None:
        # Money for a village passes the offices above it.
        _check_area(fund, to_area, exactly=False)


def _check_purpose(fund: Fund, project: Project | None) -> None:
    subjects = {row.subject_id: row.subject.key for row in fund.subjects.select_related("subject")}
    sectors = set(fund.sectors.values_list("vocabulary", "code"))
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


def _check_area(fund: Fund, area: Area, *, exactly: bool) -> None:
    areas = [row.area for row in fund.areas.select_related("area")]
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
