"""A report on paper: A4, from the same parts as the page, right-to-left where the language is.

The same records give the same bytes: no moment stands in it but the day of the figures.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from unicodedata import bidirectional, east_asian_width

from django.conf import settings
from django.utils.translation import gettext
from fpdf import FPDF

from answerable.evidence.models import Item
from answerable.evidence.selectors import picture_bytes
from answerable.kernel.names import direction
from answerable.web.figures import number
from answerable.web.fonts import Fonts, lay_out, printable, script_of

from .content import Entry, Fact, Section, Table, Told

#: Millimetres.
MARGIN, FOOT, SHOT_WIDE, SHOT_HIGH = 16.0, 18.0, 62.0, 44.0
INK, SOFT, GREEN, RED, LINE = (28, 28, 28), (92, 92, 92), (12, 92, 70), (160, 32, 28), (205, 205, 200)


def draw(told: Told, on: date, fonts: Fonts) -> bytes:
    """The report as PDF. `on` is the day of the figures."""
    return _Paper(told, on, fonts).drawn()


class _Sheets(FPDF):
    """Pages that each end with a line at their foot."""

    foot: Callable[[], None]

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        self.foot()


class _Paper:
    def __init__(self, told: Told, on: date, fonts: Fonts) -> None:
        self.told = told
        self.rtl = direction(told.language) == "rtl"
        self.font = script_of(told.language)
        # Scripts without spaces between words break anywhere.
        self.wrap: Any = "CHAR" if self.font == "chinese" else "WORD"
        self.start: Any = "R" if self.rtl else "L"
        self.end: Any = "L" if self.rtl else "R"
        self.host = f"https://{settings.REGISTER_ORIGIN.split('/')[0]}"
        pdf = self.pdf = _Sheets(format="A4")
        pdf.foot = self._foot
        pdf.set_creation_date(datetime.combine(on, time(12), UTC))
        pdf.set_title(f"{told.place} · {told.title}")
        pdf.set_lang(told.language)
        pdf.set_margins(MARGIN, MARGIN)
        pdf.set_auto_page_break(False)
        lay_out(pdf, needed(fonts, told))

    def drawn(self) -> bytes:
        self.pdf.add_page()
        self._head()
        for section in self.told.sections:
            self._section(section)
        self._gaps()
        return bytes(self.pdf.output())

    def _head(self) -> None:
        self._say(settings.PROGRAMME_NAME, 10, SOFT)
        self._say(self.told.place, 24, GREEN)
        self._say(self.told.title, 17)
        for line in self.told.lead:
            self._say(line, 10, SOFT)
        self._space(2)
        self._facts(self.told.head)

    def _section(self, section: Section) -> None:
        self._room(34)
        self._space(5)
        self._rule(GREEN, 0.6)
        self._say(section.title, 15, GREEN, after=1)
        for words in section.words:
            self._say(words, 9.5, SOFT, after=1)
        self._facts(section.facts)
        for table in section.tables:
            self._table(table)
        for entry in section.entries:
            self._entry(entry)
        for gap in section.gaps:
            self._say(f"{gettext('Missing')}: {gap}", 10, RED, after=0.5)
        self._link(section.source.words, section.source.address)

    def _gaps(self) -> None:
        self._room(40)
        self._space(5)
        self._rule(RED, 0.6)
        self._say(gettext("What is missing, all of it"), 15, RED, after=1)
        for gap in self.told.gaps:
            self._say(f"– {gap}", 10, after=0.5)
        self._space(2)
        self._link(gettext("The same, kept up to date"), self.told.address)

    def _foot(self) -> None:
        self.pdf.set_y(self.pdf.h - 12)
        text = f"{self.told.place} · {self.told.title} · {number(self.pdf.page)}"
        self._say(text, 8, SOFT, breaks=False)

    # --- parts ---

    def _facts(self, facts: Sequence[Fact]) -> None:
        wide = self.pdf.epw
        for fact in facts:
            value = f"{fact.value} ({fact.of})" if fact.of else fact.value
            self._cells((fact.label, value), (wide * 0.6, wide * 0.4), 10.5)

    def _table(self, table: Table) -> None:
        columns = len(table.head)
        first = self.pdf.epw * (0.46 if columns < 4 else 0.4)
        widths = (first, *((self.pdf.epw - first) / (columns - 1) for _ in range(columns - 1)))
        self._room(22)
        self._space(1.5)
        if table.title:
            self._say(table.title, 11, after=0.5)
        self._cells(table.head, widths, 9, SOFT)
        for row in table.rows:
            self._cells(row.cells, widths, 10, address=row.address)
        self._space(1.5)

    def _entry(self, entry: Entry) -> None:
        pictures = [(shot, data) for shot in entry.shots if (data := picture_bytes(shot.item, small=True))]
        self._room(14 + (SHOT_HIGH + 6 if pictures else 0))
        self._space(1.5)
        self._say(entry.name, 11.5, address=entry.address)
        line = " · ".join(part for part in (entry.tag, *entry.words) if part)
        self._say(line, 9.5, RED if entry.bad else SOFT)
        if not pictures:
            return
        top = self.pdf.get_y() + 1
        for place, (shot, data) in enumerate(pictures):
            wide, high = _fitting(shot.item)
            left = MARGIN + place * (SHOT_WIDE + 5)
            if self.rtl:
                left = self.pdf.w - left - wide
            self.pdf.image(io.BytesIO(data), x=left, y=top, w=wide, h=high, alt_text=str(shot.alt))
            self.pdf.set_xy(left, top + high + 0.5)
            self._font(8.5, SOFT)
            self.pdf.cell(w=wide, h=4, text=self._plain(shot.stage), align=self.start)
        self.pdf.set_y(top + max(_fitting(shot.item)[1] for shot, _ in pictures) + 6)

    # --- drawing ---

    def _font(self, size: float, colour: tuple[int, int, int] = INK) -> None:
        self.pdf.set_font(self.font, size=size)
        self.pdf.set_text_color(*colour)

    def _plain(self, text: str) -> str:
        """A text as the library takes it; one without a letter that runs from the right, such as a sum of money or an
        address, runs from the left, as it does in a page."""
        plain = printable(text)
        way = "rtl" if self.rtl and any(bidirectional(c) in {"R", "AL"} for c in plain) else "ltr"
        self.pdf.set_text_shaping(True, direction=way)
        return plain

    def _say(
        self,
        text: str,
        size: float,
        colour: tuple[int, int, int] = INK,
        *,
        after: float = 0,
        address: str = "",
        breaks: bool = True,
    ) -> None:
        """A paragraph over the whole width."""
        self._font(size, colour)
        plain = self._plain(text)
        wide, high = self.pdf.epw, size * 0.5
        whole = self._high(plain, wide, high)
        if breaks:
            self._room(whole)
        top = self.pdf.get_y()
        self._put(plain, MARGIN, top, wide, high, whole, self.start, address)
        self.pdf.set_y(top + whole + after)

    def _link(self, words: str, address: str) -> None:
        said = gettext("Where this stands: %(page)s") % {"page": words}
        self._say(said, 8.5, SOFT, after=0, address=address)
        self._font(7.5, SOFT)
        self.pdf.set_x(MARGIN)
        full = self.host + address
        self.pdf.cell(w=self.pdf.epw, h=4, text=self._plain(full), align=self.start, link=full)
        self.pdf.ln(4)

    def _cells(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        size: float,
        colour: tuple[int, int, int] = INK,
        address: str = "",
    ) -> None:
        """A line of a table: words at the reader's side, figures at the other."""
        pdf = self.pdf
        self._font(size, colour)
        high = size * 0.48
        heights = [
            self._high(self._plain(cell), wide, high) for cell, wide in zip(cells, widths, strict=True)
        ]
        self._room(max(heights) + 2)
        top = pdf.get_y() + 0.9
        left = MARGIN
        for place, (cell, wide, whole) in enumerate(zip(cells, widths, heights, strict=True)):
            x = pdf.w - left - wide if self.rtl else left
            align = self.end if place else self.start
            self._put(self._plain(cell), x, top, wide, high, whole, align, "" if place else address)
            left += wide
        pdf.set_y(top + max(heights) + 0.9)
        self._rule(LINE, 0.15)

    def _high(self, plain: str, wide: float, high: float) -> float:
        """How high a text stands in a width; one that fits in a line is not broken up to be measured."""
        pdf = self.pdf
        if pdf.get_string_width(plain) <= wide - 2 * pdf.c_margin and "\n" not in plain:
            return high
        found: Any = pdf.multi_cell(
            w=wide, h=high, text=plain, wrapmode=self.wrap, dry_run=True, output="HEIGHT"
        )
        return float(found)

    def _put(
        self, plain: str, x: float, y: float, wide: float, high: float, whole: float, align: Any, address: str
    ) -> None:
        link = self.host + address if address else ""
        self.pdf.set_xy(x, y)
        if whole <= high:
            self.pdf.cell(w=wide, h=high, text=plain, align=align, link=link)
        else:
            self.pdf.multi_cell(w=wide, h=high, text=plain, align=align, wrapmode=self.wrap, link=link)

    def _rule(self, colour: tuple[int, int, int], wide: float) -> None:
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(wide)
        self.pdf.line(MARGIN, self.pdf.get_y(), self.pdf.w - MARGIN, self.pdf.get_y())
        self._space(wide)

    def _space(self, high: float) -> None:
        self.pdf.set_y(self.pdf.get_y() + high)

    def _room(self, high: float) -> None:
        """A new page, where this one has no room for so much."""
        if self.pdf.get_y() + high > self.pdf.h - FOOT:
            self.pdf.add_page()


def needed(fonts: Fonts, told: Told) -> Fonts:
    """The fonts that a report has letters for: reading a font takes longer than drawing with it."""
    ordered = sorted(fonts.items(), key=lambda font: font[0] != script_of(told.language))
    letters = set(str(told)) | set(settings.PROGRAMME_NAME)
    wanted = {script_of(told.language), "latin"}
    if any(bidirectional(c) in {"R", "AL", "AN"} for c in letters):
        wanted.add("arabic")
    if any(east_asian_width(c) in {"W", "F"} for c in letters):
        wanted.add("chinese")
    return {script: font for script, font in ordered if script in wanted}


def _fitting(item: Item) -> tuple[float, float]:
    """How wide and high a picture is drawn: within its frame, in its own shape."""
    wide, high = float(item.width or 4), float(item.height or 3)
    scale = min(SHOT_WIDE / wide, SHOT_HIGH / high)
    return wide * scale, high * scale
