"""Settings from the environment: what is taken over, and the sentence for what can't be used."""

import os
import threading
from pathlib import Path

import pytest

from answerable.config import env
from answerable.config.env import SettingRefused


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("ANSWERABLE_DATA", str(tmp_path))
    for name in ("DATABASE_URL", "ANSWERABLE_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_what_libpq_is_told_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "DATABASE_URL",
        f"postgresql://{'me:a%40b'}@db.example.org:5433/my?sslmode=verify-full&connect_timeout=5",
    )
    found = env.database()
    assert found["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": "5"}
    assert [found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "me", "a@b", "db.example.org", "5433", "my",
    ]  # fmt: skip
    monkeypatch.setenv("DATABASE_URL", "postgresql://answerable@/postgres?host=/run/postgresql")
    assert env.database()["HOST"] == "/run/postgresql"
    assert env.database()["OPTIONS"] == {}


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://h/db?ssl_mode=require",
        "postgresql://h/db?connect_timeout=soon",
        "postgresql://h:many/db",
        "postgresql://h:99999/db",
        "postgresql://[h/db",
        "postgresql://me:pass#word@h/db",
        "postgresql://me:word/pass@h/db",
        "postgresql://h",
        "sqlite://",
        "sqlite:///",
        "sqlite:///folder/",
        "sqlite://folder/file.sqlite3",
        "sqlite:///file.sqlite3?mode=ro",
        "mysql://h/db",
        "file.sqlite3",
    ],
)
def test_an_address_that_names_no_database_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(SettingRefused, match="DATABASE_URL") as refused:
        env.database()
    assert "word" not in str(refused.value).replace("password", "")  # of a password


def test_odd_signs_in_the_data_folder_are_no_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANSWERABLE_DATA", str(tmp_path / "a?b#c%20"))
    assert env.database()["NAME"] == str(tmp_path / "a?b#c%20" / "answerable.sqlite3")


@pytest.mark.parametrize("name", ["Nowhere/City", "../etc/passwd", "UTC\n", "Europe", "/"])
def test_an_unknown_time_zone_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ANSWERABLE_TIME_ZONE", name)
    with pytest.raises(SettingRefused, match="ANSWERABLE_TIME_ZONE"):
        env.time_zone()


def test_a_data_folder_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in ("file", "file/below"):
        monkeypatch.setenv("ANSWERABLE_DATA", str(tmp_path / path))
        with pytest.raises(SettingRefused, match="ANSWERABLE_DATA"):
            env.data_folder()


def test_numbers_have_both_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERABLE_CODE_PASSES", "101")
    with pytest.raises(SettingRefused, match="at most 100"):
        env.number("ANSWERABLE_CODE_PASSES", least=2, most=100)


def test_many_that_start_at_once_read_one_whole_key(own_folder: Path) -> None:
    start, keys = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        keys.append(env.secret_key())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    assert len(keys[0]) == 64
    assert os.listdir(own_folder) == ["secret-key"]
    assert (own_folder / "secret-key").stat().st_mode & 0o777 == 0o600


def test_an_empty_key_is_refused(own_folder: Path) -> None:
    (own_folder / "secret-key").write_text("")
    with pytest.raises(SettingRefused, match="is empty"):
        env.secret_key()
