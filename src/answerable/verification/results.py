"""What visits found, as rates by sponsor, level and subject; and how far those who looked agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from .models import Draw, Drawn, Stratum, Visit
from .rules.rates import Rate, rate_of


@dataclass(frozen=True)
class Row:
    """One sponsor, level or subject with its rate."""

    of: Any
    rate: Rate


@dataclass
class Table:
    """Rows of one kind: those with enough visits from the highest rate on, and the others, which are not compared."""

    name: str
    compared: list[Row] = field(default_factory=list)
    others: list[Row] = field(default_factory=list)


BY: dict[str, Callable[[Drawn], Any]] = {
    "sponsor": lambda one: one.sponsor,
    "level": lambda one: one.area.level,
    "subject": lambda one: one.subject,
}


@dataclass(frozen=True)
class Results:
    """The rate of all visits, by what they are told by, and of second looks that agree in all."""

    whole: Rate | None
    tables: list[Table]
    agreement: Rate | None
    #: How many answers of second looks were those of the first, of how many.
    agreed: int
    compared: int


def results_of(draws: QuerySet[Draw]) -> Results:
    """The results of some draws, each visited unit weighted by how many of its stratum it stands for. Three queries."""
    rows = list(
        Visit.objects.filter(drawn__draw__in=draws.values("pk")).select_related(
            "drawn__sponsor", "drawn__subject", "drawn__area__level"
        )
    )
    looks = [one for one in rows if one.compared is None]
    seconds = [one for one in rows if one.compared is not None]
    units = {
        (draw, key): count
        for draw, key, count in Stratum.objects.filter(draw__in=draws.values("pk")).values_list(
            "draw", "key", "units"
        )
    }
    done = Counter((one.drawn.draw_id, one.drawn.stratum) for one in looks)
    weighted = [
        (one, units[at] / done[at]) for one in looks for at in [(one.drawn.draw_id, one.drawn.stratum)]
    ]
    return Results(
        rate_of((one.gaps > 0, weight) for one, weight in weighted),
        [_table(name, of, weighted) for name, of in BY.items()],
        rate_of((one.agreed == one.compared, 1.0) for one in seconds),
        sum(one.agreed or 0 for one in seconds),
        sum(one.compared or 0 for one in seconds),
    )


def _table(name: str, of: Callable[[Drawn], Any], visits: list[tuple[Visit, float]]) -> Table:
    groups: dict[Any, list[tuple[bool, float]]] = {}
    for one, weight in visits:
        if (group := of(one.drawn)) is not None:
            groups.setdefault(group, []).append((one.gaps > 0, weight))
    table = Table(name)
    for group, found in sorted(groups.items(), key=lambda item: item[0].key):
        rate = rate_of(found)
        if rate is not None:
            (table.compared if rate.compared else table.others).append(Row(group, rate))
    table.compared.sort(key=lambda row: -row.rate.share)
    return table
