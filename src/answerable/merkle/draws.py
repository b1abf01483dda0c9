"""Drawing by lot so that anybody can draw again: a list, a value that came later, and SHA-256 (docs/reference/draws.md).

The list is text. `draw,<stratum>,<how many>` says how many are drawn of a stratum, `unit,<name>,<stratum>` that a unit
may be drawn. Its digest is published first; the seed needs a public value that nobody knows at that time. Each unit's
lot is the digest of the seed and its name, and the smallest lots of each stratum are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from heapq import nsmallest
from operator import itemgetter

from .refused import Refused


def digest_of(text: str) -> str:
    """SHA-256 of a text in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def lot(seed: bytes, name: bytes) -> bytes:
    """32 bytes that follow from a seed and a name."""
    return sha256(seed + b"\n" + name).digest()


def list_text(wanted: Mapping[str, int], units: Iterable[tuple[str, str]]) -> str:
    """The list that is committed to, from how many are wanted by stratum and (name, stratum) of each unit.

    The order in which they are given makes no difference. Raises Refused for a comma or line break in a name, a unit
    that stands twice, and a stratum of which it is not said how many are drawn.
    """
    rows = sorted(units)
    names = {name for name, _ in rows}
    if len(names) != len(rows):
        raise Refused("A unit stands in the list twice.")
    if any(not name or set(name) & set(",\r\n") or not name.isascii() for name in (*names, *wanted)):
        raise Refused(
            "A name in the list is empty, or has a comma, a line break or other letters than ASCII."
        )
    if {stratum for _, stratum in rows} - set(wanted):
        raise Refused("A unit's stratum is not one of those that are drawn from.")
    head = "".join(f"draw,{stratum},{count}\n" for stratum, count in sorted(wanted.items()))
    return head + "".join(f"unit,{name},{stratum}\n" for name, stratum in rows)


def read_list(text: str) -> tuple[dict[str, int], dict[str, list[str]]]:
    """How many are wanted, and the names, by stratum. Raises Refused for text that is no such list."""
    wanted: dict[str, int] = {}
    units: dict[str, list[str]] = {}
    try:
        for line in text.splitlines():
            what, name, value = line.split(",")
            if what == "unit":
                units[value].append(name)
            elif what == "draw" and name not in wanted and not any(units.values()):
                wanted[name], units[name] = int(value), []
            else:
                raise ValueError(line)
    except (ValueError, KeyError):
        raise Refused("This is no list to draw from.") from None
    return wanted, units


def seed_of(commitment: str, root: str, number: str = "") -> bytes:
    """The seed: of the list's digest, the later checkpoint's root in hexadecimal, and a lottery's number or nothing."""
    return sha256(f"{commitment} {root} {number}".encode()).digest()


def sample_of(text: str, root: str, number: str = "") -> list[str]:
    """The names that are drawn from a list, in alphabetical order. Raises Refused for text that is no list."""
    wanted, units = read_list(text)
    begun = sha256(seed_of(digest_of(text), root, number) + b"\n")
    drawn: list[str] = []
    for stratum, names in units.items():
        lots = []
        for name in names:
            own = begun.copy()
            own.update(name.encode())
            lots.append((own.digest(), name))
        drawn += map(itemgetter(1), nsmallest(wanted[stratum], lots))
    return sorted(drawn)


def sample_text(names: Iterable[str]) -> str:
    """The sample as the file whose digest stands in the register: a line each."""
    return "".join(f"{name}\n" for name in names)
