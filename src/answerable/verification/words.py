"""The words of this room: kinds, states, questions of the checklists, answers and how serious a gap is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext

from answerable.kernel.problem import gettext_noop
from answerable.web.figures import number

from .rules.rates import Rate

KINDS: Mapping[str, str] = {
    "project": gettext_noop("Projects that are said to be done"),
    "asset": gettext_noop("Things that were handed over"),
    "payment": gettext_noop("Payments"),
    "visit": gettext_noop("Visits that were made, to look a second time"),
}
ONE: Mapping[str, str] = {
    "project": gettext_noop("Project"),
    "asset": gettext_noop("Thing"),
    "payment": gettext_noop("Payment"),
    "visit": gettext_noop("Second look"),
}
STATES: Mapping[str, str] = {
    "committed": gettext_noop("committed to, not drawn yet"),
    "drawn": gettext_noop("drawn"),
    "abandoned": gettext_noop("given up"),
}
REASONS: Mapping[str, str] = {
    "list-wrong": gettext_noop("the list was wrong"),
    "period-wrong": gettext_noop("the period was wrong"),
    "nobody-to-visit": gettext_noop("nobody could make the visits"),
    "lottery-not-held": gettext_noop("the lottery was not held"),
}
QUESTIONS: Mapping[str, str] = {
    "project/there": gettext_noop("Is what the project built there?"),
    "project/as-described": gettext_noop("Is it what the project's page says?"),
    "project/in-use": gettext_noop("Is it in use?"),
    "project/safe": gettext_noop("Is it safe?"),
    "project/sign-shown": gettext_noop("Does a sign say what it cost and who paid?"),
    "project/parts": gettext_noop("How many parts are recorded, and how many are there?"),
    "asset/there": gettext_noop("Is it there?"),
    "asset/works": gettext_noop("Does it work?"),
    "asset/kept": gettext_noop("Is it kept up by whom the record names?"),
    "asset/safe": gettext_noop("Is the thing safe?"),
    "asset/parts": gettext_noop("How many parts does the record name, and how many are there?"),
    "payment/document": gettext_noop("Is the document there?"),
    "payment/sum-same": gettext_noop("Is the sum on the document the one in the books?"),
    "payment/received": gettext_noop("Did the organisation receive it?"),
    "payment/purpose-same": gettext_noop("Was it for what the books say?"),
    "payment/pieces": gettext_noop("How many pieces were paid for, and how many were delivered?"),
}
ANSWERS: Mapping[str, str] = {
    "yes": gettext_noop("Yes"),
    "partly": gettext_noop("Partly"),
    "no": gettext_noop("No"),
}
SEVERITIES: Mapping[str, str] = {
    "small": gettext_noop("small"),
    "serious": gettext_noop("serious"),
    "dangerous": gettext_noop("dangerous"),
}
FINDING_STATES: Mapping[str, str] = {
    "open": gettext_noop("open"),
    "repaired": gettext_noop("said to be put right, not checked yet"),
    "checked": gettext_noop("put right, and checked"),
}
TABLES: Mapping[str, str] = {
    "sponsor": gettext_noop("By sponsor"),
    "level": gettext_noop("By level"),
    "subject": gettext_noop("By subject"),
}
_MONEY = {
    "m0": gettext_noop("no sum known"),
    "m1": gettext_noop("lowest third of the money"),
    "m2": gettext_noop("middle third of the money"),
    "m3": gettext_noop("highest third of the money"),
}
_HEARD = {
    "c0": gettext_noop("few voices or none published"),
    "c1": gettext_noop("some voices"),
    "c2": gettext_noop("many voices"),
}


def said(words: Mapping[str, str], key: str) -> str:
    """The words of a key in the active language; the key itself where there are none."""
    return gettext(words[key]) if key in words else key


def stratum(key: str) -> str:
    """A stratum in words."""
    kind, money, heard = key.rsplit("-", 2)
    if kind == "visit":
        return said(ONE, kind)
    return " · ".join((said(ONE, kind), said(_MONEY, money), said(_HEARD, heard)))


def kinds(keys: list[str]) -> str:
    """What a draw is from."""
    return " · ".join(said(KINDS, key) for key in keys)


def answer(given: str) -> str:
    """An answer in words; of counts, what was found of what is recorded."""
    recorded, counted, found = given.partition("/")
    if not counted:
        return said(ANSWERS, given)
    return gettext("%(found)s found, %(recorded)s recorded") % {
        "found": number(int(found)),
        "recorded": number(int(recorded)),
    }


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{number(round(Decimal(share) * 100, 1))}\u00a0%"


def rate(found: Rate | None) -> dict[str, str] | None:
    """A rate with its interval, ready to be shown; the counts beside it."""
    if found is None:
        return None
    return {
        "share": percent(found.share),
        "low": percent(found.low),
        "high": percent(found.high),
        "found": number(found.found),
        "of": number(found.of),
    }
