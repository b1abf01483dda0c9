"""`python -m answerable.register.signer`: the same as `answerable register signer`, with nothing of Django loaded."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from .keys import KeyTrouble
from .server import run


def main(words: list[str] | None = None) -> int:
    """Serve; 1 with a sentence when that can't be."""
    parser = argparse.ArgumentParser("answerable register signer", description=main.__doc__)
    add_arguments(parser)
    given = parser.parse_args(words)
    path = given.socket or default_socket()
    if given.with_parent:
        threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        run(given.folder or path.parent, path, _ready)
    except (KeyTrouble, OSError) as trouble:
        sys.stderr.write(f"answerable: {trouble}\n")
        return 1
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where its keys are and where it listens."""
    parser.add_argument("--folder", type=Path, help="keys and memory (default: the socket's folder)")
    parser.add_argument("--socket", type=Path, help="where to listen (default: ANSWERABLE_SIGNER)")
    parser.add_argument("--with-parent", action="store_true", help="end when the standard input does")


def _end_with_input() -> None:
    """Whoever started this holds the other end, and lets go of it even when it is killed."""
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


def default_socket() -> Path:
    """The socket by the environment, as config/env.py reads it."""
    given = os.environ.get("ANSWERABLE_SIGNER")
    data = Path(os.environ.get("ANSWERABLE_DATA") or "var").absolute()
    folder = "demo-signer" if os.environ.get("ANSWERABLE_CLOCK") else "signer"
    return Path(given).absolute() if given else data / folder / "socket"


def _ready() -> None:
    sys.stdout.write("The signer listens. Ctrl-C stops.\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
