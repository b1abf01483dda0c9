"""Fifty records in one transaction, without codes: rows a second against single durable rows of the bare driver."""

from __future__ import annotations

import itertools
from functools import partial

from answerable.access.models import Staff
from answerable.access.selectors import actor_for
from answerable.listening.services import NewFeedback, receive_batch
from answerable.places.models import Area
from answerable.programme.models import Subject

from .bare import TEXT, Bare
from .results import Measure, Results
from .rounds import interleaved, pinned, ratio
from .setting import Setting

SIZE = 50
#: The target of the study before the product: a record in a batch costs no more than the driver's single row.
LEAST = 1.0


def run(setting: Setting) -> Results:
    """A clerk's batch: slips of one township, in a few villages and subjects."""
    measure = partial(Measure, "batch", setting.database)
    bare = Bare(setting.folder)
    township = max(setting.ground.by_level[3], key=lambda pk: Area.objects.filter(l4=pk).count())
    clerk = actor_for(Staff.objects.get(username=f"desk-{township}"))
    villages = list(Area.objects.select_related("level").filter(l4=township, level__is_village=True)[:5])
    subjects = list(Subject.objects.filter(parent__isnull=False).order_by("pk")[:10])
    counter = itertools.count()

    def items() -> list[NewFeedback]:
        return [
            NewFeedback(
                area=villages[n % len(villages)],
                kind="need",
                subject=subjects[n % len(subjects)],
                text=f"{TEXT} {next(counter)}",
                language="en",
                channel="paper",
            )
            for n in range(SIZE)
        ]

    def batch() -> None:
        receive_batch(actor=clerk, items=items())

    def one() -> None:
        receive_batch(actor=clerk, items=items()[:1])

    with pinned():
        timed = interleaved(
            {
                "bare": (bare.one_row, setting.pick(300, 30)),
                "bare fifty": (partial(bare.many_rows, SIZE), setting.pick(20, 3)),
                "batch": (batch, setting.pick(4, 1)),
                "one": (one, setting.pick(30, 3)),
            },
            setting.pick(9, 2),
        )
    bare.close()
    return Results(
        [
            measure("bare driver, one row and commit", timed["bare"].a_second, "rows/s"),
            measure("bare driver, fifty rows and commit", timed["bare fifty"].a_second * SIZE, "rows/s"),
            measure(
                "records, fifty in a batch",
                timed["batch"].a_second * SIZE,
                "records/s",
                ratio(timed["batch"], timed["bare"]) * SIZE,
                "bare, one row",
                least=LEAST,
                bar_on_ratio=True,
            ),
            measure(
                "records, one by one",
                timed["one"].a_second,
                "records/s",
                ratio(timed["one"], timed["bare"]),
                "bare, one row",
            ),
            measure(
                "records, fifty in a batch, one core's work", timed["batch"].a_cpu_second * SIZE, "records/s"
            ),
            measure("a batch of fifty", timed["batch"].milliseconds, "ms"),
            measure("a batch of fifty", _queries(batch), "queries"),
        ],
        [],
    )


def _queries(batch: partial[None] | object) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        batch()  # type: ignore[operator]
    return len([q for q in seen.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))])
