"""Entries that refer to another: held when one is made, and again when somebody checks it into the books."""

from __future__ import annotations

from answerable.money.models import Book, Entry, Posting
from answerable.money.problems import NotReversible, NotToReceive, ReceivedAlready
from answerable.money.rules.stages import Role


def check_reversible(entry: Entry) -> None:
    """Raise NotReversible for what is undone already, undoes another, or has something resting on it."""
    why = ""
    standing = Entry.objects.filter(reverses=None, reversed_by=None)
    if entry.reverses_id is not None:
        why = "undoing"
    elif Entry.objects.filter(reverses=entry).exists():
        why = "undone"
    elif standing.filter(counterpart=entry).exists():
        why = "received"
    elif standing.filter(commitment=entry).exists():
        why = "used"
    if why:
        raise NotReversible(field="entry", number=entry.number, why=why)


def check_to_receive(sent: Entry, book: Book) -> None:
    """Raise NotToReceive unless it was sent to this book and stands, ReceivedAlready when it was received."""
    undone = Entry.objects.filter(reverses=sent).exists()
    if sent.to_book_id != book.pk or sent.counterpart_id is not None or sent.reverses_id or undone:
        raise NotToReceive(field="sent", number=sent.number, book=sent.book.key)
    standing = Entry.objects.filter(book=book, counterpart=sent, reverses=None, reversed_by=None)
    if (other := standing.first()) is not None:
        raise ReceivedAlready(field="sent", number=other.number, day=other.on.isoformat())


def check_still_out(payment: Entry, units: int, area: int | None) -> None:
    """Raise NotReversible when less of what was paid for a village is still out than comes back."""
    if Entry.objects.filter(reverses=payment).exists():
        raise NotReversible(field="payment", number=payment.number, why="undone")
    spent = Posting.objects.filter(account__role=Role.SPENT.value, area=area)
    paid = spent.filter(entry=payment).values_list("units", flat=True)
    back = spent.filter(entry__counterpart=payment).values_list("units", flat=True)
    if units > sum(paid) + sum(back):
        raise NotReversible(field="amount", number=payment.number, why="too-much")
