"""What the commands share: which keys count, where a log is read from, how far the work has come."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from tqdm import tqdm

from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.copies import Copy
from answerable.merkle.notes import Note, Verifier
from answerable.merkle.policy import Policy
from answerable.merkle.refused import Refused

WELL, CANNOT_SAY, WRONG = 0, 1, 2


class CannotSay(RuntimeError):
    """Why nothing can be said: a file that is missing, a key that nobody gave."""


class Parser(argparse.ArgumentParser):
    """Ends with 1 for a wrong word: 2 says that something is wrong with the log."""

    def error(self, message: str) -> NoReturn:
        """Say it and end."""
        self.exit(CANNOT_SAY, f"answerable: {self.prog}: {message}\n")


def say(sentence: str) -> None:
    """A sentence on the output, at once."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def key_options(parser: argparse.ArgumentParser) -> None:
    """Whose signatures count."""
    parser.add_argument(
        "--key", action="append", default=[], metavar="VKEY", help="a public key of the log; can be repeated"
    )
    parser.add_argument(
        "--policy",
        type=Path,
        metavar="FILE",
        help="a policy file with the log's keys, its witnesses and how many are enough",
    )


def policy_for(given: argparse.Namespace, *sources: str | Path | None) -> Policy:
    """The policy that was given, or the one that lies beside the log: which proves nothing about who made it."""
    if given.key:
        return Policy(logs=[Verifier.parse(key) for key in given.key], quorum="none")
    if given.policy:
        return Policy.parse(given.policy.read_bytes())
    for source in sources:
        if source is not None and (found := beside(source)) is not None:
            say(f"The log's key is taken from {source}/policy. Compare it once with one you got another way.")
            return Policy.parse(found)
    raise CannotSay("Whose signature counts? Give the log's public key: --key VKEY, or --policy FILE.")


def beside(source: str | Path) -> bytes | None:
    """The policy file of a log or a copy, if it has one."""
    try:
        return Copy.at(source).fetch("policy")
    except (OSError, LookupError):
        return None


def intake_key(source: str | Path) -> Verifier:
    """The key that signs promises, from the comment of a policy's file, or of a log's policy. Raises CannotSay."""
    data = source.read_bytes() if isinstance(source, Path) else beside(source)
    for line in (data or b"").decode(errors="replace").splitlines():
        if line.startswith("#intake "):
            return Verifier.parse(line.removeprefix("#intake "))
    raise CannotSay(f"{source} does not name the key that signs promises. Give it: --intake-key VKEY.")


def is_log(source: str) -> bool:
    """Whether it is an address or a folder, and no single checkpoint."""
    return source.startswith(("http://", "https://")) or Path(source).is_dir()


def checkpoint_note(source: str) -> str:
    """The text of a checkpoint: of a log, of a copy, or in a file."""
    try:
        data = Copy.at(source).fetch("checkpoint") if is_log(source) else Path(source).read_bytes()
    except FileNotFoundError:
        raise CannotSay(f"{source} has no checkpoint.") from None
    return str(Note.parse(data))


def checkpoint_of(note: str | bytes, keys: list[Verifier]) -> Checkpoint:
    """A checkpoint, once a key's signature was verified. Raises Refused."""
    parsed = Note.parse(note)
    parsed.verified_by(keys)
    found = Checkpoint.parse(parsed.text)
    if found.origin not in {key.name for key in keys}:
        raise Refused(f"This checkpoint is of {found.origin}, and the keys are of another log.")
    return found


@contextmanager
def bar(label: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; hears (done, of all)."""
    shown: tqdm[Any] = tqdm(
        desc=label, unit=unit, unit_scale=True, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False
    )

    def hear(done: int, total: int) -> None:
        shown.total = total
        shown.update(done - shown.n)

    try:
        yield hear
    finally:
        shown.close()
