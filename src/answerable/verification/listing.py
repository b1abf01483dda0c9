"""What can be drawn in an area and period, and what is known of a unit by its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from answerable.assets.models import Asset
from answerable.listening.published import counts_of
from answerable.money.models import Entry, Posting
from answerable.money.rules.stages import Stage
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.projects.models import Project, ProjectBudget

from .models import Visit
from .rules.strata import Unit

PAID = (Stage.PAYMENT.value, Stage.SPENDING.value)
Money = Mapping[int, tuple[str, int]]


@dataclass(frozen=True)
class Facts:
    """What is known of a unit: where it is, what it is called, whose it is and what it is for."""

    key: str
    kind: str
    area: Area
    names: Mapping[str, str]
    plain: str
    sponsor: int | None = None
    subject: int | None = None
    #: The sponsors of all who carry it out or were paid.
    sponsors: frozenset[int] = frozenset()
    #: The visit that is looked at again, and the unit that it was to.
    visit: Visit | None = None
    of: Facts | None = field(default=None)


def units_in(area: Area, kinds: Iterable[str], first: date, last: date) -> list[Unit]:
    """All units of the kinds: projects claimed or confirmed, payments made and visits done on these days, and things
    that were handed over until the last one. Two or three queries a kind.
    """
    found = [one for kind in kinds for one in _LISTED[kind](area, first, last)]
    heard: dict[int, int | None] = {}
    places = sorted({area_id for area_id, _ in found})
    for at in range(0, len(places), 10_000):
        heard |= {pk: counts.heard.value for pk, counts in counts_of(places[at : at + 10_000]).items()}
    return [
        # Visits are one group: what was heard in their place had its say when they were drawn.
        unit
        if unit.kind == "visit"
        else Unit(unit.key, unit.kind, unit.currency, unit.units, heard.get(place))
        for place, unit in found
    ]


def _budgets(projects: Q) -> Money:
    """The last budget of each project, in its first currency."""
    rows = ProjectBudget.objects.filter(projects).order_by("project", "on", "-currency", "pk")
    return {
        project: (currency, units)
        for project, currency, units in rows.values_list("project", "currency", "budget_units")
    }


def _projects(area: Area, first: date, last: date) -> Iterator[tuple[int, Unit]]:
    days = Q(claimed_on__range=(first, last)) | Q(confirmed_on__range=(first, last))
    rows = Project.objects.filter(below(placed(area), "area__"), days)
    money = _budgets(Q(project__in=rows.values("pk")))
    for pk, key, place in rows.values_list("pk", "key", "area"):
        yield place, Unit(f"project:{key}", "project", *money.get(pk, ("", None)))


def _assets(area: Area, first: date, last: date) -> Iterator[tuple[int, Unit]]:
    rows = Asset.objects.filter(
        below(placed(area), "area__"), handed_over_on__lte=last, struck_on__isnull=True
    )
    money = _budgets(Q(project__in=rows.values("project")))
    for pk, project, place in rows.values_list("pk", "project", "area"):
        yield place, Unit(f"asset:{pk}", "asset", *money.get(project, ("", None)))


def _payments(area: Area, first: date, last: date) -> Iterator[tuple[int, Unit]]:
    rows = Entry.objects.filter(
        below(placed(area), "book__area__"),
        stage__in=PAID,
        on__range=(first, last),
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    sums: dict[int, tuple[str, int]] = {}
    lines = Posting.objects.filter(entry__in=rows.values("pk"), units__gt=0).order_by("entry", "n")
    for pk, currency, units in lines.values_list("entry", "currency", "units"):
        known = sums.get(pk, (currency, 0))
        if known[0] == currency:
            sums[pk] = currency, known[1] + units
    for pk, book, number, place in rows.values_list("pk", "book__key", "number", "book__area"):
        yield place, Unit(f"payment:{book}/{number}", "payment", *sums.get(pk, ("", None)))


def _visits(area: Area, first: date, last: date) -> Iterator[tuple[int, Unit]]:
    rows = Visit.objects.filter(
        below(placed(area), "drawn__area__"), on__range=(first, last), drawn__first__isnull=True
    )
    for pk, place in rows.values_list("pk", "drawn__area"):
        yield place, Unit(f"visit:{pk}", "visit")


_LISTED = {"project": _projects, "asset": _assets, "payment": _payments, "visit": _visits}


def facts_of(keys: Sequence[str]) -> dict[str, Facts]:
    """What is known of units, by name; a name of nothing is left out. A few queries for all of them."""
    named: dict[str, list[str]] = {}
    for key in keys:
        kind, _, name = key.partition(":")
        named.setdefault(kind, []).append(name)
    found: dict[str, Facts] = {}
    for kind, names in named.items():
        if kind in _KNOWN:
            found |= {one.key: one for one in _KNOWN[kind](names)}
    return found


def facts_for(key: str) -> Facts | None:
    """What is known of one unit; None of nothing."""
    return facts_of([key]).get(key)


def _sponsors(project: Project | None) -> frozenset[int]:
    if project is None:
        return frozenset()
    implementer = project.implementer.sponsor_id if project.implementer else None
    return frozenset(pk for pk in (project.sponsor_id, implementer) if pk is not None)


def _of_project(
    key: str, kind: str, project: Project, area: Area, names: Mapping[str, str], plain: str
) -> Facts:
    return Facts(key, kind, area, names, plain, project.sponsor_id, project.subject_id, _sponsors(project))


def _known_projects(names: Sequence[str]) -> Iterator[Facts]:
    for one in Project.objects.filter(key__in=names).select_related("area__level", "implementer"):
        yield _of_project(f"project:{one.key}", "project", one, one.area, one.names, one.key)


def _known_assets(names: Sequence[str]) -> Iterator[Facts]:
    pks = [int(name) for name in names if name.isascii() and name.isdecimal() and len(name) < 19]
    for one in Asset.objects.filter(pk__in=pks).select_related("area__level", "project__implementer"):
        yield _of_project(
            f"asset:{one.pk}", "asset", one.project, one.area, one.names, f"{one.kind} {one.pk}"
        )


def _known_payments(names: Sequence[str]) -> Iterator[Facts]:
    numbers: dict[str, list[int]] = {}
    for name in names:
        book, _, number = name.partition("/")
        if number.isascii() and number.isdecimal() and len(number) < 10:
            numbers.setdefault(book, []).append(int(number))
    where = Q(pk__in=())
    for book, given in numbers.items():
        where |= Q(book__key=book, number__in=given)
    for entry in Entry.objects.filter(where).select_related("book__area__level"):
        lines = list(
            Posting.objects.filter(entry=entry)
            .select_related("project__area__level", "project__implementer", "area__level", "payee")
            .order_by("n")
        )
        project = next((line.project for line in lines if line.project), None)
        area = next((line.area for line in lines if line.area), None)
        place = project.area if project else area or entry.book.area
        paid = frozenset(line.payee.sponsor_id for line in lines if line.payee and line.payee.sponsor_id)
        name = f"{entry.book.key}/{entry.number}"
        yield Facts(
            f"payment:{name}",
            "payment",
            place,
            {},
            name,
            project.sponsor_id if project else None,
            project.subject_id if project else None,
            _sponsors(project) | paid,
        )


def _known_visits(names: Sequence[str]) -> Iterator[Facts]:
    pks = [int(name) for name in names if name.isascii() and name.isdecimal() and len(name) < 19]
    visits = list(Visit.objects.filter(pk__in=pks).select_related("drawn__area__level", "post"))
    looked_at = facts_of([visit.drawn.key for visit in visits])
    for visit in visits:
        if of := looked_at.get(visit.drawn.key):
            yield Facts(
                f"visit:{visit.pk}", "visit", of.area, of.names, of.plain, of.sponsor, of.subject, of.sponsors,
                visit, of,
            )  # fmt: skip


_KNOWN = {
    "project": _known_projects, "asset": _known_assets, "payment": _known_payments, "visit": _known_visits,
}  # fmt: skip
