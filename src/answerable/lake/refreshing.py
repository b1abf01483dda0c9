"""Writing a lake: only the files whose facts changed, whole or not at all, by one run at a time. It writes no row.

A file's digest is that of the very rows it was written from, so that late edits, deletions, moved areas and a changed
declaration all show. While a run writes, `lake.json` says that the lake is not whole; a lake that was left so is written
anew, whatever stands there.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from answerable.kernel import clock
from answerable.kernel.files import write_whole
from answerable.places.models import Area
from answerable.register.auditing.reading import snapshot

from . import dictionary, files
from .declared import FACTS, LEFT_OUT, PUBLISHING, named
from .declaring import Fact, Split
from .problems import FactUnknown, FolderRefused, LakeBusy, LakeOfAnother, MonthUnknown, NotALake
from .reading import NOTHING, Part, Whole, be_plain, counties, county_depth, parts

#: Grows when files of before can't be told from those of now by their digests.
FORMAT = 1
STATE = "lake.json"
_LOCK = ".lock"
#: Files that wait for the disk beside the next query; more would only take memory.
WAITING = 8

Progress = Callable[[int, int], object]


@dataclass
class Table:
    """What a refresh did to one table."""

    rows: int = 0
    files: int = 0
    written: int = 0
    removed: int = 0


@dataclass
class Refreshed:
    """What a refresh did."""

    tables: dict[str, Table] = field(default_factory=dict)
    #: The lake before was not whole, and was written anew.
    mended: bool = False


#: A part's path in its table: digest, rows and octets of its file.
_Kept = dict[str, list[Any]]


def refresh(
    folder: Path,
    *,
    area: Area | None = None,
    months: Sequence[str] = (),
    facts: Sequence[str] = (),
    progress: Progress | None = None,
) -> Refreshed:
    """Bring a lake up to date, or begin one in a new or empty folder.

    `area`: only what lies in it or below, the same on each refresh. `months` ("2026-03"): of the tables that are cut by
    months only these. `facts`: only these tables. For the operator's command: asks for no right.
    Raises ExtraMissing, FolderRefused, NotALake, LakeOfAnother, LakeBusy, MonthUnknown, FactUnknown.
    """
    for month in months:
        if not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", month, re.ASCII):
            raise MonthUnknown(month=month[:40])
    for name in facts:
        if named(name) is None:
            raise FactUnknown(fact=name[:40], known=", ".join(fact.name for fact in FACTS))
    files.needed()
    try:
        with _held(folder):
            return _Run(folder, area, frozenset(months), frozenset(facts), progress).all()
    except OSError as error:
        raise FolderRefused(folder=str(folder), why=error.strerror or "it can't be written") from None


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """The folder, checked, and nobody else's until the end. A new one is for its owner alone."""
    if folder.exists() and not folder.is_dir():
        raise FolderRefused(folder=str(folder), why="it is a file")
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / STATE).is_file() and any(one.name != _LOCK for one in folder.iterdir()):
        raise NotALake(folder=str(folder))
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LakeBusy(folder=str(folder)) from None
        yield


