"""Killed between any two steps, the register loses nothing, repeats nothing and never signs two trees."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.merkle.checkpoints import Checkpoint as Body
from answerable.merkle.copies import Copy, verify_copy
from answerable.merkle.notes import Note
from answerable.merkle.proofs import verify_consistency
from answerable.register import cycle, rules, selectors, sequencing, signing
from answerable.register.models import Checkpoint, Event, Leaf, Pending
from answerable.register.signer import keys

pytestmark = pytest.mark.django_db(transaction=True)
EVENING = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
ORIGIN = "village.example.org/register"
#: Each step at which a run tells how far it is, in order.
STEPS = [
    "locked",
    "appended",
    "sequenced",
    "bundle written",
    "tiles written",
    "signed",
    "stored",
    "published",
]
RUN = """
import os, signal, sys
import django
django.setup()
from datetime import UTC, datetime
from answerable.register import cycle, machinery, rules
rules.make_public("test.opened")
die_at, day = sys.argv[1], int(sys.argv[2])
def hear(name):
    if name == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
machinery.STEPS.append(hear)
print(cycle.run(datetime(2026, 11, day, 21, 30, tzinfo=UTC)))
"""
rules.make_public("test.opened")


@pytest.fixture
def environment(tmp_path: Path, settings: Any, signer_process: Callable[..., Any]) -> dict[str, str]:
    """The variables of a process with the same database, folders and signer as this one."""
    settings.REGISTER_FOLDER = tmp_path / "register"
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.REGISTER_SIGNER = tmp_path / "signer" / "socket"
    settings.REGISTER_ORIGIN = ORIGIN
    settings.REGISTER_WITNESSES = []
    keys.make_keys(tmp_path / "signer", ORIGIN)
    signer_process(tmp_path / "signer")
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        url = f"sqlite:///{quote(name)}"
    else:
        host = connection.settings_dict["HOST"]
        url = f"postgresql://{connection.settings_dict['USER']}@/{quote(name)}?host={quote(host)}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "answerable.config.settings",
        "DATABASE_URL": url,
        "ANSWERABLE_DATA": str(tmp_path),
        "ANSWERABLE_KEYS": str(tmp_path),
        "ANSWERABLE_SIGNER": str(tmp_path / "signer" / "socket"),
        "ANSWERABLE_REGISTER_ORIGIN": ORIGIN,
    }


def begin(environment: dict[str, str], die_at: str, day: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, die_at, str(day)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def happen(count: int) -> None:
    with acting(SYSTEM, Right.TICK, None) as act:
        for n in range(count):
            act.record("test.opened", n=n)
            act.record("test.closed", n=n)


def test_killed_at_any_step_the_next_run_goes_on(environment: dict[str, str], settings: Any) -> None:
    before: Body | None = None
    for day, step in enumerate(STEPS, 1):
        happen(3)
        process = begin(environment, step, day)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == -9, f"{step}: {errors}"
        happen(2)
        told = cycle.run(EVENING.replace(day=day))
        assert "leaves" in told or told == "", told
        body = published(settings.REGISTER_FOLDER)
        assert signing.state().size == body.size == Checkpoint.objects.order_by("-size")[0].size
        if before is not None:
            proof = selectors.consistency(before.size, body.size)
            verify_consistency(before.size, body.size, proof, before.root, body.root)
        before = body
    every_event_has_its_place(settings.REGISTER_FOLDER)
    drafts = [path for path in Path(settings.REGISTER_FOLDER).rglob(".*") if path.name != ".lock"]
    assert drafts == [], "killed between two steps, not within one"


def test_several_at_once_give_each_event_one_place(environment: dict[str, str], settings: Any) -> None:
    happen(40)
    processes = [begin(environment, "", 21) for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    every_event_has_its_place(settings.REGISTER_FOLDER)


def published(folder: Path) -> Body:
    return Body.parse(Note.parse((folder / "checkpoint").read_text()).text)


def every_event_has_its_place(folder: Path) -> None:
    cycle.run(EVENING.replace(day=28))
    assert not Pending.objects.exists()
    placed = [pk for pk in Leaf.objects.values_list("event_id", flat=True) if pk is not None]
    assert sorted(placed) == sorted(Event.objects.values_list("pk", flat=True))
    indices = list(Leaf.objects.order_by("index").values_list("index", flat=True))
    assert indices == list(range(len(indices)))
    vkeys = [vkey for vkey, _ in signing.state().log]
    assert [str(found) for found in verify_copy(Copy.at(folder), vkeys, processes=1)] == []


@pytest.mark.only_on("postgresql", "SQLite has one writer at a time anyway")
def test_no_write_waits_for_the_sequencer_nor_the_sequencer_for_a_write(environment: dict[str, str]) -> None:
    """Whoever would wait is refused at once here, and whatever came to light late has its place later."""

    def elsewhere(work: Callable[[], object]) -> None:
        """Run it over another connection, to its end, where waiting for a lock is an error."""
        troubles: list[BaseException] = []

        def run() -> None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '1ms'")
                work()
            except BaseException as trouble:
                troubles.append(trouble)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        assert troubles == []

    happen(3)
    with transaction.atomic():
        assert sequencing.sequence(seal=True).added == 3 + 16
        elsewhere(lambda: happen(2))
    with transaction.atomic():
        happen(1)
        elsewhere(lambda: sequencing.sequence(seal=False))
        assert Leaf.objects.count() == 3 + 16 + 2, "what is not committed has no place"
    sequencing.sequence(seal=True)
    every_event_has_its_place(Path(environment["ANSWERABLE_DATA"]) / "register")
