"""Asking for pictures and digests: which a visitor may see, which a member of staff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.places.models import Area

from . import store
from .models import Item, ItemArea


def public(prefix: str = "") -> Q:
    """The condition `a picture that everybody may see`; `prefix` leads to the item: public("item__")."""
    return Q(**{f"{prefix}kind": "picture", f"{prefix}publishable": True})


def items_for(actor: Actor) -> QuerySet[Item]:
    """The items brought in an area that the actor may read about, newest first."""
    seen = ItemArea.objects.filter(scope(actor, Right.SEE_PROGRAMME)).values("item")
    return Item.objects.filter(pk__in=seen).order_by("-received_on", "-pk")


def item_for(actor: Actor, pk: int) -> Item | None:
    """One of them."""
    return items_for(actor).filter(pk=pk).first() if pk < 2**63 else None


def items_in(area: Area) -> QuerySet[Item]:
    """The items brought in just this area, newest first."""
    return Item.objects.filter(areas__area=area).order_by("-received_on", "-pk")


def public_items(pks: Iterable[int]) -> dict[int, Item]:
    """Of these items the pictures that everybody may see, by id: what public pages draw."""
    return {item.pk: item for item in Item.objects.filter(public(), pk__in=list(pks))}


def public_bytes(digest: str, *, small: bool = False) -> bytes | None:
    """The bytes of a public picture by the digest of the large one; None for any other."""
    item = Item.objects.filter(public(), digest=digest).first()
    return picture_bytes(item, small=small) if item is not None else None


def picture_bytes(item: Item, *, small: bool = False) -> bytes | None:
    """The bytes of a picture; None when they were erased."""
    if item.kind != "picture" or item.erased_on is not None:
        return None
    return store.read(item.thumb if small else item.digest)


def missing_files() -> Iterator[Item]:
    """Pictures whose file is not there or not whole: after a restore that forgot the folder. For `doctor`."""
    for item in Item.objects.filter(kind="picture", erased_on__isnull=True).order_by("pk").iterator(500):
        if store.read(item.digest) is None or store.read(item.thumb) is None:
            yield item
