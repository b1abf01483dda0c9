"""The programme as it stands, to read: rounds, teams, posts and holders, who answers for what, by when."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerable.access.decorators import actor_of, needs
from answerable.access.models import Holding, Post
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.places.models import Area
from answerable.places.selectors import chain_ids
from answerable.programme.models import Posting, Responsibility, Round, Standard, Subject
from answerable.programme.selectors import filled_on, is_on

from .desk import own_areas, posts_seen

PARTS = ("rounds", "teams", "posts", "matrix", "standards")


@require_safe
@needs(Right.SEE_PROGRAMME)
def programme(request: HttpRequest, part: str = "rounds") -> HttpResponse:
    """One part of the programme, in the actor's area."""
    if part not in PARTS:
        raise NotThere
    actor = actor_of(request)
    context: dict[str, Any] = {"part": part, "parts": PARTS, "today": clock.today()}
    if part == "rounds":
        context["rounds"] = list(Round.objects.order_by("-starts_on"))
        context["areas"] = own_areas(actor, Right.SEE_PROGRAMME)
    elif part == "teams":
        rows = Posting.objects.filter(
            scope(actor, Right.SEE_PROGRAMME), is_on(clock.today(), "starts_on", "ends_on")
        ).select_related("team__sponsor", "area__level", "round")
        context["page"] = _page(request, rows.order_by("area__path", "pk"))
    elif part == "posts":
        context["page"] = _page(request, _posts(actor))
    elif part == "matrix":
        context["lines"] = _matrix(actor)
    else:
        context["standards"] = _standards()
    return render(request, f"listening/desk/programme_{part}.html", context)


def _page(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, 50).get_page(request.GET.get("page"))


def _posts(actor: Actor) -> Any:
    """Posts of the area, and those without an area, with all who hold or held them."""
    today = clock.today()
    holdings = Holding.objects.select_related("staff").order_by("-starts_on")
    return (
        Post.objects.filter(posts_seen(actor))
        .annotate(filled=filled_on(today))
        .select_related("area")
        .prefetch_related(Prefetch("holdings", holdings, to_attr="held"))
        .order_by("area__path", "role", "pk")
    )


def _matrix(actor: Actor) -> list[Responsibility]:
    """The lines in force that count somewhere in the actor's area: those within it, above it, or everywhere."""
    above: set[int] = set()
    for area in own_areas(actor, Right.SEE_PROGRAMME):
        above |= set(chain_ids(area))
    within = Area.objects.filter(scope(actor, Right.SEE_PROGRAMME, ""))
    rows = Responsibility.objects.filter(is_on(clock.today(), "valid_from", "valid_to")).filter(
        Q(within__isnull=True) | Q(within__in=above) | Q(within__in=within)
    )
    rows = rows.select_related("subject", "level", "within", "post", "outside_body")
    return list(rows.order_by("subject__position", "subject__key", "-level__rank", "pk")[:1000])


def _standards() -> list[dict[str, Any]]:
    """The standard in force of each subject that has one of its own; the general one first."""
    newest: dict[int | None, Standard] = {}
    for row in Standard.objects.filter(valid_from__lte=clock.today()).order_by("valid_from"):
        newest[row.subject_id] = row
    subjects = {subject.pk: subject for subject in Subject.objects.filter(pk__in=[k for k in newest if k])}
    lines: list[dict[str, Any]] = [
        {"subject": subjects.get(key) if key else None, "times": row} for key, row in newest.items()
    ]
    return sorted(lines, key=lambda line: (line["subject"] is not None, getattr(line["subject"], "key", "")))
