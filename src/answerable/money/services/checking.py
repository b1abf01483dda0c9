"""What waits over the threshold: checked into the books by somebody else, refused with a reason, or withdrawn."""

from __future__ import annotations

from answerable.access.gate import Act
from answerable.access.problems import Denied
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.money.models import Entry, Proposal, ProposalLine
from answerable.money.problems import ProposalDecided, ReasonUnknown, SamePerson
from answerable.money.rules.drafts import Slip
from answerable.money.rules.stages import REFUSAL_REASONS, Stage
from answerable.money.selectors import holders_on

from .drafting import Draft, DraftLine, Purpose, Till, at_till, checked, write


def check_proposal(*, actor: Actor, proposal: Proposal) -> Entry:
    """Let a waiting entry into the books, by somebody who did not make it, after all rules have been held again.

    Raises Denied, SamePerson, ProposalDecided, and what drafting.checked raises (the line may be used up meanwhile).
    """
    beside = [pk for pk in (proposal.to_book_id,) if pk is not None]
    with at_till(actor, proposal.book, right=Right.CHECK_BOOKS, beside=beside) as till:
        row = _waiting(proposal)
        checker = _check_another_person(actor, till, row)
        draft = checked(_draft_of(till, row))
        till.act.post_id = checker
        entry = write(
            till.act, draft, maker_post=row.maker_post_id, made_on=row.made_on, checker_post=checker
        )
        _decide(till.act, row, state="posted", entry=entry)
        return entry


def refuse_proposal(*, actor: Actor, proposal: Proposal, reason: str) -> Proposal:
    """Refuse a waiting entry, with a reason. Raises Denied, SamePerson, ProposalDecided, ReasonUnknown."""
    if reason not in REFUSAL_REASONS:
        raise ReasonUnknown(field="reason", allowed=", ".join(REFUSAL_REASONS))
    with at_till(actor, proposal.book, right=Right.CHECK_BOOKS) as till:
        row = _waiting(proposal)
        till.act.post_id = _check_another_person(actor, till, row)
        _decide(till.act, row, state="refused", refusal=reason)
        till.act.record("money.entry-refused", proposal=row.pk, reason=reason)
        return row


def withdraw_proposal(*, actor: Actor, proposal: Proposal) -> Proposal:
    """Take a waiting entry back: whoever made it, or keeps these books. Raises Denied, ProposalDecided."""
    with at_till(actor, proposal.book) as till:
        row = _waiting(proposal)
        _decide(till.act, row, state="withdrawn")
        till.act.record("money.entry-withdrawn", proposal=row.pk)
        return row


def _waiting(proposal: Proposal) -> Proposal:
    row = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if row.state != "waiting":
        raise ProposalDecided(state=row.state, day=row.decided_on.isoformat() if row.decided_on else "-")
    return row


def _check_another_person(actor: Actor, till: Till, row: Proposal) -> int:
    """The post in which the actor checks; another than the maker's, filled by another person. Raises SamePerson."""
    if actor.kind != "staff":
        # The machinery is nobody: it can't vouch for anything.
        raise Denied
    if actor.staff_id in holders_on(row.maker_post_id, row.made_on):
        raise SamePerson
    if till.act.post_id is not None and till.act.post_id != row.maker_post_id:
        return till.act.post_id
    others = [
        held.post_id
        for held in actor.holdings_with(Right.CHECK_BOOKS)
        if held.post_id != row.maker_post_id
        and (held.area is None or held.area.covers(till.book.area.path or ""))
    ]
    if not others:
        raise SamePerson
    return others[0]


def _draft_of(till: Till, row: Proposal) -> Draft:
    lines = ProposalLine.objects.filter(proposal=row).order_by("n")
    slip = Slip(
        on=row.on,
        token=row.token,
        document_digest=row.document_digest,
        reference=row.reference,
        again=row.document_part > 0,
    )
    return Draft(
        book=till.book,
        stage=Stage(row.stage),
        slip=slip,
        lines=[
            DraftLine(
                line.account,
                line.units,
                line.currency,
                Purpose(line.fund, line.line, line.project, line.area, line.payee),
            )
            for line in lines.select_related("account", "fund", "line", "project__area", "area", "payee")
        ],
        payees_count=row.payees_count,
        payees_digest=row.payees_digest,
        rate=row.rate,
        rate_on=row.rate_on,
        reason=row.reason,
        reverses=row.reverses,
        counterpart=row.counterpart,
        to_book=row.to_book,
        commitment=row.commitment,
    )


def _decide(act: Act, row: Proposal, *, state: str, entry: Entry | None = None, refusal: str = "") -> None:
    row.state, row.entry, row.refusal = state, entry, refusal
    row.decided_on, row.decided_post_id = clock.today(), act.post_id
    row.save(update_fields=["state", "entry", "refusal", "decided_on", "decided_post"])
