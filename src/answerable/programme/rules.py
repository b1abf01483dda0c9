"""Who answers for what, and within how many days: decided from plain values. No Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from answerable.places.rules import PlacedArea

#: Roles that a line of the matrix may give a case to, in the order they are preferred within one area.
HANDLING_ROLES = ("case-handler", "coordinator", "director")
FOCAL_ROLE = "focal-point"


@dataclass(frozen=True)
class ServiceTimes:
    """Working days to acknowledge, answer and resolve; calendar days of silence before a nudge."""

    acknowledge_days: int = 3
    answer_days: int = 7
    resolve_days: int = 30
    silence_days: int = 14


DEFAULT_TIMES = ServiceTimes()


@dataclass(frozen=True)
class StandardLine:
    """The times of a subject (None: of every subject without its own) from a day on."""

    subject_id: int | None
    valid_from: date
    times: ServiceTimes


@dataclass(frozen=True)
class PlacedLevel:
    """One area of a chain from the root down, and the level it is at."""

    area: PlacedArea
    level_id: int
    rank: int


@dataclass(frozen=True)
class Line:
    """One line of the responsibility matrix. Exactly one of function, post and outside body is given."""

    pk: int
    subject_id: int | None
    level_id: int
    rank: int
    within: PlacedArea | None
    function: str
    post_id: int | None
    outside_body_id: int | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Seat:
    """A post, where it sits, and the days on which somebody fills it."""

    post_id: int
    role: str
    function: str
    area: PlacedArea | None
    valid_from: date
    valid_to: date | None
    filled: tuple[tuple[date, date | None], ...]

    def is_valid(self, on: date) -> bool:
        """True while the post exists."""
        return is_within(on, self.valid_from, self.valid_to)

    def is_filled(self, on: date) -> bool:
        """True when somebody sits in it."""
        return self.is_valid(on) and any(is_within(on, start, end) for start, end in self.filled)

    def covers(self, area: PlacedArea) -> bool:
        """True when the post's reach includes the area."""
        return self.area is None or self.area.covers(area.path)


@dataclass(frozen=True)
class Decision:
    """What the matrix says: the post that keeps the case, and the outside body that answers, if one does."""

    post_id: int | None
    outside_body_id: int | None
    level_rank: int | None


NOBODY = Decision(None, None, None)


def is_within(on: date, start: date, end: date | None) -> bool:
    """True from the first to the last day; no last day means still."""
    return start <= on and (end is None or on <= end)


def is_overlapping(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
    """True when the two spans share a day."""
    return (end is None or other_start <= end) and (other_end is None or start <= other_end)


def times_for(lines: Iterable[StandardLine], subjects: Sequence[int | None], on: date) -> ServiceTimes:
    """The times of the first of `subjects` (own, parent, None) with a line by that day; the newest line wins."""
    begun = [line for line in lines if line.valid_from <= on]
    for subject_id in subjects:
        own = [line for line in begun if line.subject_id == subject_id]
        if own:
            return max(own, key=lambda line: line.valid_from).times
    return DEFAULT_TIMES


def find_route(
    *,
    chain: Sequence[PlacedLevel],
    subjects: Sequence[int | None],
    lines: Iterable[Line],
    seats: Mapping[int, Seat],
    on: date,
    above: int | None = None,
) -> Decision:
    """Walk the matrix from the lowest level upward; within a level the most specific line goes first.

    `chain` is the area and its ancestors, `subjects` the subject, its parent and None, in that
    order. The first line with a filled post wins. A post that nobody fills is passed over while a
    higher one is filled; if none is, the lowest of them keeps the case all the same: work belongs
    to the post. Where a line names an outside body, that body answers, and the next post found
    keeps the case, so that nothing is without an owner. `above`: only ranks smaller than this one.
    """
    if not chain:
        return NOBODY
    here = chain[-1]
    body: Decision | None = None
    empty: Decision | None = None
    for line in _in_order(chain, subjects, lines, on, above):
        if line.outside_body_id is not None:
            # An empty seat below has been passed over already: the body is the first that can answer.
            body = body or Decision(None, line.outside_body_id, line.rank)
            continue
        for seat in _seats_of(line, chain, seats):
            if not seat.is_valid(on) or not seat.covers(here.area):
                continue
            if seat.is_filled(on):
                return _kept_by(seat.post_id, line.rank, body)
            empty = empty or Decision(seat.post_id, None, line.rank)
    if empty is not None and empty.post_id is not None:
        return _kept_by(empty.post_id, empty.level_rank, body)
    return body or NOBODY


def _kept_by(post_id: int, rank: int | None, body: Decision | None) -> Decision:
    if body is None:
        return Decision(post_id, None, rank)
    return Decision(post_id, body.outside_body_id, body.level_rank)


def _in_order(
    chain: Sequence[PlacedLevel],
    subjects: Sequence[int | None],
    lines: Iterable[Line],
    on: date,
    above: int | None,
) -> list[Line]:
    here = chain[-1]
    levels = {step.level_id for step in chain}
    ranks = {step.rank for step in chain}
    specific = {subject_id: place for place, subject_id in enumerate(subjects)}
    fitting = [
        line
        for line in lines
        if line.subject_id in specific
        and is_within(on, line.valid_from, line.valid_to)
        and (above is None or line.rank < above)
        and line.rank <= here.rank
        # A tree may leave a level out; a line of a sister level of the same rank is for other areas.
        and (line.level_id in levels or line.rank not in ranks)
        and (line.within is None or line.within.covers(here.area.path))
    ]
    return sorted(
        fitting,
        key=lambda line: (
            -line.rank,
            specific[line.subject_id],
            -(line.within.depth if line.within else 0),
            line.pk,
        ),
    )


def _seats_of(line: Line, chain: Sequence[PlacedLevel], seats: Mapping[int, Seat]) -> list[Seat]:
    if line.post_id is not None:
        return [seats[line.post_id]] if line.post_id in seats else []
    there = {step.area.pk for step in chain if step.level_id == line.level_id}
    found = [
        seat
        for seat in seats.values()
        if seat.function == line.function
        and seat.role in HANDLING_ROLES
        and seat.area is not None
        and seat.area.pk in there
    ]
    return sorted(found, key=lambda seat: (HANDLING_ROLES.index(seat.role), seat.post_id))


def nearest_focal(seats: Iterable[Seat], area: PlacedArea, on: date) -> int | None:
    """The focal point's post that covers the area: filled ones first, then the nearest."""
    fitting = [s for s in seats if s.role == FOCAL_ROLE and s.is_valid(on) and s.covers(area)]
    if not fitting:
        return None
    return min(
        fitting, key=lambda s: (not s.is_filled(on), -(s.area.depth if s.area else 0), s.post_id)
    ).post_id