class _Run:
    """One refresh."""

    def __init__(
        self,
        folder: Path,
        area: Area | None,
        months: frozenset[str],
        facts: frozenset[str],
        progress: Progress | None,
    ) -> None:
        self.folder, self.area, self.months = folder, area, months
        self.progress = progress or (lambda done, of: None)
        self.whole = Whole(area, county_depth())
        self.state = self._before()
        self.done = Refreshed(mended=bool(self.state) and not self.state["whole"])
        old = self.state.get("parts", {})
        self.anew = (
            not self.state or self.done.mended or self.state["county"]["depth"] != self.whole.county_depth
        )
        if self.anew:
            # A lake that begins has all months; one that is made anew has all tables again.
            old, self.months, facts = {}, frozenset(), facts if not self.state else frozenset()
        self.facts = [fact for fact in FACTS if not facts or fact.name in facts]
        self.kept: dict[str, _Kept] = {fact.name: dict(old.get(fact.name, {})) for fact in FACTS}
        #: Of the tables cut by months only these; of one that begins, all.
        self.limits: dict[str, frozenset[str]] = {}
        self.begun = False
        self.waiting: list[Future[None]] = []

    def all(self) -> Refreshed:
        """Every table, in one moment's view of the database."""
        for draft in self.folder.rglob(".*.draft"):
            draft.unlink()
        alone = [fact for fact in self.facts if not fact.large]
        # What follows another table is written in the same pass.
        large = [fact for fact in FACTS if fact.large and not fact.follows and self._wanted(fact)]
        with snapshot(), ThreadPoolExecutor(1) as self.pool:
            be_plain()
            places = counties(self.whole)
            steps, at = len(alone) + len(large) * len(places), 0
            for fact in alone:
                self._table(fact, [None])
                self.progress(at := at + 1, steps)
            for fact in large:
                found: dict[str, set[str]] = {one.name: set() for one in (fact, *_following(fact))}
                begun = all(self.kept[name] for name in found if named(name) in self.facts)
                self.limits |= dict.fromkeys(found, self.months if begun else frozenset())
                for county in places:
                    self._county(fact, county, found)
                    self.progress(at := at + 1, steps)
                for name, seen in found.items():
                    self._left(name, seen)
            self._settle(0)
        self._end()
        return self.done

    def _wanted(self, fact: Fact) -> bool:
        return any(one in self.facts for one in (fact, *_following(fact)))

    def _table(self, fact: Fact, places: Sequence[int | None]) -> None:
        seen: set[str] = set()
        for county in places:
            for part, count, text in parts(fact, self.whole, county):
                self._take(fact, part, count, text, _digest(fact, text))
                seen.add(part.path)
        self._left(fact.name, seen)

    def _county(self, fact: Fact, county: int | None, found: dict[str, set[str]]) -> None:
        """A county of a large table, and of those that follow it: these are read only where it changed."""
        digests: dict[str, str] = {}
        for part, count, text in parts(fact, self.whole, county, self.limits[fact.name] or None):
            digests[part.period] = _digest(fact, text)
            if fact in self.facts:
                self._take(fact, part, count, text, digests[part.period])
            found[fact.name].add(part.path)
        for other in _following(fact):
            if other not in self.facts:
                continue
            stale = set()
            for period, digest in digests.items():
                path = Part(int(period[:4]), county or 0, period).path
                found[other.name].add(path)
                if not self._true(other, path, _digest(other, digest)):
                    stale.add(period)
            if not stale:
                continue
            for part, count, text in parts(other, self.whole, county, stale):
                stale.discard(part.period)
                self._take(other, part, count, text, _digest(other, digests[part.period]))
            for period in stale:  # cases without a step
                part = Part(int(period[:4]), county or 0, period)
                self._take(other, part, 0, "", _digest(other, digests[period]))

    def _take(self, fact: Fact, part: Part, count: int, text: str, digest: str) -> None:
        """One file: left alone while it is true, else written."""
        if self._true(fact, part.path, digest):
            return
        self._begin()
        table = self.done.tables.setdefault(fact.name, Table())
        table.written += 1
        kept = self.kept[fact.name]
        kept[part.path] = [digest, count, 0]

        def write() -> None:
            kept[part.path][2] = files.write(files.table_of(fact, text), self.folder / fact.name / part.path)

        self._settle(WAITING)
        self.waiting.append(self.pool.submit(write))

    def _true(self, fact: Fact, path: str, digest: str) -> bool:
        known = self.kept[fact.name].get(path)
        if known is None or known[0] != digest:
            return False
        try:
            return bool((self.folder / fact.name / path).stat().st_size == known[2])
        except FileNotFoundError:
            return False

    def _left(self, name: str, seen: set[str]) -> None:
        """Take away what has no rows any more; a table without any keeps a file that says its columns."""
        fact = named(name)
        if fact is None or fact not in self.facts:
            return
        kept, table = self.kept[name], self.done.tables.setdefault(name, Table())
        gone = [
            path for path in kept if path not in seen and path != NOTHING.path and self._covers(name, path)
        ]
        standing = seen | (set(kept) - set(gone)) - {NOTHING.path}
        if not standing and fact.split is not Split.WHOLE:
            self._take(fact, NOTHING, 0, "", _digest(fact, ""))
            standing = {NOTHING.path}
        self._settle(0)
        there = self.folder / name
        for file in [*there.rglob("*.parquet")] if self.anew or gone or NOTHING.path in kept else []:
            path = file.relative_to(there).as_posix()
            if path not in standing:
                self._begin()
                file.unlink()
                table.removed += 1
                for above in (file.parent, file.parent.parent):
                    if above != there and not any(above.iterdir()):
                        above.rmdir()
        for path in set(kept) - standing:
            del kept[path]

    def _covers(self, name: str, path: str) -> bool:
        """Whether this run looks at the part at all."""
        months = self.limits.get(name)
        return not months or Path(path).stem in months

    def _settle(self, most: int) -> None:
        while len(self.waiting) > most:
            self.waiting.pop(0).result()

    # --- what is known of the lake ---

    def _before(self) -> dict[str, Any]:
        """What stands in lake.json. Raises NotALake, LakeOfAnother."""
        try:
            state = json.loads((self.folder / STATE).read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            raise NotALake(folder=str(self.folder)) from None
        if not isinstance(state, dict) or state.get("lake") != "answerable":
            raise NotALake(folder=str(self.folder))
        if state["format"] > FORMAT:
            raise LakeOfAnother(folder=str(self.folder), what="of a newer version of this product")
        if (state["area"] or {}).get("id") != (self.area.pk if self.area else None):
            other = state["area"]["name"] if state["area"] else "the whole programme"
            raise LakeOfAnother(folder=str(self.folder), what=f"of {other}")
        return state if state["format"] == FORMAT else {**state, "whole": False}

    def _begin(self) -> None:
        if not self.begun:
            self.begun = True
            self._say(whole=False)

    def _end(self) -> None:
        for name in (fact.name for fact in self.facts):
            table, kept = self.done.tables.setdefault(name, Table()), self.kept[name]
            table.files, table.rows = len(kept), sum(one[1] for one in kept.values())
        write_whole(self.folder / "dictionary.md", dictionary.page().encode(), mode=0o600)
        write_whole(self.folder / "dictionary.csv", dictionary.sheet().encode(), mode=0o600)
        write_whole(self.folder / "schema.json", dictionary.schema().encode(), mode=0o600)
        if self.begun:
            os.sync()  # the files first, then the word that all of them are there
        self._say(whole=True)

    def _say(self, *, whole: bool) -> None:
        area = {"id": self.area.pk, "name": self.area.name} if self.area else None
        told = {
            "lake": "answerable",
            "format": FORMAT,
            "whole": whole,
            "as_of": clock.today().isoformat(),
            "months": sorted(self.months) or "all",
            "tables": sorted(fact.name for fact in self.facts) if len(self.facts) < len(FACTS) else "all",
            "area": area,
            "county": {"depth": self.whole.county_depth},
            "left_out": list(LEFT_OUT),
            "publishing": PUBLISHING,
            "rows": {name: sum(one[1] for one in kept.values()) for name, kept in self.kept.items()},
            "parts": self.kept,
        }
        write_whole(self.folder / STATE, json.dumps(told, ensure_ascii=False).encode() + b"\n", mode=0o600)


def _following(fact: Fact) -> list[Fact]:
    return [one for one in FACTS if one.follows == fact.name]


def _digest(fact: Fact, text: str) -> str:
    """Of a file's rows and of what its columns are."""
    columns = ",".join(f"{column.name}:{column.type.value}" for column in fact.columns)
    return sha256(f"{FORMAT}\n{columns}\n{text}".encode()).hexdigest()
