"""Ask: an area and those right below it, with the figures that each room gives of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.assets.rules import Tally
from answerable.assets.selectors import in_area, still_working, total
from answerable.kernel import clock
from answerable.listening.figures import Figures, Period, area_figures
from answerable.money.answers import Scope, resting
from answerable.money.models import Book
from answerable.money.resting import Rest
from answerable.places.models import LEVEL_COLUMNS, Area
from answerable.places.selectors import child_column, children, in_use, placed
from answerable.projects.selectors import Gap, gap_by_place
from answerable.promises.selectors import counts_by_place
from answerable.web.reading import LARGEST

#: Under which right somebody sees an overview: that of figures.
RIGHT = Right.SEE_FIGURES


@dataclass(frozen=True)
class Owed:
    """Promises made to a place: those that are still owed or followed, and the open ones that are late."""

    owed: int = 0
    late: int = 0


_NO_CASES, _NO_PROMISES, _NO_PROJECTS, _NO_THINGS = Figures(), Owed(), Gap(0, 0, 0, 0, 0, 0, 0, 0), Tally()


@dataclass(frozen=True)
class Line:
    """What is known of one area with everything below it; `area` None: of what lies in no area below."""

    area: Area | None
    cases: Figures = _NO_CASES
    promises: Owed = _NO_PROMISES
    projects: Gap = _NO_PROJECTS
    things: Tally = _NO_THINGS
    #: What rests in the books there, by currency; nothing where the actor may not see books.
    money: Mapping[str, Rest] = field(default_factory=dict)

    @property
    def stuck(self) -> int:
        """Cases that are open for more than 90 days."""
        return sum(self.cases.open_by_age[2:])

    @property
    def waits(self) -> dict[str, int]:
        """How much waits there, by the orders that a page offers."""
        return {
            "late": self.cases.answered.late,
            "stuck": self.stuck,
            "silent": self.projects.silent,
            "promises": self.promises.late,
        }


@dataclass(frozen=True)
class Overview:
    """An area (None: everywhere) and those right below. Cases are those of the period; the rest is as it stands."""

    area: Area | None
    period: Period
    on: date
    total: Line
    lines: tuple[Line, ...]
    #: Whether the actor may see the books of the whole area.
    books: bool

    def ordered(self, order: str) -> list[Line]:
        """The lines by name, or those first where most waits; what lies in no area below stands last."""

        def place(line: Line) -> tuple[bool, int, str]:
            return line.area is None, -line.waits.get(order, 0), line.area.name if line.area else ""

        return sorted(self.lines, key=place)


def own_areas(actor: Actor) -> list[Area]:
    """Where the actor's overviews begin: the areas of their posts, the roots for a programme-wide one. One query."""
    held = [holding.area for holding in actor.holdings_with(RIGHT)]
    rows = Area.objects.filter(in_use(), parent__isnull=True)
    if None not in held:
        rows = Area.objects.filter(pk__in=[place.pk for place in held if place is not None])
    return list(rows.select_related("level").order_by("path"))


def area_asked(actor: Actor, pk: int | None, own: list[Area]) -> Area | None:
    """The area of an id under the right; for None where the actor's overviews begin. Raises NotThere.

    None is everywhere: only a programme-wide post over several roots begins there.
    """
    if pk is None:
        wide = any(holding.area is None for holding in actor.holdings_with(RIGHT))
        if not own and not wide:
            raise NotThere
        return None if wide and len(own) != 1 else own[0]
    rows = Area.objects.filter(scope(actor, RIGHT, ""), pk=pk) if 0 < pk <= LARGEST else Area.objects.none()
    area = rows.select_related("level").first() if actor.has(RIGHT) else None
    if area is None:
        raise NotThere
    return area


def overview(actor: Actor, area: Area | None, period: Period) -> Overview:
    """All figures of an area and of those right below, as the rooms give them. Some dozen queries, however many areas.

    Raises NotThere when the actor sees no figures there.
    """
    sees(actor, RIGHT, area)
    today = clock.today()
    figures = area_figures(actor, area, period, "child")
    under = placed(area) if area is not None else None
    books = _sees_books(actor, area)
    cases = {part.key: part.figures for part in figures.parts}
    promises = {key: _owed(row) for key, row in counts_by_place(area, today).items()}
    projects = gap_by_place(area, on=today)
    things = still_working(in_area(under) if under else scope(actor, RIGHT), "area", under=under, today=today)
    money = _resting(area, today) if books else {}
    below = {row.pk: row for row in children(area)}
    keys = {*cases, *promises, *projects, *things, *money} - {None}
    # Areas that are not in use any more keep what happened in them.
    if gone := {key for key in keys if isinstance(key, int)} - below.keys():
        below |= Area.objects.select_related("level").in_bulk(gone)
    lines = [
        Line(
            below[key] if key is not None else None,
            cases.get(key, _NO_CASES),
            promises.get(key, _NO_PROMISES),
            projects.get(key, _NO_PROJECTS),
            things.get(key, _NO_THINGS),
            money.get(key, {}),
        )
        for key in (*below, None)
    ]
    whole = Line(
        area,
        figures.total,
        Owed(sum(one.owed for one in promises.values()), sum(one.late for one in promises.values())),
        _together(projects.values()),
        total(things.values()),
        _added(money.values()),
    )
    # Of an area without any below, its own line would say the same again.
    shown = tuple(line for line in lines if below and (line.area is not None or line != Line(None)))
    return Overview(area, period, today, whole, shown, books)


def sees(actor: Actor, right: Right, area: Area | None) -> None:
    """Nothing, if the actor holds the right over the whole area (None: everywhere); else raises NotThere."""
    if not _covers(actor, right, area):
        raise NotThere


def _covers(actor: Actor, right: Right, area: Area | None) -> bool:
    held = [holding.area for holding in actor.holdings_with(right)]
    return any(place is None or (area is not None and place.covers(area.path or "-")) for place in held)


def _sees_books(actor: Actor, area: Area | None) -> bool:
    # Money keeps no sums below the level columns.
    deep = area is not None and placed(area).depth > LEVEL_COLUMNS
    return not deep and _covers(actor, Right.SEE_BOOKS, area)


def _owed(row: Mapping[str, int]) -> Owed:
    return Owed(row["open"] + row["taken-up"], row["late"])


def _resting(area: Area | None, today: date) -> dict[int | None, dict[str, Rest]]:
    """What rests in the books below each area right below, by currency. Two queries."""
    asked = Scope(area=(area.pk, area.depth)) if area is not None else Scope()
    found = resting(asked, today)
    rows = Book.objects.filter(pk__in={one.book_id for one in found})
    place = dict(rows.values_list("pk", child_column(area)))
    sums: dict[int | None, dict[str, Rest]] = defaultdict(dict)
    for one in found:
        own = sums[place[one.book_id]]
        own[one.currency] = own.get(one.currency, Rest()) + one.rest
    return dict(sums)


def _together(gaps: Iterable[Gap]) -> Gap:
    every = list(gaps)
    return Gap(**{one.name: sum(getattr(row, one.name) for row in every) for one in fields(Gap)})


def _added(places: Iterable[Mapping[str, Rest]]) -> dict[str, Rest]:
    sums: dict[str, Rest] = {}
    for place in places:
        for currency, rest in place.items():
            sums[currency] = sums.get(currency, Rest()) + rest
    return sums
