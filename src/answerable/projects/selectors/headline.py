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
from answerable.projects.rules.phases import Phase
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


@dataclass(frozen=True)
class YearsProjects:
    """What became of projects from one day to another, as of a day: things, so exact."""

    planned: int
    #: Of those, for which nobody's need was named, openly.
    without_need: int
    stopped: int
    claimed: int
    #: Of those that were called done, whenever: confirmed by residents in the time.
    confirmed: int
    #: Called done in the time, and confirmed by residents by the day.
    claimed_confirmed: int
    #: Called done by the day, whenever, and not confirmed by then.
    unconfirmed: int
    #: Under way, and without a word to the public for too long.
    silent: int


def projects_between(area: Area, first: date, last: date, on: date) -> YearsProjects:
    """The projects whose home is an area or below it, in a time and as of its day. One query."""
    inside = (first, last)
    called = Q(first_claimed_on__lte=on)
    agreed = Q(confirmed_on__lte=on)
    counted = {
        "planned": Q(recorded_on__range=inside),
        "without_need": Q(recorded_on__range=inside, no_linked_need=True),
        "stopped": Q(phase=Phase.CANCELLED.value, phase_since__range=inside),
        "claimed": Q(first_claimed_on__range=inside),
        "confirmed": Q(confirmed_on__range=inside),
        "claimed_confirmed": Q(first_claimed_on__range=inside) & agreed,
        "unconfirmed": called & (Q(confirmed_on__isnull=True) | Q(confirmed_on__gt=on)),
        "silent": silent(on) & Q(recorded_on__lte=on),
    }
    rows = Project.objects.filter(within(area))
    return YearsProjects(**rows.aggregate(**{key: Count("pk", filter=q) for key, q in counted.items()}))


def projects_delivered(area: Area, first: date, last: date, limit: int = 12) -> list[Project]:
    """The projects that were first called done, or confirmed, in a time, the latest first. One query."""
    told = Q(first_claimed_on__range=(first, last)) | Q(confirmed_on__range=(first, last))
    rows = Project.objects.filter(within(area) & told).select_related("area")
    return list(rows.order_by("-first_claimed_on", "-pk")[:limit])
