"""Feedback comes in: from the public page, by staff for a session, a slip or a call, in bulk from a file."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import IntegrityError

from answerable.access.gate import Act, acting, post_for
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.text import clean_text
from answerable.listening.models import CHANNELS, KINDS, Case, CaseStep, Feedback, Session, Slip, Word
from answerable.listening.problems import (
    DayNotPast,
    FormStale,
    KindUnknown,
    NoFocalPoint,
    NotAVillage,
    SentBefore,
)
from answerable.listening.rules.clocks import Logged
from answerable.listening.rules.states import By, State, Step
from answerable.listening.rules.summary import summarise
from answerable.places.models import Area
from answerable.places.problems import AreaClosed
from answerable.programme.models import Subject
from answerable.register.erasable import committed
from answerable.register.models import Event
from answerable.safeguards import codes

from .core import TEXT_LIMIT, write_summary
from .lookups import Lookups, times_of
from .numbers import fresh_numbers
from .slips import code_cost, stored_code, use_slip

#: A form may lie open this long before it is sent.
FORM_DAYS = 3
#: Up to so many items are routed one by one; for more the whole matrix is read first.
FEW = 4
#: Slips and sessions are recorded at most this long after the day.
LATEST_RECORD_DAYS = 31
#: A BCP 47 tag, at most 20 characters.
#: Heard through these channels, the code or the slip is the acknowledgement.
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
SELF_ACKNOWLEDGED = frozenset({"web", "sms"})


@dataclass(frozen=True)
class FormToken:
    """What a form carries: the code it will give and the key that makes a second sending the same."""

    code: str
    key: UUID
    day: date


@dataclass(frozen=True)
class NewFeedback:
    """One item to receive. `key` makes it count once; `on` is the day it was said."""

    area: Area
    kind: str
    subject: Subject
    text: str
    language: str
    channel: str
    key: UUID | None = None
    code: str | None = None
    session: Session | None = None
    on: date | None = None
    urgent: bool = False
    sensitive: bool = False
    #: The printed slip that brings its own code (services.pads).
    slip: Slip | None = None


@dataclass(frozen=True)
class Heard:
    """What was received: the feedback, its case, the tracking code (None where none was given), its event.

    The event is None where the same thing had been heard before.
    """

    feedback: Feedback
    case: Case
    code: str | None
    event: Event | None = None


def new_form_token() -> str:
    """A sealed token for a form: a fresh tracking code and key that only this server can open."""
    day = clock.today()
    code, key = codes.new_code(), day_key(day)
    nonce = key.bytes[-12:]
    return base64.urlsafe_b64encode(
        key.bytes + AESGCM(_form_key()).encrypt(nonce, f"{code} {day.isoformat()}".encode(), key.bytes)
    ).decode()


def open_form_token(sealed: str) -> FormToken:
    """The token that a form sent back. Raises FormStale when it is not ours or too old."""
    try:
        raw = base64.urlsafe_b64decode(sealed.encode("ascii"))
        key = UUID(bytes=raw[:16])
        code, day = AESGCM(_form_key()).decrypt(key.bytes[-12:], raw[16:], key.bytes).decode().split(" ")
    except (ValueError, InvalidTag, UnicodeError):
        raise FormStale(field="token") from None
    token = FormToken(code=code, key=key, day=date.fromisoformat(day))
    if not timedelta(0) <= clock.today() - token.day <= timedelta(days=FORM_DAYS):
        raise FormStale(field="token")
    return token


@cache
def _form_key() -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"answerable/form-token/v1")
    return derive.derive(settings.SECRET_KEY.encode())


def receive_feedback(
    *,
    actor: Actor,
    area: Area,
    kind: str,
    subject: Subject,
    text: str,
    language: str,
    channel: str,
    token: FormToken | None = None,
    key: UUID | None = None,
    session: Session | None = None,
    on: date | None = None,
    urgent: bool = False,
    sensitive: bool = False,
    with_code: bool = True,
    slip: Slip | None = None,
) -> Heard:
    """Hear one thing said and open its case.

    With a form token a second sending finds the first and gives the same code. With a slip of a pad the code is the
    one under its fold, which nobody here knows. Raises KindUnknown, NotAVillage, NoFocalPoint, DayNotPast,
    SlipUsed, the problems of kernel.text, Denied.
    """
    code = token.code if token else (codes.new_code() if with_code else None)
    if slip is not None:
        code = None
    item = NewFeedback(
        area=area,
        kind=kind,
        subject=subject,
        text=text,
        language=language,
        channel=channel,
        key=token.key if token else key,
        code=code,
        session=session,
        on=on,
        urgent=urgent,
        sensitive=sensitive,
        slip=slip,
    )
    return receive_batch(actor=actor, items=[item])[0]


def receive_batch(
    *, actor: Actor, items: Sequence[NewFeedback], lookups: Lookups | None = None
) -> list[Heard]:
    """Hear several things in one transaction: all of them or none.

    Items whose key is already there are answered with what is there (and the code they brought).
    Codes are hashed before the transaction begins. Each item is heard in its own area: the actor
    needs the right in every one of them. Raises as receive_feedback.
    """
    today = clock.today()
    lookups = lookups or (Lookups.for_many(today) if len(items) > FEW else Lookups(today))
    ready = [checked(item, today) for item in items]
    stored = [_code_of(item) for item in ready]
    right = Right.SPEAK if actor.kind == "public" else Right.RECORD_FEEDBACK
    try:
        return _receive(actor, right, ready, stored, lookups)
    except IntegrityError:
        # Somebody else sent the same key a moment ago: now it is there to be found.
        return _receive(actor, right, ready, stored, lookups)


def _code_of(item: NewFeedback) -> codes.StoredCode | None:
    if item.slip is not None:
        return stored_code(item.slip)
    return codes.store(item.code, code_cost()) if item.code else None


def _receive(
    actor: Actor,
    right: Right,
    items: Sequence[NewFeedback],
    stored: Sequence[codes.StoredCode | None],
    lookups: Lookups,
) -> list[Heard]:
    known = _already_there(items)
    for item in items:
        if item.key and item.key in known:
            _check_same(item, known[item.key])
    if all(item.key in known for item in items):
        return [Heard(known[i.key], known[i.key].case, i.code) for i in items if i.key]
    for area in {item.area.pk: item.area for item in items}.values():
        post_for(actor, right, area)
    # The same key twice in one batch is one thing said.
    places = {item.key or place: place for place, item in reversed(list(enumerate(items)))}
    fresh = [place for key, place in sorted(places.items(), key=lambda kv: kv[1]) if key not in known]
    # Who answers and by when is asked before the transaction begins: nobody waits for it.
    opening = _prepared([(items[place], stored[place]) for place in fresh], lookups)
    with acting(actor, right, items[0].area) as act:
        opened = _open_cases(act, opening)
    events = {event.body["feedback"]: event for event in act.events if "feedback" in event.body}
    said: dict[UUID | int, Feedback] = dict(known.items())
    said.update({items[place].key or place: feedback for place, feedback in zip(fresh, opened, strict=True)})
    found = [said[item.key or place] for place, item in enumerate(items)]
    return [
        Heard(feedback, feedback.case, item.code, events.get(feedback.pk))
        for item, feedback in zip(items, found, strict=True)
    ]


def _already_there(items: Sequence[NewFeedback]) -> dict[UUID, Feedback]:
    keys = [item.key for item in items if item.key]
    return (
        {
            row.key: row
            for row in Feedback.objects.select_related("case").prefetch_related("words").filter(key__in=keys)
        }
        if keys
        else {}
    )


def _check_same(item: NewFeedback, there: Feedback) -> None:
    """Raise SentBefore where the key came with another matter before; words taken back count as the same."""
    case = there.case
    own = sorted((word for word in there.words.all() if not word.by_office), key=lambda word: word.pk)
    first = own[0] if own else None
    same = (case.area_id, there.kind) == (item.area.pk, item.kind)
    if not same or (first is not None and first.erased_on is None and first.text != item.text):
        raise SentBefore(field="token")


def checked(item: NewFeedback, today: date) -> NewFeedback:
    """The item with its text cleaned. Raises what is wrong with it."""
    if item.kind not in KINDS:
        raise KindUnknown(field="kind")
    if item.channel not in CHANNELS:
        raise ChoiceUnknown(field="channel", given=item.channel[:40], allowed=", ".join(CHANNELS))
    if not item.area.level.is_village:
        raise NotAVillage(field="area", area=item.area.name)
    day = item.on or today
    closed = item.area.valid_to
    if closed is not None and closed < day:
        raise AreaClosed(area=item.area.name, on=closed.isoformat())
    if day > today or (item.channel != "file" and (today - day).days > LATEST_RECORD_DAYS):
        raise DayNotPast(field="on", most=LATEST_RECORD_DAYS)
    text = clean_text(item.text, limit=TEXT_LIMIT, required=item.channel != "file")
    if not LANGUAGE_TAG.match(item.language):
        # A language and nothing else: the field is no place for a name.
        raise ChoiceUnknown(field="language", given=item.language[:20], allowed="en, ar, zh-hans …")
    language = item.language
    values = {**item.__dict__, "text": text, "language": language, "on": day}
    return NewFeedback(**values)


@dataclass(frozen=True)
class _Opening:
    """One case about to be opened: nothing of it is written yet."""

    item: NewFeedback
    kept: codes.StoredCode | None
    case: Case
    log: list[Logged]


def _prepared(
    items: Sequence[tuple[NewFeedback, codes.StoredCode | None]], lookups: Lookups
) -> list[_Opening]:
    lookups.know(item.area for item, _ in items)
    openings = []
    for (item, kept), number in zip(items, fresh_numbers(len(items)), strict=True):
        log = _first_log(item, kept, lookups)
        openings.append(_Opening(item, kept, _new_case(item, number, log, lookups), log))
    return openings


def _open_cases(act: Act, openings: Sequence[_Opening]) -> list[Feedback]:
    """Write cases, feedback, words and first steps, each kind in one insert. Runs under the gate."""
    Case.objects.bulk_create([one.case for one in openings])
    feedback = Feedback.objects.bulk_create(_new_feedback(one.item, one.case, one.kept) for one in openings)
    words = Word.objects.bulk_create(
        Word(
            case=said.case,
            feedback=said,
            by_office=False,
            on=said.received_on,
            language=one.item.language,
            **committed(one.item.text),
        )
        for one, said in zip(openings, feedback, strict=True)
        if one.item.text
    )
    word_of = {word.case_id: word for word in words}
    CaseStep.objects.bulk_create(
        CaseStep(
            case=one.case,
            n=n,
            step=entry.step.value,
            on=entry.on,
            by=_FIRST_BY[entry.step].value,
            state=entry.state.value,
            to_post_id=one.case.owner_id if n == 1 else None,
            word=word_of.get(one.case.pk) if n == 1 else None,
        )
        for one in openings
        for n, entry in enumerate(one.log, start=1)
    )
    for one, said in zip(openings, feedback, strict=True):
        item, case = one.item, one.case
        act.record(
            "listening.case-received",
            sealed=case.sensitive,
            area_id=case.area_id,
            case=case.pk,
            n=case.version,
            feedback=said.pk,
            kind=item.kind,
            channel=item.channel,
            subject=item.subject.key,
            to_post=case.owner_id,
            received=case.received_on,
        )
        if item.slip is not None:
            use_slip(act, item.slip)
    return feedback


_FIRST_BY = {Step.RECEIVED: By.RESIDENT, Step.ACKNOWLEDGED: By.SYSTEM}


def _first_log(item: NewFeedback, kept: codes.StoredCode | None, lookups: Lookups) -> list[Logged]:
    day = item.on or lookups.on
    log = [Logged(Step.RECEIVED, day, State.RECEIVED)]
    if item.channel in SELF_ACKNOWLEDGED and kept is not None:
        log.append(Logged(Step.ACKNOWLEDGED, day, State.ACKNOWLEDGED))
    return log


def _new_case(item: NewFeedback, number: int, log: Sequence[Logged], lookups: Lookups) -> Case:
    sensitive = item.sensitive or item.subject.sensitive
    owner, outside = (lookups.focal(item.area), None) if sensitive else lookups.owner(item.area, item.subject)
    if sensitive and owner is None:
        raise NoFocalPoint(field="sensitive")
    times = lookups.times(item.subject)
    case = Case(
        pk=number,
        area=item.area,
        subject=item.subject,
        kind=item.kind,
        sensitive=sensitive,
        urgent=item.urgent,
        owner=owner,
        outside_body=outside,
        received_on=log[0].on,
        acknowledge_days=times.acknowledge_days,
        answer_days=times.answer_days,
        resolve_days=times.resolve_days,
        silence_days=times.silence_days,
    )
    write_summary(case, summarise(log, times_of(case), lookups.calendar(item.area)))
    case.version = len(log)
    return case


def _new_feedback(item: NewFeedback, case: Case, kept: codes.StoredCode | None) -> Feedback:
    return Feedback(
        case=case,
        key=item.key or day_key(case.received_on),
        kind=item.kind,
        channel=item.channel,
        language=item.language,
        session=item.session,
        received_on=case.received_on,
        locator=kept.locator if kept else "",
        code_salt=kept.salt if kept else None,
        code_hash=kept.hash if kept else None,
        code_cost=str(kept.cost) if kept else "",
    )
