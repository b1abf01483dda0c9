"""The headline: claimed against confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q

from answerable.kernel import clock
from answerable.places.models import Area
from answerable.places.selectors import child_column
from answerable.programme.models import Sponsor
from answerable.projects.models import Project
from answerable.projects.rules.silence import silent_if_before

from .finding import within
from .standing import silent


@dataclass(frozen=True)
class Gap:
    """Claimed against confirmed: counts of projects, which are things, so exact."""

    projects: int
    claimed: int
    confirmed: int
    partly: int
    waiting: int
    unconfirmed: int
    reopened: int
    silent: int

    @property
    def gap(self) -> int:
        """Claimed, and not confirmed by residents."""
        return self.claimed - self.confirmed


def gap(area: Area | None = None, sponsor: Sponsor | None = None, *, on: date | None = None) -> Gap:
    """How many projects of an area, or of a sponsor, were called done, and how many residents confirmed. One query.

    Each project counts once, where its home is; `claimed` are those that were ever claimed.
    """
    rows = Project.objects.all()
    if area is not None:
        rows = rows.filter(within(area))
    if sponsor is not None:
        rows = rows.filter(sponsor=sponsor)
    return Gap(**rows.aggregate(**_counts(on or clock.today())))


def gap_by_place(area: Area | None, *, on: date | None = None) -> dict[int | None, Gap]:
    """The same for each area right below (None: for each root), by its id; None: whose home is the area itself.

    Only areas that have projects. One query.
    """
    rows = Project.objects.filter(within(area)) if area is not None else Project.objects.all()
    table: Any = rows.order_by().values(part=F(child_column(area))).annotate(**_counts(on or clock.today()))
    return {row.pop("part"): Gap(**row) for row in table}


def _counts(day: date) -> dict[str, Count]:
    stands = Q(claimed_on__isnull=False, verdict="")
    waited = silent_if_before(day, settings.RESIDENTS_WORD_DAYS)
    return {
        "projects": Count("pk"),
        "claimed": Count("pk", filter=Q(first_claimed_on__isnull=False)),
        "confirmed": Count("pk", filter=Q(confirmed_on__isnull=False)),
        "partly": Count("pk", filter=Q(verdict="partly")),
        "waiting": Count("pk", filter=stands & Q(claimed_on__gt=waited)),
        "unconfirmed": Count("pk", filter=stands & Q(claimed_on__lte=waited)),
        "reopened": Count("pk", filter=Q(first_claimed_on__isnull=False, claimed_on__isnull=True)),
        "silent": Count("pk", filter=silent(day)),
    }
