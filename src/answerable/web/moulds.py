"""Pages poured from a mould: the template runs once for each language and shape, and words go into its holes.

For the few pages that a whole county opens on the same evening, where running the template took longer than reading
the database. Nothing that was read is kept: a mould holds the template's own text and nothing of any village.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from . import icons
from .context import around, same_everywhere

_HOLE = re.compile("\0([a-z_]+)\0")
#: Holes that every page has: what depends on its address, and the drawings that it used.
_ALWAYS = ("alternates", "languages", "sprite")


class Hole(SafeString):
    """Stands for a value while a mould is made. A template may show it or ask whether it is there, and no more."""

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("A mould's value can't be looped over: hand in its rows as HTML")

    def __getitem__(self, part: Any) -> str:
        raise RuntimeError(
            f"A mould's value has no parts, and here {part!r} is asked for: hand it in by itself"
        )


@dataclass(frozen=True)
class Mould:
    """A page's text with holes: `parts` has text at even places, and names of values at odd ones."""

    parts: tuple[str, ...]
    icons: frozenset[str]

    def pour(self, values: Mapping[str, str]) -> str:
        """The page: each hole with its value, which is HTML by now."""
        poured = list(self.parts)
        poured[1::2] = [values[name] for name in self.parts[1::2]]
        return "".join(poured)


@lru_cache(maxsize=256)
def _mould(template: str, language: str, there: tuple[str, ...], missing: tuple[str, ...]) -> Mould:
    used: set[str] = set()
    holes = {name: Hole(f"\0{name}\0") for name in (*there, *_ALWAYS)}
    context = {**same_everywhere(language), **dict.fromkeys(missing, ""), **holes, "icons_used": used}
    # Without a request: nothing of who asks first may get into what all others see.
    parts = _HOLE.split(render_to_string(template, context))
    if any("\0" in text for text in parts) or not holes.keys() >= set(parts[1::2]):
        raise RuntimeError(f"{template} changes a value that it may only show")
    return Mould(tuple(parts), frozenset(used))


def poured(
    request: HttpRequest, template: str, values: Mapping[str, str | bool], used: frozenset[str] | set[str]
) -> HttpResponse:
    """The page that `render` would give, byte for byte.

    `values` are texts (escaped here unless they are HTML already) or flags; the template may show them and ask
    whether they are empty, and looks up nothing inside them. `used` are the icons in those values.
    """
    there = tuple(name for name, value in values.items() if value)
    missing = tuple(name for name, value in values.items() if not value)
    language = request.LANGUAGE_CODE
    mould = _mould(template, language, there, missing)
    words = {name: conditional_escape(value) for name in there if isinstance(value := values[name], str)}
    words |= around(request, language)
    words["sprite"] = icons.sprite(mould.icons | used)
    return HttpResponse(mould.pour(words))
