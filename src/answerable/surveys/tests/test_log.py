"""What SQLite's write-ahead log tells after answers: nothing."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from answerable.kernel import clock
from answerable.register.sqlite_log import empty_the_log
from answerable.surveys import cards, selectors, services
from tests.support.world import DAY, make_world

from .factories import drawn, place_named

SENT = {"listened": "good", "knows-complaint": "no"}


@pytest.mark.only_on("sqlite", "a server's log is its own")
@pytest.mark.usefixtures("on_monday", "transactional_db")
def test_answers_leave_no_frame_in_the_log_and_no_mark_in_the_file() -> None:
    """Frames that follow each other would join a mark that went to the sums that grew with it."""
    selectors._tries.cache_clear()
    world = make_world()
    place = place_named(drawn(world), "Mill")
    file = Path(str(connection.settings_dict["NAME"]))
    log = file.with_name(f"{file.name}-wal")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)
        wait = cursor.execute("PRAGMA busy_timeout").fetchone()
    with clock.held_at(DAY + timedelta(days=1)):
        numbers = services.print_cards(actor=world.actor("chidi"), cluster=place.pk, count=4)
        marks = [cards.mark_of(number).encode() for number in numbers]
        assert all(mark in log.read_bytes() for mark in marks), "they were there"
        for number, mark in zip(numbers[:2], marks, strict=False):
            services.answer(code=number, sent=SENT)
            assert log.read_bytes() == b""
            assert mark not in file.read_bytes()
        # A reader in the way fails no answer: the next one does it.
        with sqlite3.connect(file) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM surveys_tally").fetchone()
            services.answer(code=numbers[2], sent=SENT)
            assert log.read_bytes() != b""
        reader.close()
        services.answer(code=numbers[3], sent=SENT)
    assert log.read_bytes() == b""
    assert not any(mark in file.read_bytes() for mark in marks)
    assert selectors.answered_by_card([place.pk]) == {place.pk: 4}
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == wait, "other statements wait as before"
    assert empty_the_log(connection, wait=0)
