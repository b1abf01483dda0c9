"""An audit of the log itself: events, leaves, secrets, roots and texts that were changed behind the product's back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.kernel import clock
from answerable.listening.models import Case, CaseStep, PublicAnswer, Word
from answerable.listening.services import erase_case
from answerable.listening.tests.factories import hear
from answerable.programme.models import Sponsor
from answerable.register import (
    auditing,
    binding,
    erasing,
    kinds,
    leaves,
    policies,
    publishing,
    rules,
    signing,
)
from answerable.register.auditing import audit, keep
from answerable.register.models import Audit, Checkpoint, Erasure, Event, Leaf, Node, Pending, Secret, Tree
from answerable.register.sequencing import sequence
from answerable.register.services import WroteUnrecorded
from tests.support.registers import Log
from tests.support.world import World


@contextmanager
def lifted() -> Iterator[None]:
    """As somebody with the database's own password would: guards off."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            cursor.execute("SET LOCAL session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, definition in guards:
            cursor.execute(definition)


def run(sql: str, *values: Any) -> None:
    """One statement with the guards off."""
    with lifted(), connection.cursor() as cursor:
        cursor.execute(sql, list(values))


def found() -> list[tuple[str, int | None, int | None]]:
    """Codes, events and leaves of what an audit finds; the world's first rows were put there without an act."""
    return [(one.code, one.event, one.leaf) for one in audit().findings if one.code != "row-added"]


@pytest.fixture
def logged(world: World, on_monday: None) -> Event:
    """A matter in the log, and its first event."""
    hear(world)
    with acting(SYSTEM, Right.TICK, None) as act:
        Sponsor.objects.create(key="lake", names={"en": "Lake"})
        act.record("test.row-made")
    sequence(seal=True)
    assert found() == []
    return Event.objects.get(kind="listening.case-received")


def leaf_of(event: Event) -> int:
    return Leaf.objects.get(event_id=event.pk).index


def test_an_event_that_was_changed_is_named_with_its_leaf(logged: Event) -> None:
    run("UPDATE register_event SET kind = 'listening.case-closed' WHERE id = %s", logged.pk)
    assert found() == [("event-changed", logged.pk, leaf_of(logged))]


def test_an_event_that_was_backdated_is_named(logged: Event) -> None:
    run('UPDATE register_event SET "on" = %s WHERE id = %s', date(2026, 1, 1), logged.pk)
    assert found() == [("event-changed", logged.pk, leaf_of(logged))]


def test_an_event_whose_list_of_rows_was_changed_is_named(logged: Event) -> None:
    run("UPDATE register_event SET rows = '[]' WHERE id = %s", logged.pk)
    codes = {code for code, *_ in found()}
    assert "event-changed" in codes


def test_an_event_that_was_deleted_is_named_by_its_leaf(logged: Event) -> None:
    index = leaf_of(logged)
    run("DELETE FROM register_event WHERE id = %s", logged.pk)
    assert ("event-deleted", logged.pk, index) in found()


def test_a_deleted_event_can_not_be_passed_off_as_a_cover(logged: Event) -> None:
    index = leaf_of(logged)
    run("DELETE FROM register_event WHERE id = %s", logged.pk)
    run('UPDATE register_leaf SET event_id = NULL WHERE "index" = %s', index)
    assert ("cover-wrong", None, index) in found()


def test_a_leaf_that_was_changed_is_named(logged: Event) -> None:
    index = leaf_of(logged)
    run('UPDATE register_leaf SET hash = %s WHERE "index" = %s', bytes(32), index)
    codes = found()
    assert ("leaf-changed", logged.pk, index) in codes
    assert ("tree-wrong", None, None) in codes


def test_a_leaf_that_was_deleted_is_named(logged: Event) -> None:
    index = leaf_of(logged)
    run('DELETE FROM register_leaf WHERE "index" = %s', index)
    codes = found()
    assert ("event-unlogged", logged.pk, None) in codes
    assert ("leaf-missing", None, index) in codes or index == Tree.objects.get().size - 1


def test_an_event_that_neither_waits_nor_has_a_leaf_is_named(world: World, on_monday: date) -> None:
    hear(world)
    (event,) = Event.objects.all()
    assert found() == []
    with clock.held_at(on_monday + timedelta(days=auditing.LONGEST_WAIT + 1)):
        assert found() == [("event-late", event.pk, None)]
    Pending.objects.all().delete()
    assert found() == [("event-unlogged", event.pk, None)]


