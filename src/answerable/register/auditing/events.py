"""Each event beside its leaf, and each leaf beside its event."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.db import models

from answerable.kernel import clock
from answerable.merkle import commitments
from answerable.register import kinds, leaves
from answerable.register.models import Event, Leaf, Pending

from . import reading
from .bindings import Bindings
from .closing import LONGEST_WAIT, Secrets
from .findings import Find
from .reading import UNREADABLE, events_by_number, matter_of

#: The open leaves that name what was erased (register.erasing).
_BATCH = "register.erasure-batch"
Taken = Callable[[Event, int | None], None]


class EventAudit:
    """Reads the events in the order of their leaves, and those that have none after them."""

    def __init__(self, secrets: Secrets, bindings: Bindings, find: Find, taken: Taken) -> None:
        self.secrets, self.bindings, self.find = secrets, bindings, find
        #: Told of each event, once it was read.
        self.taken = taken
        self.events = self.covers = self.erased = self.waiting = 0

    def take(self, page: Sequence[Leaf]) -> None:
        """The next leaves, in order."""
        events, unread = events_by_number(leaf.event_id for leaf in page if leaf.event_id is not None)
        secrets = self.secrets.of(events.values())
        for leaf in page:
            if leaf.event_id is None:
                self._cover(leaf)
                continue
            event = events.get(leaf.event_id)
            if event is None:
                code = "event-changed" if leaf.event_id in unread else "event-deleted"
                self.find(code, event=leaf.event_id, leaf=leaf.index)
                continue
            whole = self._opens(event, leaf.index, secrets) and _stands_in(leaf, event)
            self._take(event, leaf.index, whole=whole)

    def _cover(self, leaf: Leaf) -> None:
        self.covers += 1
        if leaf.cover is None or commitments.cover_entry(bytes(leaf.cover)) != bytes(leaf.entry):
            self.find("cover-wrong", leaf=leaf.index)

    def _opens(self, event: Event, leaf: int | None, secrets: Mapping[int, bytes | None]) -> bool:
        """Whether the event's commitment is that of its body; true as well where nothing can open it any more."""
        if event.commitment is None:
            return True
        matter = matter_of(event) if event.salt is None else None
        secret = secrets.get(matter) if matter is not None else None
        if matter is not None and secret is None:
            self._closed(matter, event, leaf)
            return True
        try:
            key = leaves.key_of(event, secret)
            return key is not None and leaves.record_of(event, key, secret) is not None
        except UNREADABLE:
            return False

    def _closed(self, matter: int, event: Event, leaf: int | None) -> None:
        """Nothing opens the event: because its matter was erased, or somebody took the secret away."""
        known = self.secrets
        if matter in known.erased:
            self.erased += 1
            if event.pk > known.erased[matter].event:
                self.find("event-closed", event=event.pk, leaf=leaf)
            elif leaf is not None:
                self.bindings.closed(leaf, matter)
        elif matter not in known.lost and matter not in known.missing:
            # Once for a matter, with the first of its events.
            known.missing.add(matter)
            self.find("secret-missing", event=event.pk, leaf=leaf, more=str(matter))

    def _take(self, event: Event, leaf: int | None, *, whole: bool) -> None:
        """Take in one event. What is said of one that was changed is that, once."""
        self.events += 1
        wrong = list(self.bindings.add(event, leaf))
        if not whole:
            self.find("event-changed", event=event.pk, leaf=leaf)
        else:
            if kinds.of(event.kind) is None:
                self.find("event-unknown", event=event.pk, leaf=leaf, more=event.kind)
            if self.secrets.is_passed_by(event):
                self.find("event-invented", event=event.pk, leaf=leaf, more=str(matter_of(event)))
            for code, table, pk in wrong:
                self.find(code, table=table, row=pk, event=event.pk, leaf=leaf)
        if event.kind == _BATCH and isinstance(event.body, dict):
            self.bindings.named(event.body.get("idx"))
        self.taken(event, leaf)

    def finish(self) -> None:
        """Events without a leaf: they wait, or they are from before the log, or somebody took their leaf away."""
        has_leaf = Leaf.objects.filter(event_id=models.OuterRef("pk"))
        without = Event.objects.filter(~models.Exists(has_leaf)).order_by("pk")
        longest = clock.today() - timedelta(days=LONGEST_WAIT)
        older = _Older()
        after = 0
        while page := list(without.filter(pk__gt=after)[: reading.PAGE]):
            after = page[-1].pk
            waiting = set(
                Pending.objects.filter(event_id__in=[e.pk for e in page]).values_list("event_id", flat=True)
            )
            secrets = self.secrets.of(page)
            for event in page:
                if event.salt is None and event.n is None and event.commitment is None:
                    older.take(event)
                    continue
                if event.pk not in waiting:
                    self.find("event-unlogged", event=event.pk)
                else:
                    self.waiting += 1
                    if event.on < longest:
                        self.find("event-late", event=event.pk, more=event.on.isoformat())
                self._take(event, None, whole=self._opens(event, None, secrets))
        if not older.as_told():
            self.find("older-changed")


def _stands_in(leaf: Leaf, event: Event) -> bool:
    try:
        return leaves.is_entry_of(bytes(leaf.entry), event)
    except UNREADABLE:
        return False


class _Older:
    """The events from before the log, held against what its first leaf says of them."""

    def __init__(self) -> None:
        self.digest, self.count, self.last = hashlib.sha256(), 0, 0

    def take(self, event: Event) -> None:
        from answerable.register.sequencing import event_line

        self.digest.update(event_line(event))
        self.count, self.last = self.count + 1, event.pk

    def as_told(self) -> bool:
        told = (
            Event.objects.filter(kind="register.begun").order_by("pk").values_list("body", flat=True).first()
        )
        if told is None:
            return not self.count or not Leaf.objects.exists()
        return (self.count, self.last, f"sha256:{self.digest.hexdigest()}") == (
            told.get("events"),
            told.get("last"),
            told.get("digest"),
        )
