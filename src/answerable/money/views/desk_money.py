"""Where the money of one's areas is: figures by fund, by the areas below, what rests, and what leaks. And the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from answerable.access.decorators import actor_of, needs
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope as scope_of
from answerable.kernel import clock
from answerable.kernel.money import Amount, plain
from answerable.kernel.problem import Problem
from answerable.money.answers import (
    Scope,
    rest_by_level,
    resting,
    way_by_book,
    way_by_fund,
    way_by_project,
)
from answerable.money.leaks import USUAL_DAYS, Leaks, books_named, leaks
from answerable.money.models import Fund
from answerable.money.rules.answers import Way
from answerable.money.selectors import books_seen
from answerable.money.splits import USUAL_WITHIN, named
from answerable.places.models import LEVEL_COLUMNS, Area, AreaLevel
from answerable.places.selectors import ancestors, children, in_use
from answerable.projects.models import Project
from answerable.web import reading
from answerable.web.said import name_text

from .saying import say_problem

#: More would be a file: the CSV has all.
MOST_ROWS = 200
#: Of the table. The last three are of payments that were split.
HEADS = (
    "part",
    "area",
    "fund",
    "project",
    "figure",
    "amount",
    "currency",
    "since",
    "line",
    "payee",
    "payments",
)


@require_safe
@needs(Right.SEE_BOOKS)
def money_page(request: HttpRequest) -> HttpResponse:
    """The money of an area's books and those below, fund by fund, with its leaks."""
    found = Asked(request)
    return render(request, "money/desk/money.html", found.context(), status=found.status)


