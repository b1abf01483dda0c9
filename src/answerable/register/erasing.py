"""Erasing what opens the leaves of a matter, and telling which leaves those were (TRUST.md A3).

The tree stays as it is: a leaf whose secret is gone is a random-looking number. So that an erasure is no quiet
deletion, the leaves of a day's erasures are named together in an open leaf, once the day is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from secrets import SystemRandom

from django.db import transaction

from answerable.kernel import clock

from .machinery import tell as tell_openly
from .models import Erasure, Event, Leaf, Secret
from .selectors import events_of
from .sequencing import PADDED_TO

#: Why a matter may be erased, and who decides it then.
REASONS = {"retention": "schedule", "subject": "holder", "court": "officer", "spam": "officer"}
#: How many leaves an event names: their list has to fit into a leaf.
_NAMED = 496


def forget(matters: Iterable[int], reason: str) -> list[int]:
    """Erase the secrets of matters, inside the caller's act; return those that were not erased before.

    What the act records of them afterwards is closed by salts of its own. Texts are the caller's to empty.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    wanted = set(matters)
    new = wanted - set(Erasure.objects.filter(matter__in=wanted).values_list("matter", flat=True))
    Erasure.objects.bulk_create(
        [Erasure(matter=matter, on=clock.today(), reason=reason) for matter in sorted(new)], batch_size=500
    )
    Secret.objects.filter(matter__in=wanted).delete()
    return sorted(new)


def is_erased(matter: int) -> bool:
    """Whether nothing opens a matter's leaves any more."""
    return Erasure.objects.filter(matter=matter).exists()


def tell(today: date | None = None) -> int:
    """Name the leaves of the days that are over in open leaves; return how many leaves were named.

    A matter waits until each of its events has a place. Indices of one reason are mixed, and filled up with cover
    leaves to a multiple of 16: none says what belongs together, nor their number how long a matter was.
    """
    day = today or clock.today()
    named = 0
    with transaction.atomic():
        waiting = dict(
            Erasure.objects.select_for_update()
            .filter(told_on=None, on__lt=day)
            .values_list("matter", "reason")
        )
        if not waiting:
            return 0
        places, unplaced = _places(set(waiting))
        ready = [matter for matter in waiting if matter not in unplaced]
        for reason, by in REASONS.items():
            mixed = [at for matter in ready if waiting[matter] == reason for at in places.get(matter, ())]
            named += len(mixed)
            mixed += _covers(-len(mixed) % PADDED_TO)
            SystemRandom().shuffle(mixed)
            for start in range(0, len(mixed), _NAMED):
                some = sorted(mixed[start : start + _NAMED])
                tell_openly("register.erasure-batch", idx=some, reason=reason, by=by, count=len(some))
        for start in range(0, len(ready), 500):
            Erasure.objects.filter(matter__in=ready[start : start + 500]).update(told_on=day)
    return named


def _covers(count: int) -> list[int]:
    """So many cover leaves that no batch has named: one named twice would be known for a cover."""
    if not count:
        return []
    bodies = Event.objects.filter(kind="register.erasure-batch").values_list("body", flat=True)
    named = {index for body in bodies for index in body["idx"]}
    free = set(Leaf.objects.filter(cover__isnull=False).values_list("index", flat=True)) - named
    return SystemRandom().sample(sorted(free), min(count, len(free)))


def _places(matters: set[int]) -> tuple[dict[int, list[int]], set[int]]:
    """Where the leaves stand that the matters' secrets closed; and the matters of which some still wait."""
    found: dict[int, list[int]] = {}
    unplaced: set[int] = set()
    for matter in sorted(matters):
        events = list(events_of(matter).values_list("pk", flat=True))
        found[matter] = list(Leaf.objects.filter(event_id__in=events).values_list("index", flat=True))
        if len(found[matter]) < len(events):
            unplaced.add(matter)
    return found, unplaced
