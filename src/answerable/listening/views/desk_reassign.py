"""Moving a post's work: choose, review exactly what would move, confirm just that."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from answerable.access.decorators import actor_of, needs
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.problem import Problem
from answerable.listening import desk_words, services
from answerable.listening.problems import ReviewStale
from answerable.listening.rules.states import ENDED_STATES, OPEN_STATES
from answerable.listening.services.reassignment import REASSIGN_REASONS, others
from answerable.programme.rules import HANDLING_ROLES
from answerable.programme.selectors import filled_on, is_on
from answerable.web import reading
from answerable.web.said import name_text

from .desk import area_for, own_areas, say_problem


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.REASSIGN)
def reassign(request: HttpRequest) -> HttpResponse:
    """GET with both posts is the review; POST with its digest moves what was reviewed."""
    actor = actor_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    area = area_for(actor, (Right.REASSIGN,), sent.get("area"))
    posts = _posts(actor)
    context: dict[str, Any] = {
        "posts": posts,
        "areas": own_areas(actor, Right.REASSIGN),
        "area": area,
        "from_post": _chosen(posts, sent.get("from")),
        "to_post": _chosen(posts, sent.get("to")),
        "reasons": [(key, desk_words.reason(key)) for key in REASSIGN_REASONS],
        "reason": sent.get("reason", ""),
        "done": request.GET.get("done") == "1",
    }
    problem: Problem | None = None
    try:
        if request.method == "POST":
            _need_both(context)
            services.reassign_work(
                actor=actor,
                from_post=context["from_post"],
                to_post=context["to_post"],
                digest=sent.get("digest", ""),
                reason=sent.get("reason", ""),
                area=area,
            )
            return HttpResponseRedirect(f"{reverse('desk:reassign')}?done=1")
        if sent.get("from") or sent.get("to"):
            _need_both(context)
            _review(actor, context)
    except Problem as refused:
        problem = refused
        if isinstance(refused, ReviewStale) or (request.method == "POST" and refused.field == "reason"):
            _review(actor, context)
    context["refusal"] = say_problem(problem) if problem else ""
    return render(request, "listening/desk/reassign.html", context, status=problem.status if problem else 200)


def _posts(actor: Actor) -> list[Any]:
    """The handling posts of the actor's area, with how much they hold: past ones only while they hold work."""
    today = clock.today()
    held = Count("cases", filter=Q(cases__sensitive=False) & ~Q(cases__state__in=list(ENDED_STATES)))
    rows: Any = (
        Post.objects.filter(scope(actor, Right.REASSIGN), role__in=[*HANDLING_ROLES, "team-member"])
        .annotate(filled=filled_on(today), held=held)
        .select_related("area")
        .order_by("area__path", "role", "pk")
    )
    now = is_on(today, "valid_from", "valid_to")
    posts = list(rows.filter(now | Q(held__gt=0), role__in=HANDLING_ROLES)[:2000])
    return _with_neighbours(rows, now, posts)


def _with_neighbours(rows: Any, now: Q, posts: list[Any]) -> list[Any]:
    """What neighbours keep for each post; with posts of teams, and past ones, that hold nothing else."""
    held = [other.held_by(posts=rows.values("pk")) for other in others]
    missing = {pk for counts in held for pk in counts} - {post.pk for post in posts}
    if missing:
        found = list(rows.filter(pk__in=missing))
        places = {post.area_id for post in found if post.role == "team-member"}
        # A team's work may go to the next team of the same place.
        teams = rows.filter(now, role="team-member", area__in=places).exclude(pk__in=missing)
        posts += [*found, *teams]
    for post in posts:
        post.beside = [
            other.said(n) for other, counts in zip(others, held, strict=True) if (n := counts.get(post.pk))
        ]
    return posts


def _chosen(posts: list[Any], sent: str | None) -> Any:
    pk = reading.number_in(sent)
    return next((post for post in posts if post.pk == pk), None)


def _need_both(context: dict[str, Any]) -> None:
    for name in ("from_post", "to_post"):
        if context[name] is None:
            raise ChoiceUnknown(field=name, given="-", allowed=_few(context["posts"]))


def _few(posts: list[Any]) -> str:
    names = [name_text(post.names, post.key) for post in posts[:5]]
    return ", ".join(names) + (" …" if len(posts) > 5 else "") or "-"


def _review(actor: Actor, context: dict[str, Any]) -> None:
    review = services.review_reassignment(
        actor=actor, from_post=context["from_post"], to_post=context["to_post"], area=context["area"]
    )
    today = clock.today()
    rows: list[dict[str, Any]] = [
        {
            "case": case,
            "age": (today - case.received_on).days,
            "days": (case.resolve_due_on - today).days,
            "owed": case.state in OPEN_STATES,
        }
        for case in review.cases
    ]
    ages = sorted(row["age"] for row in rows)
    context |= {
        "review": review,
        "rows": rows,
        "oldest": ages[-1] if ages else 0,
        "middle": ages[len(ages) // 2] if ages else 0,
    }
