"""What was typed at the desk, read into numbers and days; each refusal names its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from answerable.web import reading

from .problems import NumberUnreadable

TYPED = ("starts_on", "ends_on", "wanted", "lottery", "lottery_on")


@dataclass(frozen=True)
class Typed:
    """A list as it was asked for."""

    first: date
    last: date
    wanted: int
    lottery: str
    lottery_on: date | None


def draw_in(typed: Mapping[str, str]) -> Typed:
    """The days, the number and the lottery. Raises DayUnreadable, NumberUnreadable."""
    wanted = reading.number_in(typed["wanted"])
    if wanted is None or wanted > 10**6:
        raise NumberUnreadable(field="wanted", given=reading.shown(typed["wanted"])[:40] or "-")
    on = typed["lottery_on"].strip()
    return Typed(
        reading.day_in(typed["starts_on"], "starts_on"),
        reading.day_in(typed["ends_on"], "ends_on"),
        wanted,
        typed["lottery"][:200],
        reading.day_in(on, "lottery_on") if on else None,
    )


def answers_in(sent: Mapping[str, str], keys: Mapping[str, bool]) -> dict[str, str]:
    """The answers as typed, by question; the two counts of a counting one, in whatever digits, as `recorded/found`."""
    found = {}
    for key, counts in keys.items():
        if counts:
            pair = [reading.number_in(sent.get(f"{key}.{name}", "")[:20]) for name in ("recorded", "found")]
            found[key] = "/".join("" if one is None else str(one) for one in pair)
        else:
            found[key] = sent.get(key, "")[:20]
    return found
