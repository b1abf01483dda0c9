"""Ask: which needs a project answers, and which projects answer a need."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from answerable.access.rules import Actor
from answerable.listening.models import Case, Feedback
from answerable.listening.selectors import cases_for
from answerable.places.selectors import chain_ids
from answerable.projects.models import Project
from answerable.projects.selectors import projects_for
from answerable.safeguards.suppression import PublicCount, public_count

from .models import CaseProject, SpokenCode


def links_of_case(case: Case) -> list[CaseProject]:
    """The projects of a matter, the newest link first: its own, and those of the cases that were joined to it."""
    main = case.duplicate_of_id or case.pk
    rows = CaseProject.objects.filter(Q(case=main) | Q(case__duplicate_of=main), case__sensitive=False)
    found: dict[int, CaseProject] = {}
    for link in rows.select_related("project__area", "case").order_by("-on", "-pk"):
        found.setdefault(link.project_id, link)
    return list(found.values())


def cases_of_project(project: Project) -> QuerySet[Case]:
    """The matters that a project answers: of joined cases the one that survives."""
    own = Q(project_links__project=project, duplicate_of__isnull=True)
    joined = Q(duplicates__project_links__project=project)
    rows = Case.objects.filter(own | joined, sensitive=False).exclude(state="withdrawn")
    return Case.objects.filter(pk__in=rows.values("pk"))


def linked_cases_for(actor: Actor, project: Project) -> list[Case]:
    """The matters of a project that an actor may see, for the desk."""
    rows = cases_for(actor).filter(pk__in=cases_of_project(project).values("pk"))
    return list(rows.select_related("area", "subject").order_by("received_on", "pk")[:200])


def needs_count(project: Project) -> tuple[int, PublicCount]:
    """How many matters a project answers (0 or more, for "is there any"), and how many voices, as may be published."""
    found = cases_of_project(project).aggregate(voices=Sum("voices"))
    cases = cases_of_project(project).count()
    return cases, public_count(found["voices"] or 0)


def projects_that_fit(case: Case) -> list[Project]:
    """The projects that could answer a case: they work in its village and are not cancelled. One query."""
    chain = chain_ids(case.area)
    here = Q(areas__area__in=chain) | Q(areas__isnull=True, area__in=chain)
    rows = Project.objects.filter(here).exclude(phase="cancelled").distinct()
    return list(rows.order_by("-pk")[:100])


def has_spoken(feedback: Feedback, project: Project) -> bool:
    """True when the code of this feedback has given its word on the project's present claim."""
    return SpokenCode.objects.filter(mark=mark_of(feedback, project)).exists()


def mark_of(feedback: Feedback, project: Project) -> str:
    """The mark of one code on one claim: the same each time, and nobody's without the server's key."""
    said = f"following.code-spoke:{feedback.pk}:{project.pk}:{project.claims}"
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()


def answers_a_need(project: Project) -> bool:
    """True when a case is linked to the project."""
    return CaseProject.objects.filter(project=project).exists()


def projects_without_need(actor: Actor) -> list[Project]:
    """The projects that an actor may see, that answer no case, and whose office has not said so: gaps."""
    linked = CaseProject.objects.filter(project=OuterRef("pk"))
    rows = projects_for(actor).filter(~Exists(linked), no_linked_need=False).exclude(phase="cancelled")
    return list(rows.select_related("area").order_by("-recorded_on", "-pk")[:200])
