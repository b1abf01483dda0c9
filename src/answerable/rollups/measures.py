"""Each figure that can be added up, as a condition on a case's tally and days (listening/figures.py says what they mean).

The conditions are SQL that SQLite and PostgreSQL understand alike. One name a column: of the tables here, and of the
counts that listening.figures puts its figures together from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from answerable.listening.figures import AGES
from answerable.listening.tally import BIT, BITS

#: Above the bits stand the stars of a rating.
STARS = len(BITS)
_OUT = BIT["joined"] | BIT["withdrawn"]
#: Neither joined nor taken back.
MATTER = f"(f.tally & {_OUT}) = 0"
#: Yes or no: bits that are set, and bits that are not, in a case that is neither joined nor withdrawn.
_BITS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "received": ((), ()),
    **{name: ((name,), ()) for name in BITS if name not in {"joined", "withdrawn", "unconfirmed"}},
    "unconfirmed": (("unconfirmed",), ("confirmed",)),
    "claimed_not_confirmed": (("claimed",), ("confirmed",)),
}
PROMISES = (("acknowledge", "acknowledged"), ("answer", "answered"), ("resolve", "resolved"))
#: What changes with the day alone.
OF_TODAY = (*(f"{promise}_overdue" for promise, _ in PROMISES), *(f"open_{days}" for days in AGES))
#: Every measure, in the order of the columns.
MEASURES = ("joined", "withdrawn", *_BITS, "bounces", "rated", "stars", *OF_TODAY)


def conditions(day: date) -> dict[str, str]:
    """The condition on a fact `f` under which it counts in each measure that counts cases, as of a day."""
    found = {
        "joined": f"(f.tally & {BIT['joined']}) <> 0",
        "withdrawn": _mask(("withdrawn",), ("joined",), out=0),
    }
    found |= {name: _mask(yes, no) for name, (yes, no) in _BITS.items()}
    found["rated"] = f"{MATTER} AND f.tally >= {1 << STARS}"
    for promise, done in PROMISES:
        found[f"{promise}_overdue"] = f"{_mask((), (done,))} AND f.{promise}_due_on < {literal(day)}"
    for days in AGES:
        young = literal(day - timedelta(days=days))
        found[f"open_{days}"] = f"{_mask(('open',), ())} AND f.received_on >= {young}"
    return found


def sums(day: date) -> dict[str, str]:
    """Each measure as an aggregate over facts `f` that count `n` times."""
    found = {
        name: f"COALESCE(SUM(f.n) FILTER (WHERE {condition}), 0)"
        for name, condition in conditions(day).items()
    }
    found["bounces"] = f"COALESCE(SUM(f.n * f.bounces) FILTER (WHERE {MATTER}), 0)"
    found["stars"] = f"COALESCE(SUM(f.n * (f.tally >> {STARS})) FILTER (WHERE {MATTER}), 0)"
    return {name: found[name] for name in MEASURES}


def turns(before: date, after: date) -> dict[str, str]:
    """What each measure gains from one day to another, as an aggregate; only those that the day changes."""
    old, new = sums(before), sums(after)
    return {name: f"{new[name]} - {old[name]}" for name in OF_TODAY}


def counts(row: Mapping[str, int]) -> dict[str, int]:
    """A row of measures as the counts of listening.figures."""
    found = dict(row)
    found["ended"] = row["received"] - row["open"]
    for place, days in enumerate(AGES):
        found[f"open_{place}"] = found.pop(f"open_{days}")
    return found


def literal(day: date) -> str:
    """A day in SQL."""
    return f"'{day.isoformat()}'"


def _mask(yes: tuple[str, ...], no: tuple[str, ...], out: int = _OUT) -> str:
    wanted = sum(BIT[name] for name in yes)
    looked = wanted | sum(BIT[name] for name in no) | out
    return f"(f.tally & {looked}) = {wanted}"
