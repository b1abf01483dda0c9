"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class FileDiffers(RuntimeError):
    """A file that never changes has other bytes than it should have."""


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Put the file in the place of whatever stands there. When this returns, the disk has it."""
    put_in_place(draft_beside(path, data, mode=mode), path)


def put_in_place(draft: Path, path: Path) -> None:
    """Let a draft stand in the place of whatever stands there. When this returns, the disk has it."""
    try:
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_once(path: Path, data: bytes, *, mode: int = 0o644) -> bool:
    """Write a file that will never change; False when it stands there already.

    Raises FileDiffers when what stands there has other bytes: it is left as it is.
    """
    try:
        there = path.read_bytes()
    except FileNotFoundError:
        pass
    else:
        return _same(path, there, data)
    draft = draft_beside(path, data, mode=mode)
    try:
        os.link(draft, path)
    except FileExistsError:
        return _same(path, path.read_bytes(), data)
    finally:
        draft.unlink()
    return True


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the folder's names."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _same(path: Path, there: bytes, data: bytes) -> bool:
    if there != data:
        raise FileDiffers(f"{path} has other bytes than it should have")
    return False


def draft_beside(path: Path, data: bytes, *, mode: int = 0o644) -> Path:
    """Write the bytes to a file of another name beside `path`, which begins with a point. The disk has them then."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return draft
