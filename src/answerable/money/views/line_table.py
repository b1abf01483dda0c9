"""Several budget lines in one table: added up before they are set, refused row by row, set all at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from answerable.access.decorators import actor_of, needs
from answerable.access.rules import Right
from answerable.money.forms.entering import amount_hint, currency_options
from answerable.money.forms.line_rows import CELLS, lines_of, rows_in
from answerable.money.models import Fund
from answerable.money.selectors import book_for
from answerable.money.services.lines import LinesRefused, set_lines
from answerable.places.selectors import below, placed
from answerable.projects.models import Project
from answerable.web import reading

from .saying import say_problem


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.CHECK_BOOKS)
def line_table(request: HttpRequest, book: str) -> HttpResponse:
    """The table: `more` adds rows, `sum` adds up, `set` sets all lines or none."""
    actor = actor_of(request)
    found = book_for(actor, book, Right.CHECK_BOOKS)
    posted = request.method == "POST"
    rows = rows_in(request.POST if posted else None)
    typed = reading.typed_in(request.POST, ("act", "currency"))
    currencies = currency_options(found)
    currency = typed["currency"] if typed["currency"] in currencies else currencies[0]
    total, refusal, refused = 0, "", False
    if posted:
        lines, total = lines_of(rows, currency)
        if typed["act"] == "set":
            read = [row for row in rows if not row.is_empty and row.problem is None]
            try:
                if not any(not row.is_empty for row in rows):
                    refusal = gettext("There is nothing in the table yet.")
                elif not any(row.problem for row in rows):
                    set_lines(actor=actor, book=found, wanted=lines)
                    return HttpResponseRedirect(f"{reverse('books:lines', args=[found.key])}?done=set")
            except LinesRefused as several:
                for place, problem in several.problems.items():
                    read[place].problem = problem
            refused = True
    context = {
        "book": found,
        "rows": [(row, say_problem(row.problem), row.wrong()) for row in rows],
        #: Cells that show their own problem; any other stands in the first.
        "placed": CELLS[1:],
        "currency": currency,
        "currencies": currencies,
        "funds": Fund.objects.filter(closed_on=None).order_by("key")[:500],
        "projects": Project.objects.filter(below(placed(found.area), "area__")).order_by("key")[:500],
        "count": sum(not row.is_empty for row in rows),
        "total": total,
        "amount_hint": amount_hint(),
        "refusal": refusal,
        "refused": refused,
        "part": "lines",
    }
    return render(request, "money/desk/line_table.html", context, status=400 if refused else 200)
