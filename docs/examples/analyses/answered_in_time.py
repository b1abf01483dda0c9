"""Answered in time: by county and month of receipt, with the median and the 90th percentile of days to an answer.

As the product counts it (docs/reference/rollups.md): cases joined to another or withdrawn are not counted; in time is by
the last day of the promise; what is not answered and overdue is late; what is not due yet is neither.

    python docs/examples/analyses/answered_in_time.py LAKE [--engine duckdb|spark]
"""

from __future__ import annotations

from typing import Any

import ibis
from engines import Lake, percentile, run

BY = ("county", "month")


def answered_in_time(lake: Lake) -> Any:
    """county, month (YYYY-MM), received, in_time, late, answered, median_days, p90_days."""
    cases = lake.table("cases")
    cases = cases.filter(~cases.state.isin(["duplicate", "withdrawn"]))
    month = ibis._.received_on.year() * 100 + ibis._.received_on.month()
    cases = cases.mutate(month=month.cast("int64"), county=ibis._.county.cast("int64"))
    in_time = (cases.answered_on <= cases.answer_due_on).fill_null(False)
    overdue = cases.answered_on.isnull() & (cases.answer_due_on < ibis.literal(lake.as_of))
    counts = cases.group_by(BY).aggregate(
        received=cases.count(),
        in_time=in_time.cast("int64").sum(),
        late=(cases.answered_on.notnull() & ~in_time | overdue).cast("int64").sum(),
        answered=cases.answered_on.notnull().cast("int64").sum(),
    )
    answered = cases.filter(cases.answer_days.notnull()).mutate(value=ibis._.answer_days)
    days = answered.group_by([*BY, "value"]).aggregate(n=answered.count())
    for name, percent in (("median_days", 50), ("p90_days", 90)):
        found = percentile(days, BY, percent).rename({name: "value"})
        counts = counts.left_join(found, list(BY)).drop("county_right", "month_right")
    return counts


if __name__ == "__main__":
    run(answered_in_time, __doc__)
