"""What the register costs a write, and whether any write waits for the sequencer.

The same acts are timed in turn with the register and without: no key, no digest of rows, no commitment, no secret, no
row that waits. Then eight writers write on PostgreSQL while places are given as fast as they can be, and whoever
waits for a lock is asked whom for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import cycle
from typing import Any
from unittest import mock

from .bare import TEXT
from .batch import signed_in
from .intake import submitter
from .results import Measure, Note, Results
from .rounds import Timed, percentile, pinned, ratio, work
from .setting import FLOOR, Setting, ask, codes_cost, environ
from .writers import WRITERS, _processes

#: Issue 4: recording an event costs a write path, from request to reply, no more than this share.
MOST_SHARE = 0.05


def run(setting: Setting) -> Results:
    """Both halves; the second one where several write at once."""
    measure = partial(Measure, "register", setting.database)
    found = list(_costs(setting, measure))
    found.append(_sequencing(measure))
    notes: list[Note] = []
    if setting.database == "postgresql":
        more, notes = _waits(setting, measure)
        found += more
    return Results(found, notes)


def _costs(setting: Setting, measure: Any) -> Iterator[Measure]:
    submit = submitter(f"/en/area/{setting.ground.villages[9]}/tell/")
    send, answer = _answerers(setting)
    rounds = setting.pick(41, 7)
    for name, call, cost, each in (
        ("a need told by the form, Argon2 at the floor", submit, FLOOR, setting.pick(6, 3)),
        ("a need told by the form, without Argon2", submit, None, setting.pick(20, 6)),
        ("a handler's answer at the desk", send, None, setting.pick(20, 6)),
        ("a handler's answer, the service alone", answer, None, setting.pick(20, 6)),
    ):
        whole = call is not answer
        with pinned(), codes_cost(cost):
            plain, full = _in_turn(call, each, rounds)
        share = ratio(plain, full) - 1
        yield measure(f"{name}: with the register", full.milliseconds, "ms")
        yield measure(f"{name}: without it", plain.milliseconds, "ms")
        yield measure(f"{name}: the register's share", share, "", most=MOST_SHARE if whole else None)
        # The wall shows the neighbours and the disk as well; this shows the code alone.
        cpu = min(full.cpu) / min(plain.cpu) - 1
        yield measure(f"{name}: its share of a core's work", cpu, "")


def _in_turn(call: Callable[[], object], each: int, rounds: int) -> tuple[Timed, Timed]:
    """The same call without and with the register, round after round; the first of a pair changes with each."""
    plain, full = Timed(each), Timed(each)
    for n in range(rounds + 1):
        pair: list[tuple[Timed, Any]] = [(plain, unrecorded()), (full, nullcontext())]
        for timed, way in pair if n % 2 else pair[::-1]:
            with way:
                call()  # warm after the switch
                wall, cpu = time.perf_counter(), work()
                for _ in range(each):
                    call()
                if n:  # the first pair warms up
                    timed.cpu.append(work() - cpu)
                    timed.wall.append(time.perf_counter() - wall)
    return plain, full


@contextmanager
def unrecorded() -> Iterator[None]:
    """Events as they were before the register: a row each, and nothing beside it."""
    from answerable.access import gate
    from answerable.register import services
    from answerable.register.models import Event

    def plain(records: Sequence[services.Record], _written: object = None) -> list[Event]:
        events = [services._event(record) for record in records]
        if len(events) == 1:
            events[0].save(force_insert=True)
        else:
            Event.objects.bulk_create(events, batch_size=500)
        return events

    with (
        mock.patch.object(gate, "append_events", plain),
        mock.patch.object(gate, "writing", nullcontext),
        _nothing_waits(),
    ):
        yield


@contextmanager
def _nothing_waits() -> Iterator[None]:
    """Without the trigger that notes which events have no place yet."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE register_event DISABLE TRIGGER register_event_noted")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE register_event ENABLE TRIGGER register_event_noted")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'register_event_noted'")
        (trigger,) = cursor.fetchone()
        cursor.execute("DROP TRIGGER register_event_noted")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(trigger)


