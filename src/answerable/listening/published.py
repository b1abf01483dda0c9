"""What the public pages show: every count has passed safeguards, every text is the office's own.

Counts are of matters raised in whole months that are over: a page that changed with each new case
would tell the village who spoke today. Sensitive matters are never among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from answerable.kernel import clock
from answerable.places.rules import PlacedArea
from answerable.places.selectors import below
from answerable.safeguards.suppression import PublicCount, public_count, public_share

from .models import Case, PublicAnswer
from .tally import BIT

#: Not matters of their own: what was joined to another, and what was taken back.
NO_MATTER = BIT["joined"] | BIT["withdrawn"]
ANSWERED = BIT["answered"] | BIT["resolved"]
_NAMES = ("heard", "answered", "waiting", "confirmed")


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
    return _counted(_matters(year).filter(below(area, "area__"))).get(None, nothing_heard())


def counts_by_child(area: PlacedArea, year: Year) -> dict[int, Counts]:
    """The counts of each area right below, by its id; children without any matter are absent. One query.

    Trees deeper than the level columns get none: their pages list the places without figures.
    """
    column = f"area__l{area.depth + 1}"
    if area.depth >= 8:
        return {}
    rows = _matters(year).filter(below(area, "area__"), **{f"{column}__isnull": False})
    return {child: counts for child, counts in _counted(rows, column).items() if child is not None}


def nothing_heard() -> Counts:
    """The counts of an area without any matter: hidden like every small number."""
    return published_counts(**dict.fromkeys(_NAMES, 0))


@dataclass(frozen=True)
class Answer:
    """One published answer; with its village where several are told of."""

    month: date
    language: str
    text: str
    subject_names: Mapping[str, str]
    subject_icon: str
    area_id: int | None = None
    area_name: str = ""
    area_names: dict[str, str] | None = None


def answers_below(area: PlacedArea, limit: int = 5) -> list[Answer]:
    """The office's newest answers in an area and below, each with its village. One query."""
    return _answers(
        PublicAnswer.objects.filter(below(area, "area__"), case__sensitive=False).order_by("-pk"), limit
    )


def published_counts(*, heard: int, answered: int, waiting: int, confirmed: int) -> Counts:
    """True counts as they may be published."""
    return Counts(public_count(heard), public_count(answered), public_count(waiting), public_count(confirmed))


def _matters(year: Year) -> QuerySet[Case]:
    return Case.objects.filter(sensitive=False, received_on__range=(year.first, year.last))


def _counted(rows: QuerySet[Case], column: str | None = None) -> dict[int | None, Counts]:
    """The counts by the value of a column, or all under None; read from the index of figures alone."""
    sums: dict[int | None, Counter[str]] = {}
    keys = {"part": F(column)} if column else {}
    table: Any = rows.values("tally", **keys).annotate(n=Count("*")).order_by()
    for row in table:
        tally, n = row["tally"], row["n"]
        if tally & NO_MATTER:
            continue
        sum_ = sums.setdefault(row.get("part"), Counter(dict.fromkeys(_NAMES, 0)))
        sum_["heard"] += n
        sum_["answered"] += n if tally & ANSWERED else 0
        # Whatever rests was answered; what was closed without an answer waits for none.
        sum_["waiting"] += n if tally & BIT["open"] and not tally & ANSWERED else 0
        sum_["confirmed"] += n if tally & BIT["confirmed"] else 0
    return {part: published_counts(**sum_) for part, sum_ in sums.items()}


def _answers(rows: QuerySet[PublicAnswer], limit: int) -> list[Answer]:
    table = rows.values_list(
        "month",
        "language",
        "text",
        "subject__names",
        Coalesce(NullIf(F("subject__icon"), Value("")), F("subject__parent__icon"), Value("")),
        "area_id",
        "area__name",
        "area__names",
    )
    return [Answer(*row) for row in table[:limit]]
