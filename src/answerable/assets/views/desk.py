"""The desk's pages of things: what is due, one thing with its forms, a new one, and how many still work."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.gate import post_for
from answerable.access.models import Post
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.assets import forms, selectors, words
from answerable.assets.models import Asset
from answerable.assets.rules import MONTHS, Tally
from answerable.evidence.views import may, upload_part
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.problem import Problem
from answerable.places.models import Area
from answerable.places.selectors import chain_ids, placed
from answerable.programme.models import Organisation, Sponsor, Subject
from answerable.projects.models import Project
from answerable.web import reading
from answerable.web.said import name_text

#: Which form of the page an act came from, to open it again when it is refused.
ACTS = {"check": forms.check, "keeper": forms.keeper, "task": forms.task, "work": forms.work}

#: What a team may write down; the others are for who runs the project.
RECORDED = {"check", "work"}


@require_safe
@needs(Right.SEE_PROGRAMME)
def due(request: HttpRequest) -> HttpResponse:
    """What has to be looked at and looked after in the actor's areas, the longest due first."""
    actor = actor_of(request)
    where = scope(actor, Right.SEE_PROGRAMME)
    of = request.GET.get("of", "checks")
    context: dict[str, Any] = {
        "of": of if of in {"checks", "upkeep", "all"} else "checks",
        "checks_count": selectors.owed_count(where),
        "many": selectors.MANY,
        "may_add": bool(actor.holdings_with(Right.RECORD_PROJECTS)),
    }
    if context["of"] == "checks":
        context["checks"] = selectors.owed_checks(where)
    elif context["of"] == "upkeep":
        context["upkeep"] = selectors.owed_upkeep(scope(actor, Right.SEE_PROGRAMME))
    else:
        rows = selectors.assets_for(actor).order_by("-handed_over_on", "-pk")
        context["page"] = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "assets/desk/due.html", context)


@require_safe
@signed_in
def asset(request: HttpRequest, asset_id: int) -> HttpResponse:
    """One thing: what is known of it, and the forms that the reader's post allows."""
    return _page(request, _asset(actor_of(request), asset_id))


@require_POST
@signed_in
def act(request: HttpRequest, asset_id: int, act: str) -> HttpResponse:
    """Record a check, a keeper, a line of the calendar, work done; take one back; strike the entry."""
    actor = actor_of(request)
    row = _asset(actor, asset_id)
    # Who may not do it is told so before anything that they sent is read.
    post_for(actor, Right.RECORD_PROJECTS if act in RECORDED else Right.RUN_PROJECTS, row.area)
    try:
        if act in ACTS:
            ACTS[act](request, actor=actor, asset=row)
        elif not forms.small_act(request, act, actor=actor, asset=row):
            raise NotThere
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, row, problem, act)
    return HttpResponseRedirect(f"{reverse('assets-desk:asset', args=[row.pk])}?done={act}")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RECORD_PROJECTS)
def add(request: HttpRequest) -> HttpResponse:
    """A new thing that a project left: first the project, then the form."""
    actor = actor_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    seen = Project.objects.filter(scope(actor, Right.RECORD_PROJECTS)).select_related("area")
    project = seen.filter(key=sent.get("project", "")[:60].replace("\0", "")).first()
    if project is None:
        text = sent.get("q", "")[:60].replace("\0", "")
        context = {"sought": text, "projects": selectors.find_projects(seen, text, limit=30)}
        return render(request, "assets/desk/add_project.html", context)
    places = _places(actor, project)
    if request.method != "POST":
        return _add_form(request, project, places, None)
    area = next((place for place in places if str(place.pk) == request.POST.get("area")), None)
    if area is None:
        raise NotThere
    try:
        made = forms.add(request, actor=actor, project=project.pk, area=area)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _add_form(request, project, places, problem)
    return HttpResponseRedirect(f"{reverse('assets-desk:asset', args=[made.pk])}?done=add")


@require_safe
@needs(Right.SEE_PROGRAMME)
def working(request: HttpRequest) -> HttpResponse:
    """How many things still work, by what is asked for; and how many of those that reached a looking did then."""
    actor = actor_of(request)
    by = request.GET.get("by", "area")
    by = by if by in selectors.BY else "area"
    months = reading.number_in(request.GET.get("months"))
    months = months if months in MONTHS else None
    area = _own_area(actor, request.GET.get("area")) or _sole_area(actor)
    under = placed(area) if area is not None else None
    where = scope(actor, Right.SEE_PROGRAMME)
    if under is not None:
        where &= Q(pk__in=selectors.standing_in(under).values("pk"))
    parts = selectors.still_working(where, by, under=under, months=months)
    rows = sorted(
        ((name, pk, tally) for (pk, tally), name in zip(parts.items(), _names(parts, by), strict=True)),
        key=lambda row: (row[1] is None, row[0].casefold()),
    )
    areas = [pk for pk in parts if isinstance(pk, int)] if by == "area" else []
    # The areas above one's own stand in the table by what is one's own; their pages are not.
    opened = set(
        Area.objects.filter(scope(actor, Right.SEE_PROGRAMME, ""), pk__in=areas).values_list("pk", flat=True)
    )
    context = {
        "area": area,
        "by": by,
        "months": months,
        "parts": [
            (name, pk if pk in opened and pk != (area.pk if area else None) else None, tally)
            for name, pk, tally in rows
        ],
        "total": selectors.total(parts.values()),
        "splits": words.choices(words.BY),
        "all_months": MONTHS,
        "on": clock.today(),
    }
    return render(request, "assets/desk/working.html", context)


