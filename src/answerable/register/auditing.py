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
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from django.apps import apps
from django.db import connection, models

from answerable.kernel import clock
from answerable.merkle import commitments
from answerable.merkle.refused import Refused

from . import leaves, rules
from .binding import Bound, digest, row_bytes, text_commitment
from .models import Audit, Erasure, Event, Leaf, Pending, Secret
from .vault import SecretLost, unwrap

#: What reading a value that somebody made unreadable may end in.
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, Refused)
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


#: Tables whose rows the database lets nobody change: each is bound once, and never as taken away (a test holds the
#: list to the guards). Only an erasure binds the rows of its matter anew.
ONCE = frozenset(
    {
        "assets_check",
        "assets_checkevidence",
        "assets_work",
        "evidence_itemarea",
        "listening_casestep",
        "money_bankline",
        "money_bankstatement",
        "money_budgetrevision",
        "money_entry",
        "money_fundterm",
        "money_fundtermrule",
        "money_postedmonth",
        "money_posting",
        "projects_choice",
        "projects_choiceevidence",
        "projects_choiceoption",
        "projects_contribution",
        "projects_milestonerevision",
        "projects_projectevidence",
        "projects_projectstep",
        "projects_projectword",
        "projects_residentsword",
        "promises_promisestep",
    }
)


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
    "event-closed": "An event of an erased matter came after its erasure, and nothing opens it",
    "event-unread": "An event is not of a form that a leaf can be made from",
    "older-changed": "The events from before the log are not those that its first leaf counted",
    "row-bound-twice": "{about} is of a table that only grows, and an event binds it again or as taken away",
    "row-unheld": "{about} can't be held against anything: its matter was erased, and the erasure did not bind it anew",
    "secret-missing": "The secret of matter {more} is gone and no act erased it",
    "secret-lost": "The secret of matter {more} does not open with its key",
    "secret-kept": "The secret of matter {more} is still there although it was erased",
    "erasure-faked": "Matter {more} is said to be erased, and no act erased it",
    "erasure-differs": "The erasure of matter {more} is not what its act says",
    "erasure-untold": "Matter {more} is said to be told as erased, and no batch of the register names all of its leaves",
    "erasure-late": "The leaves of matter {more}, which was erased, are not named in the register after days",
    "audit-undone": "The audit could not be done to its end: {more}",
    "cover-wrong": "A leaf without an event is not a cover leaf",
    "leaf-missing": "A leaf is missing",
    "leaf-changed": "A leaf's hash is not that of its entry",
    "node-wrong": "A stored node of the tree is not what its leaves come to: {more}",
    "tree-wrong": "The tree's remembered size or roots are not what its leaves come to",
    "checkpoint-wrong": "The leaves do not come to what the log's key signed for {more} leaves",
    "checkpoint-missing": "What the log's key signed for {more} leaves is not kept any more",
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
    #: What has to be said and is no finding.
    notes: list[str] = field(default_factory=list)


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
        #: Which matters an act has erased: the event, its day, its reason.
        self.erased = _erased()
        self.lost: set[int] = set()
        self.missing: set[int] = set()
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
        self.report.notes += tree.notes
        self._unlogged()
        self._secrets()
        self._erasures()
        for model in self.models:
            self._table(model)
        for part in self.parts:
            try:
                self.report.findings.extend(part.findings())
            except _UNREADABLE as trouble:
                self.find("audit-undone", more=f"{type(part).__name__}, {type(trouble).__name__}")
        return self.report

    def find(self, code: str, **about: object) -> None:
        """Note a finding."""
        self.report.findings.append(Finding(code, **about))  # type: ignore[arg-type]

    def _moved(self, count: int) -> None:
        self.done += count
        if self.progress:
            self.progress(self.done, max(self.total, self.done))

    def _leaves(self, page: Sequence[Leaf]) -> None:
        events, unread = _events(leaf.event_id for leaf in page if leaf.event_id is not None)
        secrets = self._secrets_for(events.values())
        for leaf in page:
            if leaf.event_id is None:
                self._cover(leaf)
                continue
            event = events.get(leaf.event_id)
            if event is None:
                code = "event-changed" if leaf.event_id in unread else "event-deleted"
                self.find(code, event=leaf.event_id, leaf=leaf.index)
                continue
            try:
                same = leaves.entry_of(event) == bytes(leaf.entry)
            except _UNREADABLE:
                same = False
            if not self._opens(event, leaf.index, secrets) or not same:
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
        matter = _matter(event) if event.salt is None else None
        secret = secrets.get(matter) if matter is not None else None
        if matter is not None and secret is None:
            self._closed(matter, event, leaf)
            return True
        try:
            key = leaves.key_of(event, secret)
            return key is not None and hmac.compare_digest(
                leaves.commitment(event, key, secret), bytes(event.commitment)
            )
        except _UNREADABLE:
            return False

    def _closed(self, matter: int, event: Event, leaf: int | None) -> None:
        """Nothing opens the event: because its matter was erased, or somebody took the secret away."""
        if matter in self.erased:
            self.report.erased += 1
            if event.pk > self.erased[matter].event:
                self.find("event-closed", event=event.pk, leaf=leaf)
            elif leaf is not None:
                self.scratch.closed(leaf, matter)
        elif matter not in self.lost and matter not in self.missing:
            # Once for a matter, with the first of its events.
            self.missing.add(matter)
            self.find("secret-missing", event=event.pk, leaf=leaf, more=str(matter))

    def _take(self, event: Event, leaf: int | None) -> None:
        self.report.events += 1
        for table, pk in self.scratch.add(event, leaf):
            self.find("row-bound-twice", table=table, row=pk, event=event.pk, leaf=leaf)
        if event.kind == _BATCH and isinstance(event.body, dict):
            self.scratch.named(event.body.get("idx"))
        for part in self.parts:
            try:
                part.event(event, leaf)
            except _UNREADABLE:
                self.find("event-unread", event=event.pk, leaf=leaf)

    def _secrets_for(self, events: Iterable[Event]) -> dict[int, bytes | None]:
        """The secrets of the events' matters; None for an erased one; no entry where it is just gone."""
        wanted = {m for e in events if e.salt is None and (m := _matter(e)) is not None}
        found: dict[int, bytes | None] = {matter: None for matter in wanted if matter in self.erased}
        for row in Secret.objects.filter(matter__in=wanted - set(found)):
            try:
                found[row.matter] = unwrap(row)
            except SecretLost:
                self.lost.add(row.matter)
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
        for row in Secret.objects.order_by("pk").iterator(chunk_size=PAGE):
            if row.pk in self.erased:
                self.find("secret-kept", more=str(row.pk))
                continue
            try:
                unwrap(row)
            except SecretLost:
                self.lost.add(row.pk)
        for matter in sorted(self.lost):
            self.find("secret-lost", more=str(matter))

    def _erasures(self) -> None:
        """Each erasure is one that an act has recorded, and told by its leaves once it says so."""
        untold = self.scratch.untold()
        longest = clock.today() - timedelta(days=LONGEST_WAIT)
        rows: set[int] = set()
        for row in Erasure.objects.order_by("pk").iterator(chunk_size=PAGE):
            rows.add(row.pk)
            act = self.erased.get(row.pk)
            if act is None:
                self.find("erasure-faked", more=str(row.pk))
            elif act.reason != row.reason or abs(act.on - row.on) > timedelta(days=1):
                self.find("erasure-differs", more=str(row.pk), event=act.event)
            elif row.told_on is not None and row.pk in untold:
                self.find("erasure-untold", more=str(row.pk), event=act.event, leaf=untold[row.pk])
            elif row.told_on is None and row.on < longest:
                self.find("erasure-late", more=str(row.pk), event=act.event)
        for matter in sorted(self.erased.keys() - rows):
            self.find("erasure-differs", more=str(matter), event=self.erased[matter].event)

    def _table(self, model: type[Bound]) -> None:
        """The rows of a table beside what was bound of them last, both in the order of their numbers."""
        table, after = model._meta.db_table, 0
        told = _Ahead(self.scratch.rows(table))
        while page := _page(model, after):
            after = page[-1][0]
            known = {pk: (said, event, leaf) for pk, said, event, leaf in told.up_to(after)}
            keys = self._keys([event for _, event, _ in known.values()])
            there = dict(page)
            for pk, (said, event, leaf) in known.items():
                if pk not in there and said is not None:
                    self.find("row-deleted", table=table, row=pk, event=event, leaf=leaf)
            for pk, row in there.items():
                if pk not in known:
                    self.find("row-added", table=table, row=pk)
                    continue
                try:
                    if row is None:
                        raise ValueError
                    self._row(table, row, known[pk], keys)
                except _UNREADABLE:
                    self.find("row-changed", table=table, row=pk, event=known[pk][1], leaf=known[pk][2])
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
        same = False
        if key is not None:
            same = hmac.compare_digest(digest(key, row_bytes(row)).encode(), said.encode())
            if not same:
                self.find("row-changed", **about)
        elif matter_of_row(row) in self.erased:
            self.find("row-unheld", **about)
        text = getattr(row, "text", None)
        if isinstance(text, str) and "text" in row.unbound:
            self._text(row, text, about, held=same)

    def _text(self, row: Bound, text: str, about: Mapping[str, object], *, held: bool) -> None:
        blind, kept = getattr(row, "blind", None), getattr(row, "commitment", None)
        erased = getattr(row, "erased_on", None) is not None
        if kept is None:
            # That a text has none is what the row's digest says, or somebody took it away.
            good = held or text == ""
        elif erased:
            good = text == "" and blind is None
        else:
            good = blind is not None and hmac.compare_digest(text_commitment(bytes(blind), text), bytes(kept))
        if not good:
            self.find("text-changed", **about)

    def _keys(self, numbers: Sequence[int]) -> dict[int, bytes | None]:
        """The keys under which these events bound their rows; None for what was erased."""
        found: dict[int, bytes | None] = {}
        events, _ = _events(numbers)
        secrets = self._secrets_for(events.values())
        for pk, event in events.items():
            matter = _matter(event)
            secret = secrets.get(matter) if matter is not None else None
            try:
                found[pk] = leaves.key_of(event, secret)
            except _UNREADABLE:
                found[pk] = None  # the event is told of as changed
        return found


