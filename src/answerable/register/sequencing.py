"""From events to places in the log: one worker at a time, all of a batch in one transaction (TRUST.md A2, A5).

Whoever records an event takes no lock: a trigger leaves a row in `Pending`, and what is committed is found there later.
Rows come to light out of order on PostgreSQL; nothing is lost by that, as no watermark is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import SystemRandom, token_bytes

from django.conf import settings
from django.db import transaction

from answerable.kernel import clock
from answerable.merkle import commitments
from answerable.merkle.compact import CompactRange
from answerable.merkle.hashing import leaf_hash
from answerable.merkle.refused import Refused

from . import leaves
from .machinery import step, tell
from .models import Event, Leaf, Node, Pending, Tree

#: A day's sealed leaves are filled up to a multiple of this; a day without any has as many covers.
PADDED_TO = 16
_ROWS = 500
_SPAN = 256


@dataclass(frozen=True)
class Sequenced:
    """How large the log is now, and how many leaves were added."""

    size: int
    added: int


def sequence(now: datetime | None = None, *, seal: bool | None = None) -> Sequenced:
    """Give places to what waits: open leaves at once, sealed ones once a day (`seal`: now, or not now).

    One transaction under a lock of the tree's row; twice at once, the second one finds nothing left.
    """
    now = now or clock.moment()
    with transaction.atomic():
        tree = _locked()
        step("locked")
        sealing = sealing_day(now, tree.sealed_on) if seal is None else (now.date() if seal else None)
        found: list[tuple[int | bytes, bytes]] = list(_entries(_waiting(open_=True)))
        if sealing is not None:
            found += _sealed_batch()
            tree.sealed_on = sealing
        if found or sealing is not None:
            _append(tree, found)
        step("appended")
    return Sequenced(tree.size, len(found))


def sealing_day(now: datetime, last: date | None) -> date | None:
    """The day whose sealed leaves are due at `now` (UTC), the last batch having been on `last`; None: none are.

    A log's first batch waits for its hour; a batch that was missed is made up for as soon as possible.
    """
    due = now.date() if now.hour >= settings.REGISTER_HOUR else now.date() - timedelta(days=1)
    if last is None:
        return due if due == now.date() else None
    return due if last < due else None


def _locked() -> Tree:
    """The tree's row, locked: by SELECT FOR UPDATE, or on SQLite by the IMMEDIATE transaction."""
    if not Tree.objects.filter(pk=1).exists():
        Tree.objects.bulk_create([Tree(pk=1)], ignore_conflicts=True)
        tree = Tree.objects.select_for_update().get(pk=1)
        if not tree.size:
            _begin()
        return tree
    return Tree.objects.select_for_update().get(pk=1)


def _begin() -> None:
    """Events from before the log are told by their number and one digest, in the log's first leaf."""
    older = Event.objects.exclude(pk__in=Pending.objects.values("event_id")).order_by("pk")
    digest, count, last = hashlib.sha256(), 0, 0
    for event in older.iterator(chunk_size=2_000):
        digest.update(event_line(event))
        count, last = count + 1, event.pk
    if count:
        tell("register.begun", events=count, last=last, digest=f"sha256:{digest.hexdigest()}")