def _names(parts: dict[int | str | None, Tally], by: str) -> list[str]:
    pks = [pk for pk in parts if pk is not None]
    if by == "kind":
        return [words.said(words.KINDS, str(pk)) for pk in parts]
    if by == "sector":
        return ["–" if pk is None else str(pk) for pk in parts]
    model: Any = {"area": Area, "subject": Subject, "sponsor": Sponsor}[by]
    rows = model.objects.in_bulk(pks)
    return [
        name_text(rows[pk].names, getattr(rows[pk], "name", "") or getattr(rows[pk], "key", ""))
        if pk in rows
        else "–"
        for pk in parts
    ]


# --- inside ----------------------------------------------------------------------------------------


def _asset(actor: Actor, pk: int) -> Asset:
    found = selectors.asset_for(actor, pk)
    if found is None:
        raise NotThere
    return found


def _own_area(actor: Actor, sent: str | None) -> Area | None:
    if not sent:
        return None
    pk = reading.number_in(sent)
    rows = Area.objects.filter(scope(actor, Right.SEE_PROGRAMME, ""))
    found = rows.filter(pk=pk).first() if pk is not None and pk <= reading.LARGEST else None
    if found is None:
        raise NotThere
    return found


def _sole_area(actor: Actor) -> Area | None:
    """The one area whose things the actor reads, if there are areas below it to split it by."""
    paths = {held.area.path if held.area else None for held in actor.holdings_with(Right.SEE_PROGRAMME)}
    if len(paths) != 1 or None in paths:
        return None
    return Area.objects.filter(path=paths.pop(), level__is_village=False).first()


def _places(actor: Actor, project: Project) -> list[Area]:
    """The project's own areas in which the actor records."""
    rows = Area.objects.filter(Q(pk=project.area_id) | Q(project_areas__project=project)).distinct()
    return [place for place in rows.order_by("name", "pk") if may(actor, Right.RECORD_PROJECTS, place)]


def keepers_to_choose(area: Area) -> list[tuple[str, str]]:
    """Organisations, and the posts of the area and of those above it."""
    organisations = [
        (f"organisation:{row.pk}", name_text(row.names, row.key))
        for row in Organisation.objects.order_by("key")[:300]
    ]
    posts = Post.objects.filter(area__in=chain_ids(area), valid_to__isnull=True).order_by("key")[:100]
    return organisations + [(f"post:{row.pk}", name_text(row.names, row.key)) for row in posts]


def public_page(project: Project) -> str:
    """The project's page for everybody, where that room has one."""
    try:
        return reverse("following:project", kwargs={"lang": get_language() or "en", "key": project.key})
    except NoReverseMatch:
        return ""


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was sent, for the form to show again; a template can't read a name with a hyphen."""
    return {name.replace("-", "_"): reading.shown(str(text))[:200] for name, text in request.POST.items()}


def _page(request: HttpRequest, row: Asset, problem: Problem | None = None, act: str = "") -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    typed = _typed(request)
    context = {
        "sheet": selectors.sheet(row, today),
        "asset": row,
        "project_page": public_page(row.project),
        "may_record": row.struck_on is None and may(actor, Right.RECORD_PROJECTS, row.area),
        "may_run": row.struck_on is None and may(actor, Right.RUN_PROJECTS, row.area),
        "refusal": words.refusal(problem) if problem else "",
        "wrong": problem.field if problem else "",
        "form": act,
        "done": request.GET.get("done", ""),
        "typed": typed,
        "key": typed.get("key") or str(day_key(today)),
        "today": today.isoformat(),
        "first": row.handed_over_on.isoformat(),
        "keepers": keepers_to_choose(row.area),
        "tables": {
            name.lower(): words.choices(getattr(words, name))
            for name in ("RESULTS", "FAULTS", "WAYS", "GRADES", "PAYERS", "STRUCK_FOR")
        },
        **upload_part(),
    }
    return render(request, "assets/desk/asset.html", context, status=problem.status if problem else 200)


def _add_form(
    request: HttpRequest, project: Project, places: list[Area], problem: Problem | None
) -> HttpResponse:
    typed, done = _typed(request), selectors.done_since(project)
    context = {
        "project": project,
        "places": places,
        "kinds": words.choices(words.KINDS),
        "done_since": done.isoformat() if done else "",
        "keepers": keepers_to_choose(project.area),
        "typed": typed,
        "key": typed.get("key") or str(day_key(clock.today())),
        "refusal": words.refusal(problem) if problem else "",
        "wrong": problem.field if problem else "",
        "today": clock.today().isoformat(),
    }
    return render(request, "assets/desk/add.html", context, status=problem.status if problem else 200)
