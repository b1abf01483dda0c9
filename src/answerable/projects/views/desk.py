"""Projects on the desk: the list, one project with all acts, and making one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.gate import post_for
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.evidence.forms import Kept, has_pictures, keep_pictures
from answerable.evidence.views import upload_part
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.problem import Problem, gettext_noop
from answerable.places.models import Area
from answerable.programme.models import Sponsor
from answerable.projects import selectors, services, words
from answerable.projects.forms.acts import (
    BY_KEY,
    DESCRIBING,
    ActForm,
    Choices,
    offered_acts,
    present_values,
    read_description,
)
from answerable.projects.forms.fields import Drawn, Field, Sent, names_of
from answerable.projects.models import Project, ProjectBudget, ProjectStep
from answerable.projects.problems import AreaNeeded, KeyMissing, ProjectChanged
from answerable.web import reading
from answerable.web.figures import day
from answerable.web.pages import problem_page, sentence, typed_words
from answerable.web.problems import RequestUnreadable
from answerable.web.said import name_text

from .shared import area_for, areas_for, say_problem

KEY_FIELD = Field(
    "project_key",
    "line",
    gettext_noop("Short name in addresses"),
    gettext_noop("Small letters, digits and hyphens: ford-school-pump. It never changes."),
    most=60,
)


@require_safe
@needs(Right.SEE_PROGRAMME)
def projects(request: HttpRequest) -> HttpResponse:
    """The projects of the actor's areas: open ones first, the longest silent on top."""
    actor, sent = actor_of(request), request.GET
    area = area_for(actor, Right.SEE_PROGRAMME, sent.get("area"))
    if sent.get("area") and area is None:
        raise NotThere
    phase = sent.get("phase", "")
    phase = phase if phase in words.PHASES else ""
    only_silent = sent.get("silent") == "1"
    sponsor_key = sent.get("sponsor", "")
    sponsor = Sponsor.objects.filter(key=sponsor_key).first() if sponsor_key else None
    rows = selectors.projects_for(actor).select_related("area", "subject")
    if area is not None:
        rows = rows.filter(selectors.about(area))
    if phase:
        rows = rows.filter(phase=phase)
    if only_silent:
        rows = rows.filter(selectors.silent())
    if sponsor is not None:
        rows = rows.filter(sponsor=sponsor)
    rows = rows.order_by(
        F("active_since").asc(nulls_last=True), F("last_word_on").asc(nulls_first=True), "pk"
    )
    page = Paginator(rows, 50).get_page(sent.get("page"))
    shown = list(page.object_list)
    kept = {"area": str(area.pk) if area else "", "phase": phase, "sponsor": sponsor.key if sponsor else ""}
    kept["silent"] = "1" if only_silent else ""
    context = {
        "page": page,
        "rows": list(zip(shown, selectors.lines(shown), strict=True)),
        "area": area,
        "areas": _own_areas(actor, area),
        "phases": words.choices(words.PHASES),
        "phase": phase,
        "sponsors": list(Sponsor.objects.order_by("key")[:200]),
        "sponsor": sponsor,
        "only_silent": only_silent,
        "kept": urlencode({key: value for key, value in kept.items() if value}),
        "gap": selectors.gap(area, sponsor) if area or sponsor else None,
        "may_record": actor.has(Right.RECORD_PROJECTS),
        "days": settings.PROJECT_SILENCE_DAYS,
    }
    return render(request, "projects/desk/list.html", context)


def _own_areas(actor: Actor, chosen: Area | None) -> list[Area]:
    """Where the filter begins: the areas of the actor's posts and those right below, and the chosen one."""
    holdings = actor.holdings_with(Right.SEE_PROGRAMME)
    if any(h.area is None for h in holdings):
        roots = list(Area.objects.filter(parent__isnull=True).select_related("level").order_by("path")[:50])
    else:
        pks = [h.area.pk for h in holdings if h.area is not None]
        roots = list(Area.objects.filter(pk__in=pks).select_related("level").order_by("path"))
    found = list(roots)
    below = Area.objects.filter(parent__in=[chosen.pk] if chosen else [root.pk for root in roots])
    found += [a for a in below.select_related("level").order_by("name")[:100] if a not in found]
    if chosen is not None and chosen not in found:
        found.insert(0, chosen)
    return found


# --- one project -------------------------------------------------------------------------------


@dataclass
class DrawnForm:
    """An act's form as the page draws it."""

    act: ActForm
    fields: list[Drawn]

    @property
    def said(self) -> str:
        """The act in words."""
        return gettext(self.act.words)

    @property
    def hint(self) -> str:
        """What to know before."""
        return gettext(self.act.hint) if self.act.hint else ""


