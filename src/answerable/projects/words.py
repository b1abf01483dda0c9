"""What phases, steps, reasons and kinds are called, for the desk and for public pages alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext

from answerable.kernel.problem import gettext_noop

PHASES = {
    "identification": gettext_noop("Proposed"),
    "preparation": gettext_noop("Being prepared"),
    "implementation": gettext_noop("Under way"),
    "completion": gettext_noop("Called done by the office"),
    "completed": gettext_noop("Closed"),
    "cancelled": gettext_noop("Cancelled"),
    "suspended": gettext_noop("Suspended"),
}

#: Where a claim stands. The office never says `confirmed`.
STANDINGS = {
    "not-claimed": gettext_noop("Not called done yet"),
    "waiting": gettext_noop("Called done; residents are asked"),
    "unconfirmed": gettext_noop("Called done; no resident confirmed it"),
    "partly": gettext_noop("Residents say: partly done"),
    "confirmed": gettext_noop("Confirmed by residents"),
    "reopened": gettext_noop("Opened again"),
}
#: Who or what opened it again.
REOPENED = {
    "reopened-not-done": gettext_noop("Opened again: residents said that it is not done"),
    "reopened-snag": gettext_noop("Opened again: a snag was found"),
}

STEPS = {
    "made": gettext_noop("Recorded"),
    "imported": gettext_noop("Taken in from a file"),
    "moved": gettext_noop("Moved to another phase"),
    "changed": gettext_noop("Description changed"),
    "part-of": gettext_noop("Made a part, or taken out"),
    "word": gettext_noop("A word to the public"),
    "milestone": gettext_noop("Milestone added"),
    "revised": gettext_noop("Milestone moved to another day"),
    "reached": gettext_noop("Milestone reached"),
    "dropped": gettext_noop("Milestone given up"),
    "evidence": gettext_noop("Evidence added"),
    "contribution": gettext_noop("A contribution recorded or taken back"),
    "claimed": gettext_noop("Called done by the office"),
    "heard": gettext_noop("Residents were heard"),
    "confirmed": gettext_noop("Residents confirmed it"),
    "reopened": gettext_noop("Opened again"),
    "snag": gettext_noop("A snag was found"),
    "repaired": gettext_noop("A snag was repaired"),
}

WORD_KINDS = {
    "start": gettext_noop("It begins"),
    "progress": gettext_noop("How it goes"),
    "delay": gettext_noop("It is delayed"),
    "money": gettext_noop("About the money"),
    "done": gettext_noop("It is done"),
    "answer": gettext_noop("An answer to a question"),
    "stopped": gettext_noop("It stops"),
}

REASONS = {
    "weather": gettext_noop("Weather"),
    "money-late": gettext_noop("Money came late"),
    "supplies-late": gettext_noop("Supplies came late"),
    "contractor": gettext_noop("The contractor"),
    "permission": gettext_noop("A permission is missing"),
    "residents-asked": gettext_noop("Residents asked for it"),
    "plan-changed": gettext_noop("The plan changed"),
    "plan-was-wrong": gettext_noop("The plan was wrong"),
    "unsafe": gettext_noop("It would not be safe"),
    "other": gettext_noop("Another reason"),
    "as-planned": gettext_noop("As planned"),
    "money-missing": gettext_noop("Money is missing"),
    "not-wanted": gettext_noop("Residents don't want it"),
    "another-answer": gettext_noop("The need was answered otherwise"),
    "not-possible": gettext_noop("It is not possible"),
    "not-done": gettext_noop("Residents said: not done"),
    "snag": gettext_noop("A snag was found"),
    "taken-back": gettext_noop("Taken back"),
}

SNAG_KINDS = {
    "broken": gettext_noop("Broken"),
    "unfinished": gettext_noop("Unfinished"),
    "not-as-agreed": gettext_noop("Not as agreed"),
    "unsafe": gettext_noop("Not safe"),
    "other": gettext_noop("Something else"),
}

GIFTS = {
    "labour": gettext_noop("Labour"),
    "goods": gettext_noop("Goods"),
    "land": gettext_noop("Land"),
    "tools": gettext_noop("Use of tools"),
    "other": gettext_noop("Something else"),
}

MEASURES = {
    "work-days": gettext_noop("days of work, added up over everybody"),
    "pieces": gettext_noop("pieces"),
    "bags": gettext_noop("bags"),
    "kilograms": gettext_noop("kilograms"),
    "cubic-metres": gettext_noop("cubic metres"),
    "square-metres": gettext_noop("square metres"),
    "days-of-use": gettext_noop("days of use"),
    "meals": gettext_noop("meals"),
}

WAYS = {
    "codes": gettext_noop("By their codes"),
    "meeting": gettext_noop("In a meeting"),
    "visit": gettext_noop("On a visit to what was built"),
}
VERDICTS = {
    "done": gettext_noop("It is done"),
    "partly": gettext_noop("It is partly done"),
    "not": gettext_noop("It is not done"),
}
STAGES = {
    "before": gettext_noop("Before"),
    "during": gettext_noop("During the work"),
    "after": gettext_noop("After"),
}
GRADES = {
    "statement": gettext_noop("A statement"),
    "document": gettext_noop("A document"),
    "picture": gettext_noop("A picture"),
    "visit": gettext_noop("Somebody went and looked"),
}
HOW_HELD = {"hands": gettext_noop("Show of hands"), "paper": gettext_noop("Paper and tally")}
HOW_WORDS = {
    "announced-before": gettext_noop("It was announced days before"),
    "options-explained": gettext_noop("The options were explained first"),
    "open-to-everybody": gettext_noop("Everybody could come"),
    "women-chose-apart": gettext_noop("Women could choose apart"),
    "youth-asked": gettext_noop("Young people were asked as well"),
    "papers-secret": gettext_noop("Papers were marked unseen"),
    "counted-aloud": gettext_noop("It was counted aloud, before all"),
    "counted-twice": gettext_noop("It was counted twice"),
    "counted-by-villagers": gettext_noop("Villagers counted"),
}
VOCABULARIES = {
    "dac-5": gettext_noop("DAC purpose codes"),
    "dac-3": gettext_noop("DAC categories"),
    "own": gettext_noop("The village's own list"),
}
ITEMS = {"picture": gettext_noop("Picture"), "document": gettext_noop("Document")}


def one_of(table: Mapping[str, str], key: str) -> str:
    """A key of one of these tables in words; what is none as it stands."""
    return gettext(table[key]) if key in table else key


def standing_key(standing: str, verdict: str) -> str:
    """The key of a standing in these tables: what was opened again says whether residents or a snag did it."""
    if standing != "reopened":
        return standing
    return "reopened-not-done" if verdict == "not" else "reopened-snag"


def choices(table: Mapping[str, str], keys: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Keys with their words, for a form."""
    return [(key, one_of(table, key)) for key in (table if keys is None else keys)]


def reason(key: str) -> str:
    """The reason of a step in words; it may be one of several lists' keys."""
    for table in (REASONS, SNAG_KINDS, WAYS, STAGES, GIFTS, STANDINGS):
        if key in table:
            return gettext(table[key])
    return key
