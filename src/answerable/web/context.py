"""What every template sees."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString

from answerable.kernel.names import direction

from .styles import style_text


@cache
def _style() -> SafeString:
    return SafeString(f"<style>{style_text()}</style>")


def page(request: HttpRequest) -> dict[str, Any]:
    """The page's surroundings: language, direction, and the same page in the other languages.

    A view whose page answers a POST sets `request.page_path` to the address that can be opened with GET.
    """
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    return {**same_everywhere(language), "icons_used": set(), **around(request, language)}


def same_everywhere(language: str) -> dict[str, Any]:
    """What depends on nothing but the language."""
    return {
        "lang": language,
        "dir": direction(language),
        "programme_name": settings.PROGRAMME_NAME,
        "emergency_number": settings.EMERGENCY_NUMBER,
        "style": _style(),
    }


def around(request: HttpRequest, current: str) -> dict[str, SafeString]:
    """What depends on the address: links to the same page in the other languages, for its head and for its reader."""
    path = getattr(request, "page_path", None) or request.path_info
    first, _, rest = path.lstrip("/").partition("/")
    if first not in _known():
        rest = ""
    query = request.META.get("QUERY_STRING", "") if request.method == "GET" else ""
    rest = escape(f"{quote(rest)}?{query}" if query else quote(rest))
    head, links = [], []
    for code, name, way in _known().values():
        if code == current:
            links.append(f'<b aria-current="true">{name}</b>')
        else:
            head.append(f'<link rel="alternate" hreflang="{code}" href="/{code}/{rest}">')
            links.append(f'<a href="/{code}/{rest}" lang="{code}" dir="{way}" hreflang="{code}">{name}</a>')
    return {"alternates": SafeString("".join(head)), "languages": SafeString("\n".join(links))}


@cache
def _known() -> dict[str, tuple[str, str, str]]:
    return {code: (code, str(name), direction(code)) for code, name in settings.LANGUAGES}