def test_a_text_that_was_changed_is_named(logged: Event) -> None:
    word = Word.objects.get()
    run("UPDATE listening_word SET text = 'All is well.' WHERE id = %s", word.pk)
    (finding,) = [one for one in audit().findings if one.code != "row-added"]
    assert (finding.code, finding.table, finding.row) == ("text-changed", "listening_word", word.pk)


def test_a_text_that_was_emptied_quietly_is_named(logged: Event) -> None:
    run("UPDATE listening_word SET text = '', blind = NULL, erased_on = '2026-03-02'")
    assert {code for code, *_ in found()} == {"row-changed"}


def test_a_secret_that_was_deleted_without_an_erasure_is_named(logged: Event) -> None:
    Secret.objects.all().delete()
    assert ("secret-missing", logged.pk, leaf_of(logged)) in found()


def test_a_secret_that_was_exchanged_is_named(logged: Event) -> None:
    Secret.objects.all().update(wrapped=bytes(60))
    assert "secret-lost" in {code for code, *_ in found()}


def test_another_root_than_the_signed_one_is_named(logged: Event) -> None:
    root = "A" * 43 + "="
    size = Tree.objects.get().size
    Checkpoint.objects.create(size=size, note=f"x\n{size}\n{root}\n\n— x AAAAAAAA\n", on=date(2026, 3, 2))
    assert "checkpoint-wrong" in {code for code, *_ in found()}


def test_a_node_that_was_changed_is_named(world: World, on_monday: None) -> None:
    with acting(SYSTEM, Right.TICK, None) as act:
        for _ in range(260):
            act.record("test.thing-done")
    sequence(seal=True)
    assert found() == []
    Node.objects.update(hash=bytes(32))
    assert [code for code, *_ in found()] == ["node-wrong"]


def test_a_row_that_comes_back_after_it_was_taken_away_is_named(logged: Event) -> None:
    row = Sponsor.objects.get(key="lake")
    pk = row.pk
    with acting(SYSTEM, Right.TICK, None) as act:
        row.delete()
        act.record("test.row-gone")
    assert found() == []
    Sponsor.objects.bulk_create([Sponsor(pk=pk, key="lake", names={"en": "Lake"})])
    assert {code for code, *_ in found()} == {"row-returned"}


def test_rows_in_the_hundreds_are_read_in_pages(
    world: World, on_monday: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing.reading, "PAGE", 7)
    with acting(SYSTEM, Right.TICK, None) as act:
        rows = [Sponsor.objects.create(key=f"s-{n}", names={"en": str(n)}) for n in range(30)]
        act.record("test.rows-made")
    sequence(seal=True)
    assert found() == []
    run("DELETE FROM programme_sponsor WHERE id IN (%s, %s)", rows[3].pk, rows[29].pk)
    run("UPDATE programme_sponsor SET key = 'x' WHERE id = %s", rows[14].pk)
    named = {(one.code, one.row) for one in audit().findings if one.table == "programme_sponsor"}
    assert named == {
        ("row-deleted", rows[3].pk),
        ("row-deleted", rows[29].pk),
        ("row-changed", rows[14].pk),
    }


def test_the_result_is_kept_without_the_numbers_of_matters(logged: Event) -> None:
    run("UPDATE listening_case SET urgent = %s", True)
    run("UPDATE programme_sponsor SET key = 'x'")
    report = audit()
    kept = keep(report)
    assert Audit.objects.get() == kept
    assert kept.found == len(report.findings)
    told = {finding[1]: finding for finding in kept.findings if finding[0] == "row-changed"}
    assert told["listening_case"][2] is None
    assert told["programme_sponsor"][2] is not None
    assert told["listening_case"][3] == leaf_of(logged)


def test_an_act_that_changes_rows_and_records_nothing_is_a_bug(world: World) -> None:
    def forget() -> None:
        with acting(SYSTEM, Right.TICK, None) as act:
            Sponsor.objects.create(key="lake", names={"en": "Lake"})
            act.idle = True

    with pytest.raises(WroteUnrecorded, match=r"programme\.Sponsor"):
        forget()
    assert not Sponsor.objects.exists()


