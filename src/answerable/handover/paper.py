"""A dossier on paper: A4, right-to-left where the language is. The same records give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from unicodedata import bidirectional, east_asian_width

from django.conf import settings
from django.utils.translation import get_language, gettext
from fpdf import FPDF

from answerable.kernel.names import direction
from answerable.web.figures import day, number
from answerable.web.fonts import Fonts, lay_out, printable, script_of
from answerable.web.said import name_text

from .selectors import Dossier
from .telling import parts_of, sealed_said, team_name

MARGIN = 16.0
INK, SOFT, GREEN, RED = (28, 28, 28), (92, 92, 92), (12, 92, 70), (160, 32, 28)


@dataclass(frozen=True)
class _Line:
    """A paragraph: text, size, colour, and the room after it."""

    text: str
    size: float
    colour: tuple[int, int, int] = INK
    after: float = 0.3


def draw(dossier: Dossier, fonts: Fonts) -> bytes:
    """The dossier as PDF, in the active language."""
    language = get_language() or settings.LANGUAGE_CODE
    rtl, font = direction(language) == "rtl", script_of(language)
    said = list(_said(dossier))
    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime.combine(dossier.today, time(12), UTC))
    pdf.set_title(settings.PROGRAMME_NAME)
    pdf.set_lang(language)
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    lay_out(pdf, _needed(fonts, font, "".join(line.text for line in said)))
    pdf.add_page()
    align: Any = "R" if rtl else "L"
    wrap: Any = "CHAR" if font == "chinese" else "WORD"
    for line in said:
        plain = printable(line.text)
        turned = rtl and any(bidirectional(c) in {"R", "AL"} for c in plain)
        pdf.set_text_shaping(True, direction="rtl" if turned else "ltr")
        pdf.set_font(font, size=line.size)
        pdf.set_text_color(*line.colour)
        pdf.set_x(MARGIN)
        pdf.multi_cell(w=pdf.epw, h=line.size * 0.5, text=plain, align=align, wrapmode=wrap)
        pdf.set_y(pdf.get_y() + line.after)
    return bytes(pdf.output())


def _needed(fonts: Fonts, first: str, letters: str) -> Fonts:
    """The fonts that there are letters for: reading one takes longer than drawing with it."""
    wanted = {first, "latin"}
    if any(bidirectional(c) in {"R", "AL", "AN"} for c in letters):
        wanted.add("arabic")
    if any(east_asian_width(c) in {"W", "F"} for c in letters):
        wanted.add("chinese")
    return {script: fonts[script] for script in [first, *fonts] if script in wanted}


def _said(dossier: Dossier) -> Iterator[_Line]:
    """What stands on it, from the top."""
    posting, acting = dossier.posting, dossier.acting
    yield _Line(settings.PROGRAMME_NAME, 10, SOFT)
    yield _Line(f"{gettext('Dossier')}: {name_text(posting.area.names, posting.area.name)}", 20, GREEN)
    yield _Line(f"{team_name(posting)} · {day(posting.starts_on)} – {day(posting.ends_on)}", 11)
    yield _Line(gettext("As of %(day)s") % {"day": day(dossier.today)}, 10, SOFT)
    if acting is not None:
        yield _Line(f"{gettext('Acting post')}: {name_text(acting.names, acting.key)}", 10)
    for following in dossier.following:
        yield _Line(f"{gettext('Next team')}: {team_name(following)}, {day(following.starts_on)}", 10)
    yield _Line(f"{gettext('Sealed matters, a count only')}: {sealed_said(dossier.sealed)}", 10, after=3)
    for part in parts_of(dossier):
        yield _Line(f"{part.title} ({number(len(part.rows))})", 14, GREEN, 1)
        for row in part.rows:
            line = row.entry.line
            yield _Line(f"{row.label} · {name_text(line.names, '')}", 10.5)
            due = gettext("by %(day)s") % {"day": day(line.due_on)} if line.due_on else ""
            answered = row.answered or gettext("nobody has taken it over")
            facts = [name_text(line.place), row.standing, row.amount, row.age, due, row.owner, answered]
            red = line.late or not row.entry.claimed
            yield _Line(" · ".join(fact for fact in facts if fact), 9, RED if red else SOFT, 1)
    if dossier.offices:
        yield _Line(gettext("Offices"), 14, GREEN, 1)
        for post in dossier.offices:
            yield _Line(name_text(post.names, post.key), 10)
    if dossier.lessons:
        yield _Line(gettext("Lessons"), 14, GREEN, 1)
        for lesson in dossier.lessons:
            yield _Line(f"{day(lesson.on)}: {lesson.text}", 10, after=1)