@require_safe
@signed_in
def project_page(request: HttpRequest, key: str) -> HttpResponse:
    """The project; `?act=` opens a form."""
    actor = actor_of(request)
    project = selectors.project_for(actor, key)
    return _page(
        request,
        actor,
        project,
        act=BY_KEY.get(request.GET.get("act", "")),
        done=BY_KEY.get(request.GET.get("done", "")),
        made=request.GET.get("done") == "made",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def project_act(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Do one act. Refused, the page comes back with its status, what changed, and all that was typed."""
    try:
        return _acted(request, key, act)
    except NotThere as gone:
        return problem_page(request, gone, typed_words(request) if request.method == "POST" else ())


def _acted(request: HttpRequest, key: str, act: str) -> HttpResponse:
    actor = actor_of(request)
    form = BY_KEY.get(act)
    project = selectors.project_for(actor, key)
    if form is None:
        raise NotThere
    if request.method != "POST":
        return HttpResponseRedirect(f"{_address(project)}?act={act}")
    typed = reading.typed_in(request.POST, names_of(form.fields))
    ticked = {one.name: request.POST.getlist(one.name) for one in form.fields if one.kind == "ticks"}
    version = reading.number_in(request.POST.get("version"))
    try:
        # Who may not act is told so first, whatever else is wrong with the form.
        post_for(actor, form.right, project.area)
        if version is None or version > project.version:
            raise RequestUnreadable
        by = {"actor": actor, "project": project.pk, "version": version}
        keep = partial(_keep, request, actor) if has_pictures(request) else None
        outcome = form.run(by, Sent(typed, ticked, keep), Choices(actor, project))
    except Problem as problem:
        if isinstance(problem, NotThere):
            raise
        fresh = selectors.project_for(actor, key)
        return _page(
            request, actor, fresh, act=form, problem=problem, typed=typed, ticked=ticked, version=version
        )
    if isinstance(outcome, Kept) and outcome.refused:
        fresh = selectors.project_for(actor, key)
        return _page(request, actor, fresh, act=form, typed=typed | {"item": ""}, ticked=ticked, kept=outcome)
    return HttpResponseRedirect(f"{_address(project)}?done={form.key}")


def _keep(request: HttpRequest, actor: Actor, area: Area) -> Kept:
    return keep_pictures(request, actor=actor, area=area)


def _address(project: Project) -> str:
    return reverse("projects-desk:project", args=[project.key])


def _page(
    request: HttpRequest,
    actor: Actor,
    project: Project,
    *,
    act: ActForm | None = None,
    done: ActForm | None = None,
    made: bool = False,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
    ticked: dict[str, list[str]] | None = None,
    version: int | None = None,
    kept: Kept | None = None,
) -> HttpResponse:
    steps = selectors.steps_of(project)
    ways = offered_acts(actor, project)
    form = None
    if act is not None and act in ways and not act.at_once:
        form = _drawn(actor, project, act, typed, ticked, problem.field if problem else "")
    news: list[ProjectStep] = []
    if isinstance(problem, ProjectChanged) and version is not None:
        news = [step for step in steps if step.n > version]
    changes = ", ".join(f"{words.one_of(words.STEPS, s.step)} ({day(s.on)})" for s in news)
    heard = selectors.heard_of(project)
    context = {
        "project": project,
        "state": selectors.state_of(project),
        "areas": selectors.areas_of(project),
        "sectors": selectors.sectors_of(project),
        "budgets": list(ProjectBudget.objects.filter(project=project).order_by("currency")),
        "milestones": selectors.milestones_of(project),
        "words": selectors.words_of(project)[:30],
        "steps": steps,
        "snags": selectors.snags_of(project),
        "given": selectors.given_in_all(project),
        "spots": selectors.evidence_of(project),
        "parts": selectors.parts_of(project),
        "heard": heard,
        "chosen": list(project.chosen_in.filter(choice__replaced_by__isnull=True).select_related("choice")),
        "ways": [way for way in ways if not way.describes],
        "describing": [way for way in ways if way.describes],
        "words_of_act": {way.key: gettext(way.words) for way in ways},
        "form": form,
        "done": _done(done, steps, made),
        "refusal": say_problem(problem, changes) if problem else "",
        "rescued": _rescued(typed) if form is None and problem is not None else [],
        "wrong": problem.field if problem else "",
        "refused": [(name, sentence(why)) for name, why in kept.refused] if kept else [],
        "kept_count": len(kept.items) if kept else 0,
        **upload_part(),
        "today": clock.today(),
        "word_days": settings.RESIDENTS_WORD_DAYS,
    }
    status = problem.status if problem else 422 if kept else 200
    return render(request, "projects/desk/project.html", context, status=status)


def _done(act: ActForm | None, steps: list[ProjectStep], made: bool) -> str:
    """That an act was done, if the log says that it was done today: an address alone claims nothing."""
    today = [step.step for step in steps if step.on == clock.today()]
    if made and "made" in today:
        return gettext("It is recorded.")
    if act is None or not set(act.steps) & set(today):
        return ""
    return gettext("Done: %(act)s.") % {"act": gettext(act.words)}


def _rescued(typed: dict[str, str] | None) -> list[str]:
    return [reading.shown(text) for name, text in (typed or {}).items() if "texts" in name and text.strip()]


def _drawn(
    actor: Actor,
    project: Project,
    act: ActForm,
    typed: dict[str, str] | None,
    ticked: dict[str, list[str]] | None,
    wrong: str,
) -> DrawnForm:
    choices = Choices(actor, project)
    if typed is None:
        typed, ticked = present_values(act, project)
        typed = typed | {"key": str(day_key(clock.today()))}
    shown = {name: reading.shown(value) for name, value in typed.items()}
    fields = [
        Drawn(
            one,
            choices.of(one.name, act.key),
            shown,
            (ticked or {}).get(one.name, ()),
            wrong=bool(wrong) and wrong == one.name,
        )
        for one in act.fields
    ]
    return DrawnForm(act, fields)


# --- making one --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RECORD_PROJECTS)
def new(request: HttpRequest) -> HttpResponse:
    """First the area, then the form."""
    actor = actor_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    area = area_for(actor, Right.RECORD_PROJECTS, sent.get("area"))
    if area is None:
        problem = AreaNeeded(field="area") if sent.get("area") else None
        return choose_area(request, reverse("projects-desk:new"), gettext("Record a project"), problem)
    fields = (KEY_FIELD, *DESCRIBING)
    if request.method != "POST":
        return _new_form(request, actor, area, fields, {}, None)
    typed = reading.typed_in(request.POST, names_of(fields))
    there = Project.objects.filter(key=typed["project_key"].strip(), area=area).first()
    read = Sent(typed)
    try:
        if not typed["project_key"].strip():
            raise KeyMissing(field="key")
        said = read_description(read, Choices(actor, Project(area=area)))
        if there is not None and there.recorded_on == clock.today() and there.names == _full(said["names"]):
            # A second click of the same form: it is recorded, and that is what the page says.
            return HttpResponseRedirect(f"{_address(there)}?done=made")
        project = services.make_project(actor=actor, key=typed["project_key"], area=area, **said)
    except Problem as problem:
        return _new_form(request, actor, area, fields, typed, problem)
    return HttpResponseRedirect(f"{_address(project)}?done=made")


def _full(texts: dict[str, str]) -> dict[str, str]:
    return {tag: " ".join(text.split()) for tag, text in texts.items() if text.strip()}


def _new_form(
    request: HttpRequest,
    actor: Actor,
    area: Area,
    fields: tuple[Field, ...],
    typed: dict[str, str],
    problem: Problem | None,
) -> HttpResponse:
    choices = Choices(actor, Project(area=area))
    shown = {name: reading.shown(value) for name, value in typed.items()}
    wrong = {"key": "project_key"}.get(problem.field, problem.field) if problem else ""
    context: dict[str, Any] = {
        "area": area,
        "fields": [
            Drawn(one, choices.of(one.name, "describe"), shown, wrong=bool(wrong) and wrong == one.name)
            for one in fields
        ],
        "refusal": say_problem(problem) if problem else "",
    }
    status = problem.status if problem else 200
    return render(request, "projects/desk/new.html", context, status=status)


def choose_area(
    request: HttpRequest, address: str, title: str, problem: Problem | None = None
) -> HttpResponse:
    """A page that asks where: areas in which the actor may record projects."""
    sought = reading.shown(request.GET.get("q", ""))[:100]
    areas = areas_for(actor_of(request), sought)
    context = {
        "title": title,
        "address": address,
        "sought": sought,
        "areas": [(area, name_text(area.names, area.name)) for area in areas],
        "refusal": say_problem(problem) if problem else "",
    }
    return render(
        request, "projects/desk/choose_area.html", context, status=problem.status if problem else 200
    )
