"""Where an area stands in the tree, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from answerable.kernel.folding import fold

#: Digits an area's id takes in a path.
STEP = 8
#: Steps that a path has room for.
DEEPEST = 64
#: Between the entries of a search text; folded names never hold it.
BAR = "|"


def path_of(parent_path: str, pk: int) -> str:
    """The path of a child: its parent's path and its own id in eight digits."""
    return f"{parent_path}{pk:0{STEP}d}"


def ids_in(path: str) -> list[int]:
    """The ids along a path, root first, the area itself last."""
    return [int(path[start : start + STEP]) for start in range(0, len(path), STEP)]


def search_text(name: str, names: Mapping[str, str], codes: Iterable[str]) -> str:
    """What the search box looks through: `|name|name in another language|code|`, folded, each once."""
    parts = dict.fromkeys(fold(part).replace(BAR, " ") for part in (name, *names.values(), *codes))
    return BAR + "".join(f"{part}{BAR}" for part in parts if part)


@dataclass(frozen=True)
class PlacedArea:
    """An area's id and path; the depth follows from the path."""

    pk: int
    path: str

    @property
    def depth(self) -> int:
        """1 for a root."""
        return len(self.path) // STEP

    def covers(self, path: str) -> bool:
        """True for the area itself and everything below it."""
        return path.startswith(self.path)
