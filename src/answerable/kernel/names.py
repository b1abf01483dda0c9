"""Names and short texts in several languages, with an honest fallback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RIGHT_TO_LEFT_SCRIPTS = ("ar", "fa", "he", "ur", "ps", "ckb", "ug", "dv", "yi", "sd")


@dataclass(frozen=True)
class Said:
    """A text and the language it really is in."""

    text: str
    language: str


def direction(language: str) -> str:
    """`rtl` or `ltr`, by the script of a BCP 47 tag (a script subtag wins over the language)."""
    parts = language.replace("_", "-").split("-")
    for part in parts[1:]:
        if len(part) == 4:
            return "rtl" if part.title() in {"Arab", "Hebr", "Thaa", "Syrc", "Nkoo"} else "ltr"
    return "rtl" if parts[0].lower() in RIGHT_TO_LEFT_SCRIPTS else "ltr"


def say(names: Mapping[str, str], language: str, fallback: Sequence[str] = ("en",)) -> Said:
    """The name in the wanted language, else in a fallback, else in any (sorted, so stable).

    A tag falls back to its shorter forms first: `zh-Hans-CN`, `zh-Hans`, `zh`.
    """
    wanted = language.replace("_", "-").lower()
    by_tag = {tag.lower(): tag for tag in names}
    while wanted:
        if wanted in by_tag and names[by_tag[wanted]]:
            return Said(names[by_tag[wanted]], by_tag[wanted])
        wanted = wanted.rpartition("-")[0]
    for tag in (*fallback, *sorted(names)):
        if names.get(tag):
            return Said(names[tag], tag)
    return Said("", language)
