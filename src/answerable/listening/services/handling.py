"""What the post that owns a case does with it, from acknowledging to closing."""

from __future__ import annotations

from datetime import date, timedelta

from answerable.access.rules import Actor, Right
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.text import clean_text
from answerable.listening.models import Case, PublicAnswer, Session
from answerable.listening.problems import DateNotAhead, NotYourCase, ReasonNeeded, StepNotAllowed
from answerable.listening.rules.states import (
    CANNOT_VERIFY_REASONS,
    CLOSE_REASONS,
    DECISIONS,
    DECLINE_REASONS,
    State,
    Step,
)
from answerable.listening.rules.summary import MOST_REFUSALS
from answerable.programme.models import OutsideBody
from answerable.safeguards.reading import check_publishable

from .core import TEXT_LIMIT, OpenCase, go_up, on_case

#: A plan is a promise to people, not a way to be rid of a case.
MOST_PLAN_DAYS = 730


def acknowledge_case(*, actor: Actor, case: int, version: int) -> Case:
    """Say that the case was received and is being looked at. Raises as core.on_case, StepNotAllowed."""
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        opened.take(Step.ACKNOWLEDGED)
    return opened.case


def start_work(*, actor: Actor, case: int, version: int) -> Case:
    """Begin. Raises as core.on_case, StepNotAllowed."""
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        opened.take(Step.STARTED)
    return opened.case


def tell_resident(*, actor: Actor, case: int, version: int, text: str, language: str) -> Case:
    """Give word without changing the state: an interim reply. Raises as core.on_case, kernel.text."""
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        opened.take(Step.TOLD, word=opened.say(text, language))
    return opened.case


def ask_resident(*, actor: Actor, case: int, version: int, text: str, language: str) -> Case:
    """Ask the resident something and wait; only this stops a clock, and not for long.

    Raises as core.on_case, kernel.text, StepNotAllowed.
    """
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        opened.take(Step.ASKED_RESIDENT, word=opened.say(text, language))
    return opened.case


def refer_case(*, actor: Actor, case: int, version: int, body: OutsideBody, text: str, language: str) -> Case:
    """Pass the matter to a body outside, tell the resident, and stay answerable for it: clocks run on.

    Raises as core.on_case, kernel.text, StepNotAllowed.
    """
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        opened.case.outside_body = body
        opened.take(Step.REFERRED, reason=body.key[:40], word=opened.say(text, language))
    return opened.case


def plan_case(
    *, actor: Actor, case: int, version: int, until: date, text: str, language: str, public_text: str = ""
) -> Case:
    """Promise a day: it becomes the day by which the matter is due.

    Raises DateNotAhead unless the day is after today and within two years; else as answer_case.
    """
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        if not timedelta(0) < until - opened.lookups.on <= timedelta(days=MOST_PLAN_DAYS):
            raise DateNotAhead(field="until", most=MOST_PLAN_DAYS)
        opened.take(Step.PLANNED, until=until, word=opened.say(text, language))
        _publish(opened, public_text, language)
    return opened.case


def answer_case(
    *, actor: Actor, case: int, version: int, decision: str, text: str, language: str, public_text: str = ""
) -> Case:
    """Answer the matter: `explained` (nothing more is owed) or `will-do` (work goes on).

    `public_text` is the office's own words for the village's page; empty publishes nothing.
    Raises as core.on_case, kernel.text, ReasonNeeded, StepNotAllowed, PointsAtSomebody.
    """
    if decision not in DECISIONS:
        raise ReasonNeeded(field="decision", allowed=", ".join(DECISIONS))
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        opened.take(Step.ANSWERED, reason=decision, word=opened.say(text, language))
        if decision == "will-do":
            opened.take(Step.STARTED, reason=decision)
        _publish(opened, public_text, language)
    return opened.case


def claim_done(
    *, actor: Actor, case: int, version: int, text: str, language: str, public_text: str = ""
) -> Case:
    """Say that it was done: a claim, until residents confirm it. Raises as answer_case."""
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        opened.take(Step.CLAIMED_DONE, word=opened.say(text, language))
        _publish(opened, public_text, language)
    return opened.case


def decline_case(
    *, actor: Actor, case: int, version: int, reason: str, text: str, language: str, public_text: str = ""
) -> Case:
    """Say no, with a coded reason and in words. It can be appealed. Raises as answer_case."""
    _check_reason(reason, DECLINE_REASONS)
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        opened.take(Step.DECLINED, reason=reason, word=opened.say(text, language))
        _publish(opened, public_text, language)
    return opened.case


def rule_out_of_scope(
    *, actor: Actor, case: int, version: int, body: OutsideBody | None, text: str, language: str
) -> Case:
    """Say that it is not the programme's, and where to go. It can be appealed. Raises as answer_case."""
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        opened.case.outside_body = body
        opened.take(Step.OUT_OF_SCOPE, reason=body.key[:40] if body else "", word=opened.say(text, language))
    return opened.case