@require_safe
@needs(Right.SEE_BOOKS)
def money_csv(request: HttpRequest) -> HttpResponse:
    """What the page shows, as a table: one row a figure."""
    found = Asked(request)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADS)
    for row in csv_rows(found):
        writer.writerow([_safe(cell) for cell in row] + [""] * (len(HEADS) - len(row)))
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = found.area.name if found.area else "all"
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in name)[:40]
    response["Content-Disposition"] = f'attachment; filename="money-{safe}-{found.on.isoformat()}.csv"'
    return response


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; amounts below zero are no formulas."""
    if cell[:1] in "=+@\t\r" or (cell[:1] == "-" and not cell[1:2].isdigit()):
        return f"'{cell}"
    return cell


def own_areas(actor: Actor, right: Right = Right.SEE_BOOKS) -> list[Area]:
    """The areas of the posts that give the right; the roots for a programme-wide post."""
    holdings = actor.holdings_with(right)
    if any(h.area is None for h in holdings):
        rows = Area.objects.filter(in_use(), parent__isnull=True)
    else:
        rows = Area.objects.filter(pk__in=[h.area.pk for h in holdings if h.area is not None])
    return list(rows.select_related("level").order_by("path"))


class Asked:
    """What the address asks for, found once for the page and for its CSV."""

    def __init__(self, request: HttpRequest) -> None:
        self.actor = actor_of(request)
        self.own = own_areas(self.actor)
        self.on, self.days, self.refusal, self.status = clock.today(), USUAL_DAYS, "", 200
        self.area = self._area(request.GET.get("area", ""))
        if self.area is None and len(self.own) == 1:
            self.area = self.own[0]
        try:
            if request.GET.get("on"):
                self.on = min(reading.day_in(request.GET["on"], "on"), clock.today())
        except Problem as problem:
            self.refusal, self.status = say_problem(problem), problem.status
        days = reading.number_in(request.GET.get("days"))
        self.days = days if days is not None and 1 <= days <= 3650 else USUAL_DAYS
        within = reading.number_in(request.GET.get("within"))
        self.within = within if within is not None and 1 <= within <= 365 else USUAL_WITHIN
        self.scope = self._scope()
        self.by_book = way_by_book(self.scope)
        self.by_fund = way_by_fund(self.scope)
        self.books = {book.pk: book for book in books_seen(self.actor).filter(pk__in=self.by_book)}
        self.rests = resting(self.scope, self.on)
        self.leaks: Leaks = leaks(self.scope, self.on, self.days, self.within)
        self.funds = {fund.pk: fund for fund in Fund.objects.filter(pk__in=self.by_fund)}

    def _area(self, sent: str) -> Area | None:
        if not sent:
            return None
        pk = reading.number_in(sent)
        area = (
            Area.objects.filter(scope_of(self.actor, Right.SEE_BOOKS, ""), pk=pk or 0)
            .select_related("level")
            .first()
        )
        if area is None or not 1 <= area.depth <= LEVEL_COLUMNS:
            raise NotThere
        return area

    def _scope(self) -> Scope:
        """The books below the area; without an area, those that the actor may see."""
        if self.area is not None:
            return Scope(area=(self.area.pk, self.area.depth))
        if any(h.area is None for h in self.actor.holdings_with(Right.SEE_BOOKS)):
            return Scope()
        return Scope(book_ids=tuple(books_seen(self.actor).values_list("pk", flat=True)))

    def parts(self) -> list[tuple[Area, dict[str, Way]]]:
        """The area's own books, and those of each area right below with all under it."""
        depth = (self.area.depth if self.area else 0) + 1
        sums: dict[int, dict[str, Way]] = {}
        areas: dict[int, Area] = {}
        below = (
            {child.pk: child for child in children(self.area)} if self.area else {a.pk: a for a in self.own}
        )
        for pk, ways in self.by_book.items():
            book = self.books.get(pk)
            if book is None:
                continue
            at = getattr(book.area, f"l{depth}", None) if depth <= LEVEL_COLUMNS and self.area else None
            own = at if at in below else next((a for a in below if _under(book.area, below[a])), book.area_id)
            areas[own] = below.get(own, book.area)
            kept = sums.setdefault(own, {})
            for currency, way in ways.items():
                kept[currency] = kept.get(currency, Way()) + way
        return sorted(((areas[pk], ways) for pk, ways in sums.items()), key=lambda row: row[0].path or "")

    def context(self) -> dict[str, Any]:
        """All that the page shows."""
        level_of = {pk: book.area.level_id for pk, book in self.books.items()}
        rests = [rest for rest in self.rests if rest.book_id in level_of]
        levels = {level.pk: level for level in AreaLevel.objects.filter(pk__in=set(level_of.values()))}
        by_level = sorted(
            ((levels[pk], currency, rest) for (pk, currency), rest in rest_by_level(rests, level_of).items()),
            key=lambda row: (row[0].rank, row[1]),
        )
        return {
            "area": self.area,
            "areas": self._choices(),
            "on": self.on,
            "days": self.days,
            "within": self.within,
            "refusal": self.refusal,
            "funds": fund_rows(self.by_fund, self.funds),
            "parts": [(area, currency, way) for area, ways in self.parts() for currency, way in ways.items()],
            "rests": by_level,
            "leaks": leak_rows(self.leaks, self.funds),
            "most": MOST_ROWS,
            "projects": project_rows(self.scope),
        }

    def _choices(self) -> list[Area]:
        if self.area is None:
            return self.own
        paths = [top.path or "" for top in self.own]
        chain = [
            step for step in ancestors(self.area) if any((step.path or "").startswith(path) for path in paths)
        ]
        return [*chain, *children(self.area)]


def _under(area: Area, top: Area) -> bool:
    return (area.path or "").startswith(top.path or "-")


def fund_rows(by_fund: dict[int, dict[str, Way]], funds: dict[int, Fund]) -> list[tuple[Fund, str, Way]]:
    """Each fund with each currency it moves in."""
    rows = [
        (funds[pk], currency, way)
        for pk, ways in by_fund.items()
        if pk in funds
        for currency, way in ways.items()
    ]
    return sorted(rows, key=lambda row: (row[0].key, row[1]))


