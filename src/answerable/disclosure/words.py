"""What published figures are called, and how they read."""

from __future__ import annotations

from django.utils.translation import gettext

from answerable.web.figures import month, number

from .rules import Quarter
from .selectors import Figure


def said(figure: Figure) -> str:
    """A published count in the reader's digits, or why none is shown."""
    if figure.withheld:
        return gettext("not shown")
    return gettext("fewer than 10") if figure.value is None else number(figure.value)


def months(quarter: Quarter) -> str:
    """The quarter as its first and last month."""
    return gettext("%(first)s to %(last)s") % {"first": month(quarter.first), "last": month(quarter.last)}


def words() -> dict[str, str]:
    """What each measure is called on pages."""
    return {
        "heard": gettext("Heard"),
        "answered": gettext("Answered"),
        "confirmed": gettext("Done, and residents say so"),
    }
