"""A fund's way from its source to villages: between which books it went, what rests where, and on what it was spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from .answers import Scope, query_rows, way_by_book, work_by_book_and_place
from .flow_picture import OTHERS, Band, Stop
from .models import Book
from .rules.answers import Way

SOURCE = "source"
NOWHERE = "place-0"
#: What was undone counts under the entry that it undoes, whatever its own columns say.
_TRANSFERS = """
SELECT o.book_id, o.to_book_id, o.stage, SUM(-p.units)
FROM money_posting p JOIN money_account a ON a.id = p.account_id JOIN money_entry e ON e.id = p.entry_id
  JOIN money_entry o ON o.id = COALESCE(e.reverses_id, e.id)
WHERE p.fund_id = %s AND p.currency = %s AND a.role = 'cash' AND o.to_book_id IS NOT NULL
  AND o.stage IN ('allocation', 'return') AND o.counterpart_id IS NULL
GROUP BY o.book_id, o.to_book_id, o.stage
"""


@dataclass(frozen=True)
class Flow:
    """Stops and bands for the picture and the table, in one currency; keys are `source`, `book-1`, `place-1`."""

    currency: str
    stops: list[Stop] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    books: dict[int, Book] = field(default_factory=dict)
    place_ids: tuple[int, ...] = ()


def flow_of(fund_id: int, currency: str, by_book: Mapping[int, Mapping[str, Way]] | None = None) -> Flow:
    """The flow of a fund in one currency. Four queries at most."""
    scope = Scope(fund_ids=(fund_id,))
    found = {pk: ways[currency] for pk, ways in (by_book or way_by_book(scope)).items() if currency in ways}
    books = {book.pk: book for book in Book.objects.filter(pk__in=found).select_related("area__level")}
    spent = {
        key: ways[currency].spent for key, ways in work_by_book_and_place(scope).items() if currency in ways
    }
    bands = _from_source(found) + _between(fund_id, currency) + _to_places(found, spent)
    depths = sorted({book.area.depth for book in books.values()})
    stops = [Stop(SOURCE, 0)]
    stops += [
        Stop(_book(pk), 1 + depths.index(books[pk].area.depth), max(way.left, 0)) for pk, way in found.items()
    ]
    places = sorted({pk for (_, pk), units in spent.items() if units > 0})
    last = len(depths) + 1
    stops += [Stop(_place(pk), last) for pk in places]
    if any(band.target == NOWHERE for band in bands) and 0 not in places:
        stops.append(Stop(NOWHERE, last))
    known = {stop.key for stop in stops}
    whole = [band for band in bands if {band.source, band.target} <= known and band.units > 0]
    return Flow(currency, stops, whole, books, tuple(places))


def id_in(key: str) -> tuple[str, int]:
    """What a stop's key speaks of: `book`, `place`, `source` or `others`, and its number."""
    kind, _, number = key.partition("-")
    return kind, int(number or 0)


def is_others(key: str) -> bool:
    """True for the joined smaller stops of a column."""
    return key.startswith(f"{OTHERS}-")


def _book(pk: int) -> str:
    return f"book-{pk}"


def _place(pk: int) -> str:
    return f"place-{pk}"


def _from_source(found: Mapping[int, Way]) -> list[Band]:
    """What each book received from beyond the books, less what it gave back there."""
    return [
        Band(SOURCE, _book(pk), way.received + way.opening - way.returned)
        for pk, way in found.items()
        if way.received + way.opening > way.returned
    ]


def _between(fund_id: int, currency: str) -> list[Band]:
    """What each book sent to each other, less what came back from there."""
    net: dict[tuple[int, int], int] = defaultdict(int)
    for source, target, stage, units in query_rows(_TRANSFERS, [fund_id, currency]):
        ends = (source, target) if stage == "allocation" else (target, source)
        net[ends] += int(units) if stage == "allocation" else -int(units)
    return [Band(_book(source), _book(target), units) for (source, target), units in net.items() if units > 0]


def _to_places(found: Mapping[int, Way], spent: Mapping[tuple[int, int], int]) -> list[Band]:
    """What each book spent for each place, and what it spent without naming one, bank charges among it."""
    bands = [Band(_book(book), _place(place), units) for (book, place), units in spent.items() if units > 0]
    placed: dict[int, int] = defaultdict(int)
    for (book, _), units in spent.items():
        placed[book] += max(units, 0)
    rest = {pk: way.spent + way.charged - placed[pk] for pk, way in found.items()}
    return bands + [Band(_book(pk), NOWHERE, units) for pk, units in rest.items() if units > 0]
