"""What the public pages show: every count has passed safeguards, every text is the office's own.

Counts are of matters raised in whole months that are over: a page that changed with each new case
would tell the village who spoke today. Sensitive matters are never among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from answerable.kernel import clock
from answerable.places.rules import PlacedArea
from answerable.places.selectors import below
from answerable.safeguards.suppression import PublicCount, public_count, public_share

from .models import Case, PublicAnswer

#: Not matters of their own: what was joined to another, and what was taken back.
_NO_MATTER = ("duplicate", "withdrawn")
_NAMES = ("heard", "answered", "waiting", "confirmed")
_HEARD = Count("pk")
_ANSWERED = Count("pk", filter=Q(answered_on__isnull=False) | Q(resolved_on__isnull=False))
_WAITING = Count("pk", filter=Q(answered_on__isnull=True, resolved_on__isnull=True, closed_on__isnull=True))
_CONFIRMED = Count("pk", filter=Q(confirmed_on__isnull=False))


@dataclass(frozen=True)
class Counts:
    """The four public counts of an area; each stands for itself and none is the sum of others."""

    heard: PublicCount
    answered: PublicCount
    waiting: PublicCount
    confirmed: PublicCount

    @property
    def answered_percent(self) -> int | None:
        """The share with an answer, or None where it would say too much."""
        return public_share(self.answered, self.heard)


@dataclass(frozen=True)
class Year:
    """Twelve whole months, the last of which is over."""

    first: date
    last: date


def last_year(today: date | None = None) -> Year:
    """The twelve months before the present one."""
    this_month = (today or clock.today()).replace(day=1)
    return Year(this_month.replace(year=this_month.year - 1), this_month - timedelta(days=1))


def counts_below(area: PlacedArea, year: Year) -> Counts:
    """The counts of an area and everything below it. One query."""
    return _counts(_matters(year).filter(below(area, "area__")))


def counts_by_child(area: PlacedArea, year: Year) -> dict[int, Counts]:
    """The counts of each area right below, by its id; children without any matter are absent. One query.

    Trees deeper than the level columns get none: their pages list the places without figures.
    """
    column = f"area__l{area.depth + 1}"
    if area.depth >= 8:
        return {}
    rows = (
        _matters(year)
        .filter(below(area, "area__"), **{f"{column}__isnull": False})
        .values(child=F(column))
        .annotate(heard=_HEARD, answered=_ANSWERED, waiting=_WAITING, confirmed=_CONFIRMED)
        .order_by()
    )
    return {int(row["child"]): _published({name: row[name] for name in _NAMES}) for row in map(_plain, rows)}


def nothing_heard() -> Counts:
    """The counts of an area without any matter: hidden like every small number."""
    return _published({"heard": 0, "answered": 0, "waiting": 0, "confirmed": 0})


def answers_below(area: PlacedArea, limit: int = 5) -> list[Any]:
    """The office's newest answers in an area and below, each with its village. One query."""
    return _answers(
        PublicAnswer.objects.filter(below(area, "area__"), case__sensitive=False).order_by("-pk"), limit
    )


def published_counts(*, heard: int, answered: int, waiting: int, confirmed: int) -> Counts:
    """True counts as they may be published."""
    return Counts(public_count(heard), public_count(answered), public_count(waiting), public_count(confirmed))


def _matters(year: Year) -> QuerySet[Case]:
    return Case.objects.filter(sensitive=False, received_on__range=(year.first, year.last)).exclude(
        state__in=_NO_MATTER
    )


def _counts(matters: QuerySet[Case]) -> Counts:
    return _published(
        matters.aggregate(heard=_HEARD, answered=_ANSWERED, waiting=_WAITING, confirmed=_CONFIRMED)
    )


def _plain(row: Any) -> dict[str, Any]:
    return dict(row)


def _published(row: dict[str, Any]) -> Counts:
    return published_counts(**row)


def _answers(rows: QuerySet[PublicAnswer], limit: int) -> list[Any]:
    return list(
        rows.values(
            "month",
            "language",
            "text",
            "area_id",
            area_name=F("area__name"),
            area_names=F("area__names"),
            subject_names=F("subject__names"),
            subject_icon=Coalesce(NullIf(F("subject__icon"), Value("")), F("subject__parent__icon"), Value("")),
        )[:limit]
    )
