"""A batch of records from one device: all of them or none, and the same answer however often it is sent."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from answerable.access.gate import post_for
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.listening.models import Feedback
from answerable.listening.problems import KeyUnreadable, NoFocalPoint
from answerable.listening.selectors import code_fits
from answerable.safeguards import codes

from .intake import Heard, NewFeedback, checked, receive_batch
from .lookups import Lookups

#: Records in one request.
MOST_RECORDS = 500


def code_for(secret: bytes, key: UUID) -> str:
    """The tracking code of a record: made from the device's own secret, so that sending again gives it again.

    The server keeps neither the secret nor the code; without the device's secret its own key is no help.
    """
    digest = hmac.new(settings.SECRET_KEY.encode(), secret + key.bytes, sha256).digest()
    number = int.from_bytes(digest, "big") % 10 ** (codes.CODE_DIGITS - 1)
    body = f"{number:0{codes.CODE_DIGITS - 1}d}"
    return body + codes.check_digit(body)


def faults_in(*, actor: Actor, items: Sequence[NewFeedback]) -> dict[int, Problem]:
    """What is wrong with each item, by its place; empty when the batch can be received. Writes nothing."""
    today = clock.today()
    lookups = Lookups(today)
    found: dict[int, Problem] = {}
    keys: set[UUID | None] = set()
    for place, item in enumerate(items):
        try:
            if item.key is None or item.key in keys:
                raise KeyUnreadable(field="key")
            keys.add(item.key)
            checked(item, today)
            post_for(actor, Right.RECORD_FEEDBACK, item.area)
            if (item.sensitive or item.subject.sensitive) and lookups.focal(item.area) is None:
                raise NoFocalPoint(field="sensitive")
        except Problem as problem:
            found[place] = problem
    return found


def receive_records(*, actor: Actor, items: Sequence[NewFeedback], secret: bytes) -> list[Heard]:
    """Receive a batch in one transaction. A record that is there already is answered with its code if that fits.

    Every item has a key. Raises as receive_batch; ask faults_in first for what is wrong with which record.
    """
    keyed = {item.key: replace(item, code=code_for(secret, item.key)) for item in items if item.key}
    before = _there(list(keyed))
    fresh = [item for key, item in keyed.items() if key not in before]
    heard = {h.feedback.key: h for h in receive_batch(actor=actor, items=fresh)} if fresh else {}
    for key, row in before.items():
        code = keyed[key].code
        heard[key] = Heard(row, row.case, code if _fits(code, row) else None)
    return [heard[key] for key in keyed]


def _there(keys: list[UUID]) -> dict[UUID, Feedback]:
    return {row.key: row for row in Feedback.objects.filter(key__in=keys).select_related("case")}


def _fits(code: str | None, row: Feedback) -> bool:
    if code is None or not row.locator or row.locator != codes.locator_of(code):
        return False
    return code_fits(code, row)
