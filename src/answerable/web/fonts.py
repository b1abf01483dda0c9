"""Fonts for what is printed as PDF: one file a script, found on this machine. None is part of the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

from .problems import FontMissing

if TYPE_CHECKING:
    from fpdf import FPDF

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "/System/Library/Fonts")
#: For each script: its name, the files that cover it (with the number inside a collection), and the Debian package.
FONTS = {
    "latin": ("Latin", (("NotoSans-Regular.ttf", 0), ("DejaVuSans.ttf", 0)), "fonts-noto-core"),
    "arabic": (
        "Arabic",
        (("NotoSansArabic-Regular.ttf", 0), ("NotoNaskhArabic-Regular.ttf", 0)),
        "fonts-noto-core",
    ),
    "chinese": (
        "Chinese",
        (("NotoSansCJK-Regular.ttc", 2), ("NotoSansCJKsc-Regular.otf", 0), ("NotoSansSC-Regular.otf", 0)),
        "fonts-noto-cjk",
    ),
}
_SCRIPT = {"ar": "arabic", "zh-hans": "chinese"}

#: A font file for each script, with the number inside a collection.
Fonts = Mapping[str, tuple[Path, int]]


#: Characters that tell a program in which direction to write, which no font draws; and Arabic's vowel marks: fpdf2 breaks
#: a word apart at each of them (2.8.9: it takes a mark's script for another one than its letter's), and they can be left out.
_UNPRINTED = dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x2066, 0x206A), *range(0x064B, 0x0653), 0x0670))


def printable(text: str) -> str:
    """A text as it can be drawn with letters that join."""
    return normalize("NFC", text).translate(_UNPRINTED)


def script_of(language: str) -> str:
    """The script, and so the font, of a page language."""
    return _SCRIPT.get(language, "latin")


def lay_out(pdf: FPDF, fonts: Fonts, direction: str | None = None) -> None:
    """Give a PDF the fonts, each standing in for what another lacks, and letters that join."""
    for script, (path, number) in fonts.items():
        pdf.add_font(script, fname=path, collection_font_number=number)
    pdf.set_fallback_fonts(list(fonts), exact_match=False)
    pdf.set_text_shaping(True, direction=direction)


def find_fonts(folders: Sequence[str] = FOLDERS) -> dict[str, tuple[Path, int]]:
    """A font file for each script of the product's languages. Raises FontMissing, with what to install."""
    files: dict[str, Path] = {}
    for folder in folders:
        files = {path.name: path for path in Path(folder).expanduser().rglob("*.[to]t[fc]")} | files
    found, missing = {}, []
    for script, (_, names, _package) in FONTS.items():
        one = next(((files[name], number) for name, number in names if name in files), None)
        if one is None:
            missing.append(script)
        else:
            found[script] = one
    if missing:
        raise FontMissing(
            scripts=", ".join(FONTS[script][0] for script in missing),
            packages=" ".join(sorted({FONTS[script][2] for script in missing})),
        )
    return found
