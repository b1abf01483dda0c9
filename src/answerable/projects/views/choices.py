"""Villages' choices on the desk: those held, one with its true numbers, and recording one."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.problems import NotThere
from answerable.access.rules import Right
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.problem import Problem, gettext_noop
from answerable.places.models import Area
from answerable.projects import selectors, services, words
from answerable.projects.forms.fields import Drawn, Field, Sent, names_of
from answerable.projects.models import Choice, Project
from answerable.projects.problems import AreaNeeded
from answerable.projects.rules.choosing import HOW_HELD, HOW_WORDS, places
from answerable.projects.services.choosing import PROPOSED
from answerable.web import reading

from .desk import choose_area
from .shared import area_for, say_problem

MOST_OFFERED = 11
BEFORE = (
    Field(
        "names",
        "lines",
        gettext_noop("What was chosen between"),
        gettext_noop("Such as: what is built first?"),
    ),
    Field("on", "day", gettext_noop("Day")),
    Field("way", "radio", gettext_noop("How it was held")),
    Field("present", "number", gettext_noop("How many were present")),
    Field(
        "each",
        "number",
        gettext_noop("For how many options could each choose"),
        gettext_noop("Usually one."),
        needed=False,
    ),
)
AFTER = (
    Field("unused", "number", gettext_noop("How many of those present chose nothing"), needed=False),
    Field("spoiled", "number", gettext_noop("Papers that could not be read"), needed=False),
    Field("how", "ticks", gettext_noop("What is true of it"), needed=False),
    Field(
        "texts",
        "texts",
        gettext_noop("How it was held, in a few words"),
        gettext_noop("Without names: nobody may be recognised."),
        needed=False,
        most=1_000,
    ),
)


@require_safe
@needs(Right.SEE_PROGRAMME)
def choices(request: HttpRequest) -> HttpResponse:
    """The choices held in the actor's areas, newest first."""
    actor = actor_of(request)
    rows = selectors.choices_for(actor).filter(replaced_by__isnull=True).order_by("-on", "-pk")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "projects/desk/choices.html",
        {"page": page, "may_record": actor.has(Right.RECORD_PROJECTS), "kept": ""},
    )


@require_safe
@signed_in
def choice_page(request: HttpRequest, key: str) -> HttpResponse:
    """One choice: true numbers for staff, and what the public sees of it."""
    actor = actor_of(request)
    choice = selectors.choice_for(actor, key)
    options = sorted(choice.options.all(), key=lambda option: option.n)
    order = places([option.hands for option in options])
    public = {option.n: option for option in selectors.published_choice(choice).options}
    lines: list[dict[str, Any]] = [
        {"option": option, "place": place, "public": public[option.n]}
        for option, place in zip(options, order, strict=True)
    ]
    context = {
        "choice": choice,
        "lines": sorted(lines, key=lambda line: line["place"]),
        "public": selectors.published_choice(choice),
        "how": [words.one_of(words.HOW_WORDS, word) for word in choice.how],
        "replaced": Choice.objects.filter(replaces=choice).first(),
        "may_record": area_for(actor, Right.RECORD_PROJECTS, str(choice.area_id)) is not None,
        "done": request.GET.get("done") == "1" and choice.recorded_on == clock.today(),
        "evidence": choice.evidence.count(),
    }
    return render(request, "projects/desk/choice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RECORD_PROJECTS)
def new_choice(request: HttpRequest) -> HttpResponse:
    """First the area, then the form: its proposals with a box for the hands of each."""
    actor = actor_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    area = area_for(actor, Right.RECORD_PROJECTS, sent.get("area"))
    if area is None:
        problem = AreaNeeded(field="area") if sent.get("area") else None
        return choose_area(
            request, reverse("projects-desk:choice-new"), gettext("Record a village's choice"), problem
        )
    corrected = request.POST.get("replaces") or request.GET.get("replaces", "")
    replaces = selectors.choices_for(actor).filter(area=area, key=corrected).first() if corrected else None
    offered = _offered(area, replaces)
    if corrected and replaces is None:
        raise NotThere
    if request.method != "POST":
        if replaces is not None and Choice.objects.filter(replaces=replaces).exists():
            # Its page says that a later record put it right, and leads there.
            return HttpResponseRedirect(reverse("projects-desk:choice", args=[replaces.key]))
        typed = {"key": str(day_key(clock.today()))[-12:], "on": clock.today().isoformat(), "each": "1"}
        how = replaces.how if replaces else []
        return _form(request, area, offered, typed | _as_recorded(replaces), how, replaces, None)
    hands = [f"hands_{project.pk}" for project in offered]
    typed = reading.typed_in(request.POST, [*names_of((*BEFORE, *AFTER)), *hands, "hands_none", "key"])
    how = request.POST.getlist("how")
    # The form's own random key makes the choice's: a second click finds the first one's record.
    key = f"{area.pk}-{typed['key'][:24]}".lower()
    there = Choice.objects.filter(key=key, area=area).first()
    if there is not None:
        return _onward(there)
    read = Sent(typed, {"how": how})
    try:
        options = [
            services.Option(project, read.number(name))
            for project, name in zip(offered, hands, strict=True)
            if typed[name].strip()
        ]
        if typed["hands_none"].strip():
            options.append(services.Option(None, read.number("hands_none")))
        choice = services.record_choice(
            actor=actor,
            key=key,
            area=area,
            names=read.texts("names"),
            on=read.day("on"),
            way=read.choice("way", HOW_HELD),
            options=options,
            present=read.number("present", least=1),
            each=read.number("each", least=1, empty=1),
            spoiled=read.number("spoiled", empty=0),
            unused=read.number("unused", empty=0),
            how=[word for word in how if word in HOW_WORDS],
            texts=read.texts("texts"),
            replaces=replaces,
        )
    except Problem as problem:
        return _form(request, area, offered, typed, how, replaces, problem)
    return _onward(choice)


def _onward(choice: Choice) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('projects-desk:choice', args=[choice.key])}?done=1")


