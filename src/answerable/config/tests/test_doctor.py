"""`answerable doctor` and `answerable password`: what an operator reads before anybody else comes."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from answerable.config import doctor
from answerable.config.doctor import Finding
from answerable.evidence.services import keep_picture
from answerable.evidence.store import place_of
from answerable.register.models import Event
from tests.support.pictures import a_picture
from tests.support.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def found(about: str) -> list[Finding]:
    return [finding for finding in doctor.examine() if finding.about == about]


def test_every_finding_that_is_not_well_says_what_to_do(world: World) -> None:
    findings = list(doctor.examine())
    assert {finding.about for finding in findings} >= {
        "Python", "Django", "settings", "secret key", "data folder", "hosts", "database", "tables", "operator",
        "focal-point", "time zone", "day", "tracking codes", "static files", "languages",
    }  # fmt: skip
    for finding in findings:
        assert finding.found
        assert finding.todo or finding.level == "ok", finding


def test_the_database_is_named_with_its_version(world: World) -> None:
    first = found("database")[0]
    name = "SQLite 3." if connection.vendor == "sqlite" else "PostgreSQL 1"
    assert first.level == ("ok" if connection.vendor == "sqlite" else "warn")  # the tests' server forgets
    assert first.found.startswith(name)
    assert found("tables") == [Finding("ok", "tables", "up to date")]


def test_posts_that_nobody_fills_are_told(world: World) -> None:
    assert [finding.level for finding in found("operator") + found("focal-point")] == ["ok", "ok"]
    world.posts["focal-point"].holdings.all().delete()
    assert found("focal-point")[0].level == "warn"


@pytest.mark.only_on("sqlite", "PostgreSQL has no such fault")
def test_an_sqlite_that_can_corrupt_a_database_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.backends.sqlite3.base import Database  # type: ignore[attr-defined]

    monkeypatch.setattr(Database, "sqlite_version_info", (3, 40, 1))
    assert found("database")[0].level == "fail"


def test_what_an_operator_may_set_wrongly_is_told(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ANSWERABLE_TIMEZONE", "UTC")
    settings.ALLOWED_HOSTS = ["answers.example.org"]
    settings.DEBUG = True
    settings.CODE_MEMORY_KIB, settings.CODE_PASSES = 1024, 1
    settings.CLOCK_FILE = str(tmp_path / "clock")
    settings.STATIC_ROOT = tmp_path
    settings.LOCALE_PATHS = [tmp_path]
    assert found("settings")[1].todo == "Did you mean ANSWERABLE_TIME_ZONE?"
    assert found("debug")[0].level == "fail"
    assert found("hosts")[0].level == "warn"
    assert found("day")[0].level == "warn"
    assert found("static files")[0].level == "fail"
    assert [finding.level for finding in found("languages")] == ["fail", "fail"]
    assert found("tracking codes")[0].level == "fail"


def test_a_secret_key_that_others_can_read_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ANSWERABLE_SECRET_KEY", raising=False)
    monkeypatch.setenv("ANSWERABLE_DATA", str(tmp_path))
    key = tmp_path / "secret-key"
    key.write_text("k" * 60)
    key.chmod(0o644)
    assert found("secret key")[0].level == "fail"
    key.chmod(0o600)
    assert found("secret key")[0].level == "ok"


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from answerable.config.cli import main; main()", *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)} | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_ends_with_1_when_something_fails(tmp_path: Path) -> None:
    fresh = run("doctor", ANSWERABLE_DATA=str(tmp_path), DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3")
    assert fresh.returncode == 1
    assert "answerable migrate" in fresh.stdout
    refused = run("doctor", ANSWERABLE_DATA=str(tmp_path), ANSWERABLE_CODE_PASSES="1")
    assert refused.returncode == 1
    assert refused.stderr.startswith("fail  settings        ANSWERABLE_CODE_PASSES must be at least 2")


def test_a_password_is_set_from_a_pipe(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("nine green bottles\n"))
    call_command("password", "Amina", stdout=io.StringIO())
    world.staff["amina"].refresh_from_db()
    assert world.staff["amina"].check_password("nine green bottles")
    assert list(Event.objects.values_list("kind", "by")) == [("access.password-set", "system")]
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="too easy"):
        call_command("password", "amina")
    with pytest.raises(CommandError, match="Nobody"):
        call_command("password", "nobody")


def test_a_picture_whose_file_is_gone_is_told(world: World, settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_FOLDER = tmp_path
    item = keep_picture(actor=world.actor("farid"), area=world.areas["Ford"], data=a_picture())
    assert [f.level for f in found("pictures")] == ["ok"]
    place_of(item.digest).unlink()
    (told,) = found("pictures")
    assert told.level == "fail"
    assert "1 of 1" in told.found
    assert "backup" in told.todo


def test_books_that_were_never_checked_or_differ_are_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from answerable.config import proof_kept
    from answerable.money.services import Difference, Proof
    from answerable.money.tests.factories import make_offices

    monkeypatch.setattr(proof_kept, "place", lambda: tmp_path / "books-check.json")
    assert [(one.level, one.found) for one in found("books")] == [("ok", "nothing is entered yet")]
    make_offices(world).receive(100)
    assert found("books")[0].level == "warn"
    call_command("books", "check", stdout=io.StringIO())
    assert found("books")[0].level == "ok"
    # Too many postings to prove them here: what the nightly check found is read.
    monkeypatch.setattr(doctor, "FEW_POSTINGS", 0)
    assert found("books")[0].level == "ok"
    proof_kept.keep(Proof(1, 2, 3, (Difference("a", "b", "1", "2"),)))
    assert found("books")[0].level == "fail"
    (tmp_path / "books-check.json").write_text('{"on": "2020-01-01", "differences": 0}')
    assert found("books")[0].level == "warn"


def test_a_register_without_signer_with_an_alarm_or_with_what_waits_too_long_is_told(
    world: World, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from answerable.kernel import clock
    from answerable.register import cycle, publishing, signing
    from answerable.register.models import Pending

    def levels() -> dict[str, str]:
        return {finding.found: finding.level for finding in found("register")}

    cycle.run()
    assert "ok" in {level for text, level in levels().items() if "answers; it signed" in text}
    Pending.objects.create(event_id=10**9, open=True)
    with clock.held_at(clock.today() + timedelta(days=9)):
        assert "fail" in {level for text, level in levels().items() if "wait for their place" in text}
    publishing.folder().mkdir(parents=True, exist_ok=True)
    (publishing.folder() / publishing.ALARM).write_text("tile/0/000 has other bytes than it should have\n")
    assert levels()["tile/0/000 has other bytes than it should have"] == "fail"
    (log.signer / "signed.json").write_text('{"size": 10000, "root": "%s"}' % ("A" * 43 + "="))
    assert "fail" in {level for text, level in levels().items() if "signed 10,000 leaves" in text}
    (log.signer / "log-1.key").chmod(0o644)
    monkeypatch.undo()
    assert "warn" in {level for text, level in levels().items() if "nothing is published" in text}
    with pytest.raises(signing.SignerAway):
        signing.state()
