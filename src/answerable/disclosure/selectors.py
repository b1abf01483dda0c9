"""What was published: releases, the lines of one area, and the file as everybody may fetch it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min

from answerable.safeguards.suppression import PublicCount

from .models import Release, ReleaseLine
from .problems import ReleaseUnknown
from .rules import Line, Quarter, Table, as_csv, digest_of


@dataclass(frozen=True)
class Figure:
    """One published count: rounded, hidden (fewer than 10), or withheld because it would give a hidden one away."""

    count: PublicCount
    withheld: bool = False

    @property
    def value(self) -> int | None:
        """The rounded number, where one is shown."""
        return self.count.value


@dataclass(frozen=True)
class Published:
    """The figures of one area in one quarter, and the day on which they were taken."""

    quarter: Quarter
    on: date
    figures: dict[str, Figure]


def releases(table: Table) -> list[Release]:
    """All releases of a table, newest first. One query."""
    return list(Release.objects.filter(table=table.name).order_by("-quarter"))


def newest(table: Table) -> Release | None:
    """The newest release of a table, or None. One query."""
    return Release.objects.filter(table=table.name).order_by("-quarter").first()


def released_between(table: Table) -> tuple[Quarter, Quarter] | None:
    """The first and the last quarter that were published, with every one between them; None before any was. One query."""
    found = Release.objects.filter(table=table.name).aggregate(first=Min("quarter"), last=Max("quarter"))
    return (Quarter(found["first"]), Quarter(found["last"])) if found["first"] is not None else None


def published_for(table: Table, area_id: int, limit: int | None = None) -> list[Published]:
    """What was published of one area, newest quarter first; quarters in which the area was not there are left out.

    One query.
    """
    rows = ReleaseLine.objects.filter(area_id=area_id, release__table=table.name).select_related("release")
    found = rows.order_by("-release__quarter")[:limit]
    return [_published(table, row.release, row) for row in found]


def figures_of(table: Table, release: Release, areas: Iterable[int]) -> dict[int, dict[str, Figure]]:
    """The figures of several areas in one release, by area id. One query."""
    rows = ReleaseLine.objects.filter(release=release, area_id__in=list(areas))
    return {row.area_id: figures_in(table, row.shown, row.withheld) for row in rows}


def nothing_shown(table: Table) -> dict[str, Figure]:
    """The figures of an area without a line: it is newer than the release, and nothing is hidden like every small number."""
    return dict.fromkeys(table.measures, Figure(PublicCount(None)))


def figures_in(table: Table, shown: Mapping[str, int], withheld: Iterable[str]) -> dict[str, Figure]:
    """A line's two columns as figures."""
    away = frozenset(withheld)
    return {name: Figure(PublicCount(shown.get(name)), withheld=name in away) for name in table.measures}


def file_of(table: Table, quarter: Quarter) -> str:
    """A release as its file. Raises ReleaseUnknown. One query for its lines: 11,000 areas take about 0.1 s."""
    release = Release.objects.filter(table=table.name, quarter=quarter.first).first()
    if release is None:
        raise ReleaseUnknown(quarter=str(quarter))
    return as_csv(table, quarter, _lines(release))


def is_whole(table: Table, release: Release) -> bool:
    """True while the lines still come to the digest that the register has."""
    return digest_of(as_csv(table, Quarter(release.quarter), _lines(release))) == release.digest


def _lines(release: Release) -> list[Line]:
    rows = release.lines.values_list("area_id", "shown", "withheld")
    return [Line(area, shown, frozenset(withheld)) for area, shown, withheld in rows]


def _published(table: Table, release: Release, row: ReleaseLine) -> Published:
    return Published(Quarter(release.quarter), release.made_on, figures_in(table, row.shown, row.withheld))