def event_line(event: Event) -> bytes:
    """An event from before the log as one line; the digest in `register.begun` is over these, in order."""
    told = [
        event.pk,
        event.kind,
        event.on.isoformat(),
        event.by,
        event.post_id,
        event.area_id,
        event.sealed,
        event.body,
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _waiting(*, open_: bool) -> list[int]:
    """The events that have no place yet. One that has a place and waits nonetheless waits no more."""
    waiting = list(Pending.objects.filter(open=open_).order_by("event_id").values_list("event_id", flat=True))
    placed: set[int] = set()
    for some in _chunks(waiting):
        placed.update(
            event
            for event in Leaf.objects.filter(event_id__in=some).values_list("event_id", flat=True)
            if event
        )
    if placed:
        _no_longer_pending(sorted(placed))
    return [event for event in waiting if event not in placed]


def _entries(events: Sequence[int]) -> Iterable[tuple[int, bytes]]:
    """Events with their leaf's bytes. One that has no bytes goes on waiting: the doctor says so."""
    for some in _chunks(events):
        closed = dict(Event.objects.filter(pk__in=some).values_list("pk", "commitment"))
        opened = Event.objects.in_bulk([pk for pk, commitment in closed.items() if commitment is None])
        for pk in some:
            commitment = closed.get(pk)
            try:
                if commitment is not None:
                    yield pk, commitments.sealed_entry(bytes(commitment))
                elif pk in opened:
                    yield pk, leaves.entry_of(opened[pk])
            except Refused:
                continue


def _sealed_batch() -> list[tuple[int | bytes, bytes]]:
    """All sealed leaves that wait, with covers, in an order that nobody can tell the day from.

    A cover comes with the bytes that it was made from, where others have the number of their event.
    """
    batch: list[tuple[int | bytes, bytes]] = list(_entries(_waiting(open_=False)))
    missing = -len(batch) % PADDED_TO if batch else PADDED_TO
    seeds = [token_bytes(32) for _ in range(missing)]
    batch += [(seed, commitments.cover_entry(seed)) for seed in seeds]
    SystemRandom().shuffle(batch)
    return batch


def _append(tree: Tree, found: Sequence[tuple[int | bytes, bytes]]) -> None:
    """Write the leaves and the nodes above them; the caller has the lock."""
    hashes = [leaf_hash(entry) for _, entry in found]
    Leaf.objects.bulk_create(
        [
            Leaf(
                index=index,
                hash=digest,
                entry=entry,
                event_id=source if isinstance(source, int) else None,
                cover=source if isinstance(source, bytes) else None,
            )
            for index, ((source, entry), digest) in enumerate(zip(found, hashes, strict=True), tree.size)
        ],
        batch_size=_ROWS,
    )
    grown, nodes = grow(CompactRange(tree.size, split(bytes(tree.range))), hashes)
    Node.objects.bulk_create(
        [Node(level=level, place=place, hash=digest) for level, place, digest in nodes], batch_size=_ROWS
    )
    _no_longer_pending([source for source, _ in found if isinstance(source, int)])
    tree.size, tree.range = grown.size, b"".join(grown.hashes)
    tree.save(update_fields=["size", "range", "sealed_on"])


def grow(before: CompactRange, hashes: Sequence[bytes]) -> tuple[CompactRange, list[tuple[int, int, bytes]]]:
    """The range after these leaves, and the nodes of level 8 and 16 that became complete: level, place, hash."""
    size, parts = before.size, list(before.hashes)
    low = _taken(parts, size % _SPAN)
    mid = _taken(parts, (size >> 8) % _SPAN)
    top = CompactRange(size >> 16, parts)
    nodes: list[tuple[int, int, bytes]] = []
    at = 0
    while at < len(hashes):
        room = _SPAN - low.size
        low.extend(hashes[at : at + room])
        at += room
        if low.size == _SPAN:
            nodes.append((8, (top.size << 8) + mid.size, low.root()))
            mid.append(low.root())
            low = CompactRange()
            if mid.size == _SPAN:
                nodes.append((16, top.size, mid.root()))
                top.append(mid.root())
                mid = CompactRange()
    return CompactRange(size + len(hashes), [*top.hashes, *mid.hashes, *low.hashes]), nodes


def _taken(parts: list[bytes], size: int) -> CompactRange:
    """The last subtrees of a range, which cover `size` leaves, taken off its end."""
    cut = len(parts) - size.bit_count()
    taken, parts[cut:] = parts[cut:], []
    return CompactRange(size, taken)


def split(joined: bytes) -> list[bytes]:
    """Hashes that stand one after the other."""
    return [joined[at : at + 32] for at in range(0, len(joined), 32)]


def _no_longer_pending(events: Sequence[int]) -> None:
    for some in _chunks(events):
        Pending.objects.filter(event_id__in=some).delete()


def _chunks(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    for at in range(0, len(numbers), _ROWS):
        yield numbers[at : at + _ROWS]
