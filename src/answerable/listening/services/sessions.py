"""Listening sessions: when, where, what kind, how many. No household, no names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.conf import settings

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.text import clean_text
from answerable.listening.models import SESSION_KINDS, Session
from answerable.listening.problems import CountsWrong, DayNotPast, NotAVillage, SessionCap
from answerable.places.models import Area

from .intake import LATEST_RECORD_DAYS

MOST_PRESENT = 20_000


def record_session(
    *,
    actor: Actor,
    area: Area,
    kind: str,
    on: date,
    languages: Sequence[str],
    present: int,
    present_women: int | None = None,
    key: UUID | None = None,
) -> Session:
    """Record a listening session that took place.

    The same key again gives the session that is there. Raises ChoiceUnknown, NotAVillage,
    DayNotPast, CountsWrong, SessionCap (visits are a burden: PRODUCT.md), Denied.
    """
    if kind not in SESSION_KINDS:
        raise ChoiceUnknown(field="kind", given=kind[:40], allowed=", ".join(SESSION_KINDS))
    if not area.level.is_village:
        raise NotAVillage(field="area", area=area.name)
    today = clock.today()
    if on > today or (today - on).days > LATEST_RECORD_DAYS:
        raise DayNotPast(field="on", most=LATEST_RECORD_DAYS)
    if not 0 <= present <= MOST_PRESENT or not 0 <= (present_women or 0) <= present:
        raise CountsWrong(field="present", most=MOST_PRESENT)
    spoken = [clean_text(tag, limit=20, field="languages") for tag in languages]
    with acting(actor, Right.RECORD_SESSION, area) as act:
        if key and (there := Session.objects.filter(key=key).first()):
            act.idle = True
            return there
        held = Session.objects.filter(area=area, on__year=on.year, on__month=on.month).count()
        if held >= settings.SESSIONS_A_MONTH:
            raise SessionCap(field="on", area=area.name, most=settings.SESSIONS_A_MONTH)
        session = Session.objects.create(
            area=area,
            kind=kind,
            on=on,
            post_id=act.post_id or 0,
            languages=spoken,
            present=present,
            present_women=present_women,
            key=key or day_key(on),
        )
        act.record("listening.session-held", session=session.pk, kind=kind, held=on, present=present)
    return session
