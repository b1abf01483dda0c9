"""The words of this room: questions and options as they are asked, states, directions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from answerable.kernel.problem import gettext_noop
from answerable.web.figures import number

QUESTIONS: Mapping[str, str] = {
    "listened": gettext_noop("How well are people in your village listened to?"),
    "answers": gettext_noop("How good are the answers that offices give to what is said?"),
    "works": gettext_noop("How good is what was built or repaired in your village in the last year?"),
    "respect": gettext_noop("How respectfully do staff of the programme treat people here?"),
    "money-shown": gettext_noop("How well are you told what money for the village was spent on?"),
    "knows-where": gettext_noop(
        "Do you know where you can say that something in the village is wrong or missing?"
    ),
    "knows-complaint": gettext_noop("Do you know how to complain about staff without giving your name?"),
    "safe-to-complain": gettext_noop("Would you feel safe to complain about a service?"),
    "told-back": gettext_noop("Were people here told what became of what they had said?"),
    "needs-met": gettext_noop("Was what was built in the last year what the village needed most?"),
    "knows-spent": gettext_noop("Do you know where you can see how the village's money is spent?"),
}
#: What a good answer to each says, after a share: "72 % ..."
GOOD: Mapping[str, str] = {
    "listened": gettext_noop("say that people are listened to well"),
    "answers": gettext_noop("say that the answers are good"),
    "works": gettext_noop("say that what was built is good"),
    "respect": gettext_noop("say that staff treat people with respect"),
    "money-shown": gettext_noop("say that they are told well what money was spent on"),
    "knows-where": gettext_noop("know where to say that something is wrong or missing"),
    "knows-complaint": gettext_noop("know how to complain about staff without a name"),
    "safe-to-complain": gettext_noop("would feel safe to complain"),
    "told-back": gettext_noop("say that people were told what became of it"),
    "needs-met": gettext_noop("say that what was built was needed most"),
    "knows-spent": gettext_noop("know where to see how money is spent"),
}
OPTIONS: Mapping[str, str] = {
    "very-bad": gettext_noop("Very badly"),
    "bad": gettext_noop("Badly"),
    "middling": gettext_noop("Neither well nor badly"),
    "good": gettext_noop("Well"),
    "very-good": gettext_noop("Very well"),
    "yes": gettext_noop("Yes"),
    "no": gettext_noop("No"),
    "no-word": gettext_noop("I would rather not say, or I don't know"),
}
STATES: Mapping[str, str] = {
    "designed": gettext_noop("designed, not drawn yet"),
    "drawn": gettext_noop("drawn, collecting"),
    "closed": gettext_noop("closed, not published"),
    "published": gettext_noop("published"),
    "dropped": gettext_noop("dropped"),
}
POPULATIONS: Mapping[str, str] = {
    "dwellings": gettext_noop("Dwellings, by a random walk"),
    "seats": gettext_noop("Seats in a meeting, by lot"),
}
COUNTED: Mapping[str, str] = {
    "dwellings": gettext_noop("dwellings"),
    "seats": gettext_noop("seats"),
}
ALLOCATIONS: Mapping[str, str] = {
    "proportional": gettext_noop("By size: large areas are asked more"),
    "equal": gettext_noop("The same in each area"),
}
DIRECTIONS: Mapping[str, str] = {
    "north": gettext_noop("north"),
    "north-east": gettext_noop("north-east"),
    "east": gettext_noop("east"),
    "south-east": gettext_noop("south-east"),
    "south": gettext_noop("south"),
    "south-west": gettext_noop("south-west"),
    "west": gettext_noop("west"),
    "north-west": gettext_noop("north-west"),
}
TURNS: Mapping[str, str] = {"left": gettext_noop("left"), "right": gettext_noop("right")}
#: The fields of the design form, as refusals name them.
FIELDS: Mapping[str, str] = {
    "margin": gettext_noop("margin"),
    "confidence": gettext_noop("confidence"),
    "expected": gettext_noop("expected share"),
    "alike": gettext_noop("likeness within a village"),
    "response": gettext_noop("share that will answer"),
    "take": gettext_noop("answers a village"),
    "minimum": gettext_noop("minimum"),
    "answers": gettext_noop("answers on paper"),
    "count": gettext_noop("cards"),
}


def said(words: Mapping[str, str], key: str) -> str:
    """The words of a key in the active language; the key itself where there are none."""
    return gettext(words[key]) if key in words else key


def percent(e4: int | None, decimals: int = 1) -> str:
    """Ten-thousandths as a percentage; a dash for none."""
    if e4 is None:
        return "–"
    return f"{number(round(Decimal(e4) / 100, decimals))}\u00a0%"


def thousandths(value: int) -> str:
    """Thousandths as a percentage."""
    return f"{number(Decimal(value) / 10)}\u00a0%"


def plain(e4: int | None, decimals: int = 2) -> str:
    """Ten-thousandths as a number; a dash for none."""
    return "–" if e4 is None else number(round(Decimal(e4) / 10_000, decimals))


def days(first: date, last: date) -> str:
    """From a day to a day."""
    from answerable.web.figures import day

    return gettext("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}


def collected(starts_on: date, ends_on: date, closed_on: date | None) -> str:
    """The days on which a survey took answers: to its last day, or to that on which it was closed before."""
    last = min(ends_on, closed_on or ends_on)
    return days(min(starts_on, last), last)


def listed(on_list: int, villages: int | None) -> str:
    """How many of an area's villages were on the list; nothing where it was not kept."""
    if villages is None:
        return ""
    said = ngettext(
        "%(listed)s of %(villages)s village was on the list.",
        "%(listed)s of %(villages)s villages were on the list.",
        villages,
    )
    return said % {"listed": number(on_list), "villages": number(villages)}
