"""Publishing a table of counts: once a quarter, for good."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.kernel import clock

from .models import Release, ReleaseLine
from .problems import AlreadyReleased, NotYetReleasable
from .rules import Counts, Quarter, Table, as_csv, digest_of, lines_of

#: Rows a statement: SQLite takes 32,766 values in one.
BATCH = 2_000

Counted = tuple[Mapping[int, int | None], Mapping[int, Counts]]


def publish(*, table: Table, quarter: Quarter, count: Callable[[], Counted]) -> Release:
    """Publish a table for a quarter and record its digest; `count` gives rules.lines_of its areas and true counts.

    The counts are taken inside the act, so that nothing is counted twice or missed. Raises NotYetReleasable,
    AlreadyReleased; ValueError when the counts don't hang together as the table says.
    """
    today = clock.today()
    if today < quarter.published_from:
        raise NotYetReleasable(quarter=str(quarter), day=quarter.published_from.isoformat())
    with acting(SYSTEM, Right.TICK, None) as act:
        if Release.objects.filter(table=table.name, quarter=quarter.first).exists():
            raise AlreadyReleased(quarter=str(quarter))
        lines = lines_of(table, *count())
        digest = digest_of(as_csv(table, quarter, lines))
        release = Release.objects.create(
            table=table.name, quarter=quarter.first, made_on=today, digest=digest
        )
        ReleaseLine.objects.bulk_create(
            [
                ReleaseLine(
                    release=release, area_id=line.area, shown=dict(line.shown), withheld=sorted(line.withheld)
                )
                for line in lines
            ],
            batch_size=BATCH,
        )
        act.record(
            "disclosure.published", table=table.name, quarter=str(quarter), digest=digest, areas=len(lines)
        )
    return release
