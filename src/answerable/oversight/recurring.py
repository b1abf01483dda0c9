"""Ask: which problems come back, by theme, place and month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F
from django.db.models.functions import Coalesce, TruncMonth

from answerable.access.rules import Actor
from answerable.kernel import clock
from answerable.listening.models import Case
from answerable.places.models import Area
from answerable.places.selectors import below, child_column, placed
from answerable.programme.models import Subject

from .selectors import RIGHT, sees

#: Looked at: so many whole or begun months, this one among them.
MONTHS = 6
#: A problem comes back when it was heard in so many of them,
RECURS_IN = 3
#: with at least so many cases in each: one household's two letters are no pattern.
LEAST_A_MONTH = 3
#: Heard as a problem: thanks, questions and suggestions are none.
KINDS = ("need", "complaint")
_NO_MATTER = ("duplicate", "withdrawn")


@dataclass(frozen=True)
class Recurring:
    """One theme in one place (None: in no area below): how many cases in each of the months, the oldest first."""

    place: Area | None
    theme: Subject
    counts: tuple[int, ...]

    @property
    def times(self) -> int:
        """In how many months it was heard often enough."""
        return sum(count >= LEAST_A_MONTH for count in self.counts)


def months_to(today: date) -> list[date]:
    """The first days of the months looked at, the oldest first."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def recurring(actor: Actor, area: Area | None) -> list[Recurring]:
    """What comes back in an area (None: everywhere), by the areas right below and by upper subject. Three queries.

    By place and theme, in order of their names. Sensitive cases are not among them. Raises NotThere.
    """
    sees(actor, RIGHT, area)
    months = months_to(clock.today())
    rows = Case.objects.filter(sensitive=False, received_on__gte=months[0], received_on__lte=clock.today())
    if area is not None:
        rows = rows.filter(below(placed(area), "area__"))
    table = (
        rows.filter(kind__in=KINDS)
        .exclude(state__in=_NO_MATTER)
        .order_by()
        .values_list(
            F(child_column(area)),
            Coalesce("subject__parent_id", "subject_id"),
            TruncMonth("received_on"),
        )
        .annotate(n=Count("pk"))
    )
    counts: dict[tuple[int | None, int], dict[date, int]] = defaultdict(dict)
    for place, theme, month, n in table:
        counts[place, theme][month] = n
    often = {
        key: tuple(own.get(month, 0) for month in months)
        for key, own in counts.items()
        if sum(n >= LEAST_A_MONTH for n in own.values()) >= RECURS_IN
    }
    places = Area.objects.in_bulk({place for place, _ in often if place is not None})
    themes = Subject.objects.in_bulk({theme for _, theme in often})
    found = [
        Recurring(places[place] if place is not None else None, themes[theme], own)
        for (place, theme), own in often.items()
    ]
    return sorted(
        found, key=lambda one: (one.place is None, one.place.name if one.place else "", one.theme.key)
    )
