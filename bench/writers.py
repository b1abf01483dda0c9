"""Eight writers at once on one database: no lock errors, how many a second, how long the slowest wait."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from . import spawned
from .results import Measure, Note, Results
from .rounds import percentile
from .setting import FLOOR, Setting
from .world import SEED

WRITERS = 8


@dataclass
class Tally:
    """What one writer saw."""

    received: list[float] = field(default_factory=list)
    acted: list[float] = field(default_factory=list)
    #: Somebody acted on the same case first, and the second was told so: right, and no error.
    told: int = 0
    lock_errors: int = 0
    other: list[str] = field(default_factory=list)
    started: float = 0.0
    ended: float = 0.0


def run(setting: Setting) -> Results:
    """Processes, then threads of one process (as the server runs on SQLite); both without Argon2, then with."""
    measure = partial(Measure, "writers", setting.database)
    rounds = setting.pick(25, 6)
    found: list[Measure] = []
    notes: list[Note] = []
    kinds = [("processes", False), ("processes", True), ("threads", False)]
    for kind, hashed in kinds:
        label = f"{WRITERS} {kind}" + (", Argon2 at the floor" if hashed else "")
        tallies = (_processes if kind == "processes" else _threads)(
            setting.ground.by_level[3][0], rounds, hashed
        )
        took = max(t.ended for t in tallies) - min(t.started for t in tallies)
        received = [ms for t in tallies for ms in t.received]
        acted = [ms for t in tallies for ms in t.acted]
        errors = sum(t.lock_errors for t in tallies)
        others = [text for t in tallies for text in t.other]
        notes += [Note("writers", setting.database, f"{label}: {text}") for text in others[:3]]
        found += [
            measure(f"{label}: lock errors", errors, "", most=0),
            measure(f"{label}: other errors", len(others), "", most=0),
            measure(f"{label}: acts", (len(received) + len(acted)) / took, "/s"),
            measure(f"{label}: receiving, p50", percentile(received, 50), "ms"),
            measure(f"{label}: receiving, p99", percentile(received, 99), "ms"),
            measure(f"{label}: a handler's act, p50", percentile(acted, 50), "ms"),
            measure(f"{label}: a handler's act, p99", percentile(acted, 99), "ms"),
            measure(f"{label}: told that somebody was first", sum(t.told for t in tallies), ""),
        ]
    return Results(found, notes)


def _processes(township: int, rounds: int, hashed: bool) -> list[Tally]:
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        start, gathered = manager.Barrier(WRITERS), manager.list()
        workers = [
            context.Process(target=spawned.write, args=(township, n, rounds, hashed, start, gathered))
            for n in range(WRITERS)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=300)
            if worker.is_alive():
                worker.terminate()
        assert len(gathered) == WRITERS, "a writer did not come back"
        return list(gathered)


def _threads(township: int, rounds: int, hashed: bool) -> list[Tally]:
    start = threading.Barrier(WRITERS)
    tallies: list[Tally] = []

    def one(n: int) -> None:
        from django.db import connections

        tallies.append(write(township, n, rounds, hashed, start, patch=False))
        connections.close_all()

    from .setting import codes_cost

    with codes_cost(FLOOR if hashed else None):
        threads = [threading.Thread(target=one, args=(n,)) for n in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return tallies


def write(township: int, n: int, rounds: int, hashed: bool, start: Any, *, patch: bool = True) -> Tally:
    """Receive, act on it, and act on a case that others act on as well, so many times."""
    from contextlib import nullcontext

    from django.db import connection

    from .setting import codes_cost

    tally = Tally()
    with codes_cost(FLOOR if hashed else None) if patch else nullcontext():
        step = _steps(township, n)
        connection.ensure_connection()
        start.wait(timeout=120)
        tally.started = time.monotonic()
        for _ in range(rounds):
            step(tally)
        tally.ended = time.monotonic()
    return tally


def _steps(township: int, n: int) -> Any:
    from django.db import OperationalError

    from answerable.access.models import Staff
    from answerable.access.rules import PUBLIC
    from answerable.access.selectors import actor_for
    from answerable.listening import services
    from answerable.listening.models import Case
    from answerable.listening.problems import CaseChanged, StepNotAllowed
    from answerable.places.models import Area
    from answerable.programme.models import Subject

    from .bare import TEXT

    rng = random.Random(SEED + n)
    # All writers work in one township, so that they meet.
    villages = list(Area.objects.select_related("level").filter(l4=township, level__is_village=True))
    handler = actor_for(Staff.objects.get(username=f"desk-{township}"))
    subject = Subject.objects.get(key="water-broken")

    def receive(tally: Tally) -> Case:
        began = time.perf_counter()
        heard = services.receive_feedback(
            actor=PUBLIC,
            area=rng.choice(villages),
            kind="need",
            subject=subject,
            text=TEXT,
            language="en",
            channel="web",
        )
        tally.received.append((time.perf_counter() - began) * 1000)
        return heard.case

    def act(tally: Tally, case: Case) -> None:
        began = time.perf_counter()
        try:
            services.tell_resident(
                actor=handler, case=case.pk, version=case.version, text="We are on it.", language="en"
            )
        except (CaseChanged, StepNotAllowed):
            tally.told += 1
        tally.acted.append((time.perf_counter() - began) * 1000)

    def step(tally: Tally) -> None:
        try:
            act(tally, receive(tally))
            shared = Case.objects.filter(steps__isnull=False, area__in=villages, sensitive=False)
            newest = shared.order_by("-pk").distinct()[:4]
            act(tally, rng.choice(list(newest)))
        except OperationalError as error:
            tally.lock_errors += 1
            tally.other.append(f"lock: {error}"[:200])
        except Exception as error:
            tally.other.append(f"{type(error).__name__}: {error}"[:200])

    return step
