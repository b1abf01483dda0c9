"""Closing a posting or a round: refused while one line has no owner, and the refusal says which."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.handover.ending import check_claimed
from answerable.handover.lines import Line
from answerable.handover.models import Closing
from answerable.handover.problems import ClosedAlready, StillRuns
from answerable.handover.selectors import Dossier, dossier_of, postings_of
from answerable.kernel import clock
from answerable.programme.models import Posting, Round


def close_posting(*, actor: Actor, posting: Posting) -> Closing:
    """Close a posting, from its last day on: every line of its dossier was accepted.

    Raises Denied, StillRuns, ClosedAlready, LinesUnclaimed.
    """
    with acting(actor, Right.REASSIGN, posting.area) as act:
        row = Posting.objects.select_for_update(of=("self",)).select_related("area").get(pk=posting.pk)
        _check_ended(row.ends_on)
        _check_open(Closing.objects.filter(posting=row).first())
        dossier = dossier_of(row, clock.today())
        check_claimed(dossier.unclaimed)
        closing = _close(dossier)
        act.record("handover.posting-closed", posting=row.pk, lines=closing.lines)
    return closing


def close_round(*, actor: Actor, row: Round) -> Closing:
    """Close a round and all of its postings, from its last day on: no line of any of them is without an owner.

    Raises Denied, StillRuns, ClosedAlready, LinesUnclaimed.
    """
    today = clock.today()
    with acting(actor, Right.REASSIGN, None) as act:
        found = Round.objects.select_for_update().get(pk=row.pk)
        _check_ended(found.ends_on)
        _check_open(Closing.objects.filter(round=found).first())
        waiting: list[Line] = []
        ready: list[Dossier] = []
        for posting in postings_of(found):
            if not hasattr(posting, "closing"):
                dossier = dossier_of(posting, today)
                waiting += dossier.unclaimed
                ready.append(dossier)
        check_claimed(waiting)
        made = [_close(dossier) for dossier in ready]
        closing = Closing.objects.create(round=found, on=today, lines=sum(one.lines for one in made))
        act.record("handover.round-closed", round=found.pk, postings=len(made), lines=closing.lines)
    return closing


def _close(dossier: Dossier) -> Closing:
    try:
        with transaction.atomic():
            return Closing.objects.create(
                posting=dossier.posting, on=dossier.today, lines=len(dossier.entries)
            )
    except IntegrityError:
        raise ClosedAlready(day=dossier.today.isoformat()) from None


def _check_ended(ends_on: date) -> None:
    if ends_on > clock.today():
        raise StillRuns(end=ends_on.isoformat())


def _check_open(closing: Closing | None) -> None:
    if closing is not None:
        raise ClosedAlready(day=closing.on.isoformat())
