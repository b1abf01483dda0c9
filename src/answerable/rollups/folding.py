# ruff: noqa: S608 - SQL of names of our own and of numbers and days, put together from pieces
"""Changes into sums: one worker at a time, each step a transaction of its own that can be cut off anywhere.

Whoever changes a case takes no lock of this room: a trigger leaves rows in `Change`. They can be added in any order, so
it does not matter which of them come to light first, and no watermark is kept (docs/decisions/0015).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Count, Max

from answerable.kernel import clock
from answerable.listening.figures import AGES
from answerable.places.models import Area
from answerable.places.rules import ids_in

from . import facts
from .measures import PROMISES, literal, sums, turns
from .models import CaseDay, CaseMonth, DaysTaken, Difference, Moved, Place, State
from .rules import Reach, month_of, next_month

#: Ten thousand changes of cases, each of which takes something away and adds something.
LIMIT = 20_000
_BATCH = "rollups_batch"
_AREAS = 1_000


@dataclass(frozen=True)
class Done:
    """What a run did: rows folded, areas moved, months made anew."""

    folded: int = 0
    moved: int = 0
    months: int = 0


def work() -> Done:
    """Everything that is due: make the sums where they are missing, move the day on, follow the tree, fold what waits.

    Twice at once, they take turns. Cut off, the next one goes on from there.
    """
    months = moved = folded = 0
    while _step_of_making():
        months += 1
    advance()
    while more := follow_tree():
        moved += more
    while _step_of_making():  # another depth of the villages asks for other tables
        months += 1
    while more := fold():
        folded += more
    return Done(folded, moved, months)


def fold(limit: int = LIMIT) -> int:
    """Fold up to `limit` rows that wait into the sums; return how many. One transaction."""
    with transaction.atomic():
        state = locked()
        if not state.built or state.day is None:
            return 0
        taken = _take(limit)
        if taken:
            facts.add(facts.waiting("1 = 1", of=_BATCH), Reach(state.floor), sums(state.day))
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {_BATCH}")
    return taken


def advance(today: date | None = None) -> None:
    """Move the day of the sums on: add what fell overdue or came of age since. Found through indexes. One transaction."""
    day = today or clock.today()
    with transaction.atomic():
        state = locked()
        if not state.built or state.day is None or state.day == day:
            return
        if day < state.day:  # a clock was put back: what is past is not kept by day
            unmake(state)
            return
        facts.add(_crossing(state.day, day), Reach(state.floor), turns(state.day, day), taken=False)
        state.day = day
        state.save(update_fields=["day"])


def follow_tree() -> int:
    """Take areas that came or moved to where the tree has them now; return how many notes of it were done.

    What was folded of their cases is taken from the old areas above and added to the new ones. One transaction.
    """
    with transaction.atomic():
        state = locked()
        if not state.built or state.day is None:
            return 0
        # First the notes, then the tree: a move between the two leaves a note that is done later.
        notes = list(Moved.objects.order_by("pk").values_list("pk", "area")[:_AREAS])
        Moved.objects.filter(pk__in=[pk for pk, _ in notes]).delete()
        if notes and usual_depth() != state.floor:
            unmake(state)
            return 0
        ids = sorted({area for _, area in notes})
        new = _chains(Area.objects.filter(pk__in=ids).values_list("pk", "path"), state.floor)
        old = _known(ids)
        left = [pk for pk in ids if pk in old and old[pk] != new.get(pk)]
        reach, values = Reach(state.floor), sums(state.day)
        if left:
            facts.add(facts.folded(left, sign=-1), reach, values)
        changed = [pk for pk in ids if old.get(pk) != new.get(pk)]
        Place.objects.filter(area__in=changed).delete()
        _keep({pk: new[pk] for pk in changed if pk in new})
        if left:
            facts.add(facts.folded(left), reach, values)
    return len(notes)


def rebuild() -> Done:
    """Make all sums anew from the cases, a month a transaction; figures are counted from the cases meanwhile."""
    with transaction.atomic():
        unmake(locked())
    return work()


def unmake(state: State) -> None:
    """Trust the sums no more until they are made anew. Inside a transaction that holds the state."""
    state.built, state.through = False, None
    state.save(update_fields=["built", "through"])


def locked() -> State:
    """The one row, locked: by SELECT FOR UPDATE, or on SQLite by the IMMEDIATE transaction."""
    if not State.objects.filter(pk=1).exists():
        State.objects.bulk_create([State(pk=1)], ignore_conflicts=True)
    return State.objects.select_for_update().get(pk=1)


def usual_depth() -> int:
    """The depth at which most villages stand (of equals the upper one); without any, that of the lowest areas."""
    depths = Area.objects.filter(level__is_village=True, path__isnull=False)
    found = depths.values_list("depth").annotate(n=Count("pk")).order_by("-n", "depth").first()
    if found is not None:
        return int(found[0])
    return Area.objects.aggregate(most=Max("depth"))["most"] or 0


def months_of_facts() -> tuple[date, date] | None:
    """The first and the last month in which a case was received, or a change says so. A look into each area's index."""
    ends = [
        f"{one}((SELECT {one}(c.received_on) FROM listening_case c WHERE c.area_id = a.id)) AS d FROM places_area a"
        for one in ("MIN", "MAX")
    ]
    ends += [f"{one}(received_on) AS d FROM rollups_change" for one in ("MIN", "MAX")]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT {end}" for end in ends))
        found = [facts.day_of(row[0]) for row in cursor.fetchall() if row[0] is not None]
    return (month_of(min(found)), month_of(max(found))) if found else None


