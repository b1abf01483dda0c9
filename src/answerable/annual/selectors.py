"""Ask: what the rooms know of a place and everything below it in one year. A fixed number of queries, however many areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Min

from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.assets.selectors import YearsThings, in_area, things_by
from answerable.disclosure.catalogue import CASES
from answerable.disclosure.rules import Quarter
from answerable.disclosure.selectors import Published, published_for, released_between
from answerable.kernel import clock
from answerable.listening.figures import Figures, Period, area_figures
from answerable.listening.models import Session
from answerable.listening.services.releasing import first_counted
from answerable.money.answers import Scope, rest_by_level, resting, way_between, work_between
from answerable.money.models import Book, Fund
from answerable.money.resting import Rest
from answerable.money.rules.answers import Way
from answerable.places.models import LEVEL_COLUMNS, Area, AreaLevel
from answerable.places.rules import ids_in
from answerable.places.selectors import ancestors, below, children, placed
from answerable.programme.models import Round
from answerable.projects.models import Choice, Project, ProjectEvidence
from answerable.projects.selectors import (
    YearsProjects,
    before_and_after,
    projects_between,
    projects_delivered,
)
from answerable.promises.models import Promise
from answerable.promises.selectors import YearsPromises, promises_broken, promises_due
from answerable.results.models import Period as ResultsPeriod
from answerable.results.selectors import Sheet, frameworks_at, sheet_of
from answerable.surveys.models import Survey
from answerable.web.reading import LARGEST

from .rules import Missing, Year, missing_of, year_of, years_offered

#: Under which right the desk shows true figures beside the published ones.
RIGHT = Right.SEE_FIGURES
MOST_BROKEN = 8
MOST_PROJECTS = 10
#: Frameworks of a place: the nearest to it.
MOST_FRAMEWORKS = 2
MOST_PLACES = 40
MOST_SURVEYS = 2

Pair = tuple[ProjectEvidence | None, ProjectEvidence | None]


@dataclass(frozen=True)
class Came:
    """What one fund did in a place's books in the year, in one currency."""

    fund: Fund
    currency: str
    #: In the books of the place.
    here: Way
    #: Paid for work in the place, whoever's books.
    spent: int

    @property
    def came(self) -> int:
        """Came into the place, less what went back below it: what moved inside cancels out."""
        own = self.here
        return own.from_above + own.received - own.allocated + own.back_from_below


@dataclass(frozen=True)
class Money:
    """Sources, places and what rests; `known` is False for areas that are too deep for sums."""

    known: bool = True
    funds: list[Came] = field(default_factory=list)
    #: Paid for each place right below, by currency, by name of the place.
    places: list[tuple[Area, dict[str, int]]] = field(default_factory=list)
    #: What rests at each level of books on the year's last day told.
    rests: list[tuple[AreaLevel, str, Rest]] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """One year of a place. Counts of cases are the published ones; all others count things, exactly."""

    area: Area
    year: Year
    years: list[int]
    crumbs: list[Area]
    places: list[Area]
    sessions: int
    quarters: list[Published]
    #: The quarters of the year that have begun and have no counts here, the oldest first.
    missing: list[Missing]
    promises: YearsPromises
    broken: list[Promise]
    choices: int
    projects: YearsProjects
    delivered: list[Project]
    pictures: Mapping[int, Pair]
    money: Money
    things: YearsThings
    #: Published frameworks with the period that lies in the year, where one does.
    results: list[tuple[Sheet, ResultsPeriod | None]]
    #: Published surveys that were collected in the year, of this place and of those that hold it, the nearest first.
    surveys: list[Survey]


def area_there(area_id: int) -> Area:
    """An area with its level. Raises NotThere."""
    rows = Area.objects.filter(pk=area_id).select_related("level")
    area = rows.first() if 0 < area_id <= LARGEST else None
    if area is None:
        raise NotThere
    return area


def year_asked(number: int | None) -> Year:
    """The year of a number, or the running one. Raises NotThere."""
    today = clock.today()
    year = year_of(number if number is not None else today.year, today)
    if year is None:
        raise NotThere
    return year


def report_of(area: Area, year: Year) -> Report:
    """Everything. Some thirty queries, six more for each framework, one for each survey."""
    here, first, on = placed(area), year.first, year.on
    inside = below(here, "area__")
    quarters = [one for one in published_for(CASES, area.pk) if one.quarter.first.year == year.number]
    delivered = projects_delivered(area, first, on, MOST_PROJECTS)
    oldest = Round.objects.aggregate(day=Min("starts_on"))["day"]
    return Report(
        area=area,
        year=year,
        years=sorted({*years_offered(oldest, clock.today()), year.number}, reverse=True),
        crumbs=ancestors(area)[:-1],
        places=children(area, on=on)[:MOST_PLACES],
        sessions=Session.objects.filter(inside, on__range=(first, on)).count(),
        quarters=sorted(quarters, key=lambda one: one.quarter),
        missing=_missing(year, {one.quarter for one in quarters}),
        promises=promises_due(area, first, year.last, on),
        broken=promises_broken(area, first, year.last, on, MOST_BROKEN),
        choices=Choice.objects.filter(inside, on__range=(first, on), replaced_by__isnull=True).count(),
        projects=projects_between(area, first, on, on),
        delivered=delivered,
        pictures=before_and_after(delivered, on),
        money=_money(area, year),
        things=things_by(in_area(here), first, on),
        results=_results(area, year),
        surveys=_surveys(area, year),
    )


