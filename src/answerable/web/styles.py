"""The resident pages' style sheet: one small file, inlined, with its hash for the content policy."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

TOKENS = Path(__file__).with_name("static") / "web" / "tokens.css"
SHEET = Path(__file__).with_name("resident.css")


@cache
def style_text() -> str:
    """Tokens and sheet with comments and needless white space removed."""
    text = TOKENS.read_text() + SHEET.read_text()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,>]) ?", r"\1", text).replace(";}", "}").strip()


@cache
def style_hash() -> str:
    """SHA-256 of the inlined sheet, base64, as a content policy wants it."""
    return base64.b64encode(hashlib.sha256(style_text().encode()).digest()).decode()
