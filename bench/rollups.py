"""Roll-ups: the figures of any area of a province from sums, what the sums cost, and whether they are right."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from answerable.access.rules import PUBLIC
from answerable.kernel import clock
from answerable.listening import services
from answerable.listening.figures import Period, from_cases
from answerable.listening.models import Case
from answerable.places.models import Area
from answerable.programme.models import Subject
from answerable.rollups import folding
from answerable.rollups.checking import check
from answerable.rollups.models import CaseDay, CaseMonth, DaysTaken, Place
from answerable.rollups.selectors import counted

from .bare import TEXT
from .ledgers import progress
from .results import Measure, Note, Results
from .rounds import Timed, percentile, ratio, work
from .setting import Setting, codes_cost
from .world import SEED

#: Issue 5, "Speed".
BAR_MS, BAR_MANY = 50.0, {"sqlite": 250.0, "postgresql": 100.0}
MOST_ROWS, MOST_US, MOST_SHARE, LEAST_FASTER = 0.3, 100.0, 0.05, 50.0
WINDOWS = (30, 90, 365)
#: Township, county, prefecture, province: their places in the tree, and their shares of the questions.
MIX = ((3, 60), (2, 25), (1, 10), (0, 5))
CLIENTS = 16
EVENTS = 10_000
#: Tables that triggers of this room stand on.
TRIGGERS = ("rollups_case_came", "rollups_case_changed", "rollups_case_went")


def run(setting: Setting) -> Results:
    """All of it, in one database."""
    measure = partial(Measure, "rollups", setting.database)
    cases, found, say = Case.objects.count(), list[Measure](), progress()

    def add(measures: Iterable[Measure]) -> None:
        for one in measures:
            found.append(one)
            say("  ".join(cell for cell in one.cells() if cell))

    began = time.perf_counter()
    folding.rebuild()
    add([measure("cases", cases, ""), measure("making all sums", time.perf_counter() - began, "s")])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if setting.database == "postgresql" else "ANALYZE")
    add(_rows(measure, cases))
    questions = _questions(setting)
    add(_province(setting, measure))
    add(_reading(setting, measure, questions))
    add(_folding(measure))
    add(_next_day(measure))
    began = time.perf_counter()
    proof = check()
    add([measure("recomputing and comparing all sums", time.perf_counter() - began, "s")])
    add(_many(setting, measure, questions))
    add(_writing(setting, measure))
    proof = check()
    add([measure("sums that differ from a recomputation", proof.differing, "", most=0)])
    notes = [Note("rollups", setting.database, one.sentence()) for one in proof.differences[:5]]
    return Results(found, notes)


def _rows(measure: partial[Measure], cases: int) -> Iterator[Measure]:
    counts = {model.__name__: model.objects.count() for model in (CaseMonth, CaseDay, DaysTaken, Place)}
    for name, count in counts.items():
        yield measure(f"rows of {name}", count, "")
    yield measure("rows of sums for each case", sum(counts.values()) / cases, "", most=MOST_ROWS)


def _questions(setting: Setting) -> list[tuple[Area, Period]]:
    """Areas in the mix of the study; windows of each length that end today, and as many that end on any day before."""
    rng, today, found = random.Random(SEED + 5), clock.today(), []
    many = setting.pick(200, 20)
    for place, share in MIX:
        ids = setting.ground.by_level[place]
        for n in range(max(1, many * share // 100)):
            days = WINDOWS[n % len(WINDOWS)]
            last = today - timedelta(days=rng.randrange(60) if n % 2 else 0)
            found.append((rng.choice(ids), Period(last - timedelta(days=days), last)))
    areas = Area.objects.in_bulk({pk for pk, _ in found})
    rng.shuffle(found)
    return [(areas[pk], period) for pk, period in found]


def _ask(area: Area | None, period: Period, by: str | None = "child", *, days: bool = False) -> Any:
    answer = counted(area, period, by, sensitive=False, days=days)
    assert answer is not None, f"{area} {period}"
    return answer


def _each(calls: Sequence[Callable[[], object]], rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each call, at its best of some rounds: of a core's work, and on the wall."""
    wall, cpu = [[float("inf")] * len(calls) for _ in range(2)]
    for _ in range(rounds):
        for n, call in enumerate(calls):
            began, worked = time.perf_counter(), work()
            call()
            cpu[n] = min(cpu[n], (work() - worked) * 1000)
            wall[n] = min(wall[n], (time.perf_counter() - began) * 1000)
    return cpu, wall


