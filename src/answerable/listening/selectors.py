"""Ask: cases as an actor may see them, a code's own case, the words published in a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings
from django.db.models import Case as Cases
from django.db.models import F, Q, QuerySet, When
from django.db.models.functions import Coalesce, Least

from answerable.access.gate import post_for
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.folding import fold
from answerable.places.models import Area
from answerable.places.selectors import below, in_use, placed
from answerable.programme.models import Subject
from answerable.register.models import Event
from answerable.register.selectors import events_of
from answerable.safeguards import codes
from answerable.safeguards.limits import TokenBucket

from .models import Case, CaseStep, Feedback, PublicAnswer, Slip, SlipPad
from .problems import CodeUnknown, TooManyTries
from .rules.slips import last_border, read_serial
from .rules.states import ENDED_STATES, OPEN_STATES, By, State, Step, steps_from


def cases_for(actor: Actor) -> QuerySet[Case]:
    """The cases an actor may see: ordinary ones under see-cases, sensitive ones under see-sensitive.

    The one query behind every list, count, search, export and page of cases.
    """
    ordinary = Q(sensitive=False) & scope(actor, Right.SEE_CASES, "area__")
    sealed = Q(sensitive=True) & scope(actor, Right.SEE_SENSITIVE, "area__")
    seen = Q(pk__in=())
    if actor.has(Right.SEE_CASES):
        seen |= ordinary
    if actor.has(Right.SEE_SENSITIVE):
        seen |= sealed
    return Case.objects.filter(seen)


def case_for(actor: Actor, pk: int) -> Case:
    """One case, if the actor may see it. Raises NotThere, which does not say whether it exists."""
    rows = cases_for(actor).select_related(
        "area__level", "subject__parent", "owner__area", "appeal_post", "outside_body"
    )
    # Not first(): putting one row in order costs more than finding it.
    case = next(iter(rows.filter(pk=pk)), None) if 0 < pk < 2**63 else None
    if case is None:
        raise NotThere
    return case


@dataclass(frozen=True)
class CasePlace:
    """What gate and matrix ask for before a case is opened: its area (path and level), and whether it is sensitive."""

    area: Area
    sensitive: bool


def case_to_act_on(actor: Actor, pk: int) -> CasePlace:
    """The place of one case, if the actor may see it: as cases_for, asked of the gate. Raises NotThere."""
    found = _place(_place_query(), pk) if 0 < pk < 2**63 else None
    if found is None:
        raise NotThere
    try:
        post_for(actor, Right.SEE_SENSITIVE if found.sensitive else Right.SEE_CASES, found.area)
    except Denied:
        raise NotThere from None
    return found


def place_if_due(pk: int, on: date) -> CasePlace | None:
    """The place of a case that has something due by a day."""
    return _place(_due_query(), pk, on.isoformat())


def _place(query: str, *values: object) -> CasePlace | None:
    for area in Area.objects.raw(query, values):
        return CasePlace(area, bool(vars(area)["sealed"]))
    return None


# Every act asks these, and most of their time was Django writing their SQL: it is written once.


@cache
def _place_query() -> str:
    return _written(Area.objects.filter(cases__pk=0))


@cache
def _due_query() -> str:
    return _written(Area.objects.filter(Q(cases__pk=0), Q(cases__next_due_on__lte=date.min)))


def _written(rows: QuerySet[Area]) -> str:
    return str(rows.annotate(sealed=F("cases__sensitive")).only("path", "level").query.sql_with_params()[0])


@dataclass(frozen=True)
class InboxFilter:
    """What an inbox shows. Empty means all; `mine` only what the actor's own posts own or judge."""

    mine: bool = True
    state: str = ""
    subject_id: int | None = None
    area: Area | None = None
    kind: str = ""
    late: bool = False
    older_than_days: int | None = None
    text: str = ""
    open_only: bool = True


