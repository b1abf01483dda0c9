"""What opens the events of matters: their secrets, or the word of an act that erased them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from answerable.kernel import clock
from answerable.register import leaves, rules
from answerable.register.models import Erasure, Event, Secret
from answerable.register.vault import SecretLost, unwrap

from . import reading
from .bindings import Bindings
from .findings import Find
from .reading import UNREADABLE, events_by_number, matter_of

#: Days that a sealed event may wait for its place: it waits for the next batch, and a machine may be off for a day.
LONGEST_WAIT = 2


@dataclass(frozen=True)
class Act:
    """The act by which a matter was erased."""

    event: int
    on: date
    reason: str


class Secrets:
    """The secrets of matters, read as they are needed; which were erased, are lost, or just gone."""

    def __init__(self) -> None:
        self.erased = _erased()
        self.lost: set[int] = set()
        self.missing: set[int] = set()

    def of(self, events: Iterable[Event]) -> dict[int, bytes | None]:
        """The secrets of the events' matters; None for an erased one; no entry where it is just gone."""
        wanted = {m for e in events if e.salt is None and (m := matter_of(e)) is not None}
        found: dict[int, bytes | None] = {matter: None for matter in wanted if matter in self.erased}
        for row in Secret.objects.filter(matter__in=wanted - set(found)):
            try:
                found[row.matter] = unwrap(row)
            except SecretLost:
                self.lost.add(row.matter)
        return found

    def is_passed_by(self, event: Event) -> bool:
        """Whether an event of a matter has a salt of its own although the matter's secret should close it.

        Whoever has the database and not the wrapping keys can't close an event by the secret. What the act of an
        erasure records before it, and what is recorded after, has salts: the secret is gone.
        """
        matter = matter_of(event)
        if matter is None or event.salt is None:
            return False
        act = self.erased.get(matter)
        return act is None or (event.pk < act.event and event.on < act.on)

    def keys(self, numbers: Iterable[int]) -> dict[int, bytes | None]:
        """The keys under which these events bound their rows; None for what was erased."""
        found: dict[int, bytes | None] = {}
        events, _ = events_by_number(numbers)
        secrets = self.of(events.values())
        for pk, event in events.items():
            matter = matter_of(event)
            secret = secrets.get(matter) if matter is not None else None
            try:
                found[pk] = leaves.key_of(event, secret)
            except UNREADABLE:
                found[pk] = None  # the event is told of as changed
        return found

    def check(self, find: Find) -> None:
        """Each secret opens, and none is left of what was erased."""
        for row in Secret.objects.order_by("pk").iterator(chunk_size=reading.PAGE):
            if row.pk in self.erased:
                find("secret-kept", more=str(row.pk))
                continue
            try:
                unwrap(row)
            except SecretLost:
                self.lost.add(row.pk)
        for matter in sorted(self.lost):
            find("secret-lost", more=str(matter))


def check_erasures(secrets: Secrets, bindings: Bindings, find: Find) -> None:
    """Each erasure is one that an act has recorded, and told by its leaves once it says so."""
    untold = bindings.untold()
    longest = clock.today() - timedelta(days=LONGEST_WAIT)
    rows: set[int] = set()
    for row in Erasure.objects.order_by("pk").iterator(chunk_size=reading.PAGE):
        rows.add(row.pk)
        act = secrets.erased.get(row.pk)
        if act is None:
            find("erasure-faked", more=str(row.pk))
        elif act.reason != row.reason or abs(act.on - row.on) > timedelta(days=1):
            find("erasure-differs", more=str(row.pk), event=act.event)
        elif row.told_on is not None and row.pk in untold:
            find("erasure-untold", more=str(row.pk), event=act.event, leaf=untold[row.pk])
        elif row.told_on is None and row.on < longest:
            find("erasure-late", more=str(row.pk), event=act.event)
    for matter in sorted(secrets.erased.keys() - rows):
        find("erasure-differs", more=str(matter), event=secrets.erased[matter].event)


def _erased() -> dict[int, Act]:
    """The matters that an act has erased. Its event has a salt of its own, and opens by it: the matter's secret is gone."""
    found: dict[int, Act] = {}
    numbers = Event.objects.filter(kind__in=rules.erasing_kinds(), salt__isnull=False).order_by("pk")
    pks = list(numbers.values_list("pk", flat=True))
    for start in range(0, len(pks), reading.PAGE):
        events, _ = events_by_number(pks[start : start + reading.PAGE])
        for pk, event in sorted(events.items()):
            try:
                key, matter = leaves.key_of(event, None), matter_of(event)
                if (
                    key is not None
                    and matter is not None
                    and event.commitment is not None
                    and leaves.record_of(event, key, None) is not None
                ):
                    found.setdefault(matter, Act(pk, event.on, str(event.body.get("reason"))))
            except UNREADABLE:
                continue
    return found
