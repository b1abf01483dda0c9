"""What was asked of a sample of residents, in words: shares with their interval and with how many stand behind them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language, gettext

from answerable.surveys import words
from answerable.surveys.published import Line, lines_of
from answerable.web.figures import number

from .content import Link, Row, Section, Table, name_of
from .selectors import Report


def asked(report: Report) -> Section:
    """The surveys of the year that were published, of this place or the nearest one that holds it."""
    tables = []
    for survey in report.surveys:
        head = (gettext("Question"), gettext("Good answers"), gettext("Answered, of those asked"))
        title = (
            f"{name_of(survey.area)} · {words.collected(survey.starts_on, survey.ends_on, survey.closed_on)}"
        )
        rows = [
            Row((words.said(words.QUESTIONS, line.question), _share(line), _answered(line)))
            for line in lines_of(survey)
        ]
        tables.append(Table(title, head, rows))
    none = gettext("No survey of residents that covers this place was published for this year.")
    return Section(
        key="asked",
        icon="people",
        title=gettext("Asked of a sample"),
        source=Link(
            gettext("What surveys have found"),
            reverse("surveys:published", kwargs={"lang": get_language() or "en"}),
        ),
        words=[
            gettext(
                "Dwellings or seats drawn by chance, asked by somebody whose own work was not rated. Shares are rounded to 5; "
                "the interval says how far chance may have moved them."
            )
        ]
        if tables
        else [],
        tables=tables,
        gaps=[] if tables else [none],
    )


def _share(line: Line) -> str:
    said = line.said
    if said.share is None or said.low is None or said.high is None:
        return gettext("too few answered")
    return gettext("%(share)s %% (%(low)s to %(high)s)") % {
        "share": number(said.share),
        "low": number(said.low),
        "high": number(said.high),
    }


def _answered(line: Line) -> str:
    count = line.said.answers.value
    parts = {"n": "–" if count is None else number(count), "of": number(line.asked)}
    return gettext("%(n)s of %(of)s") % parts