def test_every_finding_has_a_sentence_that_ends_once() -> None:
    for code in auditing.SENTENCES:
        said = auditing.Finding(code, "listening_word", 5, 7, 9, "2026-01-01").sentence()
        assert said.endswith("(event 7, leaf 9).")
        assert "{" not in said


def test_a_sum_that_triggers_keep_is_no_finding(logged: Event) -> None:
    names: Callable[[str], frozenset[str]] = lambda table: next(  # noqa: E731
        model.unbound for model in auditing.bound_models() if model._meta.db_table == table
    )
    assert names("money_budgetline") == {"committed_units", "paid_units"}
    assert names("money_commitment") == {"open_units"}


def test_a_public_act_that_is_too_long_for_an_open_leaf_is_sealed(world: World, on_monday: None) -> None:
    with acting(SYSTEM, Right.TICK, None) as act:
        act.record("money.fund-changed", fund=1, areas=list(range(100_000, 100_020)))
        act.record("money.fund-changed", fund=2, areas=list(range(100_000, 102_000)))
    short, long = Event.objects.order_by("pk")
    assert short.commitment is None
    assert long.commitment is not None
    sequence(seal=True)
    assert found() == []
    assert len(bytes(Leaf.objects.get(event_id=long.pk).entry)) == 73
    assert b'"fund":1' in bytes(Leaf.objects.get(event_id=short.pk).entry)


def test_open_leaves_name_no_post_and_no_picture(world: World, on_monday: None) -> None:
    with acting(world.actor("ama"), Right.RULE_FUNDS, None) as act:
        act.record("evidence.picture-published", item=5, picture="a" * 64)
    sequence(seal=True)
    event = Event.objects.get()
    entry = bytes(Leaf.objects.get(event_id=event.pk).entry)
    assert event.post_id is not None
    assert b'"closed":"' in entry
    for hidden in (b"post", b"aaaa", b"staff"):
        assert hidden not in entry
    run("UPDATE register_event SET post_id = post_id + 1")
    assert [code for code, *_ in found()] == ["event-changed"]


def test_an_erasure_without_an_act_is_no_excuse(logged: Event) -> None:
    """Whoever deletes a secret and says that the matter was erased is found, once."""
    matter = logged.body["case"]
    Secret.objects.filter(matter=matter).delete()
    Erasure.objects.create(matter=matter, on=date(2026, 3, 2), reason="court", told_on=date(2026, 3, 3))
    run("UPDATE listening_word SET text = 'All is well.', commitment = NULL, blind = NULL")
    assert {code for code, *_ in found()} >= {"erasure-faked", "secret-missing", "text-changed"}
    assert [code for code, *_ in found()].count("secret-missing") == 1


def test_after_an_erasure_rows_are_held_and_its_leaves_must_be_told(
    world: World, on_monday: date, logged: Event
) -> None:
    matter = logged.body["case"]
    erase_case(actor=world.actor("baraka"), case=matter, reason="court")
    sequence(seal=True)
    assert found() == []
    erased = Event.objects.get(kind="listening.matter-erased")
    with clock.held_at(on_monday + timedelta(days=auditing.LONGEST_WAIT + 1)):
        assert found() == [("erasure-late", erased.pk, None)]
    Erasure.objects.update(told_on=on_monday)
    assert found() == [("erasure-untold", erased.pk, leaf_of(logged))]
    Erasure.objects.update(told_on=None)
    with clock.held_at(on_monday + timedelta(days=1)):
        assert erasing.tell()
        sequence(seal=True)
        assert found() == []
    run("UPDATE listening_case SET urgent = %s", True)
    assert ("row-changed", erased.pk, leaf_of(erased)) in found()
    Erasure.objects.all().delete()
    assert "erasure-differs" in {code for code, *_ in found()}


def test_values_that_nobody_can_read_do_not_stop_an_audit(logged: Event) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL refuses them itself")
    run("UPDATE listening_feedback SET key = 'no uuid'")
    assert [(one.code, one.table) for one in audit().findings if one.code != "row-added"] == [
        ("row-changed", "listening_feedback")
    ]


def test_an_event_that_nobody_can_read_is_named(logged: Event) -> None:
    run("UPDATE register_event SET body = '[7]' WHERE id = %s", logged.pk)
    assert ("event-changed", logged.pk, leaf_of(logged)) in found()


