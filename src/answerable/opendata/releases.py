"""Writing open data into files: by the command, and for the public addresses, which serve the last release.

A public address never computes for each reader. A release is made when somebody asks, something has happened since the
last one, and that is an hour old or older; until then the last one is served. One process makes it, the others go on
serving the one before.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from answerable.kernel import clock
from answerable.money.exporting import write_postings
from answerable.money.models import Book
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.register.selectors import last_event

from .bookkeeping import journal, journal_entries
from .exporting import published_activities, reporters
from .iati.writing import write_activities
from .journals import beancount, ledger
from .problems import NothingToPublish, NotSetUp, TargetRefused
from .publishing import Published, own_activities
from .reporting import us
from .sheets import Counted, package
from .tables import SHEETS, rows_of

#: Seconds for which a release is served although something has happened since.
LIFETIME = 3_600
IATI = "iati.xml"
PACKAGE = "datapackage.json"
_STATE = "release.json"


Item = TypeVar("Item")


@dataclass
class Written:
    """What was written: the files with their counts, and what the reader should know."""

    files: list[tuple[str, int]]
    notes: list[str]


@contextmanager
def _target(path: Path) -> Iterator[Path]:
    """A file beside the target, which takes its place when all is well. Raises TargetRefused."""
    draft = path.with_name(f".{path.name}.part")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        raise TargetRefused(file=str(path), why=error.strerror or "it can't be written") from None
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with _target(path) as draft, draft.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def write_iati(path: Path, area: Area | None = None) -> tuple[Written, Published]:
    """Our own activities. Raises NotSetUp, NothingToPublish, TargetRefused."""
    us()
    published = Published()
    with _target(path) as draft:
        _write(draft, write_activities(own_activities(published, area), generated=clock.today()))
        if not published.activities:  # the standard knows no file without an activity
            raise NothingToPublish(count=len(published.findings))
    notes = [f"Left out: {count:,} {what}." for what, count in published.left.items()]
    notes += [
        f"Left out, it breaks the rule {finding.code}: {finding.activity}: {finding.sentence}"
        for finding in published.findings
    ]
    return Written([(path.name, published.activities)], notes), published


def write_imported(path: Path, area: Area | None = None) -> Written:
    """What others published: one file, or in a folder one for each publisher. Raises TargetRefused."""
    targets: list[tuple[Path, str | None]] = [(path, None)]
    if path.is_dir():
        targets = [(path / f"imported-{reporter}.xml", reporter) for reporter in reporters()]
    files = []
    for target, reporter in targets:
        count = _Count()
        activities = count.of(published_activities(area, reporter))
        _write(target, write_activities(activities, generated=clock.today()))
        files.append((target.name, count.number))
    return Written(files, [])


class _Count:
    number = 0

    def of(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            self.number += 1
            yield item


def write_journal(path: Path, form: str, area: Area | None = None) -> Written:
    """The books for `beancount` or `ledger`. Raises TargetRefused."""
    count = _Count()
    around = journal(area)
    pieces = {"beancount": beancount, "ledger": ledger}[form](around, count.of(journal_entries(area)))
    _write(path, (piece.encode() for piece in pieces))
    return Written([(path.name, count.number)], [f"Totals stated: {len(around.totals):,}."])


def write_books(path: Path, area: Area | None = None) -> Written:
    """Every posting of the books as one CSV, in the order in which they were made. Raises TargetRefused."""
    books = None
    if area is not None:
        books = list(Book.objects.filter(below(placed(area), "area__")).values_list("pk", flat=True))
    with _target(path) as draft, draft.open("wb") as file:
        count = write_postings(file, books=books)
    return Written([(path.name, count)], [])


def write_tables(folder: Path, area: Area | None = None) -> Written:
    """Projects and money as CSV, with datapackage.json. Raises TargetRefused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetRefused(file=str(folder), why=error.strerror or "it can't be made") from None
    done = []
    for sheet in SHEETS:
        counted = Counted(sheet, rows_of(sheet, area))
        _write(folder / f"{sheet.name}.csv", counted)
        done.append((sheet, counted.rows, counted.octets, counted.digest))
    _write(
        folder / PACKAGE,
        [
            package(
                "projects-and-money", f"{settings.PROGRAMME_NAME}: projects and money", clock.today(), done
            )
        ],
    )
    return Written([(f"{sheet.name}.csv", rows) for sheet, rows, _, _ in done], [])


# --- for the public ----------------------------------------------------------------------------


def current(name: str) -> tuple[Path, str]:
    """A file of the release that is served now, and a word that changes with it. Raises NotSetUp, NothingToPublish."""
    if name == IATI:
        us()
    folder = _release()
    if not (folder / name).is_file():
        raise NothingToPublish(count=0)
    return folder / name, folder.name


def _release() -> Path:
    root = Path(settings.OPENDATA_FOLDER)
    root.mkdir(parents=True, exist_ok=True)
    last = _served(root)
    if last is not None and _fresh(last):
        return last
    with (root / ".lock").open("w") as lock:
        try:
            # With a release at hand nobody waits for the next one.
            fcntl.flock(lock, fcntl.LOCK_EX | (fcntl.LOCK_NB if last is not None else 0))
        except BlockingIOError:
            assert last is not None  # noqa: S101 - only then it does not block
            return last
        last = _served(root)
        return last if last is not None and _fresh(last) else _make(root)


def _happened() -> str:
    """What the data depends on: the last event, and the day."""
    return f"{last_event()} {clock.today()}"


def _set_up() -> str:
    """Who reports, and for where: a change shows at once."""
    parts = (settings.IATI_ORG, settings.IATI_ORG_TYPE, settings.IATI_COUNTRY, settings.IATI_SECTOR)
    return " ".join((*parts, settings.PROGRAMME_NAME))


def _served(root: Path) -> Path | None:
    try:
        name = (root / "current").read_text().strip()
    except OSError:
        return None
    folder = root / name
    return folder if name and (folder / _STATE).is_file() else None


def _fresh(folder: Path) -> bool:
    file = folder / _STATE
    state = json.loads(file.read_text())
    if state["set_up"] != _set_up():
        return False
    return time.time() - file.stat().st_mtime < LIFETIME or bool(state["happened"] == _happened())


def _make(root: Path) -> Path:
    happened = _happened()
    folder = Path(tempfile.mkdtemp(prefix="release-", dir=root))
    write_tables(folder)
    with suppress(NotSetUp, NothingToPublish):
        write_iati(folder / IATI)
    (folder / _STATE).write_text(json.dumps({"happened": happened, "set_up": _set_up()}))
    _write(root / "current", [folder.name.encode()])
    kept = sorted(root.glob("release-*"), key=lambda one: one.stat().st_mtime)
    for old in kept[:-2]:  # the one before may still be on its way to a reader
        shutil.rmtree(old, ignore_errors=True)
    return folder