def _reading(
    setting: Setting, measure: partial[Measure], questions: list[tuple[Area, Period]]
) -> Iterator[Measure]:
    rounds = setting.pick(3, 1)
    for label, days in (("counts", False), ("counts and days taken", True)):
        name = f"{label} of an area and the areas below, any window"
        cpu, wall = _each([partial(_ask, *one, days=days) for one in questions], rounds)
        yield measure(
            f"{name}, one core's work, p95", percentile(cpu, 95), "ms", most=None if days else BAR_MS
        )
        yield measure(f"{name}, on the wall, median", percentile(wall, 50), "ms")
        yield measure(f"{name}, on the wall, p95", percentile(wall, 95), "ms")
        for place, level in ((0, "province"), (1, "prefecture"), (2, "county"), (3, "township")):
            own = [took for (area, _), took in zip(questions, cpu, strict=True) if area.depth == place + 1]
            yield measure(f"{label}, {level}, one core's work, p95", percentile(own, 95), "ms")


def _many(
    setting: Setting, measure: partial[Measure], questions: list[tuple[Area, Period]]
) -> Iterator[Measure]:
    took: list[float] = []
    each = setting.pick(25, 4)

    def client(n: int) -> None:
        rng = random.Random(n)
        connection.ensure_connection()
        for area, period in rng.choices(questions, k=each):
            began = time.perf_counter()
            _ask(area, period)
            took.append((time.perf_counter() - began) * 1000)
        connection.close()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == CLIENTS * each
    whole = time.perf_counter() - began
    name = f"counts, {CLIENTS} clients at once"
    yield measure(f"{name}, p95", percentile(took, 95), "ms", most=BAR_MANY[setting.database])
    yield measure(f"{name}", len(took) / whole, "/s")


def _province(setting: Setting, measure: partial[Measure]) -> Iterator[Measure]:
    province = Area.objects.get(pk=setting.ground.by_level[0][0])
    end = clock.today().replace(day=1) - timedelta(days=1)
    year = Period(end.replace(year=end.year - 1, day=1) + timedelta(days=31), end)
    year = Period(year.first.replace(day=1), end)
    raw_cpu, raw = _each([partial(from_cases, province, year, "child")], 1)
    cpu, wall = _each([partial(_ask, province, year, days=True)], setting.pick(5, 2))
    yield measure("province, a year by prefectures, counts and medians, from sums", cpu[0], "ms")
    yield measure("the same from the cases", raw_cpu[0], "ms")
    yield measure(
        "times faster than grouping the cases, on the wall", raw[0] / wall[0], "", least=LEAST_FASTER
    )
    with_days, _ = _each([partial(_ask, province, year, days=True)], setting.pick(5, 2))
    yield measure("medians and 90th percentiles by child, province-year", with_days[0], "ms", most=BAR_MS)
    parts = _ask(province, year, days=True)
    told = {key: part.figures() for key, part in parts.items()}
    theirs = {key: part.figures() for key, part in from_cases(province, year, "child").items()}
    differ = sum(told.get(key) != theirs.get(key) for key in {*told, *theirs})
    yield measure("parts whose figures differ from the cases'", differ, "", most=0)
    if setting.database == "postgresql":
        yield measure("medians that differ from percentile_disc", _unlike_the_server(told, year), "", most=0)


def _unlike_the_server(told: dict[Any, Any], year: Period) -> int:
    wrong = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.l2, percentile_disc(0.5) WITHIN GROUP (ORDER BY answer_took), "
            "percentile_disc(0.9) WITHIN GROUP (ORDER BY answer_took), "
            "percentile_disc(0.5) WITHIN GROUP (ORDER BY resolve_took), "
            "percentile_disc(0.9) WITHIN GROUP (ORDER BY resolve_took) "
            "FROM listening_case c JOIN places_area a ON a.id = c.area_id WHERE NOT c.sensitive "
            "AND (c.tally & 3) = 0 AND received_on BETWEEN %s AND %s GROUP BY a.l2",
            [year.first, year.last],
        )
        for key, *theirs in cursor.fetchall():
            one = told[key]
            ours = [
                one.answer_days.median,
                one.answer_days.p90,
                one.resolve_days.median,
                one.resolve_days.p90,
            ]
            wrong += ours != theirs
    return wrong