def _answerers(setting: Setting) -> tuple[Callable[[], None], Callable[[], None]]:
    """A handler tells a resident something: an event, a step and a text. Through the desk, and by the service alone."""
    from answerable.access.models import Staff
    from answerable.access.rules import PUBLIC
    from answerable.access.selectors import actor_for
    from answerable.listening import services
    from answerable.listening.models import Case
    from answerable.places.models import Area
    from answerable.programme.models import Subject

    township = setting.ground.by_level[3][0]
    staff = Staff.objects.get(username=f"desk-{township}")
    handler, cookie, token = actor_for(staff), *signed_in(staff)
    village = Area.objects.select_related("level").filter(l4=township, level__is_village=True)[0]
    subject = Subject.objects.get(key="water-broken")
    with codes_cost(None):
        cases = [
            services.receive_feedback(
                actor=PUBLIC,
                area=village,
                kind="need",
                subject=subject,
                text=TEXT,
                language="en",
                channel="web",
            ).case.pk
            for _ in range(40)
        ]
    turn = cycle(cases)

    def answer() -> None:
        case = Case.objects.get(pk=next(turn))
        services.tell_resident(
            actor=handler, case=case.pk, version=case.version, text="We are on it.", language="en"
        )

    def send() -> None:
        case = Case.objects.get(pk=next(turn))
        form = {"version": str(case.version), "text": "We are on it.", "language": "en"}
        form["csrfmiddlewaretoken"] = token
        reply = ask(environ(f"/desk/case/{case.pk}/tell/", form, cookie))
        assert reply.status in {302, 303}, (reply.status, reply.body[:2_000])

    return send, answer


def _sequencing(measure: Callable[..., Measure]) -> Measure:
    """What the benches before left waiting gets its places: leaves a second, with all that a leaf costs."""
    from answerable.register import sequencing

    began = time.perf_counter()
    added = sequencing.sequence(seal=True).added
    return measure("places given", added / (time.perf_counter() - began), "/s")


def _waits(setting: Setting, measure: Any) -> tuple[list[Measure], list[Note]]:
    from django.db import connection

    connection.close()
    rounds, township = setting.pick(25, 6), setting.ground.by_level[3][0]
    alone = _processes(township, rounds, hashed=False)
    with _sequencer() as seen:
        beside = _processes(township, rounds, hashed=False)
    tallies = [*alone, *beside]
    found = [
        measure(f"{WRITERS} writers: receiving, p50", _received(alone, 50), "ms"),
        measure(f"{WRITERS} writers beside the sequencer: receiving, p50", _received(beside, 50), "ms"),
        measure(f"{WRITERS} writers beside the sequencer: receiving, p99", _received(beside, 99), "ms"),
        measure("runs of the sequencer meanwhile", seen["runs"], "", least=3),
        measure("leaves that it added", seen["added"], "", least=1),
        measure("times that it was looked who waits for whom", seen["looks"], "", least=20),
        measure("writes that waited for the sequencer", seen["waited"], "", most=0),
        measure("lock errors", sum(tally.lock_errors for tally in tallies), "", most=0),
        measure("other errors", sum(len(tally.other) for tally in tallies), "", most=0),
    ]
    notes = [Note("register", "postgresql", text) for tally in tallies for text in tally.other[:1]]
    return found, notes


def _received(tallies: Sequence[Any], percent: float) -> float:
    return percentile([ms for tally in tallies for ms in tally.received], percent)


@contextmanager
def _sequencer() -> Iterator[dict[str, int]]:
    """Places are given all the time, open ones and sealed ones; and somebody looks who waits for whom."""
    from django.db import connections

    seen = {"runs": 0, "added": 0, "looks": 0, "waited": 0}
    end, pid = threading.Event(), threading.Event()
    backend = [0]

    def sequence() -> None:
        from answerable.register import sequencing

        connection = connections["default"]
        connection.ensure_connection()
        backend[0] = connection.connection.info.backend_pid
        pid.set()
        while not end.is_set():
            seen["added"] += sequencing.sequence(seal=seen["runs"] % 2 == 0).added
            seen["runs"] += 1
        connections.close_all()

    def look() -> None:
        pid.wait(timeout=30)
        with connections["default"].cursor() as cursor:
            while not end.is_set():
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))",
                    [backend[0]],
                )
                seen["waited"] += cursor.fetchone()[0]
                seen["looks"] += 1
                end.wait(0.003)
        connections.close_all()

    threads = [threading.Thread(target=one) for one in (sequence, look)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        end.set()
        for thread in threads:
            thread.join(timeout=60)
