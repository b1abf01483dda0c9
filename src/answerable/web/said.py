"""Content whose language may differ from the page's: marked for machines and for eyes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from answerable.kernel.names import direction, say

from .figures import language_name


def same_language(tag: str, language: str) -> bool:
    """True when a reader of the page's language reads the tag's."""
    mine, other = language.lower().split("-"), tag.lower().replace("_", "-").split("-")
    return mine[: len(other)] == other or other[: len(mine)] == mine


def name_html(names: Mapping[str, str], plain: str = "", language: str = "") -> SafeString:
    """A name in the page's language; in another one it carries its tag, and a mark that is seen."""
    page = language or get_language() or "en"
    said = say(names, page) if names else None
    if said is None or not said.text:
        return SafeString(f"<bdi>{escape(plain)}</bdi>")
    if same_language(said.language, page):
        return SafeString(escape(said.text))
    return _foreign(said.text, said.language, page)


@lru_cache(maxsize=4096)
def _foreign(text: str, tag: str, page: str) -> SafeString:
    name = escape(language_name(tag, page))
    return SafeString(
        f'<bdi lang="{escape(tag)}" dir="{direction(tag)}">{escape(text)}</bdi> <small class="in">({name})</small>'
    )


def name_text(names: Mapping[str, str], plain: str = "", language: str = "") -> str:
    """The same name without marks, for titles and options."""
    said = say(names, language or get_language() or "en") if names else None
    return said.text if said and said.text else plain


def words_html(text: str, tag: str, language: str = "") -> SafeString:
    """A longer text: its own paragraph, with language and direction, and a note when it is not the page's."""
    page = language or get_language() or "en"
    if not tag or same_language(tag, page):
        return SafeString(f'<p class="words">{escape(text)}</p>')
    note = gettext("in %(language)s") % {"language": language_name(tag, page)}
    return SafeString(
        f'<p class="words" lang="{escape(tag)}" dir="{direction(tag)}">{escape(text)}</p>'
        f'<p class="in">{escape(note)}</p>'
    )