def true_cases(actor: Actor, area: Area, year: Year) -> Figures:
    """The true counts of the cases heard in the year, for whoever may see all figures there. Raises NotThere."""
    found = area_figures(actor, area, Period(year.first, year.on))
    if found.partial:
        raise NotThere
    return found.total


def areas_for(actor: Actor) -> list[Area]:
    """Where the actor's reports begin: the areas of their posts, the roots for a programme-wide one. One query."""
    held = [holding.area for holding in actor.holdings_with(RIGHT)]
    rows = Area.objects.filter(parent__isnull=True)
    if None not in held:
        rows = Area.objects.filter(pk__in=[place.pk for place in held if place is not None])
    return list(rows.select_related("level").order_by("path"))


def area_for(actor: Actor, pk: int | None) -> Area | None:
    """The area of an id, if the actor sees its figures; for None where theirs begin. Raises NotThere."""
    if pk is None:
        own = areas_for(actor)
        return own[0] if own else None
    rows = Area.objects.filter(scope(actor, RIGHT, ""), pk=pk) if 0 < pk <= LARGEST else Area.objects.none()
    area = rows.select_related("level").first()
    if area is None:
        raise NotThere
    return area


def _missing(year: Year, there: set[Quarter]) -> list[Missing]:
    every = [Quarter(date(year.number, month, 1)) for month in (1, 4, 7, 10)]
    released = released_between(CASES)
    first = first_counted() if released is None else None
    return [
        missing_of(quarter, today=clock.today(), released=released, first_counted=first)
        for quarter in every
        if quarter not in there and quarter.first <= year.on
    ]


def _money(area: Area, year: Year) -> Money:
    if not 1 <= area.depth <= LEVEL_COLUMNS:
        return Money(known=False)
    here, asked = (area.pk, area.depth), Scope(area=(area.pk, area.depth))
    books = way_between(asked, year.first, year.on)
    spent: dict[tuple[int, str], int] = defaultdict(int)
    below_it: dict[int, dict[str, int]] = defaultdict(dict)
    for (fund, place), ways in work_between(here, year.first, year.on).items():
        for currency, way in ways.items():
            spent[fund, currency] += way.spent
            if place != area.pk and way.spent:
                below_it[place][currency] = below_it[place].get(currency, 0) + way.spent
    keys = {(fund, currency) for fund, ways in books.items() for currency in ways} | set(spent)
    funds = Fund.objects.select_related("sponsor").in_bulk({fund for fund, _ in keys})
    places = Area.objects.in_bulk(below_it)
    came = [
        Came(funds[fund], currency, books.get(fund, {}).get(currency, Way()), spent[fund, currency])
        for fund, currency in sorted(keys, key=lambda key: (funds[key[0]].key, key[1]))
    ]
    return Money(
        funds=[one for one in came if one.came or one.spent or one.here.committed],
        places=sorted(
            ((places[pk], sums) for pk, sums in below_it.items()), key=lambda row: (row[0].name, row[0].pk)
        ),
        rests=_rests(asked, year.on),
    )


def _rests(asked: Scope, on: date) -> list[tuple[AreaLevel, str, Rest]]:
    found = resting(asked, on)
    level_of = dict(
        Book.objects.filter(pk__in={one.book_id for one in found}).values_list("pk", "area__level_id")
    )
    sums = rest_by_level(found, level_of)
    levels = AreaLevel.objects.in_bulk({level for level, _ in sums})
    rows = [(levels[level], currency, rest) for (level, currency), rest in sums.items() if rest.left_units]
    return sorted(rows, key=lambda row: (row[0].rank, row[1]))


def _results(area: Area, year: Year) -> list[tuple[Sheet, ResultsPeriod | None]]:
    """The nearest frameworks, each with the last of its periods that begins in the year or reaches into it."""
    found = []
    for framework in frameworks_at(area)[-MOST_FRAMEWORKS:]:
        sheet = sheet_of(framework, area)
        there = [one for one in sheet.periods if one.starts_on <= year.on and one.ends_on >= year.first]
        found.append((sheet, there[-1] if there else None))
    return found


def _surveys(area: Area, year: Year) -> list[Survey]:
    rows = Survey.objects.filter(
        state="published", area__in=ids_in(area.path or ""), closed_on__range=(year.first, year.on)
    )
    return list(rows.select_related("area").order_by("-area__depth", "-closed_on", "-pk")[:MOST_SURVEYS])
