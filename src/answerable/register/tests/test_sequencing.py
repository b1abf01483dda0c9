"""From events to leaves to published files: every event once, in places that never change."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.merkle import proofs
from answerable.merkle.checkpoints import Checkpoint as Body
from answerable.merkle.compact import CompactRange
from answerable.merkle.copies import Copy, verify_copy
from answerable.merkle.hashing import leaf_hash
from answerable.merkle.notes import Note, Verifier
from answerable.merkle.policy import Policy
from answerable.merkle.proof_files import ProofFile
from answerable.register import cycle, publishing, receipts, rules, selectors, sequencing
from answerable.register.models import Checkpoint, Event, Leaf, Node, Pending, Tree
from tests.support.registers import ORIGIN, Log

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 21, 9, tzinfo=UTC)
EVENING = MORNING.replace(hour=21)
rules.make_public("test.opened")


def opened(count: int) -> list[Event]:
    with acting(SYSTEM, Right.TICK, None) as act:
        for n in range(count):
            act.record("test.opened", n=n)
    return act.events


def closed(count: int) -> list[Event]:
    with acting(SYSTEM, Right.TICK, None) as act:
        for n in range(count):
            act.record("test.closed", n=n)
    return act.events


def test_open_leaves_enter_at_once_sealed_ones_in_the_evening(log: Log) -> None:
    first, hidden = opened(3), closed(5)
    assert sequencing.sequence(MORNING) == sequencing.Sequenced(3, 3)
    assert [leaf.event_id for leaf in Leaf.objects.order_by("index")] == [event.pk for event in first]
    assert Pending.objects.count() == 5
    assert sequencing.sequence(EVENING) == sequencing.Sequenced(19, 16)
    assert not Pending.objects.exists()
    sealed = Leaf.objects.filter(index__gte=3)
    assert {leaf.event_id for leaf in sealed} == {event.pk for event in hidden} | {None}
    assert {len(bytes(leaf.entry)) for leaf in sealed} == {73}
    assert sequencing.sequence(EVENING + timedelta(hours=2)) == sequencing.Sequenced(19, 0)


def test_an_evening_without_anything_has_covers_as_well(log: Log) -> None:
    assert sequencing.sequence(EVENING).added == 16
    assert sequencing.sequence(EVENING + timedelta(days=1)).added == 16
    assert Leaf.objects.filter(event_id=None).count() == 32


def test_a_missed_evening_is_made_up_for() -> None:
    day = EVENING.date()
    assert sequencing.sealing_day(MORNING, None) is None
    assert sequencing.sealing_day(EVENING, None) == day
    assert sequencing.sealing_day(MORNING, day - timedelta(days=1)) is None
    assert sequencing.sealing_day(MORNING, day - timedelta(days=2)) == day - timedelta(days=1)
    assert sequencing.sealing_day(EVENING, day) is None


def test_events_from_before_the_log_are_told_by_number_and_digest(log: Log) -> None:
    old = closed(3)
    Pending.objects.all().delete()
    opened(1)
    assert sequencing.sequence(MORNING).added == 2
    begun = Event.objects.get(kind="register.begun")
    lines = b"".join(
        map(sequencing.event_line, Event.objects.filter(pk__in=[e.pk for e in old]).order_by("pk"))
    )
    assert begun.body == {"events": 3, "last": old[-1].pk, "digest": f"sha256:{sha256(lines).hexdigest()}"}
    assert sequencing.sequence(MORNING).added == 0
    assert Event.objects.filter(kind="register.begun").count() == 1


def test_an_event_that_waits_twice_has_one_place(log: Log) -> None:
    (event,) = opened(1)
    sequencing.sequence(MORNING)
    Pending.objects.create(event_id=event.pk, open=True)
    Pending.objects.create(event_id=10**9, open=True)  # waits for nothing
    assert sequencing.sequence(MORNING).added == 0
    assert list(Pending.objects.values_list("event_id", flat=True)) == [10**9]


@given(st.integers(0, 70_000), st.integers(0, 1_300))
def test_a_range_grows_as_if_leaf_by_leaf(size: int, more: int) -> None:
    before, plain = CompactRange(), CompactRange()
    hashes = [sha256(str(n).encode()).digest() for n in range(more)]
    start = [sha256(b"x" + str(n % 7).encode()).digest() for n in range(size)]
    before.extend(start)
    plain.extend([*start, *hashes])
    grown, nodes = sequencing.grow(before, hashes)
    assert (grown.size, grown.hashes) == (plain.size, plain.hashes)
    assert [place for level, place, _ in nodes if level == 8] == list(range(size >> 8, size + more >> 8))
    assert [place for level, place, _ in nodes if level == 16] == list(range(size >> 16, size + more >> 16))


def test_the_rows_make_every_proof(log: Log) -> None:
    opened(700)
    sequencing.sequence(MORNING)
    tree = Tree.objects.get()
    whole = CompactRange()
    whole.extend(
        [leaf_hash(bytes(entry)) for entry in Leaf.objects.order_by("index").values_list("entry", flat=True)]
    )
    assert whole.hashes == sequencing.split(bytes(tree.range))
    assert Node.objects.filter(level=8).count() == 2
    for index in (0, 255, 256, 511, 512, 699):
        leaf = bytes(Leaf.objects.get(pk=index).hash)
        proofs.verify_inclusion(index, 700, leaf, selectors.inclusion_proof(index, 700), whole.root())
    proofs.verify_consistency(300, 700, selectors.consistency(300, 700), selectors.root(300), whole.root())


def test_what_is_published_is_verified_from_its_files_alone(log: Log) -> None:
    for count in (3, 300, 250):
        opened(count)
        closed(2)
        assert "leaves" in cycle.run(EVENING)
    assert verify_copy(Copy.at(log.published), [log.vkey], processes=1) == []
    assert Checkpoint.objects.count() == 3
    assert Checkpoint.objects.filter(board=True).count() == 1
    assert (log.published / "tile/0/000.p/19").exists(), "partial tiles of published sizes stay"
    seen = Policy.parse((log.published / "policy").read_bytes()).check(
        (log.published / "checkpoint").read_bytes()
    )
    assert (seen.checkpoint.origin, seen.checkpoint.size) == (ORIGIN, Tree.objects.get().size)
    assert cycle.run(EVENING) == ""


def test_a_proof_file_shows_a_leaf_to_anybody(log: Log) -> None:
    (event,) = closed(1)
    promised = receipts.promise_for(event)
    assert selectors.leaf_of(event.pk) is None
    cycle.run(EVENING)
    index, digest = selectors.leaf_of(event.pk) or (-1, b"")
    text = selectors.proof_file(index)
    policy = Policy.parse((log.published / "policy").read_bytes())
    assert text is not None
    assert ProofFile.parse(text).verify(digest, policy).checkpoint.size == 16
    from answerable.merkle.promises import parse_promise

    told = parse_promise(promised, receipts.intake_key().verifier)
    assert told.leaf_hash == digest
    assert f"#intake {receipts.intake_key().vkey}" in (log.published / "policy").read_text()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 21, 9, tzinfo=UTC), datetime(2026, 11, 22, 21, tzinfo=UTC)),
        (datetime(2026, 11, 21, 21, tzinfo=UTC), datetime(2026, 11, 23, 21, tzinfo=UTC)),
    ],
)
def test_a_promise_is_kept_by_the_second_evening(log: Log, now: datetime, expected: datetime) -> None:
    assert receipts.deadline(now) == expected


def test_a_published_file_that_was_changed_is_an_alarm_and_stays(log: Log) -> None:
    opened(5)
    cycle.run(MORNING)
    opened(5)
    sequencing.sequence(MORNING)
    changed = log.published / "tile/entries/000.p/10"
    changed.write_bytes(b"something else")
    assert "has other bytes" in cycle.run(MORNING)
    assert changed.read_bytes() == b"something else"
    assert "has other bytes" in publishing.alarm()
    assert Body.parse(Note.parse((log.published / "checkpoint").read_text()).text).size == 5


@pytest.mark.parametrize(
    "name", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"]
)
def test_a_damaged_file_is_noticed_before_more_is_published(log: Log, name: str) -> None:
    opened(300)
    cycle.run(MORNING)
    changed = log.published / name
    data = changed.read_bytes()
    changed.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    opened(1)
    told = cycle.work(MORNING)
    assert (told.trouble, f"{name} has other bytes" in told.told) == ("alarm", True)
    assert Body.parse(Note.parse((log.published / "checkpoint").read_text()).text).size == 300
    assert name in publishing.alarm()
    changed.write_bytes(data)
    assert "301 leaves" in cycle.run(MORNING) or selectors.latest_checkpoint().size == 301  # type: ignore[union-attr]


def test_a_tree_without_one_leaf_is_not_signed(log: Log) -> None:
    opened(5)
    cycle.run(MORNING)
    with connection.cursor() as cursor:
        _lift(cursor)
        cursor.execute("DELETE FROM register_leaf")
        cursor.execute("DELETE FROM register_checkpoint")
        cursor.execute("DELETE FROM register_tree")
        cursor.execute(
            "INSERT INTO register_pending (event_id, open) SELECT id, true FROM register_event WHERE body LIKE '%3%'"
            if connection.vendor == "sqlite"
            else "INSERT INTO register_pending (event_id, open) SELECT id, true FROM register_event ORDER BY id LIMIT 1"
        )
    for path in log.published.rglob("*.p"):
        for file in path.iterdir():
            file.unlink()
    assert "signed already" in cycle.run(MORNING)
    assert "signed already" in (log.signer / "refusals.log").read_text()


def _lift(cursor: Any) -> None:
    if connection.vendor != "sqlite":
        cursor.execute("SET LOCAL session_replication_role = replica")
        return
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP TRIGGER "{name}"')


def test_another_key_signs_beside_the_old_one_and_the_log_says_so(log: Log) -> None:
    from answerable.register.signer import keys

    opened(1)
    cycle.run(MORNING)
    old, new, until = keys.rotate(log.signer)
    with pytest.raises(keys.KeyTrouble, match="under way"):
        keys.rotate(log.signer)
    cycle.run(MORNING)
    note = Note.parse((log.published / "checkpoint").read_text())
    assert len(note.verified_by([Verifier.parse(old), Verifier.parse(new)], at_least=2)) == 2
    told = Event.objects.get(kind="register.key-rotated")
    assert told.body["until"] == until.isoformat()
    assert Verifier.parse(f"{ORIGIN}+{told.body['new']}").vkey == new
    assert (log.published / "policy").read_text().count("\nlog ") == 2
    cycle.run(MORNING)
    assert Event.objects.filter(kind="register.key-rotated").count() == 1
    assert [key.signer.vkey for key in keys.log_keys(log.signer, until + timedelta(days=1))] == [new]


def test_the_order_of_a_sealed_batch_says_nothing_of_the_order_of_the_day(log: Log) -> None:
    """Where the first of sixteen comes to stand is spread evenly (TRUST.md A19; critical value at p = 0.001)."""
    places = [0] * 16
    for day in range(160):
        first = closed(16)[0]
        sequencing.sequence(EVENING + timedelta(days=day))
        places[(selectors.leaf_of(first.pk) or (0,))[0] % 16] += 1
    assert {len(bytes(entry)) for entry in Leaf.objects.values_list("entry", flat=True)} == {73}
    assert Tree.objects.get().size == 160 * 16
    assert sum((count - 10) ** 2 / 10 for count in places) < 45  # 15 degrees of freedom: p = 8e-5


def test_nothing_of_the_folder_is_a_draft(log: Log) -> None:
    opened(3)
    cycle.run(MORNING)
    assert [path.name for path in Path(log.published).rglob(".*") if path.name != ".lock"] == []


def test_a_lost_folder_is_made_again_and_the_clockwork_publishes_now_and_then(log: Log) -> None:
    for count in (3, 300):
        opened(count)
        cycle.run(MORNING)
    before = {path: path.read_bytes() for path in log.published.rglob("*") if path.is_file()}
    shutil.rmtree(log.published)
    cycle.run(MORNING)
    assert {path: path.read_bytes() for path in log.published.rglob("*") if path.is_file()} == before
    opened(1)
    assert cycle.work(MORNING, patient=True) == cycle.Done("")
    assert Tree.objects.get().size == 304, "it has its place all the same"
    assert selectors.latest_checkpoint().size == 303  # type: ignore[union-attr]
    an_hour_ago = (log.published / "checkpoint").stat().st_mtime - 3_600
    os.utime(log.published / "checkpoint", (an_hour_ago, an_hour_ago))
    cycle.work(MORNING, patient=True)
    assert selectors.latest_checkpoint().size == 304  # type: ignore[union-attr]


def test_a_shell_without_the_settings_writes_nothing_of_another_log(log: Log, settings: Any) -> None:
    from answerable.config import doctor
    from answerable.merkle.notes import Signer
    from answerable.register import policies

    opened(1)
    settings.REGISTER_ORIGIN = "localhost/register"  # before the first checkpoint the signer knows better
    told = cycle.work(EVENING, seal=True)
    assert (told.trouble, Leaf.objects.count()) == ("setting", 0)
    assert f"set ANSWERABLE_REGISTER_ORIGIN={ORIGIN}" in told.told
    assert told.told in {one.found for one in doctor.examine() if one.level == "fail"}
    settings.REGISTER_ORIGIN = ORIGIN
    key = Signer.generate("b.example.org/witness", "cosignature").vkey
    settings.REGISTER_WITNESSES = [(key, "http://127.0.0.1:1/")]
    told = cycle.work(MORNING)
    assert "the log names 1 witness; 0 of 1 witnesses cosigned" in told.told
    policy = (log.published / "policy").read_text()
    settings.REGISTER_WITNESSES = []
    opened(1)
    told = cycle.work(MORNING)
    assert "ANSWERABLE_WITNESSES is not set here, and the log names 1" in told.told
    assert policies.forgotten() in {one.found for one in doctor.examine() if one.level == "fail"}
    assert Event.objects.filter(kind="register.witness-policy").count() == 1
    assert (log.published / "policy").read_text() == policy
    settings.REGISTER_NO_WITNESSES = True
    opened(1)
    assert "from now on the log names 0 witnesses" in cycle.work(MORNING).told
    assert "quorum none" in (log.published / "policy").read_text()
    shutil.rmtree(log.signer)  # the checkpoint knows as well
    settings.REGISTER_ORIGIN = "localhost/register"
    assert cycle.work(MORNING).trouble == "setting"
