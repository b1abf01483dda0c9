"""A printed slip taken at the desk in place of a new code."""

from __future__ import annotations

from django.conf import settings

from answerable.access.gate import Act
from answerable.kernel import clock
from answerable.listening.models import Slip
from answerable.listening.problems import SlipUnknown, SlipUsed
from answerable.listening.rules.slips import next_border, read_serial
from answerable.places.models import Area
from answerable.places.selectors import placed
from answerable.safeguards import codes


def code_cost() -> codes.Cost:
    """What an Argon2id of a tracking code costs on this instance."""
    return codes.Cost(settings.CODE_MEMORY_KIB, settings.CODE_PASSES)


def slip_for(area: Area, typed: str) -> Slip:
    """The unused slip of that serial, of a pad of the area or one above. Raises SlipUnknown, SlipUsed."""
    serial = read_serial(typed)
    slip = Slip.objects.select_related("pad__area").filter(serial=serial).first() if serial else None
    if slip is None or not placed(slip.pad.area).covers(area.path or ""):
        raise SlipUnknown(field="serial")
    if slip.state != "unused":
        raise SlipUsed(field="serial")
    return slip


def stored_code(slip: Slip) -> codes.StoredCode:
    """What is kept of the code under its fold."""
    return codes.StoredCode(
        slip.locator,
        bytes(slip.code_salt or b""),
        bytes(slip.code_hash or b""),
        codes.Cost.read(slip.code_cost),
    )


def use_slip(act: Act, slip: Slip) -> None:
    """Mark a slip as received this month, within the act that hears what was said. Raises SlipUsed.

    Its code goes over to the feedback; the event names the pad alone, so that no record joins a serial to a case.
    """
    row = Slip.objects.select_for_update().get(pk=slip.pk)
    if row.state != "unused":
        raise SlipUsed(field="serial")
    today = clock.today()
    row.state, row.month, row.shows_from = "received", today.replace(day=1), next_border(today)
    forget_code(row)
    row.save()
    act.record("listening.slip-received", rows=[row], pad=row.pad_id)


def forget_code(row: Slip) -> None:
    """Take a slip's code out of its row (unsaved)."""
    row.locator, row.code_salt, row.code_hash, row.code_cost = "", None, None, ""
