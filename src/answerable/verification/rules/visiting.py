"""Who may look, what is asked, what an answer means, and what a finding needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from answerable.access.rules import Role
from answerable.places.rules import PlacedArea
from answerable.verification.problems import (
    AnswerUnknown,
    FindingUnowned,
    SeverityMissing,
    VisitorInLine,
)

ANSWERS = ("yes", "partly", "no")
SEVERITIES = ("small", "serious", "dangerous")
MOST_COUNTED = 1_000_000
#: Days that an owner has at most.
LONGEST_REPAIR = 366


@dataclass(frozen=True)
class Question:
    """A question of the checklist: answered yes, partly or no, or with two counts, as recorded and as found."""

    key: str
    counts: bool = False


CHECKLISTS: Mapping[str, tuple[Question, ...]] = {
    "project": (
        Question("there"),
        Question("as-described"),
        Question("in-use"),
        Question("safe"),
        Question("sign-shown"),
        Question("parts", counts=True),
    ),
    "asset": (
        Question("there"),
        Question("works"),
        Question("kept"),
        Question("safe"),
        Question("parts", counts=True),
    ),
    "payment": (
        Question("document"),
        Question("sum-same"),
        Question("received"),
        Question("purpose-same"),
        Question("pieces", counts=True),
    ),
}


@dataclass(frozen=True)
class Seat:
    """One post that the visitor fills: its role, where, and the team and sponsor it belongs to."""

    post_id: int
    key: str
    role: Role
    area: PlacedArea | None
    team: int | None = None
    sponsor: int | None = None


def check_outside(
    seats: Iterable[Seat], *, where: PlacedArea, teams: Iterable[int], sponsors: Iterable[int]
) -> None:
    """None of the seats is of a team or sponsor of the unit, or of the line of offices above or below its place.

    An auditor's seat is in no line. Raises VisitorInLine.
    """
    teams, sponsors = set(teams), set(sponsors)
    for seat in seats:
        if seat.team in teams or seat.sponsor in sponsors:
            raise VisitorInLine(field="visitor", post=seat.key)
        if seat.role is not Role.AUDITOR and (
            seat.area is None or seat.area.covers(where.path) or where.covers(seat.area.path)
        ):
            raise VisitorInLine(field="visitor", post=seat.key)


def answers_in(kind: str, typed: Mapping[str, str]) -> dict[str, str]:
    """The answer to each question, all of them: `yes`, `partly`, `no`, or `recorded/found`. Raises AnswerUnknown."""
    found = {}
    for question in CHECKLISTS[kind]:
        given = typed.get(question.key, "").strip()
        if question.counts:
            parts = given.split("/")
            fits = len(parts) == 2 and all(
                part.isascii() and part.isdecimal() and len(part) < 8 and int(part) <= MOST_COUNTED
                for part in parts
            )
            given = "/".join(str(int(part)) for part in parts) if fits else given
        else:
            fits = given in ANSWERS
        if not fits:
            raise AnswerUnknown(field=question.key, question=question.key)
        found[question.key] = given
    return found


def is_gap(answer: str) -> bool:
    """Whether an answer says that something is not as the record says."""
    recorded, counted, found = answer.partition("/")
    return recorded != found if counted else answer != "yes"


def gaps_in(answers: Mapping[str, str]) -> list[str]:
    """The questions whose answer is a gap."""
    return [key for key, answer in answers.items() if is_gap(answer)]


def agreed(first: Mapping[str, str], second: Mapping[str, str]) -> tuple[int, int]:
    """How many questions two visits answered alike, and how many both answered."""
    both = first.keys() & second.keys()
    return sum(first[key] == second[key] for key in both), len(both)


def check_findings(
    gaps: Sequence[str], severities: Mapping[str, str], *, owned: bool, due: date | None, today: date
) -> None:
    """Each gap has its severity, and all of them an owner and a day. Raises SeverityMissing, FindingUnowned."""
    for key in gaps:
        if severities.get(key) not in SEVERITIES:
            raise SeverityMissing(field=key, question=key)
    if gaps and not owned:
        raise FindingUnowned(field="owner")
    if gaps and (due is None or not 0 <= (due - today).days <= LONGEST_REPAIR):
        raise FindingUnowned(field="due_on")
