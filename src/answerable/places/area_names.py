"""Names as files have them: the first of several, without shouting, and as the ground of a code."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from answerable.kernel.folding import fold

LONGEST_CODE = 80


def first_name(names: dict[str, str]) -> str:
    """The first of the names, or nothing."""
    return next(iter(names.values()), "")


def made_code(above: str, names: dict[str, str]) -> str:
    """A code for a place whose list gives none: the parent's code and the folded name. Stable, so that a
    second import finds the same place."""
    folded = fold(first_name(names))
    slug = "".join(char if unicodedata.category(char)[0] in "LMN" else "-" for char in folded)
    slug = re.sub("-+", "-", slug).strip("-")
    if not slug:
        return ""
    code = f"{above}/{slug}" if above else slug
    if len(code) > LONGEST_CODE:
        code = f"{code[: LONGEST_CODE - 9]}~{hashlib.sha256(code.encode()).hexdigest()[:8]}"
    return code


def title_case(name: str) -> str:
    """A name in capitals with capitals only at the start of words; short words without vowels stay (CBD)."""
    if name != name.upper():
        return name
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)*", _title_word, name)


def _title_word(match: re.Match[str]) -> str:
    word = match[0]
    if len(word) <= 4 and not set(word.casefold()) & set("aeiou"):
        return word
    return word[0] + word[1:].lower()
