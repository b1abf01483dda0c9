"""What an act that failed, or an erasing that was cut off, left in the folder. It changes no row, so it is no act."""

from __future__ import annotations

import logging
import time

from django.db.models import Q

from . import store
from .models import Item

log = logging.getLogger(__name__)


def sweep() -> int:
    """Erase files that no row has named for a day; return how many. Raises store.StrangeFolder."""
    return store.sweep(is_named)


def sweep_daily(*, now: float | None = None) -> int:
    """The same, but at most once a day, however often it is called: looking through all files takes its time."""
    moment = time.time() if now is None else now
    mark = store.folder() / ".swept"
    try:
        if moment - mark.stat().st_mtime < store.OLD_SECONDS:
            return 0
    except FileNotFoundError:
        if not store.folder().is_dir():
            return 0
    mark.touch()
    try:
        return store.sweep(is_named, now=now)
    except store.StrangeFolder as trouble:
        log.warning("Nothing was swept: %s. Is this the right database?", trouble)
        return 0


def forget(*digests: str) -> None:
    """Erase these files at once, but for those that a row still names."""
    for digest in digests:
        if not is_named(digest):
            store.remove(digest)


def is_named(digest: str) -> bool:
    """True while a kept picture needs this file."""
    of_it = Q(digest=digest) | Q(thumb=digest)
    return Item.objects.filter(of_it, kind="picture", erased_on__isnull=True).exists()
