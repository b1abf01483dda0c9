"""Files by the SHA-256 of their bytes: `evidence/ab/cdef...` in the data folder.

A file is whole or not there: it is written beside its place, flushed to the disk, and renamed. It is there before
the row that names it is committed, so no row is ever without its file; what an act that failed leaves behind is
swept after a day. Writing renews a file's day, and sweeping looks again under the same lock, so a leftover that is
brought once more while it is being swept stays.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from answerable.kernel.files import draft_beside, put_in_place, sync_folder

DIGEST = re.compile(r"[0-9a-f]{64}\Z")
#: The names of unfinished files (kernel.files); the first form was written before.
UNFINISHED = re.compile(r"\.(part-[0-9a-f]{16}|[0-9a-f]{62}\.[0-9a-f]{12})\Z")
#: An act takes seconds. What nobody named after a day, nobody will.
OLD_SECONDS = 24 * 60 * 60
#: Acts that fail leave a few. More than these, and more than a tenth of all, is not what sweeping is for.
FEW_LEFT = 100


class StrangeFolder(RuntimeError):
    """A folder full of files that this database knows nothing of: of another one, most likely."""


def folder() -> Path:
    """Where the files are."""
    return Path(settings.EVIDENCE_FOLDER)


def place_of(digest: str) -> Path:
    """The path of a digest's file. Raises ValueError for what is none: no other path can be asked for."""
    if not DIGEST.match(digest):
        raise ValueError("no SHA-256")
    return folder() / digest[:2] / digest[2:]


def digest_of(data: bytes) -> str:
    """The SHA-256 of bytes, as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_and_length(data: bytes | Iterable[bytes]) -> tuple[str, int]:
    """The SHA-256 and the length of bytes, or of pieces of them as they come; nothing is kept."""
    found, octets = hashlib.sha256(), 0
    for piece in (data,) if isinstance(data, bytes) else data:
        found.update(piece)
        octets += len(piece)
    return found.hexdigest(), octets


def write(data: bytes) -> str:
    """Keep the bytes and return their digest. The same bytes again are the same file, with a new day."""
    digest = digest_of(data)
    place = place_of(digest)
    if not place.parent.is_dir():
        place.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        sync_folder(folder())
    draft = draft_beside(place, data, mode=0o640)  # what takes time is done before anybody has to wait
    with _locked():
        put_in_place(draft, place)
    return digest


def read(digest: str) -> bytes | None:
    """The bytes, or None where no such file is, or one with other bytes."""
    try:
        data = place_of(digest).read_bytes()
    except FileNotFoundError:
        return None
    return data if digest_of(data) == digest else None


def remove(digest: str) -> None:
    """Erase a file, if it is there."""
    with _locked():
        place_of(digest).unlink(missing_ok=True)


def sweep(is_named: Callable[[str], bool], *, now: float | None = None) -> int:
    """Erase files older than a day that no row names, and unfinished ones; return how many.

    Raises StrangeFolder when so much is nameless that this folder belongs to another database.
    """
    before = (time.time() if now is None else now) - OLD_SECONDS
    whole, left = 0, []
    for path in _files():
        unfinished, digest = UNFINISHED.match(path.name), path.parent.name + path.name
        if unfinished:
            left.append(path)
        elif DIGEST.match(digest):  # anything else is not ours
            whole += 1
            if _is_older(path, before) and not is_named(digest):
                left.append(path)
    nameless = sum(not UNFINISHED.match(path.name) for path in left)
    if nameless > max(FEW_LEFT, whole // 10):
        raise StrangeFolder(
            f"{nameless} of {whole} files in {folder()} belong to no picture of this database"
        )
    return sum(_swept(path, before, is_named) for path in left)


def _swept(path: Path, before: float, is_named: Callable[[str], bool]) -> bool:
    with _locked():
        named = not UNFINISHED.match(path.name) and is_named(path.parent.name + path.name)
        if named or not _is_older(path, before):
            return False
        path.unlink(missing_ok=True)
        return True


def _files() -> Iterator[Path]:
    if folder().is_dir():
        for shelf in sorted(folder().iterdir()):
            if shelf.is_dir() and len(shelf.name) == 2:
                yield from sorted(shelf.iterdir())


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


@contextmanager
def _locked() -> Iterator[None]:
    """One at a time, over all processes: renaming into place and sweeping never meet."""
    folder().mkdir(mode=0o750, parents=True, exist_ok=True)
    with (folder() / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