#: The open leaves that name what was erased (register.erasing).
_BATCH = "register.erasure-batch"


@dataclass(frozen=True)
class _Act:
    """The act by which a matter was erased."""

    event: int
    on: date
    reason: str


def _erased() -> dict[int, _Act]:
    """The matters that an act has erased. Its event has a salt of its own, and opens by it: the matter's secret is gone."""
    found: dict[int, _Act] = {}
    numbers = Event.objects.filter(kind__in=rules.erasing_kinds(), salt__isnull=False).order_by("pk")
    pks = list(numbers.values_list("pk", flat=True))
    for start in range(0, len(pks), PAGE):
        events, _ = _events(pks[start : start + PAGE])
        for pk, event in sorted(events.items()):
            try:
                key, matter = leaves.key_of(event, None), _matter(event)
                if (
                    key is not None
                    and matter is not None
                    and event.commitment is not None
                    and hmac.compare_digest(leaves.commitment(event, key, None), bytes(event.commitment))
                ):
                    found.setdefault(matter, _Act(pk, event.on, str(event.body.get("reason"))))
            except _UNREADABLE:
                continue
    return found


def _matter(event: Event) -> int | None:
    return leaves.matter_of(event) if isinstance(event.body, dict) else None


def matter_of_row(row: models.Model) -> int | None:
    """The matter that a row belongs to, by the names of its table and columns; None: to none."""
    matter = row.pk if row._meta.model_name == "case" else getattr(row, "case_id", None)
    return matter if isinstance(matter, int) else None


