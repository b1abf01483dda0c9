"""A batch of records by a program: JSON in, JSON out (docs/reference/batch.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from answerable.access.decorators import actor_of, needs
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel.ids import to_the_day
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.problem import Problem
from answerable.listening.models import Session
from answerable.listening.problems import (
    BatchRefused,
    BatchTooLarge,
    BatchUnreadable,
    KeyUnreadable,
    SubjectUnknown,
    VillageUnknown,
)
from answerable.listening.services.batch import MOST_RECORDS, faults_in, receive_records
from answerable.listening.services.intake import NewFeedback
from answerable.places.models import Area
from answerable.programme.models import Subject
from answerable.web import reading
from answerable.web.pages import sentence

from .desk_hear import WAYS

SECRET_BYTES = 16
MOST_SECRET = 64


class Surroundings:
    """The villages, subjects and sessions that a batch names, asked for once."""

    def __init__(self, actor: Actor, records: list[Any]) -> None:
        rows = [row for row in records if isinstance(row, dict)]
        own = Area.objects.filter(scope(actor, Right.RECORD_FEEDBACK, "")).select_related("level")
        self.by_id = {area.pk: area for area in own.filter(pk__in=_ids(rows, "village"))}
        codes = {r["code"][:80] for r in rows if _storable(r.get("code"))}
        self.by_code = {}
        for area, scheme, code in _coded(own, codes):
            self.by_code[(scheme, code)] = area
        self.subjects = {s.key: s for s in Subject.objects.select_related("parent")}
        sessions = Session.objects.filter(scope(actor, Right.RECORD_FEEDBACK), pk__in=_ids(rows, "session"))
        self.sessions = {session.pk: session for session in sessions}

    def village(self, row: Mapping[str, Any]) -> Area:
        """The village of a record, by our id or by a code of a scheme. Raises VillageUnknown."""
        if "village" in row:
            found = self.by_id.get(row["village"]) if _is_id(row["village"]) else None
        else:
            found = self.by_code.get((str(row.get("scheme")), str(row.get("code"))))
        if found is None:
            raise VillageUnknown(field="village")
        return found


def _ids(rows: list[dict[str, Any]], name: str) -> set[int]:
    return {row[name] for row in rows if _is_id(row.get(name))}


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= reading.LARGEST


def _storable(value: Any) -> bool:
    """A text that a database takes: no NUL, no half of a letter."""
    return isinstance(value, str) and "\0" not in value and reading.shown(value) == value


def _coded(own: Any, codes: set[str]) -> list[tuple[Area, str, str]]:
    if not codes:
        return []
    rows = own.filter(codes__code__in=codes).prefetch_related("codes")
    return [(area, code.scheme, code.code) for area in rows.distinct() for code in area.codes.all()]


@require_POST
@needs(Right.RECORD_FEEDBACK)
def batch(request: HttpRequest) -> HttpResponse:
    """Receive up to 500 records in one transaction: all of them, or none and what is wrong with which."""
    actor = actor_of(request)
    try:
        secret, records = _read(request.body)
        items, faults = _items(records, Surroundings(actor, records))
        if not faults:
            faults = faults_in(actor=actor, items=[item for item in items if item])
        if faults:
            return _refused(BatchRefused(wrong=len(faults), count=len(records)), faults)
        heard = receive_records(actor=actor, items=[item for item in items if item], secret=secret)
    except Problem as problem:
        return _refused(problem, {})
    # No state and no number of a case: the answer says the same of every record.
    received = [{"key": row["key"], "code": one.code} for row, one in zip(records, heard, strict=True)]
    return JsonResponse({"received": received})


def _refused(problem: Problem, faults: dict[int, Problem]) -> JsonResponse:
    body = {
        "code": problem.code,
        "sentence": sentence(problem),
        "records": [
            {"index": place, "code": fault.code, "sentence": sentence(fault), "field": fault.field}
            for place, fault in sorted(faults.items())
        ],
    }
    return JsonResponse(body, status=problem.status)


def _read(body: bytes) -> tuple[bytes, list[Any]]:
    try:
        sent = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BatchUnreadable(why="it is no JSON in UTF-8")
    if not isinstance(sent, dict) or not isinstance(sent.get("records"), list):
        raise BatchUnreadable(why="an object with a list named “records” is expected")
    records = sent["records"]
    if not records:
        raise BatchUnreadable(why="the list of records is empty")
    if len(records) > MOST_RECORDS:
        raise BatchTooLarge(most=MOST_RECORDS, count=len(records))
    try:
        secret = bytes.fromhex(sent.get("secret", ""))
    except (TypeError, ValueError):
        secret = b""
    if not SECRET_BYTES <= len(secret) <= MOST_SECRET:
        raise BatchUnreadable(why="“secret” must be 16 to 64 random bytes in hexadecimal")
    return secret, records


def _items(records: list[Any], around: Surroundings) -> tuple[list[NewFeedback | None], dict[int, Problem]]:
    items: list[NewFeedback | None] = []
    faults: dict[int, Problem] = {}
    for place, row in enumerate(records):
        try:
            items.append(_item(row, around))
        except Problem as problem:
            items.append(None)
            faults[place] = problem
    return items, faults


def _item(row: Any, around: Surroundings) -> NewFeedback:
    if not isinstance(row, dict):
        raise BatchUnreadable(why="a record is an object")
    session = None
    if row.get("session") is not None:
        session = around.sessions.get(row["session"]) if _is_id(row["session"]) else None
        if session is None:
            raise ChoiceUnknown(field="session", given=reading.shown(str(row["session"]))[:20], allowed="-")
    village = around.village(row)
    if session is not None and session.area_id != village.pk:
        raise ChoiceUnknown(field="session", given=str(session.pk), allowed="-")
    subject = around.subjects.get(_text(row, "subject"))
    if subject is None:
        raise SubjectUnknown(field="subject")
    return NewFeedback(
        area=village,
        kind=_text(row, "kind"),
        subject=subject,
        text=_text(row, "text"),
        language=reading.language_tag_in(_text(row, "language"), "language"),
        channel=reading.choice_in(_text(row, "channel"), WAYS, "channel"),
        key=_key(row),
        session=session,
        on=session.on if session is not None else _day(row),
        urgent=_yes_or_no(row, "urgent"),
        sensitive=_yes_or_no(row, "sensitive"),
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name, "")
    return value if isinstance(value, str) else ""


def _yes_or_no(row: Mapping[str, Any], name: str) -> bool:
    """True, false or absent; anything else is refused, as reading it as false could unseal a case."""
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise ChoiceUnknown(field=name, given=reading.shown(str(value))[:20] or "-", allowed="true, false")
    return value


def _day(row: Mapping[str, Any]) -> date:
    return reading.day_in(_text(row, "on"), "on")


def _key(row: Mapping[str, Any]) -> UUID:
    try:
        return to_the_day(UUID(_text(row, "key")))
    except ValueError:
        raise KeyUnreadable(field="key") from None
