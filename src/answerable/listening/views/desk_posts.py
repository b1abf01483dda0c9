"""One post: who fills and filled it; who sets the programme up puts people in and takes them out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from answerable.access import services
from answerable.access.decorators import actor_of, signed_in
from answerable.access.models import Holding, Post, Staff
from answerable.access.problems import Denied, NotThere, StaffUnknown
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel.problem import Problem
from answerable.web import reading

from .desk import posts_seen, say_problem


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def post_page(request: HttpRequest, post_id: int) -> HttpResponse:
    """A post and its holders; POST fills it or ends a holding."""
    actor = actor_of(request)
    post = _post(actor, post_id)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _act(actor, post, request)
        except Problem as refused:
            if isinstance(refused, Denied):
                raise
            problem = refused
        else:
            return HttpResponseRedirect(reverse("desk:post", args=[post.pk]) + "?done=yes")
    context: dict[str, Any] = {
        "post": post,
        "holdings": list(post.holdings.select_related("staff").order_by("-starts_on", "-pk")),
        "may_fill": _may_fill(actor, post),
        "done": request.GET.get("done") == "yes",
        "refusal": say_problem(problem) if problem else "",
        "typed": {
            name: reading.shown(sent)
            for name, sent in reading.typed_in(request.POST, ("username", "starts_on", "ends_on")).items()
        },
    }
    return render(request, "listening/desk/post.html", context, status=problem.status if problem else 200)


def _post(actor: Actor, post_id: int) -> Post:
    """A post that the actor may see: in the area, or of the whole programme. Raises NotThere."""
    if post_id > reading.LARGEST:
        raise NotThere
    post = Post.objects.filter(posts_seen(actor), pk=post_id).select_related("area").first()
    if post is None or not actor.has(Right.SEE_PROGRAMME):
        raise NotThere
    return post


def _may_fill(actor: Actor, post: Post) -> bool:
    """Whether the forms are shown; the gate asks again."""
    if post.area_id is None:
        return any(holding.area is None for holding in actor.holdings_with(Right.SET_UP))
    if not actor.has(Right.SET_UP):
        return False
    return Post.objects.filter(scope(actor, Right.SET_UP), pk=post.pk).exists()


def _act(actor: Actor, post: Post, request: HttpRequest) -> None:
    sent = request.POST
    # Who may not fill posts is told so before anything that tells whether a name is somebody's.
    if not _may_fill(actor, post):
        raise Denied
    if sent.get("holding"):
        last = reading.day_in(sent.get("last", ""), "last")
        services.end_holding(actor=actor, holding=_holding(post, sent["holding"]), ends_on=last)
        return
    ends_on = sent.get("ends_on", "").strip()
    services.fill_post(
        actor=actor,
        post=post,
        staff=_staff(sent.get("username", "")),
        starts_on=reading.day_in(sent.get("starts_on", ""), "starts_on"),
        ends_on=reading.day_in(ends_on, "ends_on") if ends_on else None,
    )


def _holding(post: Post, sent: str) -> Holding:
    pk = reading.number_in(sent)
    holding = post.holdings.filter(pk=pk).first() if pk is not None else None
    if holding is None:
        raise NotThere
    return holding


def _staff(sent: str) -> Staff:
    username = sent.strip().lower()[:60]
    staff = Staff.objects.filter(username=username).first() if services.USERNAME.match(username) else None
    if staff is None:
        raise StaffUnknown(field="username", username=reading.shown(username) or "-")
    return staff