def _as_recorded(choice: Choice | None) -> dict[str, str]:
    """What a correction begins with: the record that it puts right."""
    if choice is None:
        return {}
    typed = {name: str(getattr(choice, name)) for name in ("present", "each", "spoiled", "unused", "way")}
    typed["on"] = choice.on.isoformat()
    typed |= {f"names_{tag.lower()}": text for tag, text in choice.names.items()}
    typed |= {f"texts_{tag.lower()}": text for tag, text in choice.texts.items()}
    for option in choice.options.all():
        typed[f"hands_{option.project_id or 'none'}"] = str(option.hands)
    return typed


def _offered(area: Area, replaces: Choice | None) -> list[Project]:
    """The proposals for an area; for a correction, those that stood in the record."""
    if replaces is not None:
        return [o.project for o in replaces.options.select_related("project").order_by("n") if o.project]
    rows = Project.objects.filter(selectors.about(area), phase__in=PROPOSED)
    return list(rows.order_by("-recorded_on", "pk")[:MOST_OFFERED])


def _form(
    request: HttpRequest,
    area: Area,
    offered: list[Project],
    typed: dict[str, str],
    how: list[str],
    replaces: Choice | None,
    problem: Problem | None,
) -> HttpResponse:
    shown = {name: reading.shown(value) for name, value in typed.items()}
    wrong = problem.field if problem else ""
    lists: dict[str, Any] = {"way": words.choices(words.HOW_HELD), "how": words.choices(words.HOW_WORDS)}

    def drawn(fields: tuple[Field, ...]) -> list[Drawn]:
        return [
            Drawn(one, lists.get(one.name, ()), shown, how if one.name == "how" else (), wrong == one.name)
            for one in fields
        ]

    context = {
        "area": area,
        "before": drawn(BEFORE),
        "after": drawn(AFTER),
        "offered": [(project, shown.get(f"hands_{project.pk}", "")) for project in offered],
        "hands_none": shown.get("hands_none", ""),
        "key": shown.get("key", ""),
        "options_wrong": wrong in {"options", "hands"} or wrong.startswith("hands_"),
        "replaces": replaces,
        "refusal": say_problem(problem) if problem else "",
    }
    return render(
        request, "projects/desk/choice_new.html", context, status=problem.status if problem else 200
    )
