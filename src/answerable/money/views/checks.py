"""What waits for a second person: the list, and one entry to check, refuse or withdraw."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, needs
from answerable.access.problems import Denied
from answerable.access.rules import Right
from answerable.kernel.problem import Problem
from answerable.money import services
from answerable.money.models import ProposalLine
from answerable.money.problems import ChoiceUnknown
from answerable.money.rules.stages import REFUSAL_REASONS
from answerable.money.selectors import holders_on, moved_by, proposal_for, seen_among, waiting

from .books import PAGE, may
from .saying import say_problem


@require_safe
@needs(Right.SEE_BOOKS)
def waiting_page(request: HttpRequest) -> HttpResponse:
    """What waits in the books of the actor's areas, the oldest first; one's own is marked."""
    actor = actor_of(request)
    page = Paginator(waiting(actor), PAGE).get_page(request.GET.get("page"))
    amounts = moved_by([row.pk for row in page.object_list])
    rows = [
        (row, actor.staff_id in holders_on(row.maker_post_id, row.made_on), amounts.get(row.pk, []))
        for row in page.object_list
    ]
    return render(request, "money/desk/waiting.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_BOOKS)
def proposal_page(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """A waiting entry: what it would enter, and the acts that the reader has on it."""
    actor = actor_of(request)
    proposal = proposal_for(actor, proposal_id)
    own = actor.staff_id in holders_on(proposal.maker_post_id, proposal.made_on)
    checks = may(actor, Right.CHECK_BOOKS, proposal.book)
    keeps = may(actor, Right.KEEP_BOOKS, proposal.book)
    problem: Problem | None = None
    if request.method == "POST":
        if not checks and not keeps:
            raise Denied
        act = request.POST.get("act", "")
        here = reverse("books:proposal", args=[proposal.pk])
        try:
            if act == "check":
                entry = services.check_proposal(actor=actor, proposal=proposal)
                here = reverse("books:entry", args=[entry.pk])
            elif act == "refuse":
                services.refuse_proposal(
                    actor=actor, proposal=proposal, reason=request.POST.get("reason", "")
                )
            elif act == "withdraw":
                services.withdraw_proposal(actor=actor, proposal=proposal)
            else:
                raise ChoiceUnknown(field="act", given=act[:20] or "-", allowed="check, refuse, withdraw")
            return HttpResponseRedirect(f"{here}?done={act}")
        except Problem as refused:
            problem = refused
    lines = ProposalLine.objects.filter(proposal=proposal).order_by("n")
    context = {
        "proposal": proposal,
        "book": proposal.book,
        "lines": lines.select_related("account", "fund", "line", "project", "area", "payee"),
        "readable": seen_among(actor, [proposal.counterpart.book_id] if proposal.counterpart else []),
        "own": own,
        "may_check": checks and not own and proposal.state == "waiting",
        "may_withdraw": keeps and proposal.state == "waiting",
        "reasons": REFUSAL_REASONS,
        "done": request.GET.get("done", ""),
        "refusal": say_problem(problem),
    }
    return render(request, "money/desk/proposal.html", context, status=problem.status if problem else 200)
