"""Keeping pictures and digests, saying that nobody is in a picture, taking it down: every write of this room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.utils import IntegrityError

from answerable.access.gate import Act, acting, post_for
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.places.models import Area

from . import pictures, store, sweeping
from .models import REASONS, SORTS, Item, ItemArea
from .problems import (
    DayAhead,
    DigestUnreadable,
    FileEmpty,
    NotAPicture,
    NotTakenDown,
    TakenDown,
)


def keep_picture(
    *, actor: Actor, area: Area, data: bytes, nobody_in_it: bool = False, taken_on: date | None = None
) -> Item:
    """Rebuild a picture from its pixels and keep it; public only if somebody looked and ticked that nobody is in it.

    The same picture again is the same item. Decoding takes a part of a second: call it before an act of your own
    begins. Raises Denied before anything is read, DayAhead, TakenDown, and what pictures.rebuild does.
    """
    post_for(actor, Right.RECORD_PROJECTS, area)
    day = _made_on(taken_on)
    rebuilt = pictures.rebuild(data, pictures.Limits(settings.PICTURE_MB, settings.PICTURE_MEGAPIXELS))
    digest = store.digest_of(rebuilt.data)
    if (
        known := Item.objects.filter(digest=digest, kind="picture", taken_down_on__isnull=False).first()
    ) is not None:
        raise _down(known)
    # The files first: a row is never without its file. What an act that fails leaves behind is swept.
    store.write(rebuilt.data)
    thumb = store.write(rebuilt.small)
    with acting(actor, Right.RECORD_PROJECTS, area) as act:
        item = _row(
            Item(
                digest=digest,
                kind="picture",
                octets=len(rebuilt.data),
                thumb=thumb,
                width=rebuilt.width,
                height=rebuilt.height,
                taken_on=day,
                received_on=clock.today(),
            )
        )
        if item.taken_down_on is not None:
            raise _down(item)
        newly_public = nobody_in_it and not item.publishable
        if newly_public:
            _set(item, publishable=True)
        _note(act, item, area, "evidence.picture-kept", changed=newly_public, publishable=item.publishable)
    return item


def keep_document(
    *,
    actor: Actor,
    area: Area,
    sort: str,
    data: bytes | Iterable[bytes] | None = None,
    digest: str = "",
    octets: int = 0,
    taken_on: date | None = None,
) -> Item:
    """Note a document by its digest: of `data`, which is read and forgotten, or as its keeper states it.

    The document stays with whoever keeps it (docs/decisions/0013). Raises Denied, ChoiceUnknown, DigestUnreadable,
    FileEmpty for an empty file, DayAhead.
    """
    post_for(actor, Right.RECORD_PROJECTS, area)
    if sort not in SORTS:
        raise ChoiceUnknown(field="sort", given=sort[:40] or "-", allowed=", ".join(SORTS))
    day = _made_on(taken_on)
    if data is not None:
        digest, octets = store.digest_and_length(data)
        if not octets:
            raise FileEmpty(field="document")
    digest = digest.strip().lower()
    if not store.DIGEST.match(digest):
        raise DigestUnreadable(field="digest")
    with acting(actor, Right.RECORD_PROJECTS, area) as act:
        item = _row(
            Item(
                digest=digest,
                kind="document",
                sort=sort,
                octets=max(0, octets),
                taken_on=day,
                received_on=clock.today(),
            )
        )
        _note(act, item, area, "evidence.document-noted", sort=item.sort)
    return item


def say_nobody_in_it(*, actor: Actor, item: int) -> Item:
    """Somebody looked at a kept picture and says that no person can be recognised in it: it becomes public.

    Raises Denied, NotThere, NotAPicture, TakenDown.
    """
    with _on_picture(actor, Right.RECORD_PROJECTS, item) as (act, row):
        if row.taken_down_on is not None:
            raise _down(row)
        if row.publishable:
            act.idle = True
        else:
            _set(row, publishable=True)
            act.record("evidence.picture-published", item=row.pk, picture=row.digest)
    return row


def take_down(*, actor: Actor, item: int, reason: str) -> Item:
    """Take a picture out of public sight, for good. Who may record there may do it: it has to be quick.

    Raises Denied, NotThere, NotAPicture, ChoiceUnknown. A second time changes nothing.
    """
    if reason not in REASONS:
        raise ChoiceUnknown(field="reason", given=reason[:40] or "-", allowed=", ".join(REASONS))
    with _on_picture(actor, Right.RECORD_PROJECTS, item) as (act, row):
        if row.taken_down_on is not None:
            act.idle = True
        else:
            _set(row, publishable=False, taken_down_on=clock.today(), taken_down_for=reason)
            act.record("evidence.picture-taken-down", item=row.pk, picture=row.digest, reason=reason)
    return row


def erase_picture(*, actor: Actor, item: int) -> Item:
    """Erase the files of a picture that was taken down. The row stays and says so.

    The row says it first: when the machine stops in between, the next sweep erases them.
    Raises Denied, NotThere, NotAPicture, NotTakenDown.
    """
    with _on_picture(actor, Right.RUN_PROJECTS, item) as (act, row):
        if row.taken_down_on is None:
            raise NotTakenDown(field="item")
        if row.erased_on is not None:
            act.idle = True
        else:
            _set(row, erased_on=clock.today())
            act.record("evidence.picture-erased", item=row.pk, digest=row.digest)
            act.after(lambda: sweeping.forget(row.digest, row.thumb))
    return row


# --- inside ----------------------------------------------------------------------------------------


class _on_picture:
    """An act on a picture in the area, among those it was brought in, in which the actor holds the right."""

    def __init__(self, actor: Actor, right: Right, item: int) -> None:
        row = Item.objects.filter(pk=item).first()
        if row is None:
            raise NotThere
        brought = ItemArea.objects.filter(item=row).select_related("area").order_by("pk")
        own = brought.filter(scope(actor, right)).first()
        if own is None:
            # Who may see it is told that the post does not allow it; to anybody else it is not there.
            raise Denied if brought.filter(scope(actor, Right.SEE_PROGRAMME)).exists() else NotThere
        if row.kind != "picture":
            raise NotAPicture(field="item")
        self._gate = acting(actor, right, own.area)
        self._item = item

    def __enter__(self) -> tuple[Act, Item]:
        act = self._gate.__enter__()
        return act, Item.objects.select_for_update().get(pk=self._item)

    def __exit__(self, *error: object) -> bool | None:
        return self._gate.__exit__(*error)  # type: ignore[arg-type]


def _row(new: Item) -> Item:
    """The row of these bytes: the one that is there, or the new one."""
    same = Item.objects.select_for_update().filter(digest=new.digest, kind=new.kind)
    found = same.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:  # somebody else brought it at this moment
        return same.get()
    return new


def _note(act: Act, item: Item, area: Area, kind: str, *, changed: bool = False, **body: Any) -> None:
    _, first = ItemArea.objects.get_or_create(
        item=item, area=area, defaults={"post_id": act.post_id, "on": clock.today()}
    )
    if first or changed:
        act.record(kind, item=item.pk, digest=item.digest, **body)
    else:
        act.idle = True


def _set(item: Item, **values: object) -> None:
    for name, value in values.items():
        setattr(item, name, value)
    item.save(update_fields=list(values))


def _made_on(day: date | None) -> date:
    today = clock.today()
    if day is not None and day > today:
        raise DayAhead(field="taken_on", day=day.isoformat())
    return day or today


def _down(item: Item) -> TakenDown:
    return TakenDown(field="pictures", day=item.taken_down_on.isoformat() if item.taken_down_on else "")
