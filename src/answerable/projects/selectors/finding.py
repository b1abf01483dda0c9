"""Which projects: by key, for an actor, for an area, and as lines of a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.places.models import Area
from answerable.places.rules import ids_in
from answerable.places.selectors import below, chain_ids, placed
from answerable.projects.models import Project, ProjectArea
from answerable.projects.rules.silence import quiet_days

from .standing import silent_today, standing_of

MOST_IN_A_LIST = 50


def project_by_key(key: str) -> Project:
    """The project of that key, with its area, subject, sponsor and implementer. Raises NotThere. One query."""
    rows = Project.objects.select_related("area__level", "subject", "sponsor", "implementer", "parent")
    project = rows.filter(key=key).first()
    if project is None:
        raise NotThere
    return project


def projects_for(actor: Actor) -> QuerySet[Project]:
    """The projects that the actor may see at the desk: those for an area of theirs, or around it."""
    if actor.kind == "staff" and any(h.area is None for h in actor.holdings_with(Right.SEE_PROGRAMME)):
        return Project.objects.all()
    seen = Q(scope(actor, Right.SEE_PROGRAMME, "area__"))
    chains = {
        pk
        for holding in actor.holdings_with(Right.SEE_PROGRAMME)
        if holding.area is not None
        for pk in ids_in(holding.area.path)
    }
    around = ProjectArea.objects.filter(seen | Q(area__in=chains), project=OuterRef("pk"))
    return Project.objects.filter(seen | Exists(around))


def project_for(actor: Actor, key: str) -> Project:
    """The project of that key, if the actor may see it. Raises NotThere."""
    rows = projects_for(actor).select_related("area__level", "subject", "sponsor", "implementer", "parent")
    project = rows.filter(key=key).first()
    if project is None:
        raise NotThere
    return project


def about(area: Area) -> Q:
    """The condition `for this area, for one below it, or for one around it`."""
    here = ProjectArea.objects.filter(
        below(placed(area), "area__") | Q(area__in=chain_ids(area)), project=OuterRef("pk")
    )
    return Q(Exists(here))


def within(area: Area) -> Q:
    """The condition `its home is in this area or below`: what figures count, each project once."""
    return below(placed(area), "area__")


@dataclass(frozen=True)
class ProjectLine:
    """A project in one line of a list, for any page."""

    key: str
    names: dict[str, str]
    subject_key: str
    subject_names: dict[str, str]
    phase: str
    standing: str
    #: Amber: no word to the public for `quiet` days.
    silent: bool
    quiet: int | None
    last_word_on: date | None
    planned_end_on: date | None
    no_linked_need: bool
    area_id: int


def projects_in(area: Area, *, limit: int = MOST_IN_A_LIST) -> list[ProjectLine]:
    """The projects for an area, for one below it or around it: open ones first, the silent before the rest.

    One query. Cancelled ones stay in the list: what was stopped is not hidden.
    """
    rows = Project.objects.filter(about(area)).select_related("subject")
    ordered = rows.only(*_LINE_COLUMNS).order_by(
        F("confirmed_on").asc(nulls_first=True), F("last_word_on").asc(nulls_first=True), "pk"
    )
    return lines(ordered[:limit])


_LINE_COLUMNS = (
    "key",
    "names",
    "subject__key",
    "subject__names",
    "phase",
    "active_since",
    "first_claimed_on",
    "claimed_on",
    "verdict",
    "last_word_on",
    "planned_end_on",
    "no_linked_need",
    "area_id",
)


def lines(rows: Iterable[Project]) -> list[ProjectLine]:
    """Projects as lines of a list; each row comes with its subject."""
    today = clock.today()
    return [
        ProjectLine(
            key=row.key,
            names=row.names,
            subject_key=row.subject.key if row.subject else "",
            subject_names=row.subject.names if row.subject else {},
            phase=row.phase,
            standing=standing_of(row, today).value,
            silent=silent_today(row, today),
            quiet=quiet_days(row.phase, row.active_since, row.last_word_on, today),
            last_word_on=row.last_word_on,
            planned_end_on=row.planned_end_on,
            no_linked_need=row.no_linked_need,
            area_id=row.area_id,
        )
        for row in rows
    ]
