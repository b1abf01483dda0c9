"""What the published figures of a quarter are made of: true counts of matters by place, taken once."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.db.models import Count, Min

from answerable.disclosure.catalogue import CASES
from answerable.disclosure.models import Release
from answerable.disclosure.rules import Quarter, quarters_due
from answerable.disclosure.selectors import newest
from answerable.disclosure.services import Counted, publish
from answerable.kernel import clock
from answerable.listening.models import Case
from answerable.listening.tally import BIT
from answerable.places.models import Area
from answerable.places.rules import ids_in

#: Not matters of their own: what was joined to another, and what was taken back.
NO_MATTER = BIT["joined"] | BIT["withdrawn"]
ANSWERED = BIT["answered"] | BIT["resolved"]


def release_due(today: date | None = None) -> list[Release]:
    """Publish the figures of every quarter that may be published and was not yet. One query where nothing is due."""
    day = today or clock.today()
    last = newest(CASES)
    if last is not None:
        due = quarters_due(Quarter(last.quarter).next.first, day)
    else:
        first = first_counted()
        due = quarters_due(first, day) if first is not None else iter(())
    return [publish(table=CASES, quarter=quarter, count=partial(counted, quarter)) for quarter in due]


def first_counted() -> date | None:
    """The day of the oldest matter that is counted: publishing begins with its quarter. One query."""
    found: date | None = Case.objects.filter(sensitive=False).aggregate(first=Min("received_on"))["first"]
    return found


def counted(quarter: Quarter) -> Counted:
    """The areas of a quarter's table, each with the one above, and the true counts of what was recorded for each itself."""
    counts: dict[int, dict[str, int]] = {}
    matters = Case.objects.filter(sensitive=False, received_on__range=(quarter.first, quarter.last))
    for area, tally, n in matters.values_list("area_id", "tally").annotate(n=Count("*")).order_by():
        if tally & NO_MATTER:
            continue
        own = counts.setdefault(area, dict.fromkeys(CASES.measures, 0))
        own["heard"] += n
        if tally & ANSWERED:
            own["answered"] += n
            own["confirmed"] += n if tally & BIT["confirmed"] else 0
    return _areas(quarter, set(counts)), counts


def _areas(quarter: Quarter, heard: set[int]) -> dict[int, int | None]:
    """Every area that was there in the quarter, or has a matter in it, and all areas above."""
    above: dict[int, int | None] = {}
    wanted: set[int] = set()
    for pk, parent, since, until, path in Area.objects.values_list(
        "pk", "parent_id", "valid_from", "valid_to", "path"
    ):
        above[pk] = parent
        there = (since is None or since <= quarter.last) and (until is None or until >= quarter.first)
        if there or pk in heard:
            wanted.update(ids_in(path or ""))
    return {pk: above[pk] for pk in sorted(wanted)}
