"""What people say in the demo: read from data/, put together with a place and a number."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Texts = dict[str, str]
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Matter:
    """One thing that is the matter in a village: a theme, a place in it, a number."""

    theme: Theme
    where: Texts
    number: int
    kind: str
    said: Texts

    def text(self, which: str, language: str) -> str:
        """What was said (`said`), or what the office says (`will`, `done`, `explain`)."""
        texts: Texts = self.said if which == "said" else self.theme.office[which]
        return self._fill(texts[language], language)

    def _fill(self, text: str, language: str) -> str:
        return text.format(where=self.where[language], n=self.number)


@dataclass(frozen=True)
class Theme:
    """A subject with the things that are said about it."""

    subject: str
    weight: int
    sensitive: bool
    outside: str
    said: tuple[tuple[str, Texts], ...]
    office: dict[str, Texts]


@cache
def phrases() -> dict[str, Any]:
    """The words that belong to no subject."""
    return tomllib.loads((DATA / "phrases.toml").read_text(encoding="utf-8"))


@cache
def themes() -> tuple[Theme, ...]:
    """All themes in the order of the file."""
    rows = tomllib.loads((DATA / "themes.toml").read_text(encoding="utf-8"))["theme"]
    return tuple(
        Theme(
            subject=row["subject"],
            weight=row["weight"],
            sensitive=row.get("sensitive", False),
            outside=row.get("outside", ""),
            said=tuple((one["kind"], {k: v for k, v in one.items() if k != "kind"}) for one in row["said"]),
            office={key: row[key] for key in ("will", "done", "explain") if key in row},
        )
        for row in rows
    )


def phrase(key: str, language: str) -> str:
    """A phrase in a language; `decline.no-money` is one of a table."""
    found: Any = phrases()
    for part in key.split("."):
        found = found[part]
    return str(found[language])


def pick_matter(rng: random.Random, *, sensitive: bool = False, subject: str = "") -> Matter:
    """A matter by the themes' weights, or one of the given subject."""
    fitting = [t for t in themes() if t.sensitive == sensitive and subject in {"", t.subject}]
    theme = rng.choices(fitting, [t.weight for t in fitting])[0]
    kind, texts = rng.choice(theme.said)
    return Matter(theme, rng.choice(phrases()["where"]), rng.randint(3, 10), kind, texts)


def thanks(rng: random.Random, language: str) -> str:
    """A word of thanks."""
    return str(rng.choice(phrases()["thanks"][language]))


@cache
def works() -> dict[str, Any]:
    """What projects, funds, books and promises are called."""
    return tomllib.loads((DATA / "works.toml").read_text(encoding="utf-8"))


def about(key: str, **fill: str) -> Texts:
    """A word about works in every language; `fill` is put in for its braces."""
    return {tag: text.format(**fill) for tag, text in works()["words"][key].items()}
