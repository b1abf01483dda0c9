"""What is open in a posting's area, read from the records: the lines of its dossier. A bounded number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, F, Min, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from answerable.assets import rules as upkeep
from answerable.assets.models import Check
from answerable.assets.selectors import STANDS, standing_in
from answerable.kernel.money import Amount
from answerable.listening.models import Case
from answerable.listening.rules.states import OPEN_STATES, RESTING_STATES, State
from answerable.money.models import Commitment, Proposal, ProposalLine
from answerable.places.models import Area
from answerable.places.rules import PlacedArea
from answerable.places.selectors import below
from answerable.projects.models import Project
from answerable.projects.rules.phases import ENDED
from answerable.promises.models import Promise
from answerable.promises.selectors import FOLLOWED

from .rules import Key

#: The office still owes work, or the resident still has the last word.
OPEN_CASES = tuple(sorted(s.value for s in (OPEN_STATES | RESTING_STATES) - {State.CONFIRMED}))


@dataclass(frozen=True)
class Line:
    """One open thing: what, where, since when and by when. `due_on` is the record's own day; nothing here moves it."""

    kind: str
    number: int
    path: str
    place: Mapping[str, str]
    since: date
    due_on: date | None
    names: Mapping[str, str] = field(default_factory=dict)
    #: The state, phase, stage or looking, as the thing's own room calls it.
    state: str = ""
    late: bool = False
    amount: Amount | None = None
    #: The key that its page goes by, where that is not the number.
    at: str = ""
    #: How many milestones of a project are late.
    milestones: int = 0

    @property
    def key(self) -> Key:
        """Its kind and number."""
        return self.kind, self.number

    def age(self, today: date) -> int:
        """Days since it began."""
        return (today - self.since).days


def lines_in(area: PlacedArea, today: date) -> list[Line]:
    """Everything open in the area and below, sealed matters apart: by kind, the oldest first. Eight queries."""
    return [
        *_cases(area, today),
        *_promises(area, today),
        *_projects(area, today),
        *_contracts(area),
        *_drafts(area),
        *_checks(area, today),
    ]


def sealed_in(area: PlacedArea) -> int:
    """How many sealed matters are open there; nothing else is ever said of them here. One query."""
    rows = Case.objects.filter(below(area, "area__"), sensitive=True, state__in=OPEN_CASES)
    return rows.count()


def _place(area: Area) -> Mapping[str, str]:
    return area.names or {"und": area.name}


def _cases(area: PlacedArea, today: date) -> list[Line]:
    rows = Case.objects.filter(below(area, "area__"), sensitive=False, state__in=OPEN_CASES)
    rows = rows.select_related("area", "subject").order_by("received_on", "pk")
    found = []
    for row in rows:
        owed = row.state in {state.value for state in OPEN_STATES}
        due = (row.resolve_due_on if row.answered_on else row.answer_due_on) if owed else None
        late = due is not None and due < today
        found.append(
            Line(
                "case", row.pk, row.area.path or "", _place(row.area), row.received_on, due,
                row.subject.names, row.state, late,
            )
        )  # fmt: skip
    return found


def _promises(area: PlacedArea, today: date) -> list[Line]:
    rows = Promise.objects.filter(below(area, "area__"), state__in=FOLLOWED).select_related("area")
    return [
        Line(
            "promise", row.pk, row.area.path or "", _place(row.area), row.made_on, row.due_on, row.texts,
            row.state, row.late_from is not None and row.late_from <= today,
        )
        for row in rows.order_by("made_on", "pk")
    ]  # fmt: skip


def _projects(area: PlacedArea, today: date) -> list[Line]:
    waits = Q(milestones__actual_on__isnull=True, milestones__dropped_on__isnull=True)
    day = Coalesce("milestones__revised_on", "milestones__planned_on")
    rows = (
        Project.objects.filter(below(area, "area__"))
        .exclude(phase__in=[phase.value for phase in ENDED])
        .select_related("area")
        .annotate(
            late=Count("milestones", filter=waits & Q(milestones__revised_on__lt=today))
            + Count(
                "milestones",
                filter=waits & Q(milestones__revised_on__isnull=True, milestones__planned_on__lt=today),
            ),
            next_on=Min(day, filter=waits),
        )
        .order_by("recorded_on", "pk")
    )
    return [
        Line(
            "project", row.pk, row.area.path or "", _place(row.area), row.recorded_on,
            row.next_on or row.planned_end_on, row.names, row.phase, row.late > 0, at=row.key,
            milestones=row.late,
        )
        for row in rows
    ]  # fmt: skip


def _contracts(area: PlacedArea) -> list[Line]:
    here = below(area, "line__project__area__")
    books = Q(line__project__isnull=True) & below(area, "line__book__area__")
    rows = Commitment.objects.filter(here | books, open_units__gt=0).select_related(
        "entry", "line__project__area", "line__book__area"
    )
    found = []
    for row in rows.order_by("entry__on", "pk"):
        home = row.line.project.area if row.line.project is not None else row.line.book.area
        found.append(
            Line(
                "contract", row.pk, home.path or "", _place(home), row.entry.on, None,
                row.line.project.names if row.line.project is not None else row.line.names,
                amount=Amount(row.open_units, row.line.currency), at=str(row.entry_id),
            )
        )  # fmt: skip
    return found


def _drafts(area: PlacedArea) -> list[Line]:
    """Entries that wait for a second pair of eyes: at home where their first project is, else where the book is."""
    first = ProposalLine.objects.filter(proposal=OuterRef("pk"), project__isnull=False).order_by("n")
    rows = (
        Proposal.objects.filter(state="waiting")
        .annotate(
            home=Coalesce(
                Subquery(first.values("project__area_id")[:1]),
                F("book__area_id"),
                output_field=BigIntegerField(),
            )
        )
        .filter(home__in=Area.objects.filter(below(area)).values("pk"))
        .select_related("book")
        .order_by("made_on", "pk")
    )
    waiting = list(rows)
    homes = Area.objects.in_bulk({row.home for row in waiting}) if waiting else {}
    return [
        Line(
            "draft", row.pk, homes[row.home].path or "", _place(homes[row.home]), row.made_on, None,
            row.book.names, row.stage,
        )
        for row in waiting
    ]  # fmt: skip


def _checks(area: PlacedArea, today: date) -> list[Line]:
    """Things that somebody has to look at; such a line begins when its looking does."""
    stands = Prefetch("checks", Check.objects.filter(STANDS), to_attr="stand")
    begun = upkeep.latest_handed_over(upkeep.MONTHS[0], today)
    rows: Any = (
        standing_in(area).filter(handed_over_on__lte=begun).select_related("area").prefetch_related(stands)
    )
    found = []
    for row in rows:
        seen = [upkeep.Seen(check.on, check.result) for check in row.stand]
        owed = upkeep.open_looking(row.handed_over_on, seen, today)
        if owed is not None:
            found.append(
                Line(
                    "check", row.pk, row.area.path or "", _place(row.area), owed.due_on - upkeep.EARLY, owed.due_on,
                    row.names, str(owed.months), owed.standing == upkeep.Standing.LATE,
                )
            )  # fmt: skip
    return sorted(found, key=lambda line: (line.since, line.number))
