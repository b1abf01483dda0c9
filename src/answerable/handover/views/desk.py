"""Dossiers on the desk: what comes in, what has to be handed over, and one dossier with its forms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.gate import post_for
from answerable.access.models import Post
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.handover import services
from answerable.handover.problems import NotActing
from answerable.handover.rules import ACCEPTED, CONTESTED, KINDS, RETURNED, Key
from answerable.handover.selectors import (
    Dossier,
    acting_choices,
    dossier_of,
    own_teams,
    posting_for,
    rounds_to_close,
    running_now,
    to_hand_over,
)
from answerable.handover.services.learning import TEXT_LIMIT
from answerable.handover.telling import context_of, reasons_for, team_name
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.places.models import Area
from answerable.programme.models import Posting, Round, Subject
from answerable.web import reading
from answerable.web.figures import language_name
from answerable.web.pages import sentence
from answerable.web.said import name_text

#: A receiver as the form sends it: this before a post's number, else a posting's.
POST_MARK = "post-"


def may(actor: Actor, right: Right, area: Area | None) -> bool:
    """True when the actor holds the right there."""
    try:
        post_for(actor, right, area)
    except Denied:
        return False
    return True


@require_safe
@needs(Right.SEE_CASES)
def overview(request: HttpRequest) -> HttpResponse:
    """What comes in to the reader's teams and posts, and what of the area nobody has taken over yet."""
    actor, today = actor_of(request), clock.today()
    teams, posts = own_teams(actor), {holding.post_id for holding in actor.holdings}
    rows = []
    for posting in to_hand_over(actor, today):
        dossier = dossier_of(posting, today)
        acting = dossier.acting
        mine = any(row.team_id in teams for row in dossier.following) or (
            acting is not None and acting.pk in posts
        )
        rows.append((dossier, team_name(posting), mine))
    context = {
        "incoming": [row for row in rows if row[2]],
        "others": [row for row in rows if not row[2]],
        "running": [(row, team_name(row)) for row in running_now(actor, today)],
        "rounds": rounds_to_close(today) if may(actor, Right.REASSIGN, None) else [],
        "closed": request.GET.get("done") == "closed",
    }
    return render(request, "handover/desk/list.html", context)


@require_safe
@signed_in
def dossier(request: HttpRequest, posting_id: int) -> HttpResponse:
    """The dossier of one posting."""
    actor = actor_of(request)
    return _page(request, actor, posting_for(actor, posting_id))


