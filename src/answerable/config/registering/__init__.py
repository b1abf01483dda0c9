"""`answerable register`: copies, proofs, comparisons, and running the register and its signer.

What works on a copy or over HTTP needs no database, no settings and no Django: anybody may use it.
"""

from __future__ import annotations

import argparse
import sys

from answerable.merkle.refused import Refused
from answerable.register.signer.keys import KeyTrouble

from . import copies, keeping, running, slips
from .common import CannotSay, Parser

DESCRIPTION = """A public record that nobody has to trust: copy it, check it, compare it, prove what stands in it.

Exit codes: 0 all is well; 1 it could not be said (a file, the network, a wrong word); 2 something is wrong with the log."""


def parser() -> argparse.ArgumentParser:
    """All that can be asked."""
    made = Parser(
        "answerable register", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = made.add_subparsers(metavar="COMMAND", required=True)
    for module in (copies, slips, keeping, running):
        module.add_to(commands)
    return made


def main(words: list[str]) -> int:
    """Do it; the exit code. What hinders it is said in one sentence."""
    if words[:1] == ["signer"]:
        from answerable.register.signer.__main__ import main as sign

        return sign(words[1:])
    given = parser().parse_args(words)
    try:
        code: int = given.work(given)
    except (CannotSay, KeyTrouble, Refused, OSError) as why:
        sys.stderr.write(f"answerable: {why}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(
            "answerable: Stopped; what was fetched stays, and the next run goes on from there.\n"
        )
        return 1
    return code
