"""The desk's side: which project answers a case, and the thread of a case for whoever may see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.gate import post_for
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.following.problems import LinkRefused
from answerable.following.selectors import (
    linked_cases_for,
    links_of_case,
    projects_that_fit,
    projects_without_need,
)
from answerable.following.services import link_case, unlink_case
from answerable.following.threads import address, need_said, thread_of_case
from answerable.kernel.problem import Problem
from answerable.listening.models import Case
from answerable.listening.selectors import case_for, timeline
from answerable.projects.models import Project
from answerable.projects.selectors import project_for
from answerable.web import reading
from answerable.web.pages import sentence


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The thread of a case; POST links a project to it."""
    actor = actor_of(request)
    row = _case(actor, case_id)
    if request.method != "POST":
        return _page(request, actor, row, None)
    wanted = reading.number_in(request.POST.get("project"))
    try:
        post_for(actor, Right.RUN_PROJECTS, row.area)
        project = next((one for one in projects_that_fit(row) if one.pk == wanted), None)
        if project is None:
            raise LinkRefused(field="project")
        link_case(actor=actor, case=row.pk, project=project)
    except Problem as problem:
        return _page(request, actor, row, problem)
    return HttpResponseRedirect(reverse("following-desk:case", args=[row.pk]))


@require_POST
@signed_in
def unlink(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take a wrong link back."""
    actor = actor_of(request)
    row = _case(actor, case_id)
    wanted = reading.number_in(request.POST.get("project"))
    post_for(actor, Right.RUN_PROJECTS, row.area)
    linked = next((link.project for link in links_of_case(row) if link.project_id == wanted), None)
    if linked is not None:
        unlink_case(actor=actor, case=row.pk, project=linked)
    return HttpResponseRedirect(reverse("following-desk:case", args=[row.pk]))


def _case(actor: Actor, case_id: int) -> Case:
    """A case that the actor may see; a sensitive one has no thread for anybody."""
    row = case_for(actor, case_id)
    if row.sensitive:
        raise NotThere
    return row


def _page(request: HttpRequest, actor: Actor, row: Case, problem: Problem | None) -> HttpResponse:
    links = links_of_case(row)
    linked = [link.project for link in links]
    asked = request.GET.get("project", "")
    project = next((one for one in linked if one.key == asked), next(iter(linked), None))
    context = {
        "case": row,
        "rings": thread_of_case(row, timeline(row), project),
        "project": project,
        "linked": linked,
        "fitting": [one for one in projects_that_fit(row) if one not in linked],
        "may_link": _may(actor, row),
        "refusal": sentence(problem) if problem else "",
    }
    return render(request, "following/desk/case.html", context, status=problem.status if problem else 200)


def _may(actor: Actor, row: Case) -> bool:
    try:
        post_for(actor, Right.RUN_PROJECTS, row.area)
    except Denied:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def project(request: HttpRequest, key: str) -> HttpResponse:
    """The cases of a project that one may see; POST links one by its number."""
    actor = actor_of(request)
    row = project_for(actor, key)
    problem: Problem | None = None
    if request.method == "POST":
        number = reading.number_in(request.POST.get("case")) or 0
        try:
            post_for(actor, Right.RUN_PROJECTS, row.area)
            link_case(actor=actor, case=number, project=row)
            return HttpResponseRedirect(reverse("following-desk:project", args=[row.key]))
        except NotThere:
            problem = LinkRefused(field="case")
        except Problem as refused:
            problem = refused
    context = {
        "project": row,
        "cases": linked_cases_for(actor, row),
        # Who may see no case of it reads what everybody reads.
        "need": need_said(row),
        "typed": reading.shown(request.POST.get("case", "")),
        "refusal": sentence(problem) if problem else "",
        "desk": address("projects-desk:project", row.key) or address("projects:project", row.key),
        "may_link": actor.has(Right.RUN_PROJECTS),
    }
    return render(request, "following/desk/project.html", context, status=problem.status if problem else 200)


@require_safe
@needs(Right.SEE_PROGRAMME)
def gaps(request: HttpRequest) -> HttpResponse:
    """The projects of which nobody has said which need they answer."""
    rows: list[Project] = projects_without_need(actor_of(request))
    return render(request, "following/desk/gaps.html", {"projects": rows})
