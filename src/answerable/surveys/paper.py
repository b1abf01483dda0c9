"""What is printed: cards to cut out, each with its number, and the sheet that says how to come to those who are asked.

A card names the survey's page and days and its own number, and nothing else: no village, no dwelling, no count of cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, gettext

from answerable.kernel.names import direction
from answerable.web.fonts import Fonts, lay_out, script_of
from answerable.web.qr import matrix

from . import words
from .cards import shown
from .models import Cluster, Survey
from .rules.questions import questions_in
from .walks import steps_for

if TYPE_CHECKING:
    from fpdf import FPDF

#: Cards on an A4 page, across and down; millimetres.
ACROSS, DOWN = 2, 5
WIDE, HIGH, LEFT, TOP = 96.0, 55.0, 9.0, 11.0


def page_address() -> str:
    """Where a card is used. The number stands in no address: servers on the way write addresses down."""
    host = settings.REGISTER_ORIGIN.split("/")[0]
    return f"https://{host}/{settings.LANGUAGE_CODE}/survey/"


def draw_cards(survey: Survey, numbers: Sequence[str], fonts: Fonts) -> bytes:
    """The PDF of the cards. It holds their numbers in clear: it is handed over once and kept nowhere."""
    pdf = _new(fonts)
    for place, number in enumerate(numbers):
        at = place % (ACROSS * DOWN)
        if at == 0:
            pdf.add_page()
        _draw_card(pdf, survey, number, LEFT + at % ACROSS * WIDE, TOP + at // ACROSS * HIGH)
    return bytes(pdf.output())


def draw_instructions(survey: Survey, places: Sequence[Cluster], fonts: Fonts) -> bytes:
    """The PDF of the instructions: a page for each village, in the reader's language, with a tally sheet below.

    At its end the questions to be copied and handed out, a page in each language.
    """
    language = get_language() or settings.LANGUAGE_CODE
    pdf = _new(fonts)
    pdf.set_auto_page_break(True, 12)
    for cluster in places:
        pdf.add_page()
        _paragraph(pdf, language, 15, 15, 14, 180, cluster.area.name)
        y = _paragraph(pdf, language, 10, 15, 22, 180, words.days(survey.starts_on, survey.ends_on)) + 3
        for n, step in enumerate(steps_for(survey, cluster), start=1):
            y = _paragraph(pdf, language, 11, 15, y, 180, f"{n}. {step}") + 2
        y += 3
        for question in questions_in(survey.questions):
            if y > 262:
                pdf.add_page()
                y = 15
            y = _paragraph(pdf, language, 10, 15, y, 180, words.said(words.QUESTIONS, question.key)) + 1
            options = "   ".join(f"{words.said(words.OPTIONS, key)} ____" for key in question.options)
            y = _paragraph(pdf, language, 9, 20, y, 175, options) + 2.5
    for tag, _ in settings.LANGUAGES:
        with translation.override(tag):
            _draw_questions(pdf, survey, tag)
    return bytes(pdf.output())


def _draw_questions(pdf: FPDF, survey: Survey, tag: str) -> None:
    """The questions as somebody answers them on paper."""
    pdf.add_page()
    said = gettext(
        "Mark one answer to each question, fold the sheet and put it into the box. Write no name. You may also leave it empty."
    )
    y = _paragraph(pdf, tag, 11, 15, 15, 180, said) + 5
    for question in questions_in(survey.questions):
        if y > 232:
            pdf.add_page()
            y = 15
        y = _paragraph(pdf, tag, 12, 15, y, 180, words.said(words.QUESTIONS, question.key)) + 1
        for key in question.options:
            left = direction(tag) != "rtl"
            pdf.rect(20 if left else 186, y + 0.5, 4, 4)
            y = _paragraph(pdf, tag, 11, 27 if left else 15, y, 168, words.said(words.OPTIONS, key)) + 0.8
        y += 3


def _new(fonts: Fonts) -> FPDF:
    from fpdf import FPDF  # a second of reading, which no other page needs

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_title(settings.PROGRAMME_NAME)
    lay_out(pdf, fonts)
    return pdf


def _draw_card(pdf: FPDF, survey: Survey, number: str, left: float, top: float) -> None:
    pdf.set_draw_color(150)
    pdf.set_line_width(0.1)
    pdf.rect(left, top, WIDE, HIGH)
    _draw_qr(pdf, page_address(), left + WIDE - 25, top + 3, 22)
    pdf.set_font("latin", size=8)
    pdf.set_xy(left + 3, top + 3)
    pdf.cell(w=60, h=4, text=settings.PROGRAMME_NAME)
    pdf.set_font("latin", size=15)
    pdf.set_xy(left + 3, top + 9)
    pdf.cell(w=66, h=7, text=shown(number))
    y = top + 18
    for tag, _ in settings.LANGUAGES:
        with translation.override(tag):
            said = gettext(
                "This card answers a few questions once, on this page, %(days)s. Nobody asks who you are, and nothing "
                "tells who used it. You may also throw it away."
            ) % {"days": words.days(survey.starts_on, survey.ends_on)}
        wide = WIDE - 31 if y < top + 26 else WIDE - 6
        y = _paragraph(pdf, tag, 6.8, left + 3, y, wide, said) + 0.6
    pdf.set_font("latin", size=6.8)
    pdf.set_xy(left + 3, top + HIGH - 4.5)
    pdf.cell(w=WIDE - 6, h=3, text=page_address())


def _paragraph(pdf: FPDF, tag: str, size: float, x: float, y: float, wide: float, text: str) -> float:
    """Write a paragraph in its language's font and direction; where it ends."""
    pdf.set_font(script_of(tag), size=size)
    pdf.set_xy(x, y)
    pdf.multi_cell(w=wide, h=size * 0.42, text=text, align="R" if direction(tag) == "rtl" else "L")
    return float(pdf.get_y())


def _draw_qr(pdf: FPDF, text: str, x: float, y: float, side: float) -> None:
    rows = matrix(text)
    module = side / len(rows)
    pdf.set_fill_color(0)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                pdf.rect(x + across * module, y + down * module, module * 1.02, module * 1.02, style="F")
