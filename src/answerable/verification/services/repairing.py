"""Findings are put right and checked; and a team tells of a gap itself, before any draw."""

from __future__ import annotations

from answerable.access.gate import acting
from answerable.access.models import Post
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.places.selectors import placed
from answerable.verification.listing import facts_for
from answerable.verification.models import Finding, OwnGap
from answerable.verification.problems import OwnReportTwice, OwnReportUnfit, RepairState
from answerable.verification.rules.visiting import CHECKLISTS, check_outside
from answerable.verification.selectors import finding_for, line_of, seats_of


def say_repaired(*, actor: Actor, finding: int) -> Finding:
    """Say that a gap was put right, as who records projects there. Raises NotThere, Denied, RepairState."""
    found = finding_for(actor, finding)
    with acting(actor, Right.RECORD_PROJECTS, found.visit.drawn.area) as act:
        row = _locked(found, "open")
        row.repaired_on, row.repaired_post = clock.today(), _post(act.post_id)
        row.save(update_fields=["repaired_on", "repaired_post"])
        act.record("verification.repaired", finding=row.pk)
    return row


def check_repair(*, actor: Actor, finding: int, holds: bool) -> Finding:
    """Say whether a repair holds, from outside the line; one that does not is open again, with the same day.

    Raises NotThere, Denied, RepairState, VisitorInLine.
    """
    found = finding_for(actor, finding)
    drawn = found.visit.drawn
    own = [held.post_id for held in actor.holdings]
    named = drawn.visitor_post if drawn.visitor_post_id in own else None
    with acting(actor, Right.VERIFY, named.area if named else drawn.area) as act:
        row = _locked(found, "repaired")
        facts = facts_for(drawn.key)
        if facts is None:
            raise NotThere
        today = clock.today()
        teams, sponsors = line_of(facts, drawn.draw.starts_on, today)
        check_outside(seats_of(own, today), where=placed(facts.area), teams=teams, sponsors=sponsors)
        if holds:
            row.checked_on, row.checked_post = today, _post(act.post_id)
        else:
            row.repaired_on = row.repaired_post = None
        row.save(update_fields=["repaired_on", "repaired_post", "checked_on", "checked_post"])
        act.record(
            "verification.repair-checked", area_id=drawn.area_id, finding=row.pk, holds=1 if holds else 0
        )
    return row


def tell_own_gap(*, actor: Actor, key: str, question: str) -> OwnGap:
    """Tell of a gap oneself: it is no discrepancy in draws that are committed to after today.

    Raises Denied, OwnReportUnfit, OwnReportTwice.
    """
    facts = facts_for(key[:120].replace("\0", ""))
    if facts is None or question not in {one.key for one in CHECKLISTS.get(facts.kind, ())}:
        raise OwnReportUnfit(field="key" if facts is None else "question")
    with acting(actor, Right.RECORD_PROJECTS, facts.area) as act:
        known = OwnGap.objects.filter(key=facts.key, question=question).first()
        if known is not None:
            raise OwnReportTwice(field="question", day=known.told_on.isoformat())
        row = OwnGap.objects.create(
            key=facts.key, area=facts.area, question=question, told_on=clock.today(), post=_post(act.post_id)
        )
        act.record("verification.own-gap-told", gap=row.pk, question=question)
    return row


def _locked(found: Finding, state: str) -> Finding:
    row = Finding.objects.select_for_update().get(pk=found.pk)
    if row.state != state:
        raise RepairState(state=row.state)
    return row


def _post(pk: int | None) -> Post | None:
    return Post.objects.filter(pk=pk).first() if pk else None
