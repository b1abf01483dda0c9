"""`answerable tick` leaves nothing of erased words in SQLite's write-ahead log."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.utils import ConnectionHandler

from answerable.config import env
from answerable.register.sqlite_log import empty_the_log


@pytest.mark.django_db
def test_erased_words_are_not_left_in_the_write_ahead_log(tmp_path: Path) -> None:
    database = ConnectionHandler({"default": env._sqlite(str(tmp_path / "a.sqlite3"))})["default"]
    log = tmp_path / "a.sqlite3-wal"
    try:
        with database.cursor() as cursor:
            cursor.execute("CREATE TABLE word (text TEXT)")
            cursor.execute("INSERT INTO word VALUES ('Secretword')")
            cursor.execute("UPDATE word SET text = ''")
        assert b"Secretword" in log.read_bytes()
        empty_the_log(database)
        assert log.read_bytes() == b""
    finally:
        database.close()


@pytest.mark.django_db(transaction=True)
def test_a_tick_clears_the_log_and_leaves_a_transaction_alone(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("tick")
    with transaction.atomic():
        call_command("tick")
    assert "nothing was due" in capsys.readouterr().out
