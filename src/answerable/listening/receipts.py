"""Receipts: the signed promise at once, and later where the matter's leaf stands in the register (TRUST.md A4)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext

from answerable.kernel import clock
from answerable.merkle.canonical import canonical
from answerable.merkle.promises import parse_promise
from answerable.merkle.refused import Refused
from answerable.register import leaves, receipts, selectors
from answerable.register.models import Erasure, Event, Pending
from answerable.register.signer.keys import KeyTrouble
from answerable.web import figures
from answerable.web.qr import qr_svg

from .models import Feedback
from .selectors import received_event

logger = logging.getLogger(__name__)
#: A QR code of a promise holds this much with room to spare.
_LONGEST = 2_000
#: What a proof opens: place, kind, subject and day. The digests of the rest stand in its record and stay closed.
OPENED = frozenset({"area", "kind", "subject", "received"})


@dataclass(frozen=True)
class Receipt:
    """A promise: the note, its QR code for inlining, and up to when the leaf has to stand in the register (UTC)."""

    note: str
    qr: str
    until: str


def receipt_of(event: Event | None) -> Receipt | None:
    """The receipt of an event; None without one, or while the key that signs receipts can't be used.

    What was said is kept all the same: a receipt must never stand in its way.
    """
    if event is None:
        return None
    try:
        note = receipts.promise_for(event)
    except (KeyTrouble, OSError, Refused) as trouble:
        logger.error("no receipt could be signed: %s", trouble)
        return None
    deadline = datetime.fromisoformat(note.split("\n")[2])
    return Receipt(note, qr_svg(note, gettext("The receipt as a QR code")), moment_said(deadline))


def own_promise(text: str) -> str:
    """The note, when it is a promise of this instance; else empty: nothing else is handed out as one."""
    note = text.replace("\r\n", "\n")[:_LONGEST]
    try:
        parse_promise(note, receipts.intake_key().verifier)
    except (KeyTrouble, OSError, Refused):
        return ""
    return note


@dataclass(frozen=True)
class Place:
    """Where a matter stands in the register: waiting or overdue (by when), in (with its index), or erased."""

    state: str
    index: int | None = None
    until: str = ""


def place_of(feedback: Feedback) -> Place | None:
    """Where the leaf of what was said stands; None when it is from before the register."""
    event = received_event(feedback)
    if event is None:
        return None
    if Erasure.objects.filter(matter=feedback.case_id).exists():
        return Place("erased")
    leaf = selectors.leaf_of(event.pk)
    if leaf is None and not Pending.objects.filter(event_id=event.pk).exists():
        return None  # from before the register, whose first leaf only counts it
    signed = leaf is not None and selectors.checkpoint_with(leaf[0]) is not None
    if leaf is not None and signed:
        return Place("in", leaf[0])
    until = receipts.latest_deadline(event.on)
    return Place("overdue" if clock.moment() > until else "waiting", until=moment_said(until))


def moment_said(moment: datetime) -> str:
    """A day and an hour in UTC as the language writes them, in one piece for a line."""
    here = moment.astimezone(UTC)
    said = f"{figures.day(here.date())} {figures.in_digits(f'{here:%H:%M}')} UTC"
    return said.replace(" ", "\u00a0")


def proof_of(feedback: Feedback) -> str | None:
    """The `.tlog-proof` with the opening, for the holder of the code only; None while there is none, or no more."""
    event = received_event(feedback)
    leaf = selectors.leaf_of(event.pk) if event is not None else None
    if event is None or leaf is None:
        return None
    opening = leaves.opening(event, fields=OPENED)
    return selectors.proof_file(leaf[0], canonical(opening)) if opening is not None else None
