"""Refusals with a stable code, a status and a sentence that says what to do next."""

from __future__ import annotations

from typing import Any, ClassVar


def gettext_noop(message: str) -> str:
    """Mark an English sentence for translation where Django must not be imported."""
    return message


class Problem(Exception):
    """A refusal that a person can act on.

    Subclasses give `code` (stable, `room-what`), `status` (HTTP) and `sentence`
    (English, with `{name}` placeholders); the values come as keyword arguments.
    `web` translates the sentence and draws it as a page or JSON.
    """

    code: ClassVar[str] = ""
    status: ClassVar[int] = 400
    sentence: ClassVar[str] = ""

    def __init__(self, *, field: str = "", **values: Any) -> None:
        self.field = field
        self.values = values
        super().__init__(self.english)

    @property
    def english(self) -> str:
        """The sentence in English with its values filled in."""
        return self.sentence.format(**self.values)


def all_problems() -> list[type[Problem]]:
    """Every Problem class that has a code, sorted by it: what docs and tests walk."""
    found: list[type[Problem]] = []
    waiting = [Problem]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if child.code:
                found.append(child)
    return sorted(set(found), key=lambda cls: cls.code)
