"""What the public pages show: counts from the newest release, and texts of the office's own.

A count is made once a quarter and never changes after (answerable.disclosure): a page that changed with each new case
would tell the village who spoke today. Sensitive matters are never in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from answerable.disclosure.catalogue import CASES
from answerable.disclosure.rules import Quarter
from answerable.disclosure.selectors import Figure, figures_of, newest, nothing_shown
from answerable.places.rules import PlacedArea
from answerable.places.selectors import below
from answerable.safeguards.suppression import HIDDEN_BELOW, PublicCount, public_share

from .models import PublicAnswer


@dataclass(frozen=True)
class Counts:
    """The published counts of an area in one quarter, as they stood on a day."""

    quarter: Quarter
    on: date
    heard: Figure
    answered: Figure
    confirmed: Figure

    @property
    def unanswered(self) -> Figure:
        """What had no answer: the difference of what is shown, so it tells nothing new; hidden where it is small."""
        heard, answered = self.heard.value, self.answered.value
        if heard is None or answered is None:
            return Figure(PublicCount(None), withheld=self.heard.withheld or self.answered.withheld)
        return Figure(PublicCount(heard - answered if heard - answered >= HIDDEN_BELOW else None))

    @property
    def answered_percent(self) -> int | None:
        """The share with an answer, or None where it would say too much."""
        return public_share(self.answered.count, self.heard.count)


def counts_of(area_ids: Iterable[int]) -> dict[int, Counts]:
    """The newest published counts of several areas, by id; none at all before the first release. Two queries."""
    release = newest(CASES)
    if release is None:
        return {}
    found = figures_of(CASES, release, ids := list(area_ids))
    nothing = nothing_shown(CASES)
    return {pk: Counts(Quarter(release.quarter), release.made_on, **found.get(pk, nothing)) for pk in ids}


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