@require_POST
@signed_in
def answer(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Accept, contest or return the lines that were ticked, or accept all that wait."""
    actor = actor_of(request)
    posting = posting_for(actor, posting_id)
    sent = request.POST
    try:
        receiver = _receiver(sent.get("receiver", ""))
        asked = sent.get("state", "")
        state = ACCEPTED if asked == "all" else asked
        lines = None if asked == "all" else [_key(text) for text in sent.getlist("line")]
        services.answer_lines(
            actor=actor, posting=posting, receiver=receiver, lines=lines, state=state,
            reason="" if state == ACCEPTED else sent.get(f"reason-{state}", "")[:40],
        )  # fmt: skip
    except Problem as problem:
        return _page(request, actor, posting, problem)
    return _back(posting, state)


@require_POST
@signed_in
def act_for(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Name the post that answers in the gap."""
    actor = actor_of(request)
    posting = posting_for(actor, posting_id)
    post = Post.objects.filter(pk=reading.number_in(request.POST.get("post")) or 0).first()
    try:
        post_for(actor, Right.REASSIGN, posting.area)
        if post is None:
            raise NotActing(field="post", post="-")
        services.name_acting(actor=actor, posting=posting, post=post)
    except Problem as problem:
        return _page(request, actor, posting, problem)
    return _back(posting, "acting")


@require_POST
@signed_in
def close(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Close the posting."""
    actor = actor_of(request)
    posting = posting_for(actor, posting_id)
    try:
        services.close_posting(actor=actor, posting=posting)
    except Problem as problem:
        return _page(request, actor, posting, problem)
    return _back(posting, "closed")


@require_POST
@signed_in
def close_whole_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Close a round with all of its postings."""
    row = Round.objects.filter(pk=round_id).first() if round_id < 2**63 else None
    if row is None:
        raise NotThere
    services.close_round(actor=actor_of(request), row=row)
    return HttpResponseRedirect(f"{reverse('handover-desk:list')}?done=closed")


@require_POST
@signed_in
def lesson(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Write down what the team learnt, or erase what points at somebody."""
    actor = actor_of(request)
    posting = posting_for(actor, posting_id)
    erased = reading.number_in(request.POST.get("erase"))
    typed = reading.typed_in(request.POST, ("text", "language", "subject", "read"))
    try:
        post_for(actor, Right.HAND_OVER, posting.area)
        if erased is not None:
            services.erase_lesson(actor=actor, lesson=erased)
        else:
            subject = reading.number_in(typed["subject"]) if typed["subject"] else None
            services.write_lesson(
                actor=actor, posting=posting, text=typed["text"], read=typed["read"] == "yes",
                language=reading.language_in(typed["language"], reading.reply_languages(())),
                subject=Subject.objects.filter(pk=subject).first() if subject else None,
            )  # fmt: skip
    except Problem as problem:
        return _page(request, actor, posting, problem, typed)
    return _back(posting, "erased" if erased is not None else "lesson")


def _back(posting: Posting, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('handover-desk:dossier', args=[posting.pk])}?done={done}")


def _done(key: str) -> str:
    said = {
        ACCEPTED: gettext("Accepted. The clocks run on as they stood."),
        CONTESTED: gettext("Contested. The coordinator sees it; until it is settled, the owner stays."),
        RETURNED: gettext("Returned, with what is missing. Until it is accepted, the owner stays."),
        "acting": gettext("Named. Residents read it on the page of their place."),
        "closed": gettext("Closed. Every line has its owner."),
        "lesson": gettext("It is written down."),
        "erased": gettext("The words were erased."),
    }
    return said.get(key, "")


def _key(text: str) -> Key:
    """A line as the form names it: its kind, a dash, its number. Anything else is a line that is not there."""
    kind, _, number = text[:40].partition("-")
    return (kind if kind in KINDS else "-", reading.number_in(number) or 0)


def _receiver(text: str) -> Posting | Post | None:
    pk = reading.number_in(text.removeprefix(POST_MARK)) or 0
    if text.startswith(POST_MARK):
        return Post.objects.filter(pk=pk).select_related("area").first()
    return Posting.objects.filter(pk=pk).select_related("area", "team").first()


def _receivers(actor: Actor, found: Dossier) -> list[tuple[str, str]]:
    """For whom the reader may answer here."""
    teams, posts = own_teams(actor), {holding.post_id for holding in actor.holdings_with(Right.HAND_OVER)}
    offered = [
        (str(row.pk), f"{team_name(row)} · {name_text(row.area.names, row.area.name)}")
        for row in found.following
        if row.team_id in teams and row.ends_on >= found.today
    ]
    if found.acting is not None and found.acting.pk in posts:
        offered.append((f"{POST_MARK}{found.acting.pk}", name_text(found.acting.names, found.acting.key)))
    return offered


def _page(
    request: HttpRequest,
    actor: Actor,
    posting: Posting,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    found = dossier_of(posting, clock.today())
    page = get_language() or "en"
    leads = may(actor, Right.REASSIGN, posting.area)
    teams = own_teams(actor)
    context: dict[str, Any] = context_of(found) | {
        "receivers": _receivers(actor, found),
        "contests": reasons_for(CONTESTED),
        "returns": reasons_for(RETURNED),
        "leads": leads,
        "choices": acting_choices(posting.area, found.today) if leads else [],
        "may_close": leads and found.closing is None and posting.ends_on <= found.today,
        "may_write": posting.team_id in teams,
        "may_erase": leads or posting.team_id in teams,
        "languages": [(tag, language_name(tag, page)) for tag in reading.reply_languages(())],
        "language": page,
        "subjects": Subject.objects.filter(parent__isnull=True, sensitive=False).order_by("position", "key")
        if posting.team_id in teams
        else [],
        "typed": {name: reading.shown(value) for name, value in (typed or {}).items()},
        "limit": TEXT_LIMIT,
        "ticked": request.POST.getlist("line") if request.method == "POST" else [],
        "refusal": sentence(problem) if problem else "",
        "done": _done(request.GET.get("done", "")) if problem is None else "",
    }
    return render(request, "handover/desk/dossier.html", context, status=problem.status if problem else 200)
