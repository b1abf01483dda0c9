"""The secrets' own dump, the rotation of the keys that wrap them, and a backup of the database without them.

Erasing rests on this: a backup of the database has no secret, a dump of secrets opens only while its key file is there,
and keys are destroyed some weeks after they were rotated (TRUST.md A3). Each step can be cut off and run again.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from answerable.kernel.files import write_whole

from . import vault
from .models import Erasure, Secret

PAGE = 1_000
FORMAT = "answerable secrets v1"
#: Days that a key stays after a newer one took its place: so long a dump of secrets can be loaded back.
KEPT_DAYS = 30
#: Tables that no backup of the database has: what opens erased or stolen leaves.
APART = ("register_secret",)


class KeyInUse(RuntimeError):
    """Secrets are still wrapped by a key that was to be destroyed."""


class DumpUnreadable(ValueError):
    """The file is no dump of secrets."""


@dataclass(frozen=True)
class Loaded:
    """What came of loading a dump."""

    added: int
    there: int
    #: Of erased matters: they stay erased.
    erased: int
    #: Wrapped by a key that was destroyed: they don't open.
    lost: int


def dump(path: Path) -> int:
    """Write the wrapped secrets into a new file, readable by its owner only; return how many. Raises FileExistsError."""
    if path.exists():
        raise FileExistsError(f"{path} is there already: nothing was written")
    lines = [json.dumps({"format": FORMAT})]
    for row in Secret.objects.order_by("matter").iterator(chunk_size=PAGE):
        wrapped = base64.b64encode(bytes(row.wrapped)).decode()
        lines.append(json.dumps({"matter": row.matter, "wrapping": row.wrapping, "wrapped": wrapped}))
    write_whole(path, "".join(f"{line}\n" for line in lines).encode(), mode=0o600)
    return len(lines) - 1


def load(path: Path) -> Loaded:
    """Put back secrets that are missing. Erased matters stay erased, secrets that don't open stay out.

    Raises DumpUnreadable.
    """
    added = there = erased = lost = 0
    try:
        with path.open(encoding="utf-8") as lines:
            if _read(next(lines, "")).get("format") != FORMAT:
                raise DumpUnreadable(f"{path.name} is no dump of secrets")
            rows = [_read(line) for line in lines]
    except UnicodeDecodeError:
        raise DumpUnreadable(f"{path.name} is no dump of secrets") from None
    for start in range(0, len(rows), PAGE):
        some = [
            Secret(matter=row["matter"], wrapping=row["wrapping"], wrapped=base64.b64decode(row["wrapped"]))
            for row in rows[start : start + PAGE]
        ]
        wanted = [row.matter for row in some]
        with transaction.atomic():
            gone = set(Erasure.objects.filter(matter__in=wanted).values_list("matter", flat=True))
            known = set(Secret.objects.filter(matter__in=wanted).values_list("matter", flat=True))
            new = []
            for row in some:
                if row.matter in gone:
                    erased += 1
                elif row.matter in known:
                    there += 1
                elif _opens(row):
                    new.append(row)
                else:
                    lost += 1
            Secret.objects.bulk_create(new)
            added += len(new)
    return Loaded(added, there, erased, lost)


def _read(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        raise DumpUnreadable("a line is no JSON") from None
    if not isinstance(found, dict):
        raise DumpUnreadable("a line is no record")
    return found


def _opens(row: Secret) -> bool:
    try:
        vault.unwrap(row)
    except vault.SecretLost:
        return False
    return True


def rotate(progress: Callable[[int], object] | None = None) -> int:
    """Make a new wrapping key and wrap every secret anew; return how many were. Cut off, the next run goes on.

    A run that finds secrets under an older key than the newest one first finishes that. Raises vault.SecretLost.
    """
    newest = vault.newest()
    if not Secret.objects.exclude(wrapping=newest).exists():
        vault.make_key(newest + 1)
        newest = vault.newest()
    done = 0
    while True:
        with transaction.atomic():
            some = list(Secret.objects.select_for_update().exclude(wrapping=newest).order_by("matter")[:PAGE])
            for row in some:
                row.wrapped = vault.wrap(row.matter, vault.unwrap(row), newest)
                row.wrapping = newest
            Secret.objects.bulk_update(some, ["wrapped", "wrapping"], batch_size=200)
        if not some:
            return done
        done += len(some)
        if progress:
            progress(done)


def destroy_old(*, days: int = KEPT_DAYS, now: float | None = None) -> list[int]:
    """Destroy the key files that a newer one replaced at least `days` ago; return their numbers.

    From then on no dump of secrets from before opens. Raises KeyInUse while a secret needs one.
    """
    known = vault.numbers()
    destroyed = []
    for number, successor in pairwise(known):
        replaced = (vault.folder() / f"wrapping-{successor}").stat().st_mtime
        if (now if now is not None else time.time()) - replaced < days * 86_400:
            continue
        if Secret.objects.filter(wrapping=number).exists():
            raise KeyInUse(f"secrets are still wrapped by key {number}: answerable secrets rotate")
        _destroy(vault.folder() / f"wrapping-{number}")
        destroyed.append(number)
    return destroyed


def _destroy(path: Path) -> None:
    """Overwrite, then take away: on most disks the first helps, on none it harms."""
    with path.open("r+b") as file:
        file.write(os.urandom(vault.LENGTH))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


class NotHere(RuntimeError):
    """This database is backed up by a program of its own."""


def backup(path: Path) -> int:
    """Copy SQLite's database into a new file, without the secrets; return its bytes. Raises NotHere, FileExistsError."""
    if connection.vendor != "sqlite":
        left_out = " ".join(f"--exclude-table-data={table}" for table in APART)
        raise NotHere(f"PostgreSQL has a program for it: pg_dump -Fc {left_out} -f FILE DATABASE")
    if path.exists():
        raise FileExistsError(f"{path} is there already")
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(unfinished)])
    os.chmod(unfinished, 0o600)
    with sqlite3.connect(unfinished, isolation_level=None) as copy:
        copy.execute("PRAGMA secure_delete = ON")
        for table in APART:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        copy.execute("VACUUM")
    copy.close()
    os.replace(unfinished, path)
    return path.stat().st_size
