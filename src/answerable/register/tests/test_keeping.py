"""Secrets have a dump of their own; once their key is destroyed nothing opens, from whichever copy."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel import clock
from answerable.listening.models import Case, Feedback, Word
from answerable.listening.services import withdraw
from answerable.listening.tests.factories import hear
from answerable.merkle import commitments
from answerable.merkle.canonical import canonical
from answerable.merkle.refused import Refused
from answerable.register import keeping, leaves, vault
from answerable.register.binding import row_bytes
from answerable.register.erasable import committed, text_commitment
from answerable.register.models import Event, Secret
from answerable.register.sqlite_log import empty_the_log
from tests.support.world import World, make_world

WORDS = "The pump has been dry for two weeks, says nobody else."


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path: Path) -> Path:
    """Keys of this test's own."""
    settings.KEYS_FOLDER = tmp_path / "keys"
    return tmp_path / "keys"


def first(case: Case) -> Event:
    return Event.objects.get(kind="listening.case-received", body__case=case.pk)


def test_the_specification_s_vector_with_the_product_s_prefix() -> None:
    """TRUST.md A2's example; its values with the prefix `vreg` are the specification's own."""
    secret = bytes(range(32))
    fields = {"category": "water", "state": "received", "text": "The pump has been dry for two weeks."}
    case = bytes(range(16)).hex()

    def made(prefix: str) -> tuple[str, str, int, str, str]:
        salt = commitments.leaf_salt(secret, 0, prefix=prefix)
        record = commitments.make_record(
            secret, at="2026-11-21", case=case, kind="case.received", n=0, fields=fields, prefix=prefix
        )
        digest = commitments.field_digest(
            commitments.field_salt(secret, 0, "text", prefix=prefix), "text", fields["text"], prefix=prefix
        )
        c = commitments.commit(salt, record, prefix=prefix)
        return salt.hex(), digest, len(record), c.hex(), commitments.sealed_entry(c).decode()

    assert made("vreg") == (
        "0ce926cb2cf568b673021eec97dc60d7b1d77d3ef1ebaed42361f8205199fbcb",
        "l4zFpN4y5AkiSki3pdQyQhwJerqvgegvWjLZo4LfSQQ",
        271,
        "0b45a25c12033bd8c99ad387a26bf9e5bac944606c81655ed6c06a16511d0320",
        '{"c":"C0WiXBIDO9jJmtOHomv55brJRGBsgWVe1sBqFlEdAyA","kind":"sealed","v":1}',
    )
    assert made("answerable") != made("vreg")


def test_an_opening_is_checked_and_a_wrong_salt_is_refused(world: World, on_monday: None) -> None:
    event = first(hear(world).case)
    opened: Any = leaves.opening(event)
    record = canonical(opened["record"])
    salt, entry = bytes.fromhex(opened["leaf_salt"]), leaves.entry_of(event)
    assert len(entry) == 73
    assert commitments.check_opening(entry, salt, record) == opened["record"]
    for name, field in opened["fields"].items():
        commitments.check_field(record, name, field["value"], bytes.fromhex(field["salt"]))
        with pytest.raises(Refused):
            commitments.check_field(record, name, field["value"], bytes(32))
    with pytest.raises(Refused):
        commitments.check_opening(entry, bytes(32), record)


def test_a_dump_is_the_owner_s_and_is_loaded_back(world: World, on_monday: None, tmp_path: Path) -> None:
    event = first(hear(world).case)
    there = leaves.opening(event)
    call_command("secrets", "dump", str(tmp_path / "dump"))
    assert stat.S_IMODE((tmp_path / "dump").stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="already"):
        call_command("secrets", "dump", str(tmp_path / "dump"))
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="no dump"):
        call_command("secrets", "load", str(tmp_path / "binary"))
    Secret.objects.all().delete()
    assert leaves.opening(event) is None
    assert keeping.load(tmp_path / "dump") == keeping.Loaded(1, 0, 0, 0)
    assert leaves.opening(event) == there
    assert keeping.load(tmp_path / "dump") == keeping.Loaded(0, 1, 0, 0)


@pytest.mark.parametrize("text", ["", "{}\n", "x\n", '{"format": "answerable secrets v1"}\nx\n'])
def test_another_file_is_no_dump(db: None, tmp_path: Path, text: str) -> None:
    (tmp_path / "dump").write_text(text)
    with pytest.raises(CommandError, match=r"no dump|no JSON"):
        call_command("secrets", "load", str(tmp_path / "dump"))


def test_an_erased_matter_is_not_loaded_back(world: World, on_monday: None, tmp_path: Path) -> None:
    heard = hear(world)
    keeping.dump(tmp_path / "dump")
    withdraw(code=heard.code or "")
    assert keeping.load(tmp_path / "dump") == keeping.Loaded(0, 0, 1, 0)
    assert not Secret.objects.exists()


