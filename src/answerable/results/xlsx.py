"""One sheet of a workbook, read and written as rows of texts: openpyxl does the reading and writing, bounds stand here.

A spreadsheet keeps numbers as doubles: 15 digits of them are its own, what lies beyond is noise and is rounded away, as
spreadsheets show it. The shortest text of a double has all of the 15, so a number read as one is the number in the cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from decimal import Context, Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.packaging.core import DocumentProperties
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.functions import tostring

from .problems import SheetUnreadable

#: Unpacked bytes of a workbook, rows and cells in a row: far more than a framework has.
LARGEST = 48 * 2**20
MOST_ROWS, MOST_COLUMNS = 100_000, 500
MOST_CELLS = 400_000
_DIGITS = Context(prec=15)
_PLAIN = re.compile(r"-?(0|[1-9]\d{0,13})(\.\d{1,4})?\Z", re.ASCII)
#: One moment for all: the same framework gives the same bytes.
_MOMENT = datetime(1980, 1, 1)  # noqa: DTZ001 - the library wants one without a zone
_CORE = "docProps/core.xml"


def letters(place: int) -> str:
    """The letters of a column, from 0: A, B ... Z, AA."""
    return str(get_column_letter(place + 1))


def read_xlsx(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet: their number, and their cells. Blank rows are left out. Raises SheetUnreadable."""
    try:
        _check_size(name, data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        yield from _rows(name, book.worksheets[0])
    except (
        zipfile.BadZipFile, InvalidFileException, DefusedXmlException, ParseError, KeyError, IndexError, OSError,
        NotImplementedError, RuntimeError, ValueError, TypeError, AttributeError, SyntaxError,
    ) as error:  # fmt: skip
        raise SheetUnreadable(file=name, why=type(error).__name__) from None


def _check_size(name: str, data: bytes) -> None:
    """A zip says how large its parts are, and gives no more of them than it says."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        if sum(part.file_size for part in book.infolist()) > LARGEST:
            raise SheetUnreadable(file=name, why="size")


def _rows(name: str, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    cells = 0
    # What a sheet says of its own size is not believed: each row would be filled up to it.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells += sum(1 for value in row if value is not None)
        if number > MOST_ROWS or cells > MOST_CELLS or len(row) > MOST_COLUMNS:
            raise SheetUnreadable(file=name, why="size")
        texts = [_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        if any(text.strip() for text in texts):
            yield number, texts


def _text(value: Any) -> str:
    """A cell as the text that stands in it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat()
    return str(value)


def _number(value: int | float) -> str:
    number = _DIGITS.create_decimal(repr(value))
    if not number.is_finite() or abs(number.adjusted()) > 20:
        return repr(value)
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def write_xlsx(title: str, rows: Iterable[Sequence[str]], numeric: frozenset[int]) -> bytes:
    """A workbook of one sheet; cells of the columns in `numeric` are numbers where they are plain ones, all else text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "1")
    for row in rows:
        sheet.append(
            [
                Decimal(value) if place in numeric and _PLAIN.match(value) else _cell(sheet, value)
                for place, value in enumerate(row)
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return _of_one_moment(out.getvalue())


def _cell(sheet: Any, value: str) -> WriteOnlyCell | None:
    """A text; never a formula, however it begins."""
    if not value:
        return None
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    return cell


def _of_one_moment(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w") as book:
        for path in made.namelist():
            part = made.read(path)
            if path == _CORE:
                part = tostring(DocumentProperties(created=_MOMENT, modified=_MOMENT).to_tree())
            book.writestr(zipfile.ZipInfo(path, _MOMENT.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
