"""Budget lines of a book, and what directors and operators set up: books, accounts, funds, thresholds."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from answerable.access.decorators import actor_of, needs
from answerable.access.problems import Denied
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.money import services
from answerable.money.forms import rulings
from answerable.money.forms.entering import amount_hint, amount_in, currency_options
from answerable.money.models import Book, BudgetRevision, Fund, Threshold
from answerable.money.problems import ChoiceUnknown
from answerable.money.rules.stages import REVISION_REASONS
from answerable.money.selectors import book_for, books_seen, lines_of
from answerable.places.models import Area, AreaLevel
from answerable.places.selectors import below, placed
from answerable.programme.models import Sponsor, Subject
from answerable.projects.models import Project
from answerable.web import reading

from .books import may
from .saying import say_problem

LINE_FIELDS = ("act", "key", "name", "fund", "project", "amount", "currency", "line", "reason", "version")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_BOOKS)
def lines(request: HttpRequest, book: str) -> HttpResponse:
    """The budget lines of a book: set, revised, what is committed and paid, and what is left."""
    actor = actor_of(request)
    found = book_for(actor, book)
    sets = may(actor, Right.CHECK_BOOKS, found)
    typed = reading.typed_in(request.POST, LINE_FIELDS)
    problem: Problem | None = None
    if request.method == "POST":
        if not sets:
            raise Denied
        try:
            _act_on_line(actor, found, typed)
            return HttpResponseRedirect(
                f"{reverse('books:lines', args=[found.key])}?done={typed['act'][:10]}"
            )
        except Problem as refused:
            problem = refused
    rows = list(lines_of(found))
    revisions: dict[int, list[BudgetRevision]] = {}
    for revision in BudgetRevision.objects.filter(line__in=rows).order_by("line_id", "n"):
        revisions.setdefault(revision.line_id, []).append(revision)
    context = {
        "book": found,
        "rows": [
            (row, row.units - row.committed_units - row.paid_units, revisions.get(row.pk, [])) for row in rows
        ],
        "may_set": sets,
        "typed": typed,
        "funds": Fund.objects.filter(closed_on=None).order_by("key")[:500],
        "projects": Project.objects.filter(below(placed(found.area), "area__")).order_by("key")[:500],
        "currencies": currency_options(found),
        "amount_hint": amount_hint(),
        "reasons": [reason for reason in REVISION_REASONS if reason != "original"],
        "wrong": problem.field if problem else "",
        "refusal": say_problem(problem),
        "done": request.GET.get("done", ""),
        "part": "lines",
    }
    return render(request, "money/desk/lines.html", context, status=problem.status if problem else 200)


def _act_on_line(actor: Actor, book: Book, typed: dict[str, str]) -> None:
    if typed["act"] == "revise":
        line = lines_of(book).filter(key=typed["line"]).first()
        if line is None:
            raise ChoiceUnknown(field="line", given=reading.shown(typed["line"])[:40] or "-", allowed="-")
        services.revise_line(
            actor=actor,
            line=line,
            amount=amount_in(typed["amount"], line.currency),
            reason=typed["reason"],
            version=reading.number_in(typed["version"]) or 0,
        )
        return
    fund = Fund.objects.filter(key=typed["fund"]).first()
    if fund is None:
        raise ChoiceUnknown(field="fund", given=reading.shown(typed["fund"])[:40] or "-", allowed="-")
    project = None
    if typed["project"]:
        project = Project.objects.filter(key=typed["project"]).select_related("area").first()
        if project is None:
            raise ChoiceUnknown(field="project", given=reading.shown(typed["project"])[:40], allowed="-")
    services.set_line(
        actor=actor,
        book=book,
        fund=fund,
        key=typed["key"],
        names=rulings.names_in(typed["name"]),
        amount=amount_in(typed["amount"], typed["currency"]),
        project=project,
    )


ACTS: dict[str, Callable[[Actor, dict[str, str], list[str]], None]] = {
    "fund": rulings.open_fund,
    "book": rulings.open_book,
    "account": rulings.add_account,
    "threshold": rulings.set_threshold,
    "close-fund": rulings.close_fund,
    "change-fund": rulings.change_fund,
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RULE_FUNDS)
def set_up(request: HttpRequest) -> HttpResponse:
    """Funds with their rules, books, accounts, and the amounts over which a second person checks."""
    actor = actor_of(request)
    typed = reading.typed_in(request.POST, rulings.FIELDS)
    chosen = request.POST.getlist("subjects")
    problem: Problem | None = None
    if request.method == "POST":
        try:
            act = ACTS.get(typed["act"])
            if act is None:
                raise ChoiceUnknown(
                    field="act", given=reading.shown(typed["act"])[:20] or "-", allowed=", ".join(ACTS)
                )
            act(actor, typed, chosen)
            return HttpResponseRedirect(f"{reverse('books:set-up')}?done=1")
        except Problem as refused:
            problem = refused
    books = books_seen(actor, Right.RULE_FUNDS)
    changing = _to_change(request, books, typed)
    if changing is not None and request.method != "POST":
        again, chosen = rulings.rules_typed(changing)
        typed |= again | {"act": "change-fund", "fund": changing.key}
    # What was typed belongs to one form; the others begin empty.
    said = {name.replace("-", "_"): typed if typed["act"] == name else {} for name in ACTS}
    context = {
        "typed": typed,
        "said": said,
        "chosen": chosen,
        "changing": changing,
        "wrong": problem.field if problem else "",
        "refusal": say_problem(problem),
        "done": request.GET.get("done") == "1",
        "books": books[:500],
        "funds": _with_rules(books),
        "sponsors": Sponsor.objects.order_by("key")[:500],
        "subjects": _subjects(),
        "levels": AreaLevel.objects.order_by("rank"),
        "thresholds": Threshold.objects.select_related("level").order_by(
            "level__rank", "currency", "-valid_from"
        ),
        "today": clock.today().isoformat(),
        "amount_hint": amount_hint(),
    }
    return render(request, "money/desk/set_up.html", context, status=problem.status if problem else 200)


def _to_change(request: HttpRequest, books: QuerySet[Book], typed: dict[str, str]) -> Fund | None:
    """The fund whose rules the page opens for changing: one of the actor's books that is not closed."""
    key = typed["fund"] if typed["act"] == "change-fund" else request.GET.get("fund", "")
    return Fund.objects.filter(book__in=books, closed_on=None, key=key.replace("\0", "")[:60]).first()


def _with_rules(books: QuerySet[Book]) -> list[tuple[Fund, bool, list[Subject], list[str], list[Area]]]:
    """All funds; whether the actor may change each; and what for and where it is."""
    own = set(Fund.objects.filter(book__in=books).values_list("pk", flat=True))
    rows = Fund.objects.select_related("book", "sponsor").order_by("key")
    return [
        (
            fund,
            fund.pk in own and fund.closed_on is None,
            [row.subject for row in fund.subjects.all()],
            [f"{row.vocabulary} {row.code}" for row in fund.sectors.all()],
            [row.area for row in fund.areas.all()],
        )
        for fund in rows.prefetch_related("subjects__subject", "sectors", "areas__area")[:500]
    ]


def _subjects() -> list[tuple[Subject, list[Subject]]]:
    """The subjects that everybody sees, each with those below it."""
    rows = list(Subject.objects.filter(sensitive=False).order_by("position", "key"))
    below_each: dict[int, list[Subject]] = {}
    for row in rows:
        if row.parent_id is not None:
            below_each.setdefault(row.parent_id, []).append(row)
    return [(row, below_each.get(row.pk, [])) for row in rows if row.parent_id is None]