def inbox(actor: Actor, wanted: InboxFilter) -> QuerySet[Case]:
    """The cases that wait, the next due first. `due_on` is the last day in time of what comes next."""
    rows = cases_for(actor)
    today = clock.today()
    if wanted.mine:
        posts = [holding.post_id for holding in actor.holdings]
        rows = rows.filter(Q(owner_id__in=posts) | Q(appeal_post_id__in=posts))
    if wanted.open_only and not wanted.state:
        rows = rows.filter(state__in=[state.value for state in OPEN_STATES])
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.subject_id is not None:
        rows = rows.filter(Q(subject_id=wanted.subject_id) | Q(subject__parent_id=wanted.subject_id))
    if wanted.area is not None:
        rows = rows.filter(below(placed(wanted.area), "area__"))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.older_than_days is not None:
        rows = rows.filter(received_on__lt=date.fromordinal(today.toordinal() - wanted.older_than_days))
    if wanted.text.replace("\0", "").strip():
        rows = rows.filter(_about(wanted.text))
    rows = rows.annotate(due_on=_due_on())
    if wanted.late:
        rows = rows.filter(due_on__lt=today, state__in=[state.value for state in OPEN_STATES])
    return rows.select_related("area__level", "subject", "owner").order_by(
        "-urgent", "due_on", "received_on", "pk"
    )


def _due_on() -> Coalesce:
    """The last day in time of the next thing owed: acknowledging, answering, then resolving.

    An appeal, and a pause for the resident, are due when the machinery acts on them (next_due_on);
    an appeal that went up a level for being late has been due since it was made.
    """
    return Coalesce(
        Cases(
            When(state=State.APPEALED.value, then=Coalesce(F("next_due_on"), F("appealed_on"))),
            When(state=State.AWAITING_RESIDENT.value, then=F("next_due_on")),
            When(acknowledged_on__isnull=True, then=F("acknowledge_due_on")),
            When(answered_on__isnull=True, then=Least(F("answer_due_on"), F("resolve_due_on"))),
            default=F("resolve_due_on"),
        ),
        F("resolve_due_on"),
    )


def _about(text: str) -> Q:
    """What a search reads: the case number, subjects, and texts in the case. Never anything about a person."""
    words = text.replace("\0", "").strip()[:100]
    folded = fold(words)
    subjects = [
        pk
        for pk, key, names in Subject.objects.values_list("pk", "key", "names")
        if any(folded in fold(name) for name in (key, *names.values()))
    ]
    found = (
        Q(words__text__icontains=words)
        | Q(subject_id__in=subjects)
        | Q(area__search_text__contains=folded.replace("|", " "))
    )
    if words.isdecimal() and len(words) < 18:
        found |= Q(pk=int(words))
    return Q(pk__in=Case.objects.filter(found).values("pk"))


def timeline(case: Case) -> list[CaseStep]:
    """Everything that happened to a case, in order, with words and posts. One query."""
    return list(
        CaseStep.objects.filter(case=case)
        .select_related("word", "post", "to_post", "other_case")
        .order_by("n")
    )


def office_steps(case: Case) -> tuple[Step, ...]:
    """The steps that the office may take from the case's state."""
    return steps_from(State(case.state), By.OFFICE)


@dataclass(frozen=True)
class Followed:
    """What a tracking code opens: the matter (the main case of a joined one), its public course, the acts allowed."""

    feedback: Feedback
    case: Case
    own_case: Case
    steps: tuple[CaseStep, ...]
    may: tuple[Step, ...]


@cache
def _tries() -> TokenBucket:
    return TokenBucket(rate=settings.TRIES_A_MINUTE, burst=settings.TRIES_A_MINUTE)


def followed(code: str) -> Followed:
    """The matter behind a tracking code, in any script's digits.

    Costs one Argon2id for each row with the same first six digits (mostly one), and one where there is
    none, so that both take as long. Raises CodeIncomplete, CodeMistyped, CodeUnknown, TooManyTries.
    """
    digits = codes.read_code(code)
    if not _tries().take():
        raise TooManyTries(field="code", seconds=_tries().wait_seconds())
    feedback = _feedback_with(digits)
    if feedback is None:
        raise CodeUnknown(field="code")
    _tries().give_back()
    return _following(feedback)


def followed_again(found: Followed) -> Followed:
    """The same matter as it stands now: after an act, without asking for the code a second time."""
    return _following(_FEEDBACK.get(pk=found.feedback.pk))


