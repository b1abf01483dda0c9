"""What an act that failed, or an erasing that was cut off, left in the folder. It changes no row, so it is no act."""

from __future__ import annotations

from django.db.models import Q

from . import store
from .models import Item


def sweep() -> int:
    """Erase files that no row has named for a day; return how many."""
    return store.sweep(is_named)


def forget(*digests: str) -> None:
    """Erase these files at once, but for those that a row still names."""
    for digest in digests:
        if not is_named(digest):
            store.remove(digest)


def is_named(digest: str) -> bool:
    """True while a kept picture needs this file."""
    of_it = Q(digest=digest) | Q(thumb=digest)
    return Item.objects.filter(of_it, kind="picture", erased_on__isnull=True).exists()
