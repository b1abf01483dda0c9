"""Money resting: what lies in the books of each level and has not gone on, by the stage it came in with, and how long.

First in, first out, within each book, fund and currency, as the product counts it (docs/reference/books.md): what is left
are the last units that came. Amounts are whole minor units; days are weighted by amount, and kept as unit-days and units.

    python docs/examples/analyses/money_resting.py LAKE [--engine duckdb|spark]
"""

from __future__ import annotations

from typing import Any

import ibis
from engines import Lake, run

KEY = ("book", "fund", "currency")


def money_resting(lake: Lake) -> Any:
    """level, stage, currency, units, unit_days, oldest_on: only where something rests."""
    postings, areas = lake.table("postings"), lake.table("areas")
    cash = postings.filter(
        (postings.role == "cash") & postings.fund.notnull() & (postings.day <= ibis.literal(lake.as_of))
    )
    # Whole days are one move each way; what came in one day under several stages goes on in their order.
    came = (
        cash.filter(cash.units > 0)
        .group_by([*KEY, "area", "day", "stage"])
        .aggregate(units=ibis._.units.sum())
    )
    went = cash.filter(cash.units < 0).group_by(list(KEY)).aggregate(gone=-ibis._.units.sum())
    upto = ibis.window(group_by=KEY, order_by=["day", "stage"], preceding=None, following=0)
    came = came.mutate(upto=came.units.sum().over(upto).cast("int64"), units=came.units.cast("int64"))
    lots = came.left_join(went, list(KEY)).drop(*(f"{name}_right" for name in KEY))
    lots = lots.mutate(gone=lots.gone.fill_null(0).cast("int64"))
    lots = lots.mutate(
        left=ibis.least(lots.units, ibis.greatest(lots.upto - lots.gone, ibis.literal(0, "int64")))
    )
    lots = lots.filter(lots.left > 0).join(areas.select("area", "level"), "area")
    rested = ibis.literal(lake.as_of).delta(lots.day, unit="day").cast("int64")
    return lots.group_by(["level", "stage", "currency"]).aggregate(
        units=lots.left.sum().cast("int64"),
        unit_days=(lots.left * rested).sum().cast("int64"),
        oldest_on=lots.day.min(),
    )


if __name__ == "__main__":
    run(money_resting, __doc__)
