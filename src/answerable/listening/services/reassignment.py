"""Moving a post's work to another in one reviewed act: first look at what would move, then move just that."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Protocol

from answerable.access.gate import Act, acting
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.listening.models import Case
from answerable.listening.problems import ReviewStale
from answerable.listening.rules.states import ENDED_STATES, Step
from answerable.listening.selectors import cases_for
from answerable.places.models import Area
from answerable.places.selectors import below, placed

from .core import OpenCase, locked, read_log
from .lookups import Lookups
from .triage import check_can_own

REASSIGN_REASONS = ("holder-left", "new-round", "workload", "conflict-of-interest")


class OtherWork(Protocol):
    """Work that a neighbour room keeps for posts: it moves in the same act, so that none of it is left behind."""

    def held_by(self, *, posts: Any) -> dict[int, int]:
        """How much each of these posts (ids, or a query for them) has open."""

    def work_of(self, *, from_post: Post, to_post: Post, area: Area | None) -> list[tuple[int, int]]:
        """What would move, each with its version. Refuses a post that may not have it."""

    def move(self, act: Act, *, pk: int, to_post: Post, reason: str) -> None:
        """Move one in the open act."""

    def said(self, count: int) -> str:
        """The count in the reader's words."""


#: Neighbours don't know each other: config says who else keeps work for posts.
others: list[OtherWork] = []


def also_move(other: OtherWork) -> None:
    """Let a neighbour's work move with a post's cases. Called once each, at start."""
    if other not in others:
        others.append(other)


@dataclass(frozen=True)
class Review:
    """What would move: cases and neighbours' work, and a digest of all and their versions that the act names again."""

    cases: tuple[Case, ...]
    digest: str
    #: By neighbour, in the order of `others`: the number and version of each piece.
    beside: tuple[tuple[tuple[int, int], ...], ...] = ()

    @property
    def beside_said(self) -> list[str]:
        """The neighbours' work in words, where there is some."""
        return [other.said(len(work)) for other, work in zip(others, self.beside, strict=True) if work]


def review_reassignment(*, actor: Actor, from_post: Post, to_post: Post, area: Area | None = None) -> Review:
    """The work of a post that would move to another, optionally only in an area and below.

    Raises ChoiceUnknown where the other post may not own one of the cases.
    """
    rows = cases_for(actor).filter(owner=from_post, sensitive=False).exclude(state__in=list(ENDED_STATES))
    if area is not None:
        rows = rows.filter(below(placed(area), "area__"))
    cases = tuple(rows.order_by("pk"))
    if from_post.pk == to_post.pk:
        raise ChoiceUnknown(field="to_post", given=to_post.key, allowed="-")
    for case in cases:
        check_can_own(to_post, case)
    beside = tuple(tuple(other.work_of(from_post=from_post, to_post=to_post, area=area)) for other in others)
    return Review(cases=cases, digest=_digest(cases, beside, from_post, to_post), beside=beside)


def reassign_work(
    *, actor: Actor, from_post: Post, to_post: Post, digest: str, reason: str, area: Area | None = None
) -> int:
    """Move the reviewed work in one transaction; return how many cases moved. Clocks run on.

    Raises ReviewStale when the work is no longer what was reviewed, ChoiceUnknown, Denied.
    """
    if reason not in REASSIGN_REASONS:
        raise ChoiceUnknown(field="reason", given=reason[:40], allowed=", ".join(REASSIGN_REASONS))
    lookups = Lookups(clock.today())
    with acting(actor, Right.REASSIGN, area or from_post.area) as act:
        review = review_reassignment(actor=actor, from_post=from_post, to_post=to_post, area=area)
        if review.digest != digest:
            raise ReviewStale
        for case in review.cases:
            opened = OpenCase(case=locked(case.pk), act=act, lookups=lookups)
            opened.log = read_log(opened.case)
            opened.take(Step.REASSIGNED, reason=reason, to_post=to_post)
            opened.save()
        for other, work in zip(others, review.beside, strict=True):
            for pk, _ in work:
                other.move(act, pk=pk, to_post=to_post, reason=reason)
        act.record(
            "listening.work-reassigned",
            from_post=from_post.pk,
            to_post=to_post.pk,
            cases=len(review.cases),
            beside=sum(len(work) for work in review.beside),
        )
    return len(review.cases)


def _digest(
    cases: tuple[Case, ...], beside: tuple[tuple[tuple[int, int], ...], ...], from_post: Post, to_post: Post
) -> str:
    parts = [f"{from_post.pk}>{to_post.pk}", *(f"{case.pk}:{case.version}" for case in cases)]
    parts += [f"{n}/{pk}:{version}" for n, work in enumerate(beside) for pk, version in work]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
