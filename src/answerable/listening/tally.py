"""What figures need of a case, as columns that the database computes from the others.

One number holds every yes or no of a case: figures group by it, and a county's year is counted in a single
pass over one narrow index (docs/decisions/0007). Nobody writes these columns, so they can't say anything else
than the facts do.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from .rules.states import OPEN_STATES, State

_ENDED_WITHOUT = (State.DECLINED.value, State.OUT_OF_SCOPE.value, State.CANNOT_VERIFY.value)

#: Each yes or no of a case, in the order of its bits. New ones go to the end, before the rating.
BITS: dict[str, Q] = {
    "joined": Q(state=State.DUPLICATE.value),
    "withdrawn": Q(state=State.WITHDRAWN.value),
    "open": Q(state__in=sorted(state.value for state in OPEN_STATES)),
    "acknowledged": Q(acknowledged_on__isnull=False),
    "acknowledged_in_time": Q(acknowledged_on__lte=F("acknowledge_due_on")),
    "answered": Q(answered_on__isnull=False),
    "answered_in_time": Q(answered_on__lte=F("answer_due_on")),
    "resolved": Q(resolved_on__isnull=False),
    "resolved_in_time": Q(resolved_on__lte=F("resolve_due_on")),
    "claimed": Q(claimed_on__isnull=False),
    "confirmed": Q(confirmed_on__isnull=False),
    "unconfirmed": Q(unconfirmed_on__isnull=False),
    "not_delivered": Q(state__in=_ENDED_WITHOUT) | Q(closed_reason="ended"),
    "reopened": Q(reopened__gt=0),
    "appealed": Q(appeals__gt=0),
    "upheld": Q(appeals_upheld__gt=0),
    "bounced": Q(bounces__gt=0),
    "escalated": Q(escalations__gt=0),
}
BIT = {name: 1 << place for place, name in enumerate(BITS)}
#: The stars stand above the bits, 0 where nobody rated.
_STARS = len(BITS)


def stars_of(tally: int) -> int:
    """The rating in a tally; 0 for none."""
    return tally >> _STARS


def tally() -> Any:
    """The expression of the column."""
    total: Any = Coalesce(F("rating"), Value(0)) * Value(1 << _STARS)
    for name, condition in BITS.items():
        total = total + Case(When(condition, then=Value(BIT[name])), default=Value(0))
    return total


class DaysBetween(Func):
    """Whole days from the second date column to the first."""

    arity = 2
    output_field = IntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " - "

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """SQLite keeps dates as text."""
        template = "CAST(julianday(%(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **extra)
