"""Matters that another system handled before: taken in with their own dates, many in one act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from answerable.access.gate import Act, acting
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.workdays import WorkCalendar
from answerable.listening.models import Case, CaseStep, Feedback, Word
from answerable.listening.problems import NoFocalPoint
from answerable.listening.rules.clocks import Logged
from answerable.listening.rules.states import By, State, Step, next_state
from answerable.listening.rules.summary import summarise
from answerable.places.models import Area
from answerable.places.selectors import work_calendars
from answerable.programme.models import OutsideBody, Subject
from answerable.register.erasable import committed

from .core import write_summary
from .lookups import Lookups, times_of
from .numbers import fresh_numbers

BATCH = 500

#: What became of a matter, as a file may say it: the step of the office and its reason, then the reason of closing.
OUTCOMES: Mapping[str, tuple[Step, str, str]] = {
    "done": (Step.CLAIMED_DONE, "", "no-word-from-residents"),
    "answered": (Step.ANSWERED, "explained", "answered"),
    "declined": (Step.DECLINED, "other-explained", "ended"),
    "out-of-scope": (Step.OUT_OF_SCOPE, "", "ended"),
    "cannot-verify": (Step.CANNOT_VERIFY, "nothing-found-on-site", "ended"),
}


@dataclass(frozen=True)
class PastFeedback:
    """One matter of an earlier system. `due` is the deadline it was given there, `outcome` one of OUTCOMES or empty."""

    key: UUID
    area: Area
    kind: str
    subject: Subject
    language: str
    channel: str
    on: date
    text: str = ""
    urgent: bool = False
    due: date | None = None
    outcome: str = ""
    ended_on: date | None = None


def receive_history(
    *, actor: Actor, items: Sequence[PastFeedback], lookups: Lookups | None = None
) -> list[Case]:
    """Take in matters that were handled elsewhere, all of them in one act; keys that are there already add nothing.

    Dates come from the items. Nobody gets a tracking code. A deadline of the file is the day by which the matter
    was to be resolved; the other days follow from the standard in force today. What ended there is closed:
    nobody is asked to confirm it any more, so it is never counted as confirmed. What is still open goes to the
    post that answers today, and the machinery acts on it from today on, not in the past.
    Raises NoFocalPoint, Denied.
    """
    lookups = lookups or Lookups(clock.today())
    new = _new(items)
    calendars = work_calendars({item.area.pk: item.area for item in new}.values())
    cases: list[Case] = []
    with acting(actor, Right.IMPORT, None) as act:
        for start in range(0, len(new), BATCH):
            cases += _write(act, new[start : start + BATCH], lookups, calendars)
        if not cases:
            act.idle = True
    return cases


def known_keys(keys: Sequence[UUID]) -> set[UUID]:
    """Which of these keys feedback has already."""
    found: set[UUID] = set()
    for start in range(0, len(keys), BATCH):
        found.update(
            Feedback.objects.filter(key__in=keys[start : start + BATCH]).values_list("key", flat=True)
        )
    return found


def past_log(item: PastFeedback, today: date) -> list[Logged]:
    """The log of a matter that was handled elsewhere."""
    log = [Logged(Step.RECEIVED, item.on, State.RECEIVED, until=item.due)]
    if not item.outcome:
        # A log runs forwards: after this entry, nothing is due before today.
        return [*log, Logged(Step.REASSIGNED, max(today, item.on), State.RECEIVED, "imported")]
    step, reason, closing = OUTCOMES[item.outcome]
    day = item.ended_on or item.on
    log.append(Logged(step, day, next_state(step, State.RECEIVED), reason))
    return [*log, Logged(Step.CLOSED, day, State.CLOSED, closing)]


def _new(items: Sequence[PastFeedback]) -> list[PastFeedback]:
    known = known_keys([item.key for item in items])
    return [item for item in {item.key: item for item in items}.values() if item.key not in known]


def _write(
    act: Act, items: Sequence[PastFeedback], lookups: Lookups, calendars: Mapping[int, WorkCalendar]
) -> list[Case]:
    logs = [past_log(item, lookups.on) for item in items]
    rows = [_case(item, log, lookups, calendars[item.area.pk]) for item, log in zip(items, logs, strict=True)]
    for row, number in zip(rows, fresh_numbers(len(rows)), strict=True):
        row.pk = number
    cases = Case.objects.bulk_create(rows)
    feedback = Feedback.objects.bulk_create(
        Feedback(
            case=case,
            key=item.key,
            kind=item.kind,
            channel=item.channel,
            language=item.language,
            received_on=item.on,
        )
        for item, case in zip(items, cases, strict=True)
    )
    words = Word.objects.bulk_create(
        Word(
            case=said.case,
            feedback=said,
            by_office=False,
            on=item.on,
            language=item.language,
            **committed(item.text),
        )
        for item, said in zip(items, feedback, strict=True)
        if item.text
    )
    word_of = {word.case_id: word for word in words}
    CaseStep.objects.bulk_create(
        row for case, log in zip(cases, logs, strict=True) for row in _steps(case, log, word_of.get(case.pk))
    )
    for item, case, said in zip(items, cases, feedback, strict=True):
        act.record(
            "listening.case-imported",
            sealed=case.sensitive,
            area_id=case.area_id,
            case=case.pk,
            n=case.version,
            feedback=said.pk,
            kind=case.kind,
            channel=said.channel,
            subject=item.subject.key,
            state=case.state,
            reason=case.closed_reason,
            to_post=case.owner_id,
            received=item.on,
            due=item.due,
            ended=case.closed_on,
        )
    return cases


def _case(item: PastFeedback, log: Sequence[Logged], lookups: Lookups, calendar: WorkCalendar) -> Case:
    sensitive = item.subject.sensitive
    owner: Post | None = None
    outside: OutsideBody | None = None
    if sensitive:
        owner = lookups.focal(item.area)
        if owner is None:
            raise NoFocalPoint(field="subject")
    elif not item.outcome:
        owner, outside = lookups.owner(item.area, item.subject)
    times = lookups.times(item.subject)
    case = Case(
        area=item.area,
        subject=item.subject,
        kind=item.kind,
        sensitive=sensitive,
        urgent=item.urgent,
        owner=owner,
        outside_body=outside,
        received_on=item.on,
        acknowledge_days=times.acknowledge_days,
        answer_days=times.answer_days,
        resolve_days=times.resolve_days,
        silence_days=times.silence_days,
    )
    write_summary(case, summarise(log, times_of(case), calendar))
    case.version = len(log)
    return case


def _steps(case: Case, log: Sequence[Logged], word: Word | None) -> Iterator[CaseStep]:
    for n, entry in enumerate(log, start=1):
        yield CaseStep(
            case=case,
            n=n,
            step=entry.step.value,
            on=entry.on,
            by=(By.RESIDENT if n == 1 else By.OFFICE).value,
            state=entry.state.value,
            to_post_id=case.owner_id if entry.step is Step.REASSIGNED else None,
            reason=entry.reason,
            until=entry.until,
            word=word if n == 1 else None,
        )
