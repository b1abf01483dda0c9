"""Which rows the acts of each kind write: an audit holds every event to it, so that none can pass for another's act.

Each room declares its kinds in its `acts.py`, once, at start. A kind that no act has any more stays declared: its
events are still there.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import rules

ADDS, CHANGES, TAKES = "adds", "changes", "takes"


@dataclass(frozen=True)
class Kind:
    """The tables whose rows an act of this kind adds, changes or takes away."""

    adds: frozenset[str]
    changes: frozenset[str]
    takes: frozenset[str]

    def may(self, table: str, *, taken: bool) -> str | None:
        """What such an act does with a row of the table that it binds; None: it never does.

        A kind that adds and changes rows of one table may change each.
        """
        if taken:
            return TAKES if table in self.takes else None
        if table in self.changes:
            return CHANGES
        return ADDS if table in self.adds else None


_kinds: dict[str, Kind] = {}


def declare(*names: str, adds: str = "", changes: str = "", takes: str = "", public: bool = False) -> None:
    """Say what acts of these kinds write, by names of tables; and whether the log shows them as they are.

    Tables of the kind's own room go without its name (`entry` for `money_entry`); the few of other rooms with it.
    Raises ValueError for a kind that is declared twice.
    """
    for name in names:
        rules.check_kind(name)
        if name in _kinds:
            raise ValueError(f"{name} is declared twice")
        room = name.partition(".")[0]
        _kinds[name] = Kind(*(_tables(room, given) for given in (adds, changes, takes)))
    if public:
        rules.make_public(*names)


def _tables(room: str, given: str) -> frozenset[str]:
    return frozenset(table if "_" in table else f"{room}_{table}" for table in given.split())


def of(name: str) -> Kind | None:
    """What acts of a kind write; None for a kind that no room declares."""
    return _kinds.get(name)


def declared() -> dict[str, Kind]:
    """Every kind and what its acts write."""
    return dict(_kinds)
