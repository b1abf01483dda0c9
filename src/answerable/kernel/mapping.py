"""Mapping files: TOML that says which column means what. An unknown key is refused, with the nearest known one."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .problem import Problem, gettext_noop


class MappingRefused(Problem):
    """The mapping file can't be used as it is."""

    code = "mapping-refused"
    sentence = gettext_noop("Mapping {file}: {why}")


class MappingTable:
    """One table of a mapping file, read with checks; its place in the file is said in each refusal."""

    def __init__(self, file: str, values: Mapping[str, Any], where: str = "") -> None:
        self.file = file
        self.values = values
        self.where = where

    def refuse(self, why: str) -> MappingRefused:
        """A refusal that names the place; to be raised."""
        return MappingRefused(file=self.file, why=f"{self.where}{': ' if self.where else ''}{why}")

    def only(self, known: Iterable[str]) -> MappingTable:
        """Refuse keys that are not among these."""
        names = sorted(known)
        for key in self.values:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}."
                raise self.refuse(f"the key {key!r} is not known; {hint}")
        return self

    def text(self, key: str, default: str | None = None, *, among: Iterable[str] = ()) -> str:
        """A text. Without a default it has to be there."""
        value = self.values.get(key, default)
        if value is None:
            raise self.refuse(f"the key {key!r} is missing.")
        if not isinstance(value, str):
            raise self.refuse(f"{key!r} must be a text in quotes.")
        choices = list(among)
        if choices and value not in choices:
            raise self.refuse(f"{key!r} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.refuse(f"{key!r} must be true or false.")
        return value

    def number(self, key: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """A whole number."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.refuse(f"{key!r} must be a whole number of at least {least}.")
        if most is not None and value > most:
            raise self.refuse(f"{key!r} must be a whole number of at most {most}.")
        return value

    def encoding(self, key: str = "encoding") -> str | None:
        """An encoding of text that Python knows; None when absent."""
        value = self.text(key, "")
        if not value:
            return None
        try:
            "a".encode(value)
        except (LookupError, ValueError):
            raise self.refuse(
                f"{key!r} must be an encoding such as utf-8 or cp1252, not {value!r}."
            ) from None
        return value

    def column(self, key: str) -> str | int | list[str | int] | None:
        """A column: its name, NAME#2, its number from 1, or a list of these; None when absent."""
        return self._column(key, self.values.get(key))

    def columns_by_language(self, key: str, language: str) -> dict[str, str | int | list[str | int]]:
        """Columns by language: a table (`name.ar = "..."`), or one column in the usual language."""
        value = self.values.get(key)
        if value is None:
            return {}
        found = value if isinstance(value, dict) else {language: value}
        return {
            tag: column
            for tag, spec in found.items()
            if (column := self._column(f"{key}.{tag}", spec)) is not None
        }

    def _column(self, key: str, value: Any) -> str | int | list[str | int] | None:
        items = value if isinstance(value, list) else [value]
        if value is not None and not (
            items and all(isinstance(item, str | int) and not isinstance(item, bool) for item in items)
        ):
            raise self.refuse(f"{key!r} must be a column: its name, its number, or a list of these.")
        column: str | int | list[str | int] | None = value
        return column

    def texts(self, key: str) -> list[str]:
        """A list of texts, empty when absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refuse(f"{key!r} must be a list of texts.")
        return list(value)

    def text_table(self, key: str) -> dict[str, str]:
        """A table of texts (labels by language), empty when absent."""
        value = self.values.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self.refuse(f'{key!r} must be a table of texts, such as {key}.en = "...".')
        return dict(value)

    def table(self, key: str) -> MappingTable:
        """A table below this one, empty when absent."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.refuse(f"{key!r} must be a table: [{key}].")
        return MappingTable(self.file, value, f"[{key}]")

    def tables(self, key: str) -> list[MappingTable]:
        """A list of tables: [[key]]."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.refuse(f"{key!r} must be a list of tables, each under [[{key}]].")
        return [MappingTable(self.file, item, f"[[{key}]] {place}") for place, item in enumerate(value, 1)]


def read_mapping(path: str | Path) -> MappingTable:
    """Read a mapping file. Raises MappingRefused when it is missing or is no TOML."""
    name = str(path)
    try:
        return MappingTable(name, tomllib.loads(Path(path).read_bytes().decode("utf-8-sig")))
    except (OSError, ValueError) as error:
        if isinstance(error, tomllib.TOMLDecodeError):
            raise MappingRefused(file=name, why=f"this is no TOML: {error}.") from None
        if isinstance(error, UnicodeDecodeError):
            raise MappingRefused(file=name, why="this is no text in UTF-8.") from None
        raise MappingRefused(file=name, why="there is no such file, or it can't be read.") from None
