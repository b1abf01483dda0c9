"""Asking for areas. `below` is the one condition that every list and figure uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from answerable.kernel import clock
from answerable.kernel.folding import fold
from answerable.kernel.workdays import WorkCalendar

from .models import LEVEL_COLUMNS, Area, AreaCode, AreaLevel, Calendar, Holiday
from .rules import PlacedArea, ids_in


def placed(area: Area) -> PlacedArea:
    """The area's place in the tree."""
    return PlacedArea(area.pk, area.path or "")


def below(area: PlacedArea, prefix: str = "") -> Q:
    """The condition `in this area and below`: one indexable comparison.

    `prefix` is the lookup that leads to the area row (`"area__"`), empty on Area itself. A level
    column serves depths 1 to 8, the path beyond (docs/decisions/0004).
    """
    if area.depth <= LEVEL_COLUMNS:
        return Q(**{f"{prefix}l{area.depth}": area.pk})
    return Q(**{f"{prefix}path__startswith": area.path})


def child_column(area: Area | None, prefix: str = "area__") -> str:
    """The lookup that leads from a row to the area right below `area` (None: to the root) that it lies in.

    Rows of the area itself have nothing there. Below the level columns it is the row's own area.
    """
    depth = placed(area).depth + 1 if area is not None else 1
    return f"{prefix}l{depth}" if depth <= LEVEL_COLUMNS else f"{prefix}id".replace("__id", "_id")


def within_any(areas: Iterable[PlacedArea], prefix: str = "") -> Q:
    """In any of these areas and below; nothing at all when there are none."""
    condition = Q(pk__in=())
    for area in areas:
        condition |= below(area, prefix)
    return condition


def in_use(on: date | None = None, prefix: str = "") -> Q:
    """The condition `valid on that day`; an empty end is open."""
    day = on or clock.today()
    starts = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})
    ends = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    return starts & ends


def levels() -> list[AreaLevel]:
    """All levels from the top."""
    return list(AreaLevel.objects.order_by("rank", "key"))


def chain_ids(area: Area) -> list[int]:
    """The ids from the root down to the area itself, without a query."""
    return ids_in(area.path or "")


def ancestors(area: Area) -> list[Area]:
    """The areas from the root down to the area itself, each with its level. One query."""
    return list(Area.objects.filter(pk__in=chain_ids(area)).select_related("level").order_by("depth"))


def children(area: Area | None, *, on: date | None = None) -> list[Area]:
    """The areas right below (roots for None) that are in use, by name, each with its level. One query."""
    rows = Area.objects.filter(in_use(on), parent=area)
    return list(rows.select_related("level").order_by("name", "pk"))


def areas_below(area: Area) -> QuerySet[Area]:
    """The area itself and everything below it."""
    return Area.objects.filter(below(placed(area)))


def villages_below(area: Area, *, on: date | None = None) -> QuerySet[Area]:
    """The villages in the area that are in use: the area itself when it is one."""
    return areas_below(area).filter(in_use(on), level__is_village=True)


def area_by_code(scheme: str, code: str) -> Area | None:
    """The area of that code, with its level, or None."""
    rows = Area.objects.filter(codes__scheme=scheme, codes__code=code)
    return rows.select_related("level").first()


def areas_by_code(scheme: str, codes: Iterable[str]) -> dict[str, Area]:
    """The areas of many codes of one scheme; unknown codes are absent."""
    wanted = sorted(set(codes))
    found: dict[str, Area] = {}
    for start in range(0, len(wanted), 500):
        rows = AreaCode.objects.filter(scheme=scheme, code__in=wanted[start : start + 500])
        found |= {row.code: row.area for row in rows.select_related("area__level")}
    return found


def find_areas(text: str, limit: int = 20, level_key: str | None = None) -> list[Area]:
    """Areas in use whose names or codes hold every word, whatever the case, accent or language.

    Best first: the whole name, then names that begin so, then the rest; higher areas before lower ones.
    One query; each area comes with its level and parent.
    """
    sought = fold(text).replace("|", " ").strip()[:100]
    if not sought:
        return []
    rows = Area.objects.filter(in_use())
    for word in sought.split()[:6]:
        rows = rows.filter(search_text__contains=word)
    if level_key is not None:
        rows = rows.filter(level__key=level_key)
    fit = Case(
        When(search_text__contains=f"|{sought}|", then=Value(0)),
        When(search_text__contains=f"|{sought}", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(rows.select_related("level", "parent").order_by(fit, "depth", "name", "pk")[:limit])


def work_calendar(area: Area) -> WorkCalendar:
    """The working calendar of the nearest ancestor (or the area itself) that has one. Two queries at most."""
    return work_calendars([area])[area.pk]


def work_calendars(areas: Iterable[Area]) -> dict[int, WorkCalendar]:
    """The working calendar of each area, by its id. Two queries, however many areas."""
    chains = {area.pk: chain_ids(area) for area in areas}
    chosen = _calendars_on({pk for chain in chains.values() for pk in chain})
    made = _made({calendar.pk: calendar for calendar in chosen.values()})
    usual = WorkCalendar()
    result = {}
    for pk, chain in chains.items():
        nearest = next((chosen[step] for step in reversed(chain) if step in chosen), None)
        result[pk] = made[nearest.pk] if nearest is not None else usual
    return result


def _calendars_on(area_ids: set[int]) -> dict[int, Calendar]:
    """The calendar of each of these areas that has one of its own."""
    with_own = Area.objects.filter(calendar__isnull=False).select_related("calendar")
    if len(area_ids) <= 500:
        with_own = with_own.filter(pk__in=area_ids)
    return {row.pk: row.calendar for row in with_own.only("pk", "calendar") if row.calendar is not None}


def _made(calendars: dict[int, Calendar]) -> dict[int, WorkCalendar]:
    if not calendars:
        return {}
    days: dict[int, set[date]] = defaultdict(set)
    for calendar_id, on in Holiday.objects.filter(calendar__in=calendars).values_list("calendar_id", "on"):
        days[calendar_id].add(on)
    return {
        pk: WorkCalendar(frozenset(calendar.weekend), frozenset(days[pk]))
        for pk, calendar in calendars.items()
    }
