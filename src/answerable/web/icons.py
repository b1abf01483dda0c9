"""Icons: text-free line drawings of 24 by 24, stroke 2. A page carries only those it uses."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

from django.utils.safestring import SafeString

#: The inside of each symbol. Subjects name theirs in `Subject.icon`; an unknown name shows `other`.
ICONS = {
    "speak": '<path d="M4 5h16v11H9l-5 4z"/>',
    "find": '<circle cx="11" cy="11" r="6"/><path d="m16 16 4 4"/>',
    "code": '<rect x="3" y="6" width="18" height="12" rx="2"/><path d="M7 10h2m3 0h2m3 0h.5M7 14h2m3 0h2m3 0h.5"/>',
    "place": '<path d="M12 21c5-5 7-8 7-11a7 7 0 0 0-14 0c0 3 2 6 7 11z"/><circle cx="12" cy="10" r="2"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "done": '<path d="m4 12 5 6L20 6"/>',
    "clock": '<circle cx="12" cy="12" r="8"/><path d="M12 8v4l3 2"/>',
    "people": '<circle cx="9" cy="8" r="3"/><path d="M3 20c0-4 2-6 6-6s6 2 6 6M16 5a3 3 0 0 1 0 6m2 3c2 1 3 3 3 6"/>',
    "water": '<path d="M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z"/>',
    "light": '<path d="M9 16c0-2-3-3-3-7a6 6 0 0 1 12 0c0 4-3 5-3 7zM10 20h4"/>',
    "road": '<path d="M8 4 4 20M16 4l4 16M12 5v3m0 3v3m0 3v3"/>',
    "school": '<path d="m3 11 9-7 9 7M5 10v10h14V10M10 20v-6h4v6"/>',
    "health": '<path d="M12 20C5 15 3 12 3 9a4.5 4.5 0 0 1 9-1 4.5 4.5 0 0 1 9 1c0 3-2 6-9 11z"/><path d="M12 10v5M9.5 12.5h5"/>',
    "house": '<path d="m3 12 9-8 9 8M6 10v10h12V10"/>',
    "farm": '<path d="M12 21v-9M12 12c0-4-3-6-7-6 0 4 3 6 7 6zM12 15c0-4 3-6 7-6 0 4-3 6-7 6z"/>',
    "animal": '<path d="M4 10c0 6 3 10 8 10s8-4 8-10M4 10 2 6l5 1c3-2 7-2 10 0l5-1-2 4"/><path d="M9 12h.01M15 12h.01M10 16h4"/>',
    "work": '<rect x="3" y="8" width="18" height="12" rx="2"/><path d="M9 8V5h6v3M3 13h18"/>',
    "money": '<rect x="3" y="6" width="18" height="12" rx="2"/><circle cx="12" cy="12" r="3"/>',
    "waste": '<path d="M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5m4-5v5"/>',
    "phone": '<rect x="7" y="3" width="10" height="18" rx="2"/><path d="M11 18h2"/>',
    "market": '<path d="M4 10v10h16V10M3 10l2-6h14l2 6zM9 20v-5h6v5"/>',
    "child": '<circle cx="12" cy="6" r="3"/><path d="M12 9v6m-5-3c3-2 7-2 10 0M12 15l-3 6m3-6 3 6"/>',
    "care": '<path d="M3 14c3-2 5-1 7 1h4c2 0 2 3 0 3h-4M14 16l5-3c2 0 2 2 1 3l-6 4H8l-5-2"/><circle cx="13" cy="6" r="3"/>',
    "bridge": '<path d="M2 18h20M5 18v-4m14 4v-4M2 14c6-8 14-8 20 0M12 8v6M8 10v4m8-4v4"/>',
    "tree": '<path d="M12 21v-5M12 3 6 10h3l-4 6h14l-4-6h3z"/>',
    "law": '<path d="M12 4v16M8 20h8M4 8h16M4 8l-2 6h5zM20 8l-3 6h5z"/>',
    "shield": '<path d="M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6z"/>',
    "office": '<path d="M5 21V4h10v17M15 9h4v12M3 21h18M8 8h4M8 12h4M8 16h4"/>',
    "hall": '<path d="M3 20h18M5 20V11m4 9v-9m6 9v-9m4 9v-9M3 11l9-6 9 6z"/>',
    "paper": '<path d="M7 3h8l4 4v14H7zM15 3v4h4M10 12h6M10 16h6"/>',
    "gap": '<circle cx="12" cy="12" r="8" stroke-dasharray="4 3"/><path d="M9 12h6"/>',
    "other": '<circle cx="5" cy="12" r="1.2"/><circle cx="12" cy="12" r="1.2"/><circle cx="19" cy="12" r="1.2"/>',
}


def symbol(name: str) -> str:
    """The sprite's symbol of one icon."""
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{ICONS[name]}</symbol>'


def drawn(name: str, css: str = "i") -> SafeString:
    """One icon of those known, drawn by the page's sprite; it says nothing that the words beside it don't."""
    return SafeString(f'<svg class="{css}" aria-hidden="true"><use href="#i-{name}"/></svg>')


def sprite(used: Set[str]) -> SafeString:
    """The symbols of the icons that a page used; stands last in the page."""
    return _sprite(frozenset(used)) if used else SafeString("")


@lru_cache(maxsize=512)
def _sprite(used: frozenset[str]) -> SafeString:
    symbols = "".join(symbol(name) for name in sorted(used))
    return SafeString(f'<svg width="0" height="0" class="hide" aria-hidden="true">{symbols}</svg>')


def known(name: str) -> str:
    """The name itself, or `other` where there is no such drawing."""
    return name if name in ICONS else "other"