def project_rows(scope: Scope) -> list[tuple[Project, str, Way]]:
    """The projects that were paid or have contracts, the largest first."""
    ways = way_by_project(scope)
    found = {project.pk: project for project in Project.objects.filter(pk__in=ways).select_related("area")}
    rows = [
        (found[pk], currency, way) for pk, own in ways.items() if pk in found for currency, way in own.items()
    ]
    return sorted(rows, key=lambda row: (-row[2].spent, -row[2].committed, row[0].pk))[:MOST_ROWS]


def leak_rows(found: Leaks, funds: dict[int, Fund]) -> dict[str, Any]:
    """The leaks with the rows that they speak of."""
    ids = {one.book_id for one in found.idle} | {
        pk for gap in found.gaps for pk in (gap.from_book_id, gap.to_book_id)
    }
    books = books_named(ids)
    missing = {one.fund_id for one in found.idle} | {gap.fund_id for gap in found.gaps if gap.fund_id}
    funds = funds | {fund.pk: fund for fund in Fund.objects.filter(pk__in=missing - set(funds))}
    return {
        "count": found.count,
        "idle": [(books[one.book_id], funds[one.fund_id], one) for one in found.idle],
        "paid": found.paid_not_done,
        "done": found.done_not_paid,
        "gaps": [
            (books[gap.from_book_id], books[gap.to_book_id], funds.get(gap.fund_id or 0), gap)
            for gap in found.gaps
        ],
        "splits": named(found.splits),
    }


_FIGURES = (
    "pledged", "received", "from_above", "allocated", "back_from_below", "sent_up", "returned", "committed",
    "committed_open", "paid", "given_back", "contributed", "charged", "converted", "on_the_way", "left", "free",
)  # fmt: skip


def csv_rows(found: Asked) -> Iterator[list[str]]:
    """A cell a head, at least the first eight; all that the page is made of."""
    area = name_text(found.area.names, found.area.name) if found.area else gettext("All of mine")

    def figures(
        part: str, where: str, fund: str, project: str, currency: str, way: Way
    ) -> Iterator[list[str]]:
        for name in _FIGURES:
            units = getattr(way, name)
            if units:
                yield [part, where, fund, project, name, plain(Amount(units, currency)), currency, ""]

    for fund, currency, way in fund_rows(found.by_fund, found.funds):
        yield from figures("fund", area, fund.key, "", currency, way)
    for place, ways in found.parts():
        for currency, way in ways.items():
            yield from figures("area", name_text(place.names, place.name), "", "", currency, way)
    for project, currency, way in project_rows(found.scope):
        yield from figures(
            "project", name_text(project.area.names, project.area.name), "", project.key, currency, way
        )
    rows = leak_rows(found.leaks, found.funds)

    def leak(
        part: str, place: Area, key: str, figure: str, units: int, currency: str, since: date
    ) -> list[str]:
        fund, project = (key, "") if part in {"idle", "gap"} else ("", key)
        said = plain(Amount(units, currency))
        return [
            part,
            name_text(place.names, place.name),
            fund,
            project,
            figure,
            said,
            currency,
            since.isoformat(),
        ]

    for book, fund, one in rows["idle"]:
        yield leak("idle", book.area, fund.key, "free", one.units, one.currency, one.since)
    for part, unfinished in (("paid-not-done", rows["paid"]), ("done-not-paid", rows["done"])):
        for late in unfinished:
            for currency, way in late.way.items():
                yield leak(part, late.project.area, late.project.key, "paid", way.spent, currency, late.since)
    for _, to_book, to_fund, gap in rows["gaps"]:
        key = to_fund.key if to_fund else ""
        yield leak("gap", to_book.area, key, "sent-not-entered", gap.units, gap.currency, gap.on)
    for book, line, payee, split in rows["splits"]:
        project_key = line.project.key if line.project else ""
        said = plain(Amount(split.units, split.currency))
        where = name_text(book.area.names, book.area.name)
        head = ["split", where, line.fund.key, project_key, "paid-together", said, split.currency]
        yield [*head, split.first.isoformat(), line.key, payee.key, str(split.payments)]