def _step_of_making() -> bool:
    """The next step of making the sums anew: first empty tables, then a month each. False: they are whole."""
    with transaction.atomic():
        state = locked()
        if state.built:
            return False
        span = months_of_facts()
        if state.through is None or state.day is None:
            _begin(state)
            state.through = (span[0] if span else month_of(clock.today())) - timedelta(days=1)
        else:
            month = next_month(state.through)
            last = next_month(month) - timedelta(days=1)
            facts.add(facts.folded_between(month, last), Reach(state.floor), sums(state.day))
            state.through = last
        if span is None or state.through >= span[1]:
            state.built, state.differing = True, 0
            Difference.objects.filter(mended_on=None).update(mended_on=clock.today())
        state.save()
    return True


def _begin(state: State) -> None:
    for model in (CaseMonth, CaseDay, DaysTaken, Place):
        model.objects.all().delete()
    Moved.objects.all().delete()  # before the tree is read, as above
    state.floor, state.day = usual_depth(), clock.today()
    _keep(_chains(Area.objects.values_list("pk", "path"), state.floor))


def _take(limit: int) -> int:
    """Move changes out of the queue into a table of this transaction. Areas that the sums don't know yet wait."""
    chosen = (
        "SELECT q.id FROM rollups_change q WHERE EXISTS (SELECT 1 FROM rollups_place p WHERE p.area = q.area) "
        f"ORDER BY q.id LIMIT {int(limit)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_BATCH}")
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TEMPORARY TABLE {_BATCH} AS SELECT * FROM rollups_change WHERE false")
            # One statement: what it takes is what it deletes, whatever comes to light meanwhile.
            cursor.execute(
                f"WITH taken AS (DELETE FROM rollups_change WHERE id IN ({chosen}) RETURNING *) "
                f"INSERT INTO {_BATCH} SELECT * FROM taken"
            )
        else:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {_BATCH} AS SELECT * FROM rollups_change WHERE id IN ({chosen})"
            )
            cursor.execute(f"DELETE FROM rollups_change WHERE id IN (SELECT id FROM {_BATCH})")
        cursor.execute(f"SELECT COUNT(*) FROM {_BATCH}")
        return int(cursor.fetchone()[0])


def _crossing(before: date, after: date) -> str:
    """What is folded of the cases that fell overdue, or came of age, from one day to another."""
    due = [
        f"SELECT id FROM listening_case WHERE {done}_on IS NULL "
        f"AND {promise}_due_on >= {literal(before)} AND {promise}_due_on < {literal(after)}"
        for promise, done in PROMISES
    ]
    older = []
    conditions = [
        f"q.{promise}_due_on >= {literal(before)} AND q.{promise}_due_on < {literal(after)}"
        for promise, _ in PROMISES
    ]
    for days in AGES:
        start, end = (literal(day - timedelta(days=days)) for day in (before, after))
        older.append(
            "SELECT c.id FROM places_area a CROSS JOIN listening_case c WHERE c.area_id = a.id "
            f"AND c.received_on >= {start} AND c.received_on < {end}"
        )
        conditions.append(f"q.received_on >= {start} AND q.received_on < {end}")
    chosen = " UNION ".join([*due, *older])
    crossed = " OR ".join(f"({condition})" for condition in conditions)
    return facts.cases(f"c.id IN ({chosen})") + " UNION ALL " + facts.waiting(crossed, n="-q.n")


def _chains(rows: Iterable[tuple[int, str | None]], floor: int) -> dict[int, tuple[int, ...]]:
    return {pk: tuple(ids_in(path)[:floor]) for pk, path in rows if path}


def _known(ids: list[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    rows = Place.objects.filter(area__in=ids).order_by("area", "depth").values_list("area", "above")
    for area, above in rows:
        found[area] = (*found.get(area, ()), above)
    return found


def _keep(chains: dict[int, tuple[int, ...]]) -> None:
    Place.objects.bulk_create(
        (
            Place(area=area, above=above, depth=depth)
            for area, chain in chains.items()
            for depth, above in enumerate(chain, 1)
        ),
        batch_size=2_000,
    )
