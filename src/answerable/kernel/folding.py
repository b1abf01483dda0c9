"""Folding names for search and for stable codes: case, accents and spelling variants fall away."""

from __future__ import annotations

import unicodedata

#: Letters that readers of Arabic script treat as one when they search; tatweel is only a stretched line.
_ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "ـ": None})


def fold(text: str) -> str:
    """The text in lower case, without accents, its white space single.

    Only marks with a combining class fall away: vowel signs of Indic scripts have none and stay.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFC", plain).casefold().translate(_ARABIC).split())
