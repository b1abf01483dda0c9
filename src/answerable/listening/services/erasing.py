"""Erasing a matter: its words, what blinds them, and the secret that opens its leaves in the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from answerable.access.gate import Act, acting
from answerable.access.rules import SYSTEM, Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.listening.models import Case, PublicAnswer, Word
from answerable.listening.selectors import case_to_act_on
from answerable.register import erasing
from answerable.register.binding import Bound, bind_again
from answerable.register.erasable import emptied
from answerable.register.models import Erasure

#: What an officer may give as the reason; residents and the schedule have ways of their own.
OFFICERS_REASONS = ("court", "spam", "subject")
#: Matters in one act of the schedule.
_PAGE = 100


def erase_case(*, actor: Actor, case: int, reason: str) -> bool:
    """Erase a matter because a court says so, because it was no matter, or because whoever it is about asks.

    Its days, states and numbers stay, and so does its place in every figure. False: it was erased before.
    Raises ChoiceUnknown, NotThere, Denied.
    """
    if reason not in OFFICERS_REASONS:
        raise ChoiceUnknown(field="reason", given=reason[:40], allowed=", ".join(OFFICERS_REASONS))
    row = case_to_act_on(actor, case)
    with acting(actor, Right.HANDLE_SENSITIVE if row.sensitive else Right.REASSIGN, row.area) as act:
        done = forget_matters(act, [case], reason)
        act.idle = not done
    return bool(done)


def erase_closed(*, today: date | None = None) -> int:
    """Erase what was closed longer ago than ANSWERABLE_KEEP_WORDS_DAYS; 0 days: never. Return the number of matters.

    SYSTEM acts, a hundred matters at a time.
    """
    days, day = settings.KEEP_WORDS_DAYS, today or clock.today()
    done = 0
    while days:
        old = list(
            Case.objects.filter(closed_on__lt=day - timedelta(days=days))
            .exclude(pk__in=Erasure.objects.values("matter"))
            .order_by("pk")
            .values_list("pk", flat=True)[:_PAGE]
        )
        if not old:
            break
        with acting(SYSTEM, Right.TICK, None) as act:
            done += len(forget_matters(act, old, "retention"))
    return done


def forget_matters(act: Act, matters: Sequence[int], reason: str) -> list[int]:
    """Erase matters inside an act: texts, blinds, secrets. What stays is bound anew, under keys that stay.

    The answer that a village read stays published where the time was up; else it goes as well.
    """
    # Nobody acts on them meanwhile: what is recorded after this is closed by salts of its own.
    list(Case.objects.select_for_update().filter(pk__in=matters).order_by("pk").values_list("pk", flat=True))
    new = erasing.forget(matters, reason)
    Word.objects.filter(case__in=new, erased_on=None).update(**emptied(clock.today()))
    if reason != "retention":
        PublicAnswer.objects.filter(case__in=new).delete()
    bind_again(Case.objects.filter(pk__in=new))
    for relation in Case._meta.related_objects:
        about: Any = relation.related_model
        if relation.field.name == "case" and issubclass(about, Bound):
            bind_again(about.objects.filter(case__in=new))
    areas = dict(Case.objects.filter(pk__in=new).values_list("pk", "area_id"))
    for matter in new:
        act.record("listening.matter-erased", area_id=areas[matter], case=matter, reason=reason)
    return new
