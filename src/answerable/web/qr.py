"""QR codes as SVG within a page: no request, no script, no text inside (right-to-left text in an SVG comes out reversed)."""

from __future__ import annotations

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

#: Light modules around the code, as the standard asks.
QUIET = 4


def qr_svg(text: str, label: str) -> SafeString:
    """The QR code of a text (2,953 bytes at most) for inlining; `label` says what it is to who can't see it."""
    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path stroke="#000" d="{2}"/></svg>',
        side,
        label,
        "".join(_line(row, y) for y, row in enumerate(rows)),
    )


def _line(row: bytes, y: int) -> str:
    """One row as strokes a module high, each moved on from the last one's end: that compresses best."""
    line, end = f"M{QUIET} {y + QUIET}.5", 0
    for x, width in _runs(row):
        line += (f"m{x - end} 0" if x > end else "") + f"h{width}"
        end = x + width
    return line


def matrix(text: str) -> list[bytes]:
    """The code's modules, 1 for dark, without the quiet zone; error correction L, the smallest version that fits."""
    code = segno.make_qr(text, error="l", boost_error=False)
    return [bytes(row) for row in code.matrix]


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark modules begin and how many stand together."""
    found, x = [], 0
    while x < len(row):
        width = 0
        while x + width < len(row) and row[x + width]:
            width += 1
        if width:
            found.append((x, width))
        x += width or 1
    return found