def mark_unverifiable(
    *, actor: Actor, case: int, version: int, reason: str, text: str, language: str
) -> Case:
    """Say that it could not be found or verified, and why. It can be appealed. Raises as answer_case."""
    _check_reason(reason, CANNOT_VERIFY_REASONS)
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        opened.take(Step.CANNOT_VERIFY, reason=reason, word=opened.say(text, language))
    return opened.case


def close_case(*, actor: Actor, case: int, version: int, reason: str) -> Case:
    """End a case that has had its outcome; a reason is required, and `confirmed` is not one of ours to give.

    Raises ReasonNeeded, StepNotAllowed, as core.on_case.
    """
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        allowed = close_reasons(opened.case)
        _check_reason(reason, allowed)
        opened.take(Step.CLOSED, reason=reason)
    return opened.case


def close_reasons(case: Case) -> tuple[str, ...]:
    """The reasons for which the case may be closed now. Raises StepNotAllowed for a claim that waits for residents."""
    state = State(case.state)
    if state is State.CONFIRMED:
        return ("confirmed-by-residents",)
    if state is State.ANSWERED:
        return ("answered", "thanks-passed-on") if case.kind == "thanks" else ("answered",)
    if state is State.CLAIMED_DONE:
        # A claim waits for residents' word until their time is over.
        raise StepNotAllowed(state=state.value)
    if state is State.UNCONFIRMED:
        return ("no-word-from-residents",)
    return tuple(reason for reason in CLOSE_REASONS if reason == "ended")


def decide_appeal(*, actor: Actor, case: int, version: int, upheld: bool, text: str, language: str) -> Case:
    """Decide an appeal: by the post it went to, never the one complained about.

    Upheld, the matter is owed again and goes to the deciding post. Raises as core.on_case, NotYourCase,
    kernel.text, StepNotAllowed.
    """
    with on_case(actor, Right.DECIDE_APPEAL, case, version=version) as opened:
        _check_decider(actor, opened)
        word = opened.say(text, language)
        if upheld:
            opened.take(Step.APPEAL_UPHELD, word=word, to_post=opened.case.appeal_post)
        else:
            opened.take(Step.APPEAL_REFUSED, reason="appeal-refused", word=word)
        opened.case.appeal_post = None
    return opened.case


def _check_decider(actor: Actor, opened: OpenCase) -> None:
    held = {holding.post_id for holding in actor.holdings}
    case = opened.case
    if case.appeal_post_id is None:
        raise StepNotAllowed(state=case.state)
    if case.appeal_post_id not in held:
        raise NotYourCase(post=case.appeal_post.key if case.appeal_post else "-")
    opened.act.post_id = case.appeal_post_id


def record_residents_word(*, actor: Actor, case: int, version: int, session: Session, done: bool) -> Case:
    """Record what a public meeting of the village said by show of hands about a claim.

    The session must be a public meeting of the case's village, held after the claim.
    Raises ChoiceUnknown, StepNotAllowed, as core.on_case.
    """
    with on_case(actor, Right.RECORD_SESSION, case, version=version, owned=False) as opened:
        claimed = next((e.on for e in reversed(opened.log) if e.step is Step.CLAIMED_DONE), None)
        fits = session.area_id == opened.case.area_id and session.kind == "public-meeting"
        if not fits or claimed is None or session.on < claimed:
            raise ChoiceUnknown(field="session", given=str(session.on), allowed="public-meeting")
        if done:
            opened.take(Step.CONFIRMED, reason="meeting", number=session.pk)
        else:
            refuse(opened, reason="meeting", number=session.pk)
    return opened.case


def refuse(opened: OpenCase, *, reason: str, number: int | None = None, **step: object) -> None:
    """Residents say `not done`: owed again, and from the second time on one level up."""
    opened.take(Step.NOT_CONFIRMED, reason=reason, number=number, **step)  # type: ignore[arg-type]
    refusals = sum(entry.step is Step.NOT_CONFIRMED for entry in opened.log)
    if refusals >= MOST_REFUSALS:
        go_up(opened, "not-done-again")


def _check_reason(reason: str, allowed: tuple[str, ...]) -> None:
    if reason not in allowed:
        raise ReasonNeeded(field="reason", allowed=", ".join(allowed))


def _publish(opened: OpenCase, text: str, language: str) -> None:
    """Put the office's own words on the village's page: once a matter, by month, never a sensitive one."""
    case = opened.case
    if not text.strip() or case.sensitive:
        return
    words = clean_text(text, limit=TEXT_LIMIT, field="public_text")
    check_publishable(words)
    # The case is locked: nobody else publishes for it meanwhile.
    answer = next(iter(PublicAnswer.objects.filter(case=case)), None) or PublicAnswer(case=case)
    answer.area_id, answer.subject_id = case.area_id, case.subject_id
    answer.month = opened.lookups.on.replace(day=1)
    answer.language, answer.text = language, words
    answer.save()
    opened.act.record("listening.answer-published", case=case.pk)
