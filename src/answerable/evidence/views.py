"""Serving pictures, and the desk's pages on them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.places.models import Area
from answerable.places.selectors import find_areas
from answerable.web import reading
from answerable.web.pages import sentence

from . import forms, selectors, services, store
from .models import REASONS, SORTS, Item, ItemArea
from .problems import AreaMissing, PictureMissing

#: A day: by then a picture that was taken down is gone from caches.
CACHE = "public, max-age=86400, immutable"
#: Opened by itself, a picture can do nothing, wherever a browser thinks that it is something else.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def _answer(request: HttpRequest, data: bytes | None, etag: str, cache: str) -> HttpResponse:
    if data is None:
        raise NotThere
    if request.headers.get("If-None-Match") == f'"{etag}"':
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(data, content_type="image/jpeg")
    response["ETag"] = f'"{etag}"'
    response["Cache-Control"] = cache
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Content-Disposition"] = f'inline; filename="{etag[:16]}.jpg"'
    return response


@require_safe
def picture(request: HttpRequest, digest: str, small: bool = False) -> HttpResponse:
    """A public picture, by its digest."""
    found = selectors.public_bytes(digest, small=small)
    return _answer(request, found, f"{digest[:60]}{'s' if small else ''}", CACHE)


@require_safe
@signed_in
def desk_picture(request: HttpRequest, item_id: int, small: bool = False) -> HttpResponse:
    """A picture of the actor's own area, public or not."""
    item = _item(actor_of(request), item_id)
    return _answer(request, selectors.picture_bytes(item, small=small), item.digest[:60], "no-store")


@require_http_methods(["GET", "HEAD"])
@needs(Right.SEE_PROGRAMME)
def items(request: HttpRequest) -> HttpResponse:
    """What was brought in the actor's areas, newest first; in a chosen area, the forms that bring more."""
    actor = actor_of(request)
    area = area_in(actor, request.GET.get("area"))
    return _list(request, actor, area)


@require_POST
@needs(Right.RECORD_PROJECTS)
def add_pictures(request: HttpRequest) -> HttpResponse:
    """Keep the pictures of the form."""
    actor = actor_of(request)
    area = area_in(actor, request.POST.get("area"))
    if area is None:
        return _list(request, actor, None, problem=AreaMissing(field="area"))
    try:
        kept = forms.keep_pictures(request, actor=actor, area=area)
    except Problem as problem:
        return _list(request, actor, area, problem=problem, form="pictures")
    if kept.refused:
        return _list(request, actor, area, kept=kept, form="pictures")
    return HttpResponseRedirect(f"{reverse('evidence-desk:items')}?area={area.pk}&done=pictures")


@require_POST
@needs(Right.RECORD_PROJECTS)
def add_document(request: HttpRequest) -> HttpResponse:
    """Note a document by its digest."""
    actor = actor_of(request)
    area = area_in(actor, request.POST.get("area"))
    if area is None:
        return _list(request, actor, None, problem=AreaMissing(field="area"))
    try:
        item = forms.keep_document(request, actor=actor, area=area)
    except Problem as problem:
        return _list(request, actor, area, problem=problem, form="document")
    return HttpResponseRedirect(f"{reverse('evidence-desk:item', args=[item.pk])}?done=document")


def _list(
    request: HttpRequest,
    actor: Actor,
    area: Area | None,
    *,
    problem: Problem | None = None,
    kept: forms.Kept | None = None,
    form: str = "",
) -> HttpResponse:
    rows = selectors.items_for(actor)
    if area is not None:
        rows = rows.filter(areas__area=area)
    may_add = area is not None and may(actor, Right.RECORD_PROJECTS, area)
    sought = request.GET.get("q", "")[:100].replace("\0", "")
    context = {
        "page": Paginator(rows, 24).get_page(request.GET.get("page")),
        "area": area,
        "may_add": may_add,
        "sought": sought,
        "places": [a for a in find_areas(sought) if may(actor, Right.SEE_PROGRAMME, a)]
        if sought.strip()
        else [],
        "refusal": forms.refusal(problem) if problem else "",
        "wrong": problem.field if problem else "",
        "form": form,
        "typed": {
            name: reading.shown(request.POST.get(name, ""))[:200] for name in ("taken_on", "digest", "sort")
        },
        "refused": [(name, forms.refusal(why)) for name, why in kept.refused] if kept else [],
        "kept_count": len(kept.items) if kept else 0,
        "done": request.GET.get("done", ""),
        **upload_part(),
        "sorts": [(sort, gettext(forms.SORT_WORDS[sort])) for sort in SORTS],
    }
    status = problem.status if problem else 422 if kept else 200
    return render(request, "evidence/desk/items.html", context, status=status)