def test_a_secret_that_does_not_open_is_one_finding(logged: Event) -> None:
    Secret.objects.all().update(wrapped=b"x")
    findings = [one for one in audit().findings if one.code != "row-added"]
    assert [one.code for one in findings] == ["secret-lost"]
    assert str(logged.body["case"]) in findings[0].sentence()


def test_an_audit_that_can_not_be_done_is_kept_as_such(
    logged: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("something else")

    monkeypatch.setattr("answerable.config.management.commands.audit.audit", broken)
    with pytest.raises(SystemExit) as ended:
        call_command("audit")
    assert ended.value.code == 2
    kept = Audit.objects.get()
    assert (kept.found, kept.findings[0][0]) == (1, "audit-undone")


@pytest.fixture
def published(log: Log, world: World, on_monday: None) -> Log:
    """A log with two signed trees."""
    for _ in range(2):
        hear(world)
        sequence(seal=True)
        publishing.publish()
        policies.write()
    assert found() == []
    return log


def test_a_checkpoint_that_was_deleted_is_missed(published: Log) -> None:
    newest = Checkpoint.objects.order_by("-size")[0]
    run("DELETE FROM register_checkpoint WHERE size = %s", newest.size)
    assert [code for code, *_ in found()] == ["checkpoint-missing"]
    run("DELETE FROM register_checkpoint")
    assert [code for code, *_ in found()] == ["checkpoint-missing"]


def test_an_older_signature_that_was_broken_is_named(published: Log) -> None:
    oldest = Checkpoint.objects.order_by("size")[0]
    head, _, _ = oldest.note.rpartition("— ")
    run("UPDATE register_checkpoint SET note = %s WHERE size = %s", f"{head}— x AAAAAAAA\n", oldest.size)
    assert [code for code, *_ in found()] == ["checkpoint-wrong"]


@pytest.mark.parametrize("name", ["checkpoint", "policy"])
def test_a_published_file_that_was_changed_is_named(published: Log, name: str) -> None:
    path = publishing.folder() / name
    path.write_text(path.read_text().replace("\n", "\nx", 1))
    findings = [one for one in audit().findings if one.code != "row-added"]
    assert [(one.code, one.more) for one in findings] == [("tile-wrong", name)]


def test_without_a_signer_signatures_are_checked_all_the_same(
    published: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise signing.SignerAway("away")

    monkeypatch.setattr(signing, "ask", away)
    report = audit()
    assert [one.code for one in report.findings if one.code != "row-added"] == []
    assert report.notes == ["The signer could not be asked: what it remembers was not compared."]
    newest = Checkpoint.objects.order_by("-size")[0]
    run("UPDATE register_checkpoint SET note = %s WHERE size = %s", f"{newest.note}x", newest.size)
    assert "checkpoint-wrong" in {code for code, *_ in found()}
    run("DELETE FROM register_checkpoint WHERE size = %s", newest.size)
    assert "checkpoint-missing" in {code for code, *_ in found()}


def test_the_last_leaf_is_missed_as_well(logged: Event) -> None:
    last = Tree.objects.get().size - 1
    run('DELETE FROM register_leaf WHERE "index" = %s', last)
    assert ("leaf-missing", None, last) in found()


def forge(kind: str, row: Any, *, matter: int | None = None, taken: bool = False, on: date) -> Event:
    """What somebody with the database and without its keys can write: an event that fits, and binds a row as it is."""
    salt = bytes(range(32))
    event = Event(kind=kind, on=on, by="system", body={"case": matter} if matter else {}, salt=salt)
    event.rows = binding.bound(
        salt, [(row._meta.db_table, row.pk, None if taken else binding.row_bytes(row))]
    )
    if not rules.is_public(kind):
        event.commitment = leaves.commitment(event, salt, None)
    event.save(force_insert=True)
    sequence(seal=True)
    return event


FORGED = {
    "of another room": ("money.month-posted", "row-bound-wrongly"),
    "of its own room, and never so": ("programme.team-added", "row-bound-wrongly"),
    "that adds what was there": ("programme.sponsor-added", "row-bound-twice"),
    "that nobody has": ("programme.sponsor-blessed", "event-unknown"),
}


@pytest.mark.parametrize("how", FORGED)
def test_an_invented_act_that_binds_a_changed_row_is_named(logged: Event, how: str) -> None:
    kind, code = FORGED[how]
    with acting(SYSTEM, Right.TICK, None) as act:
        Sponsor.objects.create(key="sea", names={"en": "Sea"})
        act.record("programme.sponsor-added", sponsor=1)
    sequence(seal=True)
    run("UPDATE programme_sponsor SET key = 'x' WHERE key = 'sea'")
    row = Sponsor.objects.get(key="x")
    event = forge(kind, row, on=logged.on)
    (finding,) = [one for one in audit().findings if one.code == code]
    assert (finding.event, finding.leaf) == (event.pk, leaf_of(event))
    if code != "event-unknown":
        assert (finding.table, finding.row) == ("programme_sponsor", row.pk)
        assert finding.sentence().endswith(f"(event {event.pk:,}, leaf {leaf_of(event):,}).")


def test_an_invented_act_that_takes_a_row_away_is_named(logged: Event) -> None:
    row = Sponsor.objects.get(key="lake")
    run("DELETE FROM programme_sponsor WHERE id = %s", row.pk)
    event = forge("programme.renamed", row, taken=True, on=logged.on)
    assert ("row-bound-wrongly", event.pk, leaf_of(event)) in found()


@pytest.mark.parametrize("whose", ["the same matter", "another one", "an erased one", "none"])
def test_an_invented_act_on_a_matter_is_named(
    world: World, on_monday: date, logged: Event, whose: str
) -> None:
    hear(world)
    matter = logged.body["case"]
    other = Case.objects.exclude(pk=matter).get().pk
    if whose == "an erased one":
        erase_case(actor=world.actor("baraka"), case=other, reason="court")
    sequence(seal=True)
    assert found() == []
    run("UPDATE listening_case SET urgent = %s WHERE id = %s", True, matter)
    row = Case.objects.get(pk=matter)
    as_if = {"the same matter": matter, "another one": other, "an erased one": other, "none": None}[whose]
    event = forge("listening.case-told", row, matter=as_if, on=on_monday)
    said = {(one.code, one.table, one.row) for one in audit().findings if one.event == event.pk}
    leaf = leaf_of(event)
    assert all(one.leaf == leaf for one in audit().findings if one.event == event.pk)
    if whose in {"the same matter", "another one"}:
        assert ("event-invented", "", None) in said
    if whose != "the same matter":
        assert ("row-of-another", "listening_case", matter) in said


def test_an_invented_act_can_not_take_an_answer_of_another_matter_away(
    world: World, on_monday: date, logged: Event
) -> None:
    """Not even one on an erased matter, whose acts nobody's secret closes."""
    hear(world)
    matter = logged.body["case"]
    other = Case.objects.exclude(pk=matter).get().pk
    erase_case(actor=world.actor("baraka"), case=other, reason="court")
    with acting(SYSTEM, Right.TICK, None) as act:
        case = Case.objects.get(pk=matter)
        answer = PublicAnswer.objects.create(
            case=case, area_id=case.area_id, subject_id=case.subject_id, month=on_monday.replace(day=1)
        )
        act.record("listening.answer-published", case=matter)
    sequence(seal=True)
    assert found() == []
    run("DELETE FROM listening_publicanswer WHERE id = %s", answer.pk)
    event = forge("listening.case-joined", answer, matter=other, taken=True, on=on_monday)
    assert ("row-of-another", event.pk, leaf_of(event)) in found()


def test_an_event_that_binds_a_row_again_which_nothing_may_change_is_named(logged: Event) -> None:
    row = CaseStep.objects.get(n=1)
    event = forge("listening.case-told", row, matter=row.case_id, on=logged.on)
    assert ("row-bound-twice", "listening_casestep", row.pk) in {
        (one.code, one.table, one.row) for one in audit().findings if one.event == event.pk
    }


def test_what_the_database_lets_nobody_change_is_only_added(db: None) -> None:
    """But for an erasure, which binds the rows of its matter anew."""
    source = Path(kinds.__file__).parents[1].glob("*/migrations/*.py")
    guarded = {name for path in source for name in re.findall(r'append_only\("(\w+)"', path.read_text())}
    declared = {
        name: kind
        for name, kind in kinds.declared().items()
        if not name.startswith("test.") and name not in rules.erasing_kinds()
    }
    assert len(guarded & {table for kind in declared.values() for table in kind.adds}) > 20
    assert {
        (name, table) for name, kind in declared.items() for table in (kind.changes | kind.takes) & guarded
    } == set()
