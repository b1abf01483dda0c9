"""Do: every write of the following room."""

from __future__ import annotations

from answerable.access.gate import Act, acting
from answerable.access.rules import PUBLIC, Actor, Right
from answerable.kernel import clock
from answerable.listening.models import Case
from answerable.listening.selectors import Followed, case_for, followed
from answerable.projects.models import Project
from answerable.projects.rules.confirming import VERDICTS
from answerable.projects.services import hear_a_code, need_is_linked

from .models import CaseProject, SpokenCode
from .problems import CodeSpokeAlready, LinkRefused, NothingToConfirm, VerdictUnknown
from .selectors import links_of_case, mark_of, projects_that_fit


def link_case(*, actor: Actor, case: int, project: Project) -> CaseProject:
    """Say that a project answers a case; of a joined case, the one that survives. The same twice is one link.

    A project that said "no linked need" takes that back in the same act.

    Raises NotThere (a case the actor may not see), LinkRefused, Denied.
    """
    seen = case_for(actor, case)
    main = seen.duplicate_of or seen
    with acting(actor, Right.RUN_PROJECTS, seen.area) as act:
        # Locked, so that it is not sealed in between.
        row = Case.objects.select_for_update().get(pk=main.pk)
        row.area = seen.area
        if row.sensitive or row.state == "withdrawn" or project not in projects_that_fit(row):
            raise LinkRefused(field="project")
        link, made = CaseProject.objects.get_or_create(
            case=row, project=project, defaults={"on": clock.today(), "post_id": act.post_id}
        )
        if made:
            act.record("following.linked", case=row.pk, project=project.pk)
        took_back = need_is_linked(act, project)
        act.idle = not made and not took_back
    return link


def unlink_case(*, actor: Actor, case: int, project: Project) -> None:
    """Take back a link that was wrong, and those of the cases joined to it. Raises NotThere, Denied."""
    seen = case_for(actor, case)
    with acting(actor, Right.RUN_PROJECTS, seen.area) as act:
        main = seen.duplicate_of_id or seen.pk
        rows = CaseProject.objects.filter(project=project, case__in=[main, *_joined(main)])
        act.idle = not rows.exists()
        for link in rows:
            act.record("following.unlinked", rows=[link], case=link.case_id, project=project.pk)
        rows.delete()


def let_go(act: Act, case: Case) -> None:
    """A case is being sealed: its links go, in the same act and on the sealed side of the record."""
    rows = CaseProject.objects.filter(case=case)
    for link in rows:
        act.record("following.unlinked", sealed=True, rows=[link], case=case.pk, project=link.project_id)
    rows.delete()


def _joined(main: int) -> list[int]:
    return list(Case.objects.filter(duplicate_of=main).values_list("pk", flat=True))


def say_by_code(*, code: str, project: str, verdict: str) -> Followed:
    """A resident says whether a project that answers their need is done. One code, one voice, never whose.

    Raises CodeIncomplete, CodeMistyped, CodeUnknown, TooManyTries, VerdictUnknown, NothingToConfirm, CodeSpokeAlready.
    """
    found = followed(code)
    if verdict not in VERDICTS:
        raise VerdictUnknown(field="verdict")
    links = links_of_case(found.case) if found.feedback.withdrawn_on is None else []
    row = next((link.project for link in links if link.project.key == project), None)
    if row is None or row.claimed_on is None:
        raise NothingToConfirm
    mark = mark_of(found.feedback, row)
    with acting(PUBLIC, Right.FOLLOW, row.area) as act:
        _, first = SpokenCode.objects.get_or_create(mark=mark)
        if not first:
            raise CodeSpokeAlready
        hear_a_code(actor=PUBLIC, project=row.pk, verdict=verdict)
        act.record("following.code-spoke", project=row.pk, claim=row.claims)
    return found
