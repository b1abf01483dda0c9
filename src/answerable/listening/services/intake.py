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
from answerable.kernel.text import clean_text
from answerable.listening.models import CHANNELS, KINDS, Case, CaseStep, Feedback, Session, Word
from answerable.listening.problems import (
    ChoiceUnknown,
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
from answerable.safeguards import codes

from .core import TEXT_LIMIT, write_summary
from .lookups import Lookups, times_of
from .numbers import fresh_numbers

#: A form may lie open this long before it is sent.
FORM_DAYS = 3
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


@dataclass(frozen=True)
class Heard:
    """What was received: the feedback, its case, and the tracking code (None where none was given)."""

    feedback: Feedback
    case: Case
    code: str | None


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


def code_cost() -> codes.Cost:
    """What an Argon2id of a tracking code costs on this instance."""
    return codes.Cost(settings.CODE_MEMORY_KIB, settings.CODE_PASSES)


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
) -> Heard:
    """Hear one thing said and open its case.

    With a form token a second sending finds the first and gives the same code. Raises KindUnknown,
    NotAVillage, NoFocalPoint, DayNotPast, the problems of kernel.text, Denied.
    """
    code = token.code if token else (codes.new_code() if with_code else None)
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
    lookups = lookups or Lookups(today)
    ready = [checked(item, today) for item in items]
    stored = [codes.store(item.code, code_cost()) if item.code else None for item in ready]
    right = Right.SPEAK if actor.kind == "public" else Right.RECORD_FEEDBACK
    try:
        return _receive(actor, right, ready, stored, lookups)
    except IntegrityError:
        # Somebody else sent the same key a moment ago: now it is there to be found.
        return _receive(actor, right, ready, stored, lookups)


def _receive(
    actor: Actor,
    right: Right,
    items: Sequence[NewFeedback],
    stored: Sequence[codes.StoredCode | None],
    lookups: Lookups,
) -> list[Heard]:
    heard: list[Heard] = []
    known = _already_there(items)
    for item in items:
        if item.key and item.key in known:
            _check_same(item, known[item.key])
    if len(known) == len(items):
        return [Heard(known[i.key], known[i.key].case, i.code) for i in items if i.key]
    for area in {item.area.pk: item.area for item in items}.values():
        post_for(actor, right, area)
    with acting(actor, right, items[0].area) as act:
        for item, kept in zip(items, stored, strict=True):
            if item.key and item.key in known:
                feedback = known[item.key]
                heard.append(Heard(feedback, feedback.case, item.code))
            else:
                heard.append(_open_case(act, item, kept, lookups))
                if item.key:
                    known[item.key] = heard[-1].feedback
    return heard


def _already_there(items: Sequence[NewFeedback]) -> dict[UUID, Feedback]:
    keys = [item.key for item in items if item.key]
    return (
        {row.key: row for row in Feedback.objects.select_related("case").filter(key__in=keys)} if keys else {}
    )


def _check_same(item: NewFeedback, there: Feedback) -> None:
    """Raise SentBefore where the key came with another matter before; words taken back count as the same."""
    case = there.case
    first = there.words.filter(by_office=False).order_by("pk").first()
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


def _open_case(act: Act, item: NewFeedback, kept: codes.StoredCode | None, lookups: Lookups) -> Heard:
    """Write case, feedback, words and first steps. Runs under the gate."""
    day = item.on or lookups.on
    sensitive = item.sensitive or item.subject.sensitive
    owner, outside = (lookups.focal(item.area), None) if sensitive else lookups.owner(item.area, item.subject)
    if sensitive and owner is None:
        raise NoFocalPoint(field="sensitive")
    times = lookups.times(item.subject)
    case = Case(
        pk=fresh_numbers(1)[0],
        area=item.area,
        subject=item.subject,
        kind=item.kind,
        sensitive=sensitive,
        urgent=item.urgent,
        owner=owner,
        outside_body=outside,
        received_on=day,
        acknowledge_days=times.acknowledge_days,
        answer_days=times.answer_days,
        resolve_days=times.resolve_days,
        silence_days=times.silence_days,
    )
    log = [Logged(Step.RECEIVED, day, State.RECEIVED)]
    if item.channel in SELF_ACKNOWLEDGED and item.code:
        log.append(Logged(Step.ACKNOWLEDGED, day, State.ACKNOWLEDGED))
    write_summary(case, summarise(log, times_of(case), lookups.calendar(item.area)))
    case.version = len(log)
    case.save(force_insert=True)
    feedback = Feedback.objects.create(
        case=case,
        key=item.key or day_key(day),
        kind=item.kind,
        channel=item.channel,
        language=item.language,
        session=item.session,
        received_on=day,
        locator=kept.locator if kept else "",
        code_salt=kept.salt if kept else None,
        code_hash=kept.hash if kept else None,
        code_cost=str(kept.cost) if kept else "",
    )
    word = None
    if item.text:
        word = Word.objects.create(
            case=case, feedback=feedback, by_office=False, on=day, language=item.language, text=item.text
        )
    by = {Step.RECEIVED: By.RESIDENT, Step.ACKNOWLEDGED: By.SYSTEM}
    CaseStep.objects.bulk_create(
        [
            CaseStep(
                case=case,
                n=n,
                step=entry.step.value,
                on=day,
                by=by[entry.step].value,
                state=entry.state.value,
                to_post=owner if n == 1 else None,
                word=word if n == 1 else None,
            )
            for n, entry in enumerate(log, start=1)
        ]
    )
    act.record(
        "listening.case-received",
        sealed=sensitive,
        area_id=item.area.pk,
        case=case.pk,
        n=len(log),
        feedback=feedback.pk,
        kind=item.kind,
        channel=item.channel,
        subject=item.subject.key,
        to_post=owner.pk if owner else None,
        received=day,
    )
    return Heard(feedback, case, item.code)
