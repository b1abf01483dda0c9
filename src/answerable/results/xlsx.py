"""One sheet of an XLSX workbook (ECMA-376), read and written as rows of texts: exact, without formulas, links or network.

Libraries for workbooks hand numbers over as floats; here a number stays the text that stands in the file. Spreadsheets
keep 15 digits and write up to 17: what lies beyond the 15th is their noise and is rounded away, as they show it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Context, InvalidOperation
from xml.sax.saxutils import escape

from lxml import etree

from .problems import SheetUnreadable

#: Unpacked bytes of one part, and cells of a sheet: far more than a framework has.
LARGEST_PART = 32 * 2**20
MOST_CELLS = 400_000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DIGITS = Context(prec=15)
_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})\Z")
_PLAIN = re.compile(r"-?(0|[1-9]\d{0,13})(\.\d{1,4})?\Z", re.ASCII)


def letters(place: int) -> str:
    """The letters of a column, from 0: A, B ... Z, AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def _place(name: str) -> int:
    found = 0
    for letter in name:
        found = found * 26 + ord(letter) - 64
    return found - 1


def read_xlsx(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet: their number, and their cells. Blank rows are left out. Raises SheetUnreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            sheet = _first_sheet(name, book)
            texts = _shared(name, book)
            yield from _rows(name, _part(name, book, sheet), texts)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise SheetUnreadable(file=name, why=type(error).__name__) from None
    except etree.XMLSyntaxError:
        raise SheetUnreadable(file=name, why="XML") from None


def _part(name: str, book: zipfile.ZipFile, path: str) -> etree._Element:
    if book.getinfo(path).file_size > LARGEST_PART:
        raise SheetUnreadable(file=name, why="size")
    with book.open(path) as file:
        data = file.read(LARGEST_PART + 1)
    if len(data) > LARGEST_PART:
        raise SheetUnreadable(file=name, why="size")
    if b"<!DOCTYPE" in data[:4096]:
        raise SheetUnreadable(file=name, why="DOCTYPE")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def _first_sheet(name: str, book: zipfile.ZipFile) -> str:
    workbook = _part(name, book, "xl/workbook.xml")
    first = workbook.find(f"{MAIN}sheets/{MAIN}sheet")
    if first is None:
        raise SheetUnreadable(file=name, why="no sheet")
    wanted = first.get(f"{_OFFICE}id")
    for link in _part(name, book, "xl/_rels/workbook.xml.rels"):
        if link.get("Id") == wanted:
            target = link.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise SheetUnreadable(file=name, why="no sheet")


def _shared(name: str, book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(item) for item in _part(name, book, "xl/sharedStrings.xml").iterfind(f"{MAIN}si")]


def _text(item: etree._Element) -> str:
    """The runs of a text; what stands above it in phonetic script is no part of it."""
    parts = [item.findtext(f"{MAIN}t") or ""]
    parts += [run.findtext(f"{MAIN}t") or "" for run in item.iterfind(f"{MAIN}r")]
    return "".join(parts)


def _rows(name: str, sheet: etree._Element, texts: list[str]) -> Iterator[tuple[int, list[str]]]:
    count, number = 0, 0
    for row in sheet.iterfind(f"{MAIN}sheetData/{MAIN}row"):
        number = int(row.get("r", number + 1))
        cells: list[str] = []
        for cell in row.iterfind(f"{MAIN}c"):
            count += 1
            found = _REF.match(cell.get("r", ""))
            place = _place(found[1]) if found else len(cells)
            if count > MOST_CELLS or place > 500:
                raise SheetUnreadable(file=name, why="size")
            cells += [""] * (place - len(cells))
            cells[place:] = [_value(cell, texts)]
        if any(cell.strip() for cell in cells):
            yield number, cells


def _value(cell: etree._Element, texts: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inner = cell.find(f"{MAIN}is")
        return _text(inner) if inner is not None else ""
    value = cell.findtext(f"{MAIN}v") or ""
    if kind == "s":
        return texts[int(value)] if value else ""
    if kind == "b":
        return "yes" if value == "1" else "no"
    return _number(value) if kind == "n" and value else value


def _number(value: str) -> str:
    try:
        number = _DIGITS.create_decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > 20:
        return value
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def day_of_serial(value: str) -> str:
    """The day that a spreadsheet keeps as a number, such as 46023 for 2026-01-01; any other text as it is."""
    if not re.fullmatch(r"[1-9]\d{4}", value, re.ASCII):
        return value
    return (date(1899, 12, 30) + timedelta(days=int(value))).isoformat()


def write_xlsx(title: str, rows: Iterable[Sequence[str]], numeric: frozenset[int]) -> bytes:
    """A workbook of one sheet; cells of the columns in `numeric` are numbers where they are plain ones, all else text."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for place, value in enumerate(row):
            if not value:
                continue
            ref = f"{letters(place)}{number}"
            if place in numeric and _PLAIN.match(value):
                cells.append(f'<c r="{ref}"><v>{value}</v></c>')
            else:
                cells.append(
                    f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
                )
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    main, office = MAIN[1:-1], _OFFICE[1:-1]
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheet_type}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_type}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="{escape(title[:31])}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for path, text in files.items():
            # One moment for all: the same framework gives the same bytes.
            book.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), head + text, zipfile.ZIP_DEFLATED)
    return out.getvalue()
