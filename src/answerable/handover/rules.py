"""Decide: who owns an open line on a day, which lines nobody has claimed, and to whom one may go. No Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

#: What stands in a dossier, each kind in its own room.
KINDS = ("case", "promise", "project", "contract", "draft", "check")
ACCEPTED, CONTESTED, RETURNED = "accepted", "contested", "returned"
STATES = (ACCEPTED, CONTESTED, RETURNED)
#: Why a line is contested: it is said to be another's, or not so; or returned: first something has to be done.
CONTEST_REASONS = ("not-in-our-area", "settled-already", "record-is-wrong", "never-agreed")
RETURN_REASONS = ("papers-missing", "not-explained", "site-not-shown", "promise-unclear")
REASONS = (*CONTEST_REASONS, *RETURN_REASONS)
#: Who may answer for an area between two postings.
ACTING_ROLES = ("coordinator", "director", "case-handler")

#: A line's kind and its number.
Key = tuple[str, int]


@dataclass(frozen=True)
class Stay:
    """A posting as the rules see it. `path` is its area's; both days are within."""

    pk: int
    path: str
    starts_on: date
    ends_on: date

    def covers(self, path: str) -> bool:
        """True for its area and everything below it."""
        return path.startswith(self.path)

    def is_on(self, day: date) -> bool:
        """True while it runs."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class Taken:
    """A line was accepted on a day: from a posting, by a later posting or by an acting post."""

    posting: int
    to_posting: int | None
    to_post: int | None
    on: date


@dataclass(frozen=True)
class Owner:
    """Who answers for a line: a posting, or a post."""

    posting: int | None = None
    post: int | None = None


#: The acting post after a posting (None: where none has ever been), on a day; None where there is nobody.
ActingPost = Callable[[int | None, date], int | None]


def owner_on(
    since: date, path: str, stays: Iterable[Stay], taken: Sequence[Taken], acting: ActingPost, day: date
) -> Owner:
    """The one that owns a line on a day, the line open since `since` in the area of `path`; `taken` in order.

    It is the posting that was there when the line began, until another accepts it. Once that posting has ended, and
    while nobody has accepted, it is the acting post. What began before any posting is the first one's.
    """
    here = sorted((stay for stay in stays if stay.covers(path)), key=lambda stay: stay.starts_on)
    by_pk = {stay.pk: stay for stay in here}
    holder = _first_holder(since, here)
    post: int | None = None
    for one in taken:
        if one.on > day:
            continue
        if one.to_post is not None:
            post = one.to_post
        elif one.to_posting in by_pk and by_pk[one.to_posting].starts_on <= day:
            holder, post = by_pk[one.to_posting], None
    if post is not None:
        return Owner(post=post)
    if holder is None or not holder.is_on(day):
        gone = holder.pk if holder is not None and holder.ends_on < day else None
        return Owner(post=acting(gone, day))
    return Owner(posting=holder.pk)


def _first_holder(since: date, here: Sequence[Stay]) -> Stay | None:
    """Who was there when a line began: else the one before, who has left it behind; else the first to come."""
    began = [stay for stay in here if stay.starts_on <= since]
    return began[-1] if began else here[0] if here else None


def next_stay(stay: Stay, path: str, stays: Iterable[Stay]) -> Stay | None:
    """The posting that comes after one in an area, if any is known."""
    later = [other for other in stays if other.starts_on > stay.ends_on and other.covers(path)]
    return min(later, key=lambda other: other.starts_on, default=None)


def is_of(stay: Stay, since: date, path: str, stays: Iterable[Stay], today: date) -> bool:
    """True if a line of this area belongs into the posting's dossier: it began before the next posting did."""
    if not stay.covers(path):
        return False
    following = next_stay(stay, path, stays)
    return following is None or following.starts_on > today or since < following.starts_on


def unclaimed(lines: Iterable[Key], accepted: Iterable[Key]) -> list[Key]:
    """The lines that nobody has accepted, in order."""
    claimed = set(accepted)
    return [key for key in lines if key not in claimed]