def _following(feedback: Feedback) -> Followed:
    own = feedback.case
    main = own
    if own.duplicate_of is not None and feedback.withdrawn_on is None:
        main = own.duplicate_of
    steps = CaseStep.objects.filter(case=main).select_related("word", "post", "to_post").order_by("n")
    may: list[Step] = []
    if feedback.withdrawn_on is None:
        may = [step for step in steps_from(State(main.state), By.RESIDENT) if step in _OFFERED]
        if own.pk != main.pk and Step.WITHDRAWN not in may:
            may.append(Step.WITHDRAWN)
    return Followed(feedback=feedback, case=main, own_case=own, steps=tuple(steps), may=tuple(may))


_OFFERED = frozenset(
    {Step.RESIDENT_SPOKE, Step.CONFIRMED, Step.NOT_CONFIRMED, Step.APPEALED, Step.RATED, Step.WITHDRAWN}
)


_FEEDBACK = Feedback.objects.select_related(
    "case__area__level",
    "case__subject__parent",
    "case__owner",
    "case__duplicate_of__area__level",
    "case__duplicate_of__subject__parent",
    "case__duplicate_of__owner",
)


def code_fits(digits: str, row: Feedback) -> bool:
    """True when the tracking code is the one kept with this feedback. Costs one Argon2id."""
    kept = codes.StoredCode(
        locator=row.locator,
        salt=bytes(row.code_salt or b""),
        hash=bytes(row.code_hash or b""),
        cost=codes.Cost.read(row.code_cost),
    )
    return codes.fits(digits, kept)


def _feedback_with(digits: str) -> Feedback | None:
    rows = _FEEDBACK.filter(locator=codes.locator_of(digits))
    candidates = list(rows[:50])
    found = None
    for row in candidates:
        if code_fits(digits, row):
            found = row
    if not candidates:
        codes.waste_time(digits, codes.Cost(settings.CODE_MEMORY_KIB, settings.CODE_PASSES))
    return found


def answers_in(area: Area, limit: int = 20) -> list[PublicAnswer]:
    """The office's published answers in an area and below, newest month first. One query."""
    rows = PublicAnswer.objects.filter(below(placed(area), "area__"), case__sensitive=False)
    return list(rows.select_related("subject", "area").order_by("-month", "-pk")[:limit])


def is_waiting(case: Case) -> bool:
    """True while the office owes something."""
    return State(case.state) not in ENDED_STATES and State(case.state) in OPEN_STATES


def pads_for(actor: Actor) -> QuerySet[SlipPad]:
    """The slip pads of the offices that an actor issues pads for."""
    return SlipPad.objects.filter(scope(actor, Right.ISSUE_PADS))


def pad_for(actor: Actor, pk: int) -> SlipPad | None:
    """One pad of theirs, with its office; None when there is none."""
    return pads_for(actor).select_related("area__level").filter(pk=pk).first() if 0 < pk < 2**63 else None


def offices_for(actor: Actor, text: str = "") -> QuerySet[Area]:
    """The areas above villages whose office may get a pad from this actor, those with every word of `text`, by name."""
    rows = Area.objects.filter(in_use(), scope(actor, Right.ISSUE_PADS, ""), level__is_village=False)
    for word in fold(text.replace("\0", "")).replace("|", " ").split()[:6]:
        rows = rows.filter(search_text__contains=word)
    return rows.select_related("level", "parent").order_by("-path", "name")


@dataclass(frozen=True)
class PublicSlip:
    """What everybody may know of a slip: its state as it was when the week began."""

    serial: str
    state: str
    month: date | None
    as_of: date


def slip_with(typed: str) -> PublicSlip | None:
    """The slip of a serial, for everybody, as of the week's Monday: who asks every hour learns no hour and no day."""
    serial = read_serial(typed)
    slip = Slip.objects.only("serial", "state", "month", "shows_from").filter(serial=serial).first()
    if slip is None:
        return None
    border = last_border(clock.today())
    if slip.shows_from is not None and slip.shows_from > border:
        return PublicSlip(slip.serial, "unused", None, border)
    return PublicSlip(slip.serial, slip.state, slip.month, border)


def received_event(feedback: Feedback) -> Event | None:
    """The event with which a thing said came in: the one that its receipt is about."""
    for event in events_of(feedback.case_id):
        if event.body.get("feedback") == feedback.pk:
            return event
    return None