def test_a_rotation_that_is_cut_off_loses_nothing_and_is_finished_by_the_next(
    world: World, on_monday: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [hear(world, text=f"{WORDS} {n}").case for n in range(5)]
    before = [leaves.opening(first(case)) for case in cases]
    monkeypatch.setattr(keeping, "PAGE", 2)
    wrap, calls = vault.wrap, []

    def cut_off(matter: int, secret: bytes, number: int) -> bytes:
        calls.append(matter)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return wrap(matter, secret, number)

    monkeypatch.setattr(vault, "wrap", cut_off)
    with pytest.raises(KeyboardInterrupt):
        keeping.rotate()
    assert set(Secret.objects.values_list("wrapping", flat=True)) == {1, 2}
    assert [leaves.opening(first(case)) for case in cases] == before
    with pytest.raises(keeping.KeyInUse):
        keeping.destroy_old(days=0, now=time.time() + 60)
    monkeypatch.setattr(vault, "wrap", wrap)
    assert keeping.rotate() == 3
    assert set(Secret.objects.values_list("wrapping", flat=True)) == {2}
    assert [leaves.opening(first(case)) for case in cases] == before


def test_a_month_after_a_rotation_an_old_dump_does_not_open(
    world: World, on_monday: None, tmp_path: Path, own_keys: Path
) -> None:
    event = first(hear(world).case)
    keeping.dump(tmp_path / "dump")
    keeping.rotate()
    assert keeping.destroy_old() == []
    old = time.time() - 31 * 86_400
    os.utime(own_keys / "wrapping-2", (old, old))
    assert keeping.destroy_old() == [1]
    assert [path.name for path in own_keys.iterdir()] == ["wrapping-2"]
    assert leaves.opening(event) is not None, "what is kept still opens"
    Secret.objects.all().delete()
    assert keeping.load(tmp_path / "dump") == keeping.Loaded(0, 0, 0, 1)
    assert leaves.opening(event) is None


@pytest.mark.only_on("sqlite", "PostgreSQL has pg_dump")
def test_a_backup_has_everything_but_the_secrets(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hear(make_world())
    secret = bytes(Secret.objects.get().wrapped)
    assert keeping.backup(tmp_path / "copy.sqlite3") > 0
    with sqlite3.connect(tmp_path / "copy.sqlite3") as copy:
        assert copy.execute("SELECT COUNT(*) FROM register_secret").fetchone() == (0,)
        assert copy.execute("SELECT COUNT(*) FROM listening_case").fetchone() == (1,)
    copy.close()
    assert secret not in (tmp_path / "copy.sqlite3").read_bytes()
    with pytest.raises(CommandError, match="already"):
        call_command("backup", str(tmp_path / "copy.sqlite3"))


@pytest.mark.only_on("postgresql", "SQLite is copied")
def test_the_backup_of_postgresql_is_named(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--exclude-table-data=register_secret"):
        call_command("backup", str(tmp_path / "copy"))


@pytest.mark.only_on("sqlite", "a server's files are its own")
def test_after_an_erasure_neither_the_file_nor_its_log_has_the_words(
    transactional_db: None, tmp_path: Path
) -> None:
    heard = hear(make_world(), text=WORDS)
    row, word = Secret.objects.get(), Word.objects.get()
    wrapped, blind = bytes(row.wrapped), bytes(word.blind or b"")
    withdraw(code=heard.code or "")
    empty_the_log(connection)
    file = Path(str(connection.settings_dict["NAME"]))
    copies = [file, file.with_name(f"{file.name}-wal")]
    there = b"".join(path.read_bytes() for path in copies if path.exists())
    assert b"register_secret" in there
    for gone in (WORDS.encode(), wrapped, blind):
        assert gone not in there
    shutil.rmtree(tmp_path, ignore_errors=True)


@given(st.text(max_size=200))
def test_a_text_s_commitment_is_its_own(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    kept = committed(text)
    assert text_commitment(kept["blind"], text) == kept["commitment"]
    assert text_commitment(kept["blind"], f"{text}.") != kept["commitment"]
    assert committed(text)["commitment"] != kept["commitment"]


@pytest.mark.django_db
def test_a_row_has_the_same_bytes_when_it_is_read_back(world: World, on_monday: None) -> None:
    """Before it was saved it held enums, texts for dates, tuples; both databases give other types back."""
    from datetime import date
    from uuid import uuid4

    from answerable.listening.models import Session
    from answerable.listening.rules.states import State

    case = hear(world).case
    case.state, case.received_on = State.ACKNOWLEDGED, "2026-03-01"
    case.voices = True
    case.save()
    assert row_bytes(case) == row_bytes(Case.objects.get(pk=case.pk))
    made = Session.objects.create(
        area=world.areas["Ford"], kind="public-meeting", on=date(2026, 3, 1), post=world.posts["ford-team"],
        languages=("en", "zh-Hans", "ü"), present=3, key=str(uuid4()),
    )  # fmt: skip
    assert row_bytes(made) == row_bytes(Session.objects.get(pk=made.pk))
    said = Feedback.objects.get()
    said.code_salt, said.code_hash = memoryview(b"x" * 16), b"y" * 64
    said.save()
    assert row_bytes(said) == row_bytes(Feedback.objects.get())


def test_a_wrapping_key_that_is_gone_damaged_or_open_is_told_and_no_other_is_made(
    world: World, on_monday: None, own_keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from answerable.config import doctor

    def failures() -> str:
        return " ".join(
            one.found for one in doctor.examine() if one.level == "fail" and "wrapping-1" in one.found
        )

    case = hear(world).case
    key, event = own_keys / "wrapping-1", first(case)
    there, opened = key.read_bytes(), leaves.opening(event)
    assert failures() == ""
    key.chmod(0o644)
    assert "can be read by others (644)" in failures()
    with pytest.raises(vault.SecretLost, match="read by others"):
        hear(world, text=f"{WORDS} 2")
    key.chmod(0o600)
    for data in (b"", there[:31]):
        key.write_bytes(data)
        assert f"has {len(data)} bytes" in failures()
        with pytest.raises(vault.SecretLost):
            vault.cipher(1)
    key.unlink()
    assert "is not in" in failures()
    with pytest.raises(vault.SecretLost, match="wrapping-1"):
        vault.newest()
    assert vault.numbers() == []
    with clock.held_at(clock.today() + timedelta(days=90)):
        call_command("tick")
    told = capsys.readouterr()
    assert "the wrapping key wrapping-1 is not in" in told.err
    key.write_bytes(there)
    key.chmod(0o600)
    assert leaves.opening(event) == opened