def _events(numbers: Iterable[int]) -> tuple[dict[int, Event], set[int]]:
    """The events of these numbers; and those that are there and were made unreadable."""
    wanted = sorted(set(numbers))
    try:
        return Event.objects.in_bulk(wanted), set()
    except _UNREADABLE:
        pass
    found: dict[int, Event] = {}
    unread: set[int] = set()
    for pk in wanted:
        try:
            found |= Event.objects.in_bulk([pk])
        except _UNREADABLE:
            unread.add(pk)
    return found, unread


def _page(model: type[Bound], after: int) -> list[tuple[int, Bound | None]]:
    """The next rows by their numbers; None for one that can't be read."""
    query = model._base_manager.filter(pk__gt=after).order_by("pk")
    try:
        return [(row.pk, row) for row in query[:PAGE]]
    except _UNREADABLE:
        pass
    found: list[tuple[int, Bound | None]] = []
    for pk in list(query.values_list("pk", flat=True)[:PAGE]):
        try:
            found.append((pk, model._base_manager.get(pk=pk)))
        except _UNREADABLE:
            found.append((pk, None))
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
            "PRIMARY KEY (t, pk)) WITHOUT ROWID; "
            "CREATE TABLE closed (leaf INTEGER PRIMARY KEY, matter INTEGER); "
            "CREATE TABLE named (leaf INTEGER PRIMARY KEY); "
            "CREATE TABLE once (t TEXT, pk INTEGER, PRIMARY KEY (t, pk)) WITHOUT ROWID"
        )
        self.base.execute("BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self.base.close()
        self.folder.cleanup()

    def add(self, event: Event, leaf: int | None) -> list[tuple[str, int]]:
        """Take in what an event binds: the event with the largest number has the last word.

        Returns the rows that it may not bind, as they are bound once only.
        """
        wrong = []
        if event.kind not in rules.erasing_kinds():
            for table, pk, said in _rows_of(event):
                if table in ONCE and (said is None or not self._first(table, pk)):
                    wrong.append((table, pk))
        self.base.executemany(
            "INSERT INTO bound VALUES (?, ?, ?, ?, ?) ON CONFLICT (t, pk) DO UPDATE SET said = excluded.said, "
            "event = excluded.event, leaf = excluded.leaf WHERE excluded.event >= bound.event",
            [(table, pk, said, event.pk, leaf) for table, pk, said in _rows_of(event)],
        )
        return wrong

    def _first(self, table: str, pk: int) -> bool:
        """Whether no other act bound the row. Erasures bind again, and may stand before the act in a shuffled batch."""
        return self.base.execute("INSERT OR IGNORE INTO once VALUES (?, ?)", (table, pk)).rowcount == 1

    def closed(self, leaf: int, matter: int) -> None:
        """A leaf that the secret of an erased matter closed."""
        self.base.execute("INSERT OR IGNORE INTO closed VALUES (?, ?)", (leaf, matter))

    def named(self, leaves_named: object) -> None:
        """Leaves that a batch of erasures names."""
        if isinstance(leaves_named, list):
            self.base.executemany(
                "INSERT OR IGNORE INTO named VALUES (?)", [(at,) for at in leaves_named if type(at) is int]
            )

    def untold(self) -> dict[int, int]:
        """The matters with a closed leaf that no batch names, and the first such leaf."""
        return dict(
            self.base.execute(
                "SELECT matter, MIN(leaf) FROM closed WHERE leaf NOT IN (SELECT leaf FROM named) GROUP BY matter"
            )
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
