"""The language part of residents' addresses, for every room that has such pages."""

from __future__ import annotations

from django.urls import register_converter


class PageLanguage:
    """The languages that resident pages are written in: `path("<page_language:lang>/", include(pages))`."""

    regex = "en|ar|zh-hans"

    def to_python(self, value: str) -> str:
        """The tag as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """The same."""
        return value


register_converter(PageLanguage, "page_language")
