"""The published files: tiles and bundles that never change, then a signature, then the checkpoint (C2SP tlog-tiles)."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from answerable.kernel import clock
from answerable.kernel.files import FileDiffers, sync_folder, write_once, write_whole
from answerable.merkle.compact import CompactRange
from answerable.merkle.tiles import WIDTH, entries_path, new_tiles, pack_entries, tile_path

from . import selectors, signing
from .machinery import step
from .models import Checkpoint, Leaf, Node, Tree
from .sequencing import split

#: Friday, and its hour in UTC: from then on the next checkpoint is the one on every board (TRUST.md A5).
BOARD_DAY, BOARD_HOUR = 4, 12
ALARM = ".alarm"
#: Seconds between two checkpoints of the clockwork: each leaves partial tiles behind.
PAUSE = 600


class TileAlarm(RuntimeError):
    """A published file differs from what the database says: somebody changed one of them. Nothing is published."""


def folder() -> Path:
    """Where the published files are."""
    return Path(settings.REGISTER_FOLDER)


def publish() -> Checkpoint | None:
    """Publish the tree as far as it was sequenced; None while it is empty. Safe to be cut off and run again.

    Raises TileAlarm, signing.SignerAway, signing.SignerRefused.
    """
    folder().mkdir(parents=True, exist_ok=True)
    with _alone():
        tree = Tree.objects.filter(pk=1).first()
        if tree is None or not tree.size:
            return None
        latest = selectors.latest_checkpoint()
        if latest is not None and not (folder() / "checkpoint").exists():
            _write_anew()
        if latest is not None:
            _check_newest(latest.size)
        if latest is None or latest.size < tree.size:
            latest = _sign(tree, latest.size if latest else 0)
        write_checkpoint(latest)
        return latest


def was_lately() -> bool:
    """Whether a checkpoint was published so short ago that the next one can wait (TRUST.md A5)."""
    try:
        age = clock.now().timestamp() - (folder() / "checkpoint").stat().st_mtime
    except FileNotFoundError:
        return False
    return 0 <= age < PAUSE


def _write_anew() -> None:
    """The folder was lost: all that was ever published is made again from the rows."""
    before = 0
    for size in Checkpoint.objects.order_by("size").values_list("size", flat=True):
        write_tiles(before, size)
        before = size


def _sign(tree: Tree, published: int) -> Checkpoint:
    write_tiles(published, tree.size)
    step("tiles written")
    root = CompactRange(tree.size, split(bytes(tree.range))).root()
    last = signing.state().size
    proof = selectors.consistency(last, tree.size) if 0 < last < tree.size else []
    note = signing.sign(tree.size, root, proof)
    step("signed")
    with transaction.atomic():
        checkpoint, _ = Checkpoint.objects.get_or_create(
            size=tree.size, defaults={"note": note, "on": clock.today(), "board": _is_for_boards()}
        )
    step("stored")
    return checkpoint


def _check_newest(size: int) -> None:
    """Hold the published tiles and the bundle on which the next ones build against the rows. Raises TileAlarm.

    Of each level the last partial one and the last full one: what was damaged further back, an audit finds.
    """
    newest: dict[tuple[int, bool], tuple[int, int, int]] = {}
    for level in range(8):
        count = size >> 8 * level
        full, width = divmod(count, WIDTH)
        if full:
            newest[level, True] = (level, full - 1, WIDTH)
        if width:
            newest[level, False] = (level, full, width)
    for level, n, width in newest.values():
        _check(tile_path(level, n, width), tile(level, n, width))
        if level == 0:
            _check(entries_path(n, width), pack_entries(entries(n, width)))


def _check(name: str, data: bytes) -> None:
    path = folder() / name
    try:
        trouble = "" if path.read_bytes() == data else f"{path} has other bytes than it should have"
    except FileNotFoundError:
        trouble = (
            ""  # single files that are gone are brought back from a mirror; nothing false is shown meanwhile
        )
    if trouble:
        write_whole(folder() / ALARM, f"{trouble}\n".encode())
        raise TileAlarm(trouble)


def write_checkpoint(checkpoint: Checkpoint) -> None:
    """Put the checkpoint, with what witnesses said of it, in the place of the one before."""
    text = selectors.cosigned(checkpoint).encode()
    path = folder() / "checkpoint"
    if not path.exists() or path.read_bytes() != text:
        write_whole(path, text)
    step("published")


def write_tiles(old: int, new: int) -> None:
    """Write the tiles and bundles that a tree has after growing from one published size to another."""
    touched: set[Path] = set()
    try:
        for level, n, width in new_tiles(old, new):
            _write(tile_path(level, n, width), tile(level, n, width), touched)
            if level == 0:
                _write(entries_path(n, width), pack_entries(entries(n, width)), touched)
                step("bundle written")
    except FileDiffers as trouble:
        write_whole(folder() / ALARM, f"{trouble}\n".encode())
        raise TileAlarm(str(trouble)) from None
    for parent in touched:
        sync_folder(parent)


def alarm() -> str:
    """What was found wrong with the published files; empty when nothing was."""
    try:
        return (folder() / ALARM).read_text().strip()
    except FileNotFoundError:
        return ""


def tile(level: int, n: int, width: int) -> bytes:
    """A tile from the rows: `width` hashes of tree level 8 x `level`."""
    if level == 0:
        return selectors.leaf_hashes(n * WIDTH, n * WIDTH + width)
    if level <= 2:
        rows = Node.objects.filter(level=8 * level, place__gte=n * WIDTH, place__lt=n * WIDTH + width)
        return b"".join(map(bytes, rows.order_by("place").values_list("hash", flat=True)))
    node = selectors.nodes()  # beyond 16,777,216 leaves: a few hundred hashes for each, once
    return b"".join(node(8 * level, place) for place in range(n * WIDTH, n * WIDTH + width))


def entries(n: int, width: int) -> Sequence[bytes]:
    """The entries of a bundle from the rows."""
    rows = Leaf.objects.filter(index__gte=n * WIDTH, index__lt=n * WIDTH + width).order_by("index")
    return [bytes(entry) for entry in rows.values_list("entry", flat=True)]


def _write(name: str, data: bytes, touched: set[Path]) -> None:
    path = folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if write_once(path, data):
        touched.add(path.parent)
        touched.add(path.parent.parent)


def _is_for_boards() -> bool:
    """Whether no checkpoint since the last Friday noon is on the boards yet."""
    now = clock.moment()
    back = (now.weekday() - BOARD_DAY) % 7
    if back == 0 and now.hour < BOARD_HOUR:
        back = 7
    friday: date = now.date() - timedelta(days=back)
    return not Checkpoint.objects.filter(board=True, on__gte=friday).exists()


@contextmanager
def _alone() -> Iterator[None]:
    """One publisher at a time, or an older checkpoint might take the place of a newer one."""
    with (folder() / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
