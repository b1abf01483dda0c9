"""Visits by somebody from outside the line: named, made, and what was found, each gap with its owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from answerable.access.gate import acting
from answerable.access.models import Post
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.places.selectors import placed
from answerable.verification.listing import Facts, facts_for
from answerable.verification.models import Drawn, Finding, Visit
from answerable.verification.problems import (
    FindingUnowned,
    NotTheVisitor,
    SameVisitor,
    VisitedAlready,
)
from answerable.verification.rules.visiting import (
    agreed,
    answers_in,
    check_findings,
    check_outside,
    gaps_in,
)
from answerable.verification.selectors import (
    drawn_for,
    line_of,
    owners,
    seats_of,
    staff_of,
    told_before,
    visitor_named,
)


def _check_visitor(post: Post, drawn: Drawn, facts: Facts, *, also: tuple[int, ...] = ()) -> None:
    """Whoever fills a post, with all their other posts, stands outside the unit's line; a second look is another's.

    Raises VisitorInLine, SameVisitor.
    """
    today = clock.today()
    posts = (post.pk, *also)
    teams, sponsors = line_of(facts, drawn.draw.starts_on, today)
    check_outside(seats_of(posts, today), where=placed(facts.area), teams=teams, sponsors=sponsors)
    if facts.visit is not None:
        looked = [facts.visit.post_id]
        then, now = staff_of(looked, facts.visit.on), staff_of(looked, today)
        if facts.visit.post_id in posts or (then | now) & staff_of(posts, today):
            raise SameVisitor(field="visitor")


def name_visitor(*, actor: Actor, drawn: int, visitor: int | None) -> Drawn:
    """Say which post looks at a unit that was drawn, as long as nobody has.

    Raises NotThere, Denied, VisitedAlready, VisitorUnfit, VisitorInLine, SameVisitor.
    """
    found = drawn_for(actor, drawn)
    with acting(actor, Right.DRAW_CHECKS, found.draw.area) as act:
        row = _waiting(found)
        facts = _facts(row)
        post = visitor_named(visitor)
        _check_visitor(post, found, facts)
        row.visitor_post = post
        row.save(update_fields=["visitor_post"])
        act.record("verification.visitor-named", drawn=row.pk, post=post.pk)
    return row


def record_visit(
    *,
    actor: Actor,
    drawn: int,
    answers: Mapping[str, str],
    severities: Mapping[str, str],
    owner: int | None = None,
    due: date | None = None,
) -> Visit:
    """Write down what was found; each gap becomes a finding with its severity, its owner and its day.

    What the team itself had told before the commitment is a finding as well, and no discrepancy.
    Raises NotThere, Denied, NotTheVisitor, VisitorInLine, SameVisitor, VisitedAlready, AnswerUnknown,
    SeverityMissing, FindingUnowned.
    """
    found = drawn_for(actor, drawn)
    post = found.visitor_post
    mine = tuple(held.post_id for held in actor.holdings)
    if post is None or post.pk not in mine:
        raise NotTheVisitor(post=post.key if post else "-")
    # In the area of one's own: who comes from elsewhere has no right where the unit is, and needs none.
    with acting(actor, Right.VERIFY, post.area) as act:
        row = _waiting(found)
        facts = _facts(row)
        _check_visitor(post, found, facts, also=mine)
        today = clock.today()
        given = answers_in((facts.of or facts).kind, answers)
        gaps = gaps_in(given)
        own = told_before((facts.of or facts).key, _first_day(found, facts))
        # A second look checks the first: what it finds has its owner from there.
        raised = gaps if facts.visit is None else []
        owning = next((one for one in owners(facts.area) if one.pk == owner), None)
        if raised and owner and owning is None:
            raise FindingUnowned(field="owner")
        check_findings(raised, severities, owned=owning is not None, due=due, today=today)
        same, of = agreed(facts.visit.answers, given) if facts.visit else (None, None)
        visit = Visit.objects.create(
            drawn=row,
            post=post,
            on=today,
            answers=given,
            gaps=len(set(gaps) - own),
            agreed=same,
            compared=of,
        )
        if owning is not None and due is not None:
            Finding.objects.bulk_create(
                Finding(
                    visit=visit,
                    question=key,
                    severity=severities[key],
                    own=key in own,
                    owner_post=owning,
                    due_on=due,
                )
                for key in raised
            )
        act.record(
            "verification.visited", area_id=facts.area.pk, draw=found.draw_id, visit=visit.pk, gaps=visit.gaps,
            findings=len(raised),
        )  # fmt: skip
    return visit


def _waiting(found: Drawn) -> Drawn:
    row = Drawn.objects.select_for_update().get(pk=found.pk)
    visit = Visit.objects.filter(drawn=row).first()
    if visit is not None:
        raise VisitedAlready(day=visit.on.isoformat())
    return row


def _facts(row: Drawn) -> Facts:
    facts = facts_for(row.key)
    if facts is None:
        raise NotThere
    return facts


def _first_day(found: Drawn, facts: Facts) -> date:
    return facts.visit.drawn.draw.committed_on if facts.visit else found.draw.committed_on