def upload_part() -> dict[str, Any]:
    """What `evidence/_upload.html` needs in the context of the page that includes it."""
    return {"upload_most": forms.MOST_PICTURES, "upload_latest": clock.today().isoformat()}


@require_safe
@signed_in
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item: the picture or the digest, where it was brought, and what can be done with it."""
    return _item_page(request, _item(actor_of(request), item_id))


@require_POST
@signed_in
def act(request: HttpRequest, item_id: int, act: str) -> HttpResponse:
    """Say that nobody is in it, take it down, erase its bytes."""
    actor = actor_of(request)
    row = _item(actor, item_id)
    try:
        if act == "nobody":
            services.say_nobody_in_it(actor=actor, item=row.pk)
        elif act == "take-down":
            services.take_down(actor=actor, item=row.pk, reason=request.POST.get("reason", ""))
        elif act == "erase":
            services.erase_picture(actor=actor, item=row.pk)
        else:
            raise NotThere
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _item_page(request, row, problem)
    return HttpResponseRedirect(f"{reverse('evidence-desk:item', args=[row.pk])}?done={act}")


def _item_page(request: HttpRequest, row: Item, problem: Problem | None = None) -> HttpResponse:
    actor = actor_of(request)
    brought = list(
        ItemArea.objects.filter(scope(actor, Right.SEE_PROGRAMME), item=row).select_related("area", "post")
    )
    context = {
        "item": row,
        "brought": brought,
        "may_record": any(may(actor, Right.RECORD_PROJECTS, b.area) for b in brought),
        "may_run": any(may(actor, Right.RUN_PROJECTS, b.area) for b in brought),
        "sort_words": gettext(forms.SORT_WORDS[row.sort]) if row.sort else "",
        "reason_words": gettext(forms.REASON_WORDS[row.taken_down_for]) if row.taken_down_for else "",
        "reasons": [(reason, gettext(forms.REASON_WORDS[reason])) for reason in REASONS],
        "refusal": forms.refusal(problem) if problem else "",
        "done": request.GET.get("done", ""),
    }
    return render(request, "evidence/desk/item.html", context, status=problem.status if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_PROGRAMME)
def compare(request: HttpRequest) -> HttpResponse:
    """Is this file the document, or the picture, that was noted? It is read, compared and forgotten."""
    context: dict[str, Any] = {"asked": request.method == "POST"}
    status = 200
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            problem = PictureMissing(field="file")
            context |= {"asked": False, "refusal": sentence(problem)}
            status = problem.status
        else:
            digest, _ = store.digest_and_length(file.chunks())
            found = selectors.items_for(actor_of(request)).filter(digest=digest)
            context |= {
                "digest": digest,
                "found": [(row, gettext(forms.SORT_WORDS[row.sort]) if row.sort else "") for row in found],
            }
    return render(request, "evidence/desk/compare.html", context, status=status)


# --- inside ----------------------------------------------------------------------------------------


def may(actor: Actor, right: Right, area: Area) -> bool:
    """Whether the actor holds the right in an area. No query."""
    return any(held.area is None or held.area.covers(area.path or "") for held in actor.holdings_with(right))


def area_in(actor: Actor, sent: str | None) -> Area | None:
    """The area of an id that came with a request; None when none came. Raises NotThere for one that is not theirs."""
    if not sent:
        return None
    pk = reading.number_in(sent)
    if pk is None or pk > reading.LARGEST:
        raise NotThere
    found = Area.objects.filter(scope(actor, Right.SEE_PROGRAMME, ""), pk=pk).select_related("level").first()
    if found is None:
        raise NotThere
    return found


def _item(actor: Actor, item_id: int) -> Item:
    found = selectors.item_for(actor, item_id)
    if found is None:
        raise NotThere
    return found
