"""Slip pads: fifty numbered slips, each with a tracking code under a fold (TRUST.md A4).

Whoever takes a slip before speaking can ask by its serial whether it was entered. An office that throws slips away
can't account for its pad, and gets no other.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import IntegrityError
from django.utils.translation import gettext

from answerable.access.gate import acting, post_for
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.listening.models import Slip, SlipPad
from answerable.listening.problems import PadOpen, PadSettled, SlipsMissing, SlipsRefused
from answerable.listening.rules.slips import SLIPS, new_serial, next_border, read_serial
from answerable.merkle.compact import CompactRange
from answerable.merkle.hashing import leaf_hash
from answerable.places.models import Area
from answerable.safeguards import codes

from .slips import code_cost, forget_code


@dataclass(frozen=True)
class PrintedSlip:
    """What is printed on one slip. The code exists here and on the paper, nowhere else."""

    n: int
    serial: str
    code: str = field(repr=False)
    mark: bytes


@dataclass(frozen=True)
class IssuedPad:
    """A pad and its paper."""

    pad: SlipPad
    paper: bytes


def issue_pad(*, actor: Actor, area: Area, draw: Callable[[Sequence[PrintedSlip]], bytes]) -> IssuedPad:
    """Make a pad of fifty slips for the office of an area, and its paper by `draw`.

    The paper is drawn before anything is written: without it there is no pad. Takes fifty times as long as one
    code, on two threads. Raises Denied, PadOpen while an earlier pad is not settled, and what `draw` raises.
    """
    post_for(actor, Right.ISSUE_PADS, area)
    _check_no_open_pad(area)
    slips = [
        PrintedSlip(n, serial, codes.new_code(), secrets.token_bytes(16))
        for n, serial in enumerate(_fresh_serials(), start=1)
    ]
    paper = draw(slips)
    with ThreadPoolExecutor(2) as pool:
        kept = list(pool.map(lambda slip: codes.store(slip.code, code_cost()), slips))
    try:
        with acting(actor, Right.ISSUE_PADS, area) as act:
            pad = SlipPad.objects.create(
                area=area, issued_on=clock.today(), root=root_of(slip.mark for slip in slips)
            )
            rows = Slip.objects.bulk_create(
                Slip(
                    pad=pad,
                    n=slip.n,
                    serial=slip.serial,
                    mark=slip.mark,
                    locator=code.locator,
                    code_salt=code.salt,
                    code_hash=code.hash,
                    code_cost=str(code.cost),
                )
                for slip, code in zip(slips, kept, strict=True)
            )
            act.record(
                "register.pad-issued", rows=[pad, *rows], pad=pad.pk, slips=len(rows), root=pad.root.hex()
            )
    except IntegrityError:
        _check_no_open_pad(area)
        raise
    return IssuedPad(pad, paper)


def root_of(marks: Iterable[bytes]) -> bytes:
    """The RFC 6962 root of the slips' marks in the order of the pad."""
    tree = CompactRange()
    tree.extend(leaf_hash(mark) for mark in marks)
    return tree.root()


def _check_no_open_pad(area: Area) -> None:
    if SlipPad.objects.filter(area=area, settled_on__isnull=True).exists():
        raise PadOpen(area=area.name)


def _fresh_serials() -> list[str]:
    found: dict[str, None] = {}
    while len(found) < SLIPS:
        drawn = {new_serial() for _ in range(SLIPS - len(found))} - set(found)
        taken = set(Slip.objects.filter(serial__in=drawn).values_list("serial", flat=True))
        found.update(dict.fromkeys(drawn - taken))
    return list(found)


def settle_pad(*, actor: Actor, pad: SlipPad, unused: Iterable[str], count: int) -> SlipPad:
    """Account for all fifty: those received are; the unused ones are given by their serials, and counted by hand.

    The given ones become void. Raises Denied, PadSettled, SlipsRefused for serials that are not unused ones of
    this pad, SlipsMissing while one is neither received nor given (TRUST.md A21).
    """
    return _settle(actor, pad, "counted", list(unused), count)


def give_pad_up(*, actor: Actor, pad: SlipPad) -> SlipPad:
    """Void all that is unused of a pad, such as one whose paper was lost: everybody can see that this was done.

    Raises Denied, PadSettled.
    """
    return _settle(actor, pad, "given-up", [], 0)


def _settle(actor: Actor, pad: SlipPad, outcome: str, typed: list[str], count: int) -> SlipPad:
    with acting(actor, Right.ISSUE_PADS, pad.area) as act:
        row = SlipPad.objects.select_for_update().get(pk=pad.pk)
        if row.settled_on is not None:
            raise PadSettled(day=row.settled_on.isoformat())
        left = list(row.slips.select_for_update().filter(state="unused").order_by("n"))
        if outcome == "counted":
            _check_all_given(row, left, typed, count)
        for slip in left:
            slip.state, slip.shows_from = "void", next_border(clock.today())
            forget_code(slip)
        Slip.objects.bulk_update(
            left, ["state", "shows_from", "locator", "code_salt", "code_hash", "code_cost"]
        )
        row.settled_on, row.outcome = clock.today(), outcome
        row.save()
        # How many were used is not said: it would tell how much was said where.
        act.record(
            "register.pad-settled",
            rows=[row, *left],
            pad=row.pk,
            slips=SLIPS,
            root=bytes(row.root).hex(),
            outcome=outcome,
        )
    return row


def _why(pad: SlipPad, text: str) -> str:
    """Why a line is no unused slip of a pad."""
    serial = read_serial(text)
    if not serial:
        return gettext("these are not the nine digits of a slip")
    state = pad.slips.filter(serial=serial).values_list("state", flat=True).first()
    return gettext("not of this pad") if state is None else gettext("received before, so it is not unused")


def _check_all_given(pad: SlipPad, left: Sequence[Slip], typed: Sequence[str], count: int) -> None:
    given = {read_serial(text) for text in typed}
    open_ones = {slip.serial for slip in left}
    if strange := [text for text in typed if read_serial(text) not in open_ones]:
        lines = "; ".join(f"“{text[:20]}”: {_why(pad, text)}" for text in strange[:SLIPS])
        raise SlipsRefused(field="unused", lines=lines)
    missing = sorted(open_ones - given)
    if missing or count != len(given):
        raise SlipsMissing(
            field="unused" if missing else "count",
            missing=len(missing),
            given=len(given),
            count=count,
        )
