"""The paper of a slip pad: A4, five slips a page, each with its serial outside and its tracking code under a flap."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from answerable.kernel.names import direction
from answerable.safeguards import codes
from answerable.web.fonts import Fonts, lay_out, printable, script_of
from answerable.web.qr import matrix

from .rules.slips import shown
from .services.pads import PrintedSlip

if TYPE_CHECKING:
    from fpdf import FPDF

A_PAGE = 5
#: Millimetres: a slip's height, the margins, and the widths of its outside, its inside and the flap.
HIGH, LEFT, TOP, OUTSIDE, INSIDE, FLAP = 57.0, 6.0, 6.0, 92.0, 53.0, 53.0


def draw_pad(slips: Sequence[PrintedSlip], fonts: Fonts) -> bytes:
    """The PDF of a pad. Holds the codes in clear: it is handed over once and kept nowhere."""
    from fpdf import FPDF  # a second of reading, which no other page needs

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_title(settings.PROGRAMME_NAME)
    lay_out(pdf, fonts)
    form = b""
    for place, slip in enumerate(slips):
        if place % A_PAGE == 0:
            pdf.add_page()
            form = form or _draw_form(pdf)
            if place:
                _repeat(pdf, form, fonts)
        top = TOP + (place % A_PAGE) * HIGH
        _text(pdf, "latin", 17, LEFT + 3, top + 7.5, 60, shown(slip.serial))
        _draw_qr(pdf, pads_address(slip.serial), LEFT + OUTSIDE - 27, top + 2.5, 24.5)
        _draw_code(pdf, slip, LEFT + OUTSIDE, top)
    return bytes(pdf.output())


def pads_address(serial: str = "") -> str:
    """What the QR on a slip says: the register's own host, and where the serial is asked for."""
    host = settings.REGISTER_ORIGIN.split("/")[0]
    page = f"https://{host}/{settings.LANGUAGE_CODE}/register/pads/"
    return f"{page}?serial={serial}" if serial else page


def _draw_form(pdf: FPDF) -> bytes:
    """What is the same on every page, drawn on the first; its drawing, as joining letters takes long."""
    for place in range(A_PAGE):
        _draw_empty(pdf, TOP + place * HIGH)
    return bytes(_drawn(pdf))


def _repeat(pdf: FPDF, form: bytes, fonts: Iterable[str]) -> None:
    for script in fonts:  # a page names the fonts that it uses
        _text(pdf, script, 1, 0, 0, 1, " ")
    _drawn(pdf).extend(form)


def _drawn(pdf: FPDF) -> bytearray:
    """The drawing of the page under way."""
    return cast(bytearray, pdf.pages[pdf.page].contents)


def _draw_empty(pdf: FPDF, top: float) -> None:
    inside, flap = LEFT + OUTSIDE, LEFT + OUTSIDE + INSIDE
    pdf.set_draw_color(150)
    pdf.set_line_width(0.1)
    pdf.rect(LEFT, top, OUTSIDE + INSIDE + FLAP, HIGH)
    pdf.set_draw_color(0)
    pdf.set_line_width(0.25)
    pdf.set_dash_pattern(dash=2, gap=1.5)
    pdf.line(inside, top, inside, top + HIGH)
    pdf.line(flap, top, flap, top + HIGH)
    pdf.set_dash_pattern()
    _draw_outside(pdf, top)
    _draw_inside(pdf, inside, top)
    _draw_flap(pdf, flap, top)


def _draw_outside(pdf: FPDF, top: float) -> None:
    _text(pdf, "latin", 8.5, LEFT + 3, top + 2.5, 60, settings.PROGRAMME_NAME)
    y = top + 16.5
    for tag in _languages():
        with translation.override(tag):
            said = gettext(
                "Take this slip before you speak. From the next week on look up its number: it must say “received”. "
                "If it says “unused” or “void”, tell the office above."
            )
        wide = OUTSIDE - 33 if y < top + 28 else OUTSIDE - 6
        y = _paragraph(pdf, tag, 7.2, LEFT + 3, y, wide, said) + 0.8
    _text(pdf, "latin", 7.2, LEFT + 3, top + HIGH - 5, OUTSIDE - 6, pads_address())


def _draw_inside(pdf: FPDF, left: float, top: float) -> None:
    y = top + 2.5
    words = []
    for tag in _languages():
        with translation.override(tag):
            words.append(gettext("Your code"))
    _text(pdf, "latin", 7, left + 3, y, INSIDE - 6, "  ·  ".join(dict.fromkeys(words)))
    y = top + 25
    for tag in _languages():
        with translation.override(tag):
            said = gettext("Whoever has the code can read the answers, so keep it like a key.")
        y = _paragraph(pdf, tag, 7, left + 3, y, INSIDE - 6, said) + 0.6


def _draw_code(pdf: FPDF, slip: PrintedSlip, left: float, top: float) -> None:
    groups = codes.shown(slip.code).split(" ")
    _text(pdf, "latin", 16, left + 3, top + 7.5, INSIDE - 6, " ".join(groups[:3]))
    _text(pdf, "latin", 16, left + 3, top + 15.5, INSIDE - 6, " ".join(groups[3:]))
    _text(pdf, "latin", 4.6, left + 3, top + HIGH - 4, INSIDE - 6, slip.mark.hex())


def _draw_flap(pdf: FPDF, left: float, top: float) -> None:
    """Grey digits, so that nothing can be read through the closed flap."""
    pdf.set_text_color(175)
    for row in range(12):
        noise = " ".join(f"{secrets.randbelow(10_000):04}" for _ in range(4))
        _text(pdf, "latin", 10.5, left + 1.5, top + 18 + row * 3.1, FLAP - 2, noise)
    pdf.set_text_color(0)
    y = top + 2
    for tag in _languages():
        with translation.override(tag):
            said = gettext("Fold this flap over the code and close it with glue or a staple.")
        y = _paragraph(pdf, tag, 6.2, left + 2, y, FLAP - 4, said) + 0.4


def _languages() -> list[str]:
    return [tag for tag, _ in settings.LANGUAGES]


def _text(pdf: FPDF, script: str, size: float, x: float, y: float, wide: float, text: str) -> None:
    pdf.set_font(script, size=size)
    pdf.set_xy(x, y)
    pdf.cell(w=wide, h=size * 0.42, text=printable(text))


def _paragraph(pdf: FPDF, tag: str, size: float, x: float, y: float, wide: float, text: str) -> float:
    """Write a paragraph in its language's font and direction; where it ends."""
    pdf.set_font(script_of(tag), size=size)
    pdf.set_xy(x, y)
    align = "R" if direction(tag) == "rtl" else "L"
    pdf.multi_cell(w=wide, h=size * 0.4, text=printable(text), align=align)
    return float(pdf.get_y())


def _draw_qr(pdf: FPDF, text: str, x: float, y: float, side: float) -> None:
    rows = matrix(text)
    module = side / len(rows)
    pdf.set_fill_color(0)
    for row_number, row in enumerate(rows):
        column = 0
        while column < len(row):
            width = 0
            while column + width < len(row) and row[column + width]:
                width += 1
            if width:
                pdf.rect(x + column * module, y + row_number * module, width * module, module, style="F")
            column += width or 1
