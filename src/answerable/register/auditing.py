"""Holding the log against the tables it speaks of, and both against what was signed (docs/reference/audit.md).

Everything is read in pages, in the order of its number; what was bound last is kept in a file that nobody else sees.
A million events with three rows each take some 300 MB of that file and less than 100 MB of memory.
"""

from __future__ import annotations

import hmac
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from django.apps import apps
from django.db import connection, models

from answerable.kernel import clock
from answerable.merkle import commitments
from answerable.merkle.refused import Refused

from . import leaves
from .binding import Bound, digest, row_bytes, text_commitment
from .models import Audit, Erasure, Event, Leaf, Pending, Secret
from .vault import SecretLost, unwrap

PAGE = 2_000
#: Days that a sealed event may wait for its place: it waits for the next batch, and a machine may be off for a day.
LONGEST_WAIT = 2
#: Findings that are kept with the result; all of them are printed.
KEPT = 200

#: Tables whose rows no event binds, and why.
UNBOUND_TABLES = {
    "auth_group": "the framework's, empty",
    "auth_group_permissions": "the framework's, empty",
    "auth_permission": "the framework's",
    "django_content_type": "the framework's",
    "django_session": "sign-ins of staff, which end by themselves",
    "following_spokencode": "marks alone: an event that named one would tell on which day a code spoke",
    "money_accountsum": "a sum kept by triggers; `answerable books check` proves it from the postings",
    "money_fundsum": "a sum kept by triggers; `answerable books check` proves it from the postings",
    "money_neverhere": "has no rows, ever: it holds a constraint",
    "money_openentry": "has no rows once a transaction ends: it holds a constraint",
    "money_worksum": "a sum kept by triggers; `answerable books check` proves it from the postings",
    "places_area": "the official list of places, imported by the ten thousand; anyone can compare it",
    "places_areacode": "the official list of places",
    "places_arealevel": "the official list of places",
    "places_boundary": "outlines of the official list of places",
    "places_calendar": "an official list",
    "places_holiday": "an official list",
    "register_audit": "what audits found; each finds it again",
    "register_checkpoint": "signed: it proves itself",
    "register_cosignature": "signed: it proves itself",
    "register_erasure": "held against the secrets, and told in the log",
    "register_event": "the record itself: each event has a leaf",
    "register_leaf": "the log itself: under the signed root",
    "register_node": "computed from the leaves, and held against them",
    "register_pending": "what waits; held against the events",
    "register_secret": "opens the leaves it belongs to, or the audit says so",
    "register_tree": "computed from the leaves, and held against them",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    code: str
    table: str = ""
    row: int | None = None
    event: int | None = None
    leaf: int | None = None
    more: str = ""

    def sentence(self) -> str:
        """What was found, in one sentence with table, row, event and leaf."""
        about = f"{self.table} {self.row}" if self.row is not None else self.table
        where = [
            f"event {self.event:,}" if self.event is not None else "",
            f"leaf {self.leaf:,}" if self.leaf is not None else "",
        ]
        told = ", ".join(part for part in where if part)
        said = SENTENCES[self.code].format(about=about, more=self.more)
        return f"{said} ({told})." if told else f"{said}."


#: Each code and its sentence (docs/reference/audit.md tells more).
SENTENCES = {
    "row-changed": "{about} was changed without an act: it is not what its last event bound",
    "row-deleted": "{about} was deleted without an act",
    "row-added": "{about} was added by hand: no event knows of it",
    "row-returned": "{about} is there again, although an act took it away",
    "text-changed": "The text of {about} is not the one that was written",
    "event-changed": "The event is not what its leaf says",
    "event-deleted": "The event of a leaf was deleted",
    "event-unlogged": "An event has no leaf and does not wait for one",
    "event-late": "An event has waited for its leaf since {more}",
    "event-unread": "An event is not of a form that a leaf can be made from",
    "older-changed": "The events from before the log are not those that its first leaf counted",
    "secret-missing": "The secret of a matter is gone and no erasure says why",
    "secret-lost": "The secret of a matter does not open with its key",
    "secret-kept": "The secret of a matter is still there although it was erased",
    "cover-wrong": "A leaf without an event is not a cover leaf",
    "leaf-missing": "A leaf is missing",
    "leaf-changed": "A leaf's hash is not that of its entry",
    "node-wrong": "A stored node of the tree is not what its leaves come to: {more}",
    "tree-wrong": "The tree's remembered size or roots are not what its leaves come to",
    "checkpoint-wrong": "The leaves do not come to what the log's key signed for {more} leaves",
    "signer-differs": "The signer remembers another tree of {more} leaves",
    "tile-wrong": "The published file {more} is not what the leaves come to",
    "tile-missing": "The published file {more} is missing",
    "balance-differs": "The books are not what the log's money leaves come to: {more}",
    "case-differs": "{about} is not what its steps come to: {more}",
}


class Reads(Protocol):
    """A room's own part of an audit."""

    def event(self, event: Event, leaf: int | None) -> None:
        """Take in one event, in the order of the leaves; those that wait come last."""

    def findings(self) -> Iterator[Finding]:
        """What the room finds, once all events were taken in."""


_parts: list[Callable[[], Reads]] = []


def also(part: Callable[[], Reads]) -> None:
    """Let an audit do this as well. Said by a room, once, at start."""
    if part not in _parts:
        _parts.append(part)


@dataclass
class Report:
    """What an audit read and found."""

    size: int = 0
    events: int = 0
    rows: int = 0
    covers: int = 0
    erased: int = 0
    waiting: int = 0
    findings: list[Finding] = field(default_factory=list)


def bound_models() -> list[type[Bound]]:
    """The tables that the record binds, in the order of their names."""
    found = [model for model in apps.get_models() if issubclass(model, Bound)]
    return sorted(found, key=lambda model: model._meta.db_table)


def audit(progress: Callable[[int, int], object] | None = None) -> Report:
    """Read everything in one snapshot of the database and say what is not as it should be.

    `progress` is called with what was read and what there is to read: leaves, events that wait, rows.
    """
    with _snapshot(), _Scratch() as scratch:
        return _Run(scratch, progress).all()


def keep(report: Report) -> Audit:
    """Keep the result for the public page: codes and numbers, and no number of a matter."""
    (kept,) = Audit.objects.bulk_create(
        [
            Audit(
                on=clock.today(),
                size=report.size,
                events=report.events,
                found=len(report.findings),
                findings=[
                    [one.code, one.table, None if _of_a_matter(one.table) else one.row, one.leaf]
                    for one in report.findings[:KEPT]
                ],
            )
        ]
    )
    return kept


def _of_a_matter(table: str) -> bool:
    return any(
        model._meta.db_table == table
        and (model._meta.model_name == "case" or any(f.name == "case" for f in model._meta.concrete_fields))
        for model in apps.get_models()
    )


class _Run:
    """One audit under way."""

    def __init__(self, scratch: _Scratch, progress: Callable[[int, int], object] | None) -> None:
        self.scratch, self.progress = scratch, progress
        self.report = Report()
        self.parts = [part() for part in _parts]
        self.models = bound_models()
        self.done = 0
        self.total = Leaf.objects.count() + sum(m._base_manager.count() for m in self.models)

    def all(self) -> Report:
        from .audited_tree import TreeAudit

        tree = TreeAudit(self.find)
        after = -1
        while page := list(Leaf.objects.filter(index__gt=after).order_by("index")[:PAGE]):
            tree.take(page)
            self._leaves(page)
            after = page[-1].index
            self._moved(len(page))
        self.report.size = tree.size
        tree.finish()
        self._unlogged()
        self._secrets()
        for model in self.models:
            self._table(model)
        for part in self.parts:
            self.report.findings.extend(part.findings())
        return self.report

    def find(self, code: str, **about: object) -> None:
        """Note a finding."""
        self.report.findings.append(Finding(code, **about))  # type: ignore[arg-type]

    def _moved(self, count: int) -> None:
        self.done += count
        if self.progress:
            self.progress(self.done, max(self.total, self.done))

    def _leaves(self, page: Sequence[Leaf]) -> None:
        events = Event.objects.in_bulk([leaf.event_id for leaf in page if leaf.event_id is not None])
        secrets = self._secrets_for(events.values())
        for leaf in page:
            if leaf.event_id is None:
                self._cover(leaf)
                continue
            event = events.get(leaf.event_id)
            if event is None:
                self.find("event-deleted", event=leaf.event_id, leaf=leaf.index)
                continue
            try:
                said = leaves.entry_of(event)
            except Refused:
                said = b""
            if said != bytes(leaf.entry) or not self._opens(event, leaf.index, secrets):
                self.find("event-changed", event=event.pk, leaf=leaf.index)
            self._take(event, leaf.index)

    def _cover(self, leaf: Leaf) -> None:
        self.report.covers += 1
        if leaf.cover is None or commitments.cover_entry(bytes(leaf.cover)) != bytes(leaf.entry):
            self.find("cover-wrong", leaf=leaf.index)

    def _opens(self, event: Event, leaf: int | None, secrets: Mapping[int, bytes | None]) -> bool:
        """Whether the event's commitment is that of its body; true as well where nothing can open it any more."""
        if event.commitment is None:
            return True
        matter = leaves.matter_of(event) if event.salt is None else None
        secret = secrets.get(matter) if matter is not None else None
        if matter is not None and secret is None:
            if matter in secrets:
                self.report.erased += 1
            else:
                self.find("secret-missing", event=event.pk, leaf=leaf)
            return True
        key = leaves.key_of(event, secret)
        try:
            return key is not None and hmac.compare_digest(
                leaves.commitment(event, key, secret), bytes(event.commitment)
            )
        except (Refused, TypeError, ValueError, OverflowError):
            return False

    def _take(self, event: Event, leaf: int | None) -> None:
        self.report.events += 1
        self.scratch.add(event, leaf)
        for part in self.parts:
            part.event(event, leaf)

    def _secrets_for(self, events: Iterable[Event]) -> dict[int, bytes | None]:
        """The secrets of the events' matters; None for an erased one; no entry where it is just gone."""
        wanted = {m for e in events if e.salt is None and (m := leaves.matter_of(e)) is not None}
        found: dict[int, bytes | None] = dict.fromkeys(
            Erasure.objects.filter(matter__in=wanted).values_list("matter", flat=True)
        )
        for row in Secret.objects.filter(matter__in=wanted - set(found)):
            try:
                found[row.matter] = unwrap(row)
            except SecretLost:
                continue
        return found

    def _unlogged(self) -> None:
        """Events without a leaf: they wait, or they are from before the log, or somebody took their leaf away."""
        has_leaf = Leaf.objects.filter(event_id=models.OuterRef("pk"))
        without = Event.objects.filter(~models.Exists(has_leaf)).order_by("pk")
        longest = clock.today() - timedelta(days=LONGEST_WAIT)
        older = _Older()
        after = 0
        while page := list(without.filter(pk__gt=after)[:PAGE]):
            after = page[-1].pk
            waiting = set(
                Pending.objects.filter(event_id__in=[e.pk for e in page]).values_list("event_id", flat=True)
            )
            secrets = self._secrets_for(page)
            for event in page:
                if event.salt is None and event.n is None and event.commitment is None:
                    older.take(event)
                    continue
                if event.pk not in waiting:
                    self.find("event-unlogged", event=event.pk)
                else:
                    self.report.waiting += 1
                    if event.on < longest:
                        self.find("event-late", event=event.pk, more=event.on.isoformat())
                if not self._opens(event, None, secrets):
                    self.find("event-changed", event=event.pk)
                self._take(event, None)
        if not older.as_told():
            self.find("older-changed")

    def _secrets(self) -> None:
        erased = Erasure.objects.filter(matter=models.OuterRef("pk"))
        for _ in Secret.objects.filter(models.Exists(erased)).values_list("pk", flat=True):
            self.find("secret-kept")
        for row in Secret.objects.order_by("pk").iterator(chunk_size=PAGE):
            try:
                unwrap(row)
            except SecretLost:
                self.find("secret-lost")

    def _table(self, model: type[Bound]) -> None:
        """The rows of a table beside what was bound of them last, both in the order of their numbers."""
        table, after = model._meta.db_table, 0
        told = _Ahead(self.scratch.rows(table))
        while page := list(model._base_manager.filter(pk__gt=after).order_by("pk")[:PAGE]):
            after = page[-1].pk
            known = {pk: (said, event, leaf) for pk, said, event, leaf in told.up_to(after)}
            keys = self._keys([event for _, event, _ in known.values()])
            there = {row.pk: row for row in page}
            for pk, (said, event, leaf) in known.items():
                if pk not in there and said is not None:
                    self.find("row-deleted", table=table, row=pk, event=event, leaf=leaf)
            for pk, row in there.items():
                if pk not in known:
                    self.find("row-added", table=table, row=pk)
                else:
                    self._row(table, row, known[pk], keys)
            self.report.rows += len(page)
            self._moved(len(page))
        for pk, said, event, leaf in told.up_to(None):
            if said is not None:
                self.find("row-deleted", table=table, row=pk, event=event, leaf=leaf)

    def _row(
        self,
        table: str,
        row: Bound,
        known: tuple[str | None, int, int | None],
        keys: Mapping[int, bytes | None],
    ) -> None:
        said, event, leaf = known
        about = {"table": table, "row": row.pk, "event": event, "leaf": leaf}
        if said is None:
            self.find("row-returned", **about)
            return
        key = keys.get(event)
        if key is not None:
            try:
                same = hmac.compare_digest(digest(key, row_bytes(row)), said)
            except (TypeError, ValueError):
                same = False
            if not same:
                self.find("row-changed", **about)
        text = getattr(row, "text", None)
        if isinstance(text, str) and "text" in row.unbound:
            self._text(row, text, about)

    def _text(self, row: Bound, text: str, about: Mapping[str, object]) -> None:
        blind, kept = getattr(row, "blind", None), getattr(row, "commitment", None)
        erased = getattr(row, "erased_on", None) is not None
        if kept is None:
            return
        good = (
            (text == "" and blind is None)
            if erased
            else (blind is not None and hmac.compare_digest(text_commitment(bytes(blind), text), bytes(kept)))
        )
        if not good:
            self.find("text-changed", **about)

    def _keys(self, numbers: Sequence[int]) -> dict[int, bytes | None]:
        """The keys under which these events bound their rows; None for what was erased."""
        found: dict[int, bytes | None] = {}
        events = Event.objects.in_bulk(sorted(set(numbers)))
        secrets = self._secrets_for(events.values())
        for pk, event in events.items():
            matter = leaves.matter_of(event)
            secret = secrets.get(matter) if matter is not None else None
            found[pk] = leaves.key_of(event, secret)
        return found


class _Older:
    """The events from before the log, held against what its first leaf says of them."""

    def __init__(self) -> None:
        import hashlib

        self.digest, self.count, self.last = hashlib.sha256(), 0, 0

    def take(self, event: Event) -> None:
        from .sequencing import event_line

        self.digest.update(event_line(event))
        self.count, self.last = self.count + 1, event.pk

    def as_told(self) -> bool:
        told = (
            Event.objects.filter(kind="register.begun").order_by("pk").values_list("body", flat=True).first()
        )
        if told is None:
            return not self.count or not Leaf.objects.exists()
        return (self.count, self.last, f"sha256:{self.digest.hexdigest()}") == (
            told.get("events"),
            told.get("last"),
            told.get("digest"),
        )


class _Scratch:
    """What was bound last of each row, in a file of its own that goes when the audit ends. It holds digests only."""

    def __enter__(self) -> _Scratch:
        self.folder = tempfile.TemporaryDirectory(prefix="answerable-audit-")
        self.base = sqlite3.connect(Path(self.folder.name) / "bound.sqlite3", isolation_level=None)
        self.base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-32000; "
            "CREATE TABLE bound (t TEXT, pk INTEGER, said TEXT, event INTEGER, leaf INTEGER, "
            "PRIMARY KEY (t, pk)) WITHOUT ROWID"
        )
        self.base.execute("BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self.base.close()
        self.folder.cleanup()

    def add(self, event: Event, leaf: int | None) -> None:
        """Take in what an event binds: the event with the largest number has the last word."""
        self.base.executemany(
            "INSERT INTO bound VALUES (?, ?, ?, ?, ?) ON CONFLICT (t, pk) DO UPDATE SET said = excluded.said, "
            "event = excluded.event, leaf = excluded.leaf WHERE excluded.event >= bound.event",
            [(table, pk, said, event.pk, leaf) for table, pk, said in _rows_of(event)],
        )

    def rows(self, table: str) -> Iterator[tuple[int, str | None, int, int | None]]:
        """Number, digest, event and leaf of each row of a table, in order."""
        yield from self.base.execute(
            "SELECT pk, said, event, leaf FROM bound WHERE t = ? ORDER BY pk", (table,)
        )


def _rows_of(event: Event) -> list[tuple[str, int, str | None]]:
    """What an event binds; nothing where its list was made unreadable (its leaf tells that)."""
    found = []
    for row in event.rows if isinstance(event.rows, list) else []:
        if isinstance(row, list) and len(row) == 3 and isinstance(row[0], str) and isinstance(row[1], int):
            found.append((row[0], row[1], row[2] if isinstance(row[2], str) else None))
    return found


class _Ahead:
    """Reads sorted rows up to a number, and keeps the one that was read too far."""

    def __init__(self, rows: Iterator[tuple[int, str | None, int, int | None]]) -> None:
        self.rows, self.kept = rows, next(rows, None)

    def up_to(self, most: int | None) -> Iterator[tuple[int, str | None, int, int | None]]:
        """The rows up to a number; all that are left for None."""
        while self.kept is not None and (most is None or self.kept[0] <= most):
            yield self.kept
            self.kept = next(self.rows, None)


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read what stood in the database at one moment, and keep nobody from writing meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
