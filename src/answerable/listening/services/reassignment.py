"""Moving a post's work to another in one reviewed act: first look at what would move, then move just that."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from answerable.access.gate import acting
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.listening.models import Case
from answerable.listening.problems import ChoiceUnknown, ReviewStale
from answerable.listening.rules.states import ENDED_STATES, Step
from answerable.listening.selectors import cases_for
from answerable.places.models import Area
from answerable.places.selectors import below, placed

from .core import OpenCase, locked, read_log
from .lookups import Lookups
from .triage import check_can_own

REASSIGN_REASONS = ("holder-left", "new-round", "workload", "conflict-of-interest")


@dataclass(frozen=True)
class Review:
    """What would move: the cases, and a digest of them and their versions that the act must name again."""

    cases: tuple[Case, ...]
    digest: str


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
    return Review(cases=cases, digest=_digest(cases, from_post, to_post))


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
        act.record(
            "listening.work-reassigned", from_post=from_post.pk, to_post=to_post.pk, cases=len(review.cases)
        )
    return len(review.cases)


def _digest(cases: tuple[Case, ...], from_post: Post, to_post: Post) -> str:
    parts = [f"{from_post.pk}>{to_post.pk}", *(f"{case.pk}:{case.version}" for case in cases)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
