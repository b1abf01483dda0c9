"""keys, watch, rotate: for the signer's user. They need no database, and only the signer's folder."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from answerable.config import env
from answerable.kernel.files import FileDiffers
from answerable.register.signer import keys
from answerable.register.signer.__main__ import default_socket

from .common import WELL, CannotSay, say


def add_to(commands: Any) -> None:
    """Their words."""
    made = commands.add_parser("keys", help="make the log's key and the witness's; print the public ones")
    _folder(made)
    made.add_argument("--origin", help="the log's name for ever (default: ANSWERABLE_REGISTER_ORIGIN)")
    made.set_defaults(work=_keys)
    made = commands.add_parser("watch", help="cosign another log's checkpoints from now on")
    made.add_argument("vkey", metavar="VKEY", help="that log's public key")
    _folder(made)
    made.set_defaults(work=_watch)
    made = commands.add_parser("rotate", help="make the log's next key; both sign for 90 days")
    _folder(made)
    made.set_defaults(work=_rotate)
    # Only for the list of commands: it is a program of its own, with nothing loaded that it does not need.
    commands.add_parser("signer", help="the process that holds the keys and signs a log that only grows")


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, help="the signer's folder (default: that of its socket)")


def _place(given: argparse.Namespace) -> Path:
    folder: Path = given.folder or default_socket().parent
    return folder


def _keys(given: argparse.Namespace) -> int:
    folder = _place(given)
    origin = given.origin or env.text("ANSWERABLE_REGISTER_ORIGIN")
    try:
        made = keys.make_keys(folder, origin)
    except FileDiffers as why:
        raise CannotSay(f"Two were at it at once: {why}. Run it again.") from None
    for key in keys.log_keys(folder):
        if key.signer.name != origin:
            raise CannotSay(f"{folder} has the keys of {key.signer.name}, not of {origin}.")
        until = f"  (until {key.until})" if key.until else ""
        say(f"log      {key.signer.vkey}{until}")
    say(f"witness  {made[-1]}")
    say(f"The keys are in {folder}, for {_user()} only. Keep a copy of that folder offline, and no other.")
    return WELL


def _user() -> str:
    return f"user {os.getuid()}"


def _watch(given: argparse.Namespace) -> int:
    verifier = keys.watch(_place(given), given.vkey)
    say(
        f"{verifier.name} is watched. Give its operator the witness's key, and this instance's address with /witness."
    )
    return WELL


def _rotate(given: argparse.Namespace) -> int:
    old, new, until = keys.rotate(_place(given))
    say(f"old  {old}  (until {until})")
    say(f"new  {new}")
    say("Both sign from now on. The log says so with its next leaf, /register/policy names both.")
    return WELL
