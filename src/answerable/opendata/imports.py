"""Taking IATI files in: checked as a whole first, then written batch by batch in one act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from answerable.access.gate import acting, post_for
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.money import CURRENCIES, LARGEST_UNITS, Amount, exponent, plain
from answerable.kernel.tables import ImportReport, Progress, silent
from answerable.money.services.foreign import OPENED
from answerable.places.models import Area
from answerable.places.selectors import area_by_code, children

from .closed import Closed
from .iati.elements import Activity, Transaction
from .iati.reading import Reading, read_activities
from .models import LONGEST_IDENTIFIER
from .problems import AreaUnclear, AreaUnknown
from .published import TRANSACTION_TYPES, count_left
from .services import Found, Taken, take_in_activities

BATCH = 100
#: How many paths that are not kept the report names.
MOST_PATHS = 30


class _NothingToWrite(Exception):
    """Leaves the act: everything it did is undone."""


@dataclass
class _Sums:
    """Transactions by type and currency, as they were read."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    units: Counter[tuple[str, str]] = field(default_factory=Counter)
    empty: int = 0
    later: int = 0


def import_iati(
    *,
    actor: Actor,
    files: Iterable[Path],
    area: str | None = None,
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Take in what others published in IATI files: a project for each activity, an entry for each transaction.

    `area` is where the projects are put, as SCHEME:CODE; not needed where the programme has one area at the top.
    What is there already and unchanged stays as it is. `keep` says what faults do: "none" keeps everything out,
    "good" takes the activities without fault. Raises Denied, AreaUnknown, AreaUnclear, and the Problems of iati.reading.
    """
    post_for(actor, Right.IMPORT, None)
    home = _home(area)
    paths = [Path(file) for file in files]
    report = ImportReport(files=[str(path) for path in paths])
    sums, taken, closed = _Sums(), Taken(), Closed()
    left = {path: Counter[str]() for path in paths}
    # Twice through the files: a fault on the last line keeps everything out, and nothing is held in memory meanwhile.
    seen: dict[str, tuple[str, int]] = {}
    for path in paths:
        reading = Reading(str(path), seen=seen)
        for item in progress(_checked(path, reading, sums, closed), label=path.name):
            count_left(item.activity, left[path])
        left[path].update(reading.left)
        report.rows += reading.activities
        report.faults += reading.faults
    writes = not dry_run and not (keep == "none" and report.faults)
    try:
        with acting(actor, Right.IMPORT, None) as act:
            again: dict[str, tuple[str, int]] = {}
            for path in paths:
                for batch in _batches(_checked(path, Reading(str(path), seen=again), _Sums(), closed)):
                    _add(taken, take_in_activities(actor=actor, area=home, items=batch))
            act.idle = True  # each batch has left its own record
            if not writes:
                raise _NothingToWrite
    except _NothingToWrite:
        report.kept = False
    report.added, report.updated, report.unchanged = taken.added, taken.updated, taken.unchanged
    faulty = {fault.file for fault in report.faults}
    report.notes += [
        note for path in paths if (note := _not_kept(path, left[path], report.kept, str(path) in faulty))
    ]
    _note(report, taken, sums)
    return report


def _home(area: str | None) -> Area:
    if area:
        scheme, _, code = area.partition(":")
        found = area_by_code(scheme, code)
        if found is None:
            raise AreaUnknown(area=area[:80])
        return found
    tops = children(None)
    if len(tops) != 1:
        raise AreaUnclear(count=len(tops))
    return tops[0]


def _batches(items: Iterable[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _add(taken: Taken, more: Taken) -> None:
    taken.added += more.added
    taken.updated += more.updated
    taken.unchanged += more.unchanged
    taken.entries += more.entries
    taken.taken_back += more.taken_back
    taken.notes.update(more.notes)


# --- checks ------------------------------------------------------------------------------------


def _checked(path: Path, reading: Reading, sums: _Sums, closed: Closed) -> Iterator[Found]:
    """The activities of a file that can be taken in; what keeps the others out is in `reading`."""
    for activity in read_activities(path, reading):
        before = len(reading.faults)
        _check_activity(activity, reading)
        amounts = list(_amounts(activity, reading, sums))
        closed.check(activity, [one for one, amount in amounts if amount.units], reading)
        if len(reading.faults) == before:
            for transaction, amount in amounts:
                sums.counts[transaction.type, amount.currency] += 1
                sums.units[transaction.type, amount.currency] += amount.units
            yield Found(activity, [pair for pair in amounts if pair[1].units])


def _check_activity(activity: Activity, reading: Reading) -> None:
    if len(activity.identifier) > LONGEST_IDENTIFIER or any(
        not char.isprintable() for char in activity.identifier
    ):
        reading.fault(
            activity.line,
            "identifier-unreadable",
            f"The identifier has more than {LONGEST_IDENTIFIER} characters, or characters that are no writing.",
        )
    if activity.reporting_org is None or not activity.reporting_org.ref:
        reading.fault(activity.line, "reporter-missing", "The reporting organisation has no ref.")
    if not any(when.on for when in activity.dates):
        reading.fault(activity.line, "day-missing", "The activity has no day: neither a start nor an end.")
    for when in activity.dates:
        if when.on:
            _check_day(when.on, when.line, reading)


def _check_day(on: date, line: int, reading: Reading) -> None:
    if on < OPENED:
        reading.fault(
            line, "day-too-early", f"{on.isoformat()} is before {OPENED.isoformat()}: no such day is kept."
        )


def _amounts(activity: Activity, reading: Reading, sums: _Sums) -> Iterator[tuple[Transaction, Amount]]:
    today = clock.today()
    for transaction in activity.transactions:
        value = transaction.value
        if transaction.on is not None:
            _check_day(transaction.on, transaction.line, reading)
        if value is None or value.amount is None or transaction.on is None:
            reading.fault(
                transaction.line, "transaction-incomplete", "The transaction has no value or no day."
            )
        elif transaction.type not in TRANSACTION_TYPES:
            reading.fault(
                transaction.line,
                "transaction-type-unknown",
                f"{transaction.type[:20]!r} is no type of transaction of the standard.",
            )
        elif (
            amount := _exact(value.amount, value.currency or activity.currency, reading, value.line)
        ) is not None:
            sums.empty += not amount.units
            sums.later += transaction.on > today
            yield transaction, amount


def _exact(value: Decimal, currency: str, reading: Reading, line: int) -> Amount | None:
    """The value in whole minor units; a fault where it is not exactly that."""
    if currency not in CURRENCIES:
        reading.fault(
            line, "currency-unknown", f"{currency[:20]!r} is no currency of ISO 4217 (a sum needs one)."
        )
        return None
    digits = exponent(currency)
    units = value.scaleb(digits)
    if units != units.to_integral_value():
        shown = format(value.normalize(), "f")[:40]
        reading.fault(
            line, "amount-too-fine", f"{shown} {currency} has more decimals than the currency has ({digits})."
        )
        return None
    if abs(units) > LARGEST_UNITS:
        reading.fault(
            line, "amount-too-large", f"{format(value, 'f')[:40]} {currency} is more than books hold."
        )
        return None
    return Amount(int(units), currency)


# --- the report --------------------------------------------------------------------------------


def _not_kept(path: Path, left: Counter[str], kept: bool, faulty: bool) -> str:
    """What has no place here. Of a file with faults, which its activities were left out for, nobody says "everything"."""
    found = [(name, count) for name, count in left.most_common() if count]
    if not found:
        if faulty:
            return ""
        return f"{path.name}: everything {'is' if kept else 'would be'} kept."
    shown = ", ".join(f"{name} {count:,}" for name, count in found[:MOST_PATHS])
    more = f", and {len(found) - MOST_PATHS} further kinds" if len(found) > MOST_PATHS else ""
    return f"{path.name}: {'not kept' if kept else 'would not be kept'}: {shown}{more}."


def _note(report: ImportReport, taken: Taken, sums: _Sums) -> None:
    for (kind, currency), units in sorted(sums.units.items(), key=lambda one: (int(one[0][0]), one[0][1])):
        count = sums.counts[kind, currency]
        total = plain(Amount(units, currency)) if abs(units) <= LARGEST_UNITS else str(units)
        report.notes.append(
            f"Type {kind}, {TRANSACTION_TYPES[kind][0]}: {count:,} transactions, {total} {currency}."
        )
    made = "Entries made" if report.kept else "Entries that would be made"
    report.notes.append(f"{made}: {taken.entries:,}; taken back: {taken.taken_back:,}.")
    if sums.empty:
        report.notes.append(f"Transactions of zero, which no entry can be: {sums.empty:,}.")
    if sums.later:
        report.notes.append(f"Transactions dated after today: {sums.later:,}.")
    report.notes += [f"{what}: {count:,}." for what, count in sorted(taken.notes.items())]
