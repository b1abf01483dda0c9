"""What a resident does with the tracking code: nothing else is asked, nothing about who is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from answerable.access.gate import acting
from answerable.access.rules import PUBLIC, Right
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.text import clean_text
from answerable.listening.models import Case, Feedback, Word
from answerable.listening.problems import StepNotAllowed, WindowOver
from answerable.listening.rules.clocks import APPEAL_WINDOW
from answerable.listening.rules.states import By, State, Step, may_take
from answerable.listening.selectors import Followed, followed, followed_again
from answerable.register.erasable import emptied

from .core import TEXT_LIMIT, OpenCase, catch_up, locked, read_log
from .erasing import forget_matters
from .handling import refuse
from .lookups import Lookups

#: After this many appeals a matter has had its hearing.
MOST_APPEALS = 2


def add_words(*, code: str, text: str, language: str) -> Followed:
    """Add words to what was said; words end a pause. The same words twice on a day count once.

    Raises the problems of followed() and kernel.text, StepNotAllowed.
    """
    with _with_code(code) as (found, opened):
        word = _own_words(found, opened, text, language)
        if word is None:
            opened.act.idle = True
        else:
            opened.take(Step.RESIDENT_SPOKE, word=word)
            if State(opened.case.state) is State.AWAITING_RESIDENT:
                opened.take(Step.PAUSE_ENDED)
    return followed_again(found)


def confirm(*, code: str) -> Followed:
    """Say that it was done. Raises the problems of followed(), StepNotAllowed."""
    with _with_code(code) as (found, opened):
        if State(opened.case.state) is State.CONFIRMED:
            opened.act.idle = True
        else:
            opened.take(Step.CONFIRMED, reason="code")
    return followed_again(found)


def say_not_done(*, code: str, text: str = "", language: str = "") -> Followed:
    """Say that it was not done: the matter is owed again, its first day stands; twice goes up a level.

    Raises the problems of followed() and kernel.text, StepNotAllowed.
    """
    with _with_code(code) as (found, opened):
        if State(opened.case.state) is State.REOPENED:
            opened.act.idle = True
        else:
            word = _own_words(found, opened, text, language) if text.strip() else None
            refuse(opened, reason="code", word=word)
    return followed_again(found)


def appeal(*, code: str, text: str, language: str) -> Followed:
    """Ask that somebody else looks again: it goes to another post at another level.

    Raises WindowOver after 60 days or two appeals, the problems of followed() and kernel.text, StepNotAllowed.
    """
    with _with_code(code) as (found, opened):
        if State(opened.case.state) is State.APPEALED:
            opened.act.idle = True
        else:
            _check_window(opened)
            case = opened.case
            word = _own_words(found, opened, text, language)
            case.appeal_post = opened.lookups.judge(case)
            opened.take(Step.APPEALED, word=word, to_post=case.appeal_post)
    return followed_again(found)


def rate(*, code: str, stars: int) -> Followed:
    """Say how well it was handled, 1 to 5. The last word counts.

    Raises ChoiceUnknown, the problems of followed(), StepNotAllowed.
    """
    if not 1 <= stars <= 5:
        raise ChoiceUnknown(field="stars", given=str(stars)[:10], allowed="1, 2, 3, 4, 5")
    with _with_code(code) as (found, opened):
        opened.take(Step.RATED, number=stars)
    return followed_again(found)


def withdraw(*, code: str) -> Followed:
    """Take one's words back: they are erased; others who raised the same matter keep theirs.

    Where nobody else spoke in the case, all of it is erased: the office's words as well, and what opens its leaves.

    Raises the problems of followed(), StepNotAllowed.
    """
    with _with_code(code, own=True) as (found, opened):
        case, today = opened.case, opened.lookups.on
        own = Feedback.objects.filter(pk=found.feedback.pk, withdrawn_on__isnull=True)
        if not own.update(withdrawn_on=today):
            opened.act.idle = True
            return followed_again(found)
        Word.objects.filter(feedback=found.feedback).update(**emptied(today))
        if State(case.state) is State.DUPLICATE:
            main = OpenCase(case=locked(case.duplicate_of_id or 0), act=opened.act, lookups=opened.lookups)
            main.log = read_log(main.case)
            _leave(main, other=case)
            main.save()
            opened.take(Step.VOICE_LEFT, number=1)
        else:
            _leave(opened)
        if not Feedback.objects.filter(case=case, withdrawn_on=None).exists():
            forget_matters(opened.act, [case.pk], "subject")
    return followed_again(found)


def _leave(opened: OpenCase, *, other: Case | None = None) -> None:
    """One voice fewer; a matter without any voice left is withdrawn, where it still can be."""
    voices = 1 + sum(_VOICE.get(e.step, 0) * (e.number or 0) for e in opened.log)
    opened.take(Step.VOICE_LEFT, number=1, other_case=other)
    if voices <= 1 and may_take(Step.WITHDRAWN, State(opened.case.state), By.RESIDENT):
        opened.take(Step.WITHDRAWN)


_VOICE = {Step.VOICE_JOINED: 1, Step.VOICE_LEFT: -1}


@contextmanager
def _with_code(code: str, *, own: bool = False) -> Iterator[tuple[Followed, OpenCase]]:
    """Open the matter that a code leads to: the main case of a joined one, unless `own`."""
    found = followed(code)
    if found.feedback.withdrawn_on is not None and not own:
        raise StepNotAllowed(state=State.WITHDRAWN.value)
    pk = found.own_case.pk if own else found.case.pk
    with acting(PUBLIC, Right.FOLLOW, found.case.area) as act:
        if own and (main := found.own_case.duplicate_of_id) is not None and main < pk:
            locked(main)  # in one order with everybody else
        opened = OpenCase(case=locked(pk), act=act, lookups=Lookups(clock.today()))
        opened.log = read_log(opened.case)
        catch_up(opened)
        yield found, opened
        if act.records:
            opened.save()


def _own_words(found: Followed, opened: OpenCase, text: str, language: str) -> Word | None:
    """Keep the resident's words; None when the very same were sent a moment ago."""
    clean = clean_text(text, limit=TEXT_LIMIT)
    again = Word.objects.filter(feedback=found.feedback, by_office=False, on=opened.lookups.on, text=clean)
    if again.exists():
        return None
    return opened.say(clean, language or found.feedback.language, feedback=found.feedback)


def _check_window(opened: OpenCase) -> None:
    last_outcome = max((e.on for e in opened.log if e.step in _OUTCOME_STEPS), default=opened.log[0].on)
    appeals = sum(e.step is Step.APPEALED for e in opened.log)
    if opened.lookups.on - last_outcome > timedelta(days=APPEAL_WINDOW) or appeals >= MOST_APPEALS:
        raise WindowOver(days=APPEAL_WINDOW)


_OUTCOME_STEPS = frozenset(
    {
        Step.ANSWERED,
        Step.CLAIMED_DONE,
        Step.UNCONFIRMED,
        Step.DECLINED,
        Step.OUT_OF_SCOPE,
        Step.CANNOT_VERIFY,
        Step.APPEAL_REFUSED,
    }
)
