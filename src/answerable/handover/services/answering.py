"""Saying of a dossier's lines that they are accepted, contested or returned; and naming who acts in a gap."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from answerable.access.gate import Act, acting
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.handover import rules, words
from answerable.handover.models import Acting, Answer
from answerable.handover.problems import (
    LineGone,
    LineTwice,
    NobodyToTakeOver,
    NoLines,
    NotActing,
    NotNext,
    NotYoursToAnswer,
    SamePosting,
)
from answerable.handover.rules import ACCEPTED, ACTING_ROLES, CONTEST_REASONS, CONTESTED, RETURN_REASONS, Key
from answerable.handover.selectors import Dossier, dossier_of, own_teams
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.places.models import Area
from answerable.places.selectors import chain_ids
from answerable.programme.models import Posting


def answer_lines(
    *,
    actor: Actor,
    posting: Posting,
    receiver: Posting | Post | None,
    lines: Sequence[Key] | None,
    state: str = ACCEPTED,
    reason: str = "",
) -> list[Answer]:
    """Accept, contest or return lines of a posting's dossier, all or none: as the next posting, or as the acting post.

    `lines` None: all that waits and can go there. No clock of a case or a promise is touched. `reason` is a code, for
    what is not accepted. Raises Denied,
    NobodyToTakeOver, SamePosting, NotNext, NotActing, NotYoursToAnswer, NoLines, LineTwice, LineGone, ChoiceUnknown.
    """
    where = receiver.area if isinstance(receiver, Posting) else posting.area
    with acting(actor, Right.HAND_OVER, _narrower(posting.area, where)) as act:
        if receiver is None:
            raise NobodyToTakeOver(field="receiver")
        _check_state(state, reason)
        if isinstance(receiver, Posting) and receiver.pk == posting.pk:
            raise SamePosting(field="receiver")
        row = Posting.objects.select_for_update(of=("self",)).select_related("area").get(pk=posting.pk)
        dossier = dossier_of(row, clock.today())
        _check_receiver(actor, act, dossier, receiver)
        if lines is None and not (lines := _waiting(dossier, receiver)):
            act.idle = True
            return []
        if not lines:
            raise NoLines(field="line")
        _check_lines(dossier, receiver, lines, accept=state == ACCEPTED)
        to = {"to_posting": receiver} if isinstance(receiver, Posting) else {"to_post": receiver}
        answers = [
            Answer(
                posting=row, kind=kind, number=number, state=state, reason=reason, on=dossier.today,
                post_id=act.post_id, **to,
            )
            for kind, number in lines
        ]  # fmt: skip
        try:
            with transaction.atomic():
                made = Answer.objects.bulk_create(answers)
        except IntegrityError:
            raise LineTwice(field="line", line=words.one(*lines[0])) from None
        act.record(
            f"handover.lines-{state}",
            posting=row.pk,
            to_posting=receiver.pk if isinstance(receiver, Posting) else None,
            to_post=receiver.pk if isinstance(receiver, Post) else None,
            lines=len(made),
            reason=reason,
        )
    return made


def name_acting(*, actor: Actor, posting: Posting, post: Post) -> Acting:
    """Name the post that answers in the gap after a posting; residents read it. Raises Denied, NotActing."""
    today = clock.today()
    with acting(actor, Right.REASSIGN, posting.area) as act:
        fits = (
            post.role in ACTING_ROLES
            and (post.area_id is None or post.area_id in chain_ids(posting.area))
            and post.valid_from <= today
            and (post.valid_to is None or post.valid_to >= today)
        )
        if not fits:
            raise NotActing(field="post", post=post.key)
        named = Acting.objects.create(posting=posting, post=post, on=today)
        act.record("handover.acting-named", posting=posting.pk, post=post.pk)
    return named


def _narrower(one: Area, other: Area) -> Area:
    return other if (other.path or "").startswith(one.path or "") else one


def _check_state(state: str, reason: str) -> None:
    if state not in rules.STATES:
        raise ChoiceUnknown(field="state", given=state[:40] or "-", allowed=", ".join(rules.STATES))
    reasons = CONTEST_REASONS if state == CONTESTED else RETURN_REASONS
    if state != ACCEPTED and reason not in reasons:
        raise ChoiceUnknown(field="reason", given=reason[:40] or "-", allowed=", ".join(reasons))
    if state == ACCEPTED and reason:
        raise ChoiceUnknown(field="reason", given=reason[:40], allowed="-")


def _check_receiver(actor: Actor, act: Act, dossier: Dossier, receiver: Posting | Post) -> None:
    """The acting post is the one of the gap, and who answers sits in the incoming team or in that post."""
    if isinstance(receiver, Post) and (dossier.acting is None or dossier.acting.pk != receiver.pk):
        raise NotActing(field="receiver", post=receiver.key)
    if actor.kind != "staff":
        return
    held = {holding.post_id for holding in actor.holdings_with(Right.HAND_OVER)}
    if isinstance(receiver, Post):
        if receiver.pk not in held:
            raise NotYoursToAnswer(field="receiver")
        act.post_id = receiver.pk
    elif receiver.team_id not in own_teams(actor):
        raise NotYoursToAnswer(field="receiver")


def _waiting(found: Dossier, receiver: Posting | Post) -> list[Key]:
    """What this receiver can accept, nobody has, and the receiver has not contested or returned itself."""
    return [
        entry.line.key
        for entry in found.entries
        if not entry.claimed
        and (
            isinstance(receiver, Post)
            or (
                entry.next == receiver.pk
                and (entry.answer is None or entry.answer.to_posting_id != receiver.pk)
            )
        )
    ]


def _check_lines(dossier: Dossier, receiver: Posting | Post, lines: Sequence[Key], *, accept: bool) -> None:
    entries = {entry.line.key: entry for entry in dossier.entries}
    known: set[Key] = set()
    # Whoever accepted a line has it; accepting it anew, or giving it back, is no hand-over any more.
    taken = set(
        Answer.objects.filter(posting=dossier.posting, state=ACCEPTED, **_to(receiver)).values_list(
            "kind", "number"
        )
    )
    for key in lines:
        if key in known or key in taken:
            raise LineTwice(field="line", line=words.one(*key))
        known.add(key)
        entry = entries.get(key)
        if entry is None:
            raise LineGone(field="line", line=words.one(*key))
        if isinstance(receiver, Posting) and (entry.next != receiver.pk or receiver.ends_on < dossier.today):
            raise NotNext(field="receiver", line=words.one(*key))
        if accept and isinstance(receiver, Post) and entry.claimed:
            raise LineTwice(field="line", line=words.one(*key))


def _to(receiver: Posting | Post) -> dict[str, object]:
    return {"to_posting": receiver} if isinstance(receiver, Posting) else {"to_post": receiver}
