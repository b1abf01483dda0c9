"""What a village owns together, for everybody: each month, and one sheet of the newest for the notice board."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerable.access.problems import NotThere
from answerable.kernel import clock
from answerable.money import fund_words
from answerable.money.enterprise import Month, currency_of, months, village_books
from answerable.money.models import Book
from answerable.places.models import Area
from answerable.web.said import name_html, name_text


@require_safe
def enterprise_page(request: HttpRequest, lang: str, area_id: int) -> HttpResponse:
    """A village's own books: the newest posted month in full, the others in a line each."""
    area = Area.objects.filter(pk=area_id).select_related("level").first() if area_id < 2**63 else None
    if area is None:
        raise NotThere
    context = {
        "area": area,
        "title": name_text(area.names, area.name, lang),
        "name": name_html(area.names, area.name, lang),
        "books": [book_shown(book, lang, request.GET.get("month", "")) for book in village_books(area.pk)],
        "today": clock.today(),
    }
    return render(request, "money/public/enterprise.html", context)


def book_shown(book: Book, lang: str, wanted: str = "") -> dict[str, Any]:
    """A book with its months; `wanted` is the month (2026-03) that the sheet is of, else the newest posted one."""
    rows = months(book, clock.today())
    posted = [row for row in rows if not row.is_missing]
    sheet = next((row for row in posted if f"{row.month:%Y-%m}" == wanted), posted[0] if posted else None)
    return {
        "book": book,
        "name": name_html(book.names, book.key, lang),
        "currency": currency_of(book),
        "months": rows,
        "missing": sum(row.is_missing for row in rows),
        "sheet": sheet,
        "income": _lines(sheet.income) if sheet else [],
        "spending": _lines(sheet.spending) if sheet else [],
        "members": _members(sheet),
    }


def _lines(units: dict[str, int]) -> list[tuple[str, int]]:
    """By kind, the largest first."""
    return [
        (fund_words.village(key), value)
        for key, value in sorted(units.items(), key=lambda kv: (-kv[1], kv[0]))
    ]


def _members(sheet: Month | None) -> int | None:
    return sheet.members.value if sheet is not None and sheet.members is not None else None
