"""Kept: what became of the promises made, and of the things handed over, in each round of the programme.

Promises as the product counts them: late is what is open and broken by now. Things by what was last found of each; struck
off ones are none, and those nobody looked at are told apart.

    python docs/examples/analyses/kept_by_round.py LAKE [--engine duckdb|spark]
"""

from __future__ import annotations

from typing import Any

import ibis
from engines import Lake, run


def kept_by_round(lake: Lake) -> Any:
    """round, what (promises or things), all of them, and what became of them, a column each."""
    rounds = lake.table("rounds").select("key", "starts_on", "ends_on").rename({"round": "key"})
    today = ibis.literal(lake.as_of)
    promises = lake.table("promises")
    promises = promises.mutate(
        late_now=((promises.state == "open") & (promises.late_from <= today)).fill_null(False)
    )
    made = promises.join(rounds, [promises.made_on >= rounds.starts_on, promises.made_on <= rounds.ends_on])
    counts = {name: made.state == state for name, state in (
        ("kept", "kept"), ("open", "open"), ("taken_up", "taken-up"), ("declined", "declined"),
    )}  # fmt: skip
    of_promises = made.group_by("round").aggregate(
        total=made.count(),
        **{name: when.cast("int64").sum() for name, when in counts.items()},
        late=made.late_now.cast("int64").sum(),
    )
    checks = lake.table("checks")
    stands = checks.filter(checks.stands)
    newest = ibis.window(group_by="asset", order_by=[ibis.desc("day"), ibis.desc("check_id")])
    last = stands.mutate(place=ibis.row_number().over(newest))
    last = last.filter(last.place == 0).select("asset", "result")
    assets = lake.table("assets")
    assets = assets.filter(assets.struck_on.isnull()).left_join(last, "asset").drop("asset_right")
    given = assets.join(
        rounds, [assets.handed_over_on >= rounds.starts_on, assets.handed_over_on <= rounds.ends_on]
    )
    found = {
        "working": given.result == "working",
        "partly": given.result == "partly",
        "not_working": given.result == "not",
    }
    of_things = given.group_by("round").aggregate(
        total=given.count(),
        **{name: when.fill_null(False).cast("int64").sum() for name, when in found.items()},
        unchecked=given.result.isnull().cast("int64").sum(),
    )
    return _same(of_promises, "promises").union(_same(of_things, "things"))


COLUMNS = (
    "all",
    "kept",
    "open",
    "late",
    "taken_up",
    "declined",
    "working",
    "partly",
    "not_working",
    "unchecked",
)


def _same(table: Any, what: str) -> Any:
    """Both halves with the same columns; a count that is not asked of it is empty."""
    empty = ibis.literal(None, type="int64")
    cells = {name: table[name].cast("int64") if name in table.columns else empty for name in COLUMNS}
    return table.select(round=table.round, what=ibis.literal(what), **cells)


if __name__ == "__main__":
    run(kept_by_round, __doc__)
