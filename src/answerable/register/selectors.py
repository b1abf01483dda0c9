"""Ask: what others may know of the record and the log without reading their rows."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Count, QuerySet

from answerable.merkle import proofs
from answerable.merkle.notes import Note
from answerable.merkle.proof_files import ProofFile
from answerable.merkle.rebuild import StoredNodes

from .models import Checkpoint, Event, Leaf, Node, Pending
from .triggers import MATTER


def last_event() -> int:
    """The number of the last event, 0 before the first: it changes with every act, so a copy can tell that it is old."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def events_of(matter: int) -> QuerySet[Event]:
    """The events that a matter's secret closes, in order; one indexed comparison."""
    column = MATTER[connection.vendor]
    return Event.objects.extra(where=[f"{column} = %s", "salt IS NULL"], params=[matter]).order_by("pk")  # noqa: S610


def waiting() -> tuple[int, date | None]:
    """How many events have no place in the log yet, and the day of the first of them; no day: it is no event."""
    first = Pending.objects.order_by("event_id").values_list("event_id", flat=True).first()
    if first is None:
        return 0, None
    return Pending.objects.count(), Event.objects.filter(pk=first).values_list("on", flat=True).first()


def leaf_of(event_id: int) -> tuple[int, bytes] | None:
    """The place of an event in the log and its leaf's hash; None while it waits."""
    row = Leaf.objects.filter(event_id=event_id).values_list("index", "hash").first()
    return (row[0], bytes(row[1])) if row else None


def latest_checkpoint() -> Checkpoint | None:
    """The largest tree that was signed; None before the first."""
    return Checkpoint.objects.order_by("-size").first()


def board_checkpoint() -> Checkpoint | None:
    """The checkpoint of the week, the same on every notice board; None before the first."""
    return Checkpoint.objects.filter(board=True).order_by("-size").first()


def checkpoint_with(index: int) -> Checkpoint | None:
    """The newest checkpoint whose tree has this leaf, of those with most witnesses; None before it is signed."""
    newest = Checkpoint.objects.filter(size__gt=index).order_by("-size")[:50]
    seen = Checkpoint.objects.filter(pk__in=[one.pk for one in newest]).annotate(seen=Count("cosignatures"))
    return seen.order_by("-seen", "-size").first()


def cosigned(checkpoint: Checkpoint) -> str:
    """The note with the lines of all witnesses that saw it."""
    lines = checkpoint.cosignatures.order_by("pk").values_list("line", flat=True)
    return checkpoint.note + "".join(lines)


def inclusion_proof(index: int, size: int) -> list[bytes]:
    """The hashes that lead from a leaf to the root of the first `size` leaves. Raises merkle's Refused."""
    return proofs.inclusion_proof(index, size, nodes())


def consistency(old: int, new: int) -> list[bytes]:
    """The hashes that show the first `old` leaves at the beginning of the first `new`. Raises merkle's Refused."""
    return proofs.consistency_proof(old, new, nodes())


def root(size: int) -> bytes:
    """The root over the first `size` leaves, from the stored hashes. Raises merkle's Refused."""
    return proofs.root(size, nodes())


def proof_file(index: int, extra: bytes | None = None) -> str | None:
    """A `.tlog-proof` of a leaf (C2SP tlog-proof); None while no checkpoint has it.

    `extra` goes into the copy for the holder of the code only.
    """
    checkpoint = checkpoint_with(index)
    if checkpoint is None:
        return None
    hashes = inclusion_proof(index, checkpoint.size)
    note = str(Note.parse(cosigned(checkpoint)))
    return ProofFile(index, tuple(hashes), note, extra).text()


def nodes() -> StoredNodes:
    """The tree's nodes, read from rows."""
    return StoredNodes(leaf_hashes, _Level(8), _Level(16))


def leaf_hashes(start: int, end: int) -> bytes:
    """The hashes of these leaves, one after the other."""
    rows = Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index")
    return b"".join(map(bytes, rows.values_list("hash", flat=True)))


class _Level:
    """Reads the stored nodes of one level."""

    def __init__(self, level: int) -> None:
        self.level = level

    def __call__(self, start: int, end: int) -> bytes:
        """Its hashes from a place up to another one, one after the other."""
        rows = Node.objects.filter(level=self.level, place__gte=start, place__lt=end).order_by("place")
        return b"".join(map(bytes, rows.values_list("hash", flat=True)))


def event_after(number: int, kind: str, **body: object) -> int | None:
    """The first event of a kind after an event's number whose body says this; a short walk for what came soon after."""
    for pk, said in Event.objects.filter(pk__gt=number, kind=kind).order_by("pk").values_list("pk", "body"):
        if all(said.get(name) == value for name, value in body.items()):
            return pk
    return None


def board_checkpoint_after(index: int, day: date) -> Checkpoint | None:
    """The first checkpoint of a week, signed after a day, whose tree has a leaf; None before it is signed."""
    rows = Checkpoint.objects.filter(board=True, size__gt=index, on__gt=day)
    return rows.order_by("size").first()
