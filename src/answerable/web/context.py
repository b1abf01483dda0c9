"""What every template sees."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
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
    return {
        "lang": language,
        "dir": direction(language),
        "programme_name": settings.PROGRAMME_NAME,
        "emergency_number": settings.EMERGENCY_NUMBER,
        "style": _style(),
        "icons_used": set(),
        "languages": languages(request, language),
    }


def languages(request: HttpRequest, current: str) -> list[tuple[str, str, str, str]]:
    """Tag, own name, direction and address of each page language; no address for the present one."""
    path = getattr(request, "page_path", None) or request.path_info
    first, _, rest = path.lstrip("/").partition("/")
    known = [code for code, _ in settings.LANGUAGES]
    query = request.META.get("QUERY_STRING", "")
    rest += f"?{query}" if query and request.method == "GET" else ""
    return [
        (code, name, direction(code), "" if code == current else f"/{code}/{rest if first in known else ''}")
        for code, name in settings.LANGUAGES
    ]
