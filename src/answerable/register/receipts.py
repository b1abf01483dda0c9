"""The promise that goes with a receipt: signed at once, it binds the office before the leaf has its place (TRUST.md A4)."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from answerable.kernel import clock
from answerable.kernel.files import FileDiffers
from answerable.merkle import promises
from answerable.merkle.hashing import leaf_hash
from answerable.merkle.notes import Signer

from . import leaves
from .models import Event
from .signer import keys


def promise_for(event: Event) -> str:
    """The signed note that the event's leaf will stand in the log by the second sealing hour to come."""
    leaf = leaf_hash(leaves.entry_of(event))
    return promises.promise(settings.REGISTER_ORIGIN, leaf, deadline(clock.moment()), intake_key())


def deadline(now: datetime) -> datetime:
    """The second sealing hour after a moment: one may be missed."""
    today = datetime.combine(now.astimezone(UTC).date(), time(settings.REGISTER_HOUR), UTC)
    first = today if now < today else today + timedelta(days=1)
    return first + timedelta(days=1)


def latest_deadline(day: date) -> datetime:
    """By when the leaf of an event of a day has to stand there: the deadline of a promise at that day's end.

    Only the day is kept. A promise given before the sealing hour names an earlier one, and says so itself.
    """
    return deadline(datetime.combine(day, time.max, ZoneInfo(settings.TIME_ZONE)))


def intake_key() -> Signer:
    """The key that signs promises, made when there is none. Raises signer.keys.KeyTrouble when others can read it."""
    path = Path(settings.KEYS_FOLDER) / "intake.key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileDiffers):  # somebody else was first: that key stays
            keys.make_key_file(path, Signer.generate(f"{settings.REGISTER_ORIGIN}/intake"))
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _stamp: int) -> Signer:
    return keys.read_key_file(path)