def _folding(measure: partial[Measure]) -> Iterator[Measure]:
    rng = random.Random(SEED + 6)
    most = Case.objects.count()  # the generator numbers them from 1; later ones have numbers by chance
    taken = []
    for _ in range(3):
        ids, changed = rng.sample(range(1, most), min(most - 1, 2 * EVENTS)), 0
        with transaction.atomic(), connection.cursor() as cursor:
            for start in range(0, len(ids), 1_000):
                some = ", ".join(map(str, ids[start : start + 1_000]))
                # Not those that the generator joined across the line that the guards draw.
                cursor.execute(
                    f"UPDATE listening_case SET bounces = bounces + 1 WHERE id IN ({some}) "
                    "AND NOT sensitive AND duplicate_of_id IS NULL"
                )
                changed += cursor.rowcount
                if changed >= EVENTS:
                    break
        began, worked = time.perf_counter(), work()
        assert folding.fold(limit=4 * EVENTS) == 2 * changed
        taken.append(((work() - worked) / changed, (time.perf_counter() - began) / changed))
    worked, wall = (min(one) * 1e6 for one in zip(*taken, strict=True))
    yield measure(f"folding {EVENTS:,} changes of cases, each, one core's work", worked, "us", most=MOST_US)
    yield measure(f"folding {EVENTS:,} changes of cases, each, on the wall", wall, "us")


def _writing(setting: Setting, measure: partial[Measure]) -> Iterator[Measure]:
    """A need told, by the service: a case more, with its steps, words and event."""
    village = Area.objects.select_related("level").get(pk=setting.ground.villages[9])
    subject = Subject.objects.get(key="water-broken")

    def tell() -> None:
        services.receive_feedback(
            actor=PUBLIC, area=village, kind="need", subject=subject, text=TEXT, language="en", channel="web"
        )

    each = setting.pick(10, 4)
    plain, full = Timed(each), Timed(each)
    with codes_cost(None):
        for n in range(setting.pick(15, 4)):
            pair: list[tuple[Timed, Any]] = [(plain, _untriggered()), (full, nullcontext())]
            for timed, way in pair if n % 2 else pair[::-1]:
                with way:
                    tell()
                    began, worked = time.perf_counter(), work()
                    for _ in range(each):
                        tell()
                    if n:
                        timed.cpu.append(work() - worked)
                        timed.wall.append(time.perf_counter() - began)
    yield measure("a need told, with the triggers", full.milliseconds, "ms")
    yield measure("a need told, without them", plain.milliseconds, "ms")
    share = ratio(plain, full) - 1
    yield measure("what figures cost a write", share, "", most=MOST_SHARE)
    yield measure("the same, of one core's work", min(full.cpu) / min(plain.cpu) - 1, "")
    folding.rebuild()  # cases came without their notes


@contextmanager
def _untriggered() -> Iterator[None]:
    """Without the triggers that note what changes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in TRIGGERS:
                cursor.execute(f"ALTER TABLE listening_case DISABLE TRIGGER {name}")
            again = [f"ALTER TABLE listening_case ENABLE TRIGGER {name}" for name in TRIGGERS]
        else:
            names = ", ".join(f"'{name}'" for name in TRIGGERS)
            cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE name IN ({names})")
            there = cursor.fetchall()
            for name, _ in there:
                cursor.execute(f"DROP TRIGGER {name}")
            again = [sql for _, sql in there]
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in again:
                cursor.execute(statement)


def _next_day(measure: partial[Measure]) -> Iterator[Measure]:
    day: date = clock.today() + timedelta(days=1)
    began = time.perf_counter()
    with transaction.atomic():
        folding.advance(day)
        yield measure("moving the sums on by a day", time.perf_counter() - began, "s")
        transaction.set_rollback(True)
