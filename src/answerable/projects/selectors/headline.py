"""The headline: claimed against confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Q

from answerable.kernel import clock
from answerable.places.models import Area
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
    day = on or clock.today()
    rows = Project.objects.all()
    if area is not None:
        rows = rows.filter(within(area))
    if sponsor is not None:
        rows = rows.filter(sponsor=sponsor)
    stands = Q(claimed_on__isnull=False, verdict="")
    waited = silent_if_before(day, settings.RESIDENTS_WORD_DAYS)
    counts = rows.aggregate(
        projects=Count("pk"),
        claimed=Count("pk", filter=Q(first_claimed_on__isnull=False)),
        confirmed=Count("pk", filter=Q(confirmed_on__isnull=False)),
        partly=Count("pk", filter=Q(verdict="partly")),
        waiting=Count("pk", filter=stands & Q(claimed_on__gt=waited)),
        unconfirmed=Count("pk", filter=stands & Q(claimed_on__lte=waited)),
        reopened=Count("pk", filter=Q(first_claimed_on__isnull=False, claimed_on__isnull=True)),
        silent=Count("pk", filter=silent(day)),
    )
    return Gap(**counts)
