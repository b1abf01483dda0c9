"""The books' part of an audit: a trial balance from the register's money leaves alone, beside that of the postings."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Sum

from answerable.merkle.canonical import canonical
from answerable.register.auditing import Finding
from answerable.register.models import Event

from .models import Posting

#: Bytes of an entry's lines up to which its leaf has them all; beyond, it has their number and a digest.
LONGEST_LINES = 5_000
POSTED = "money.entry-posted"
Key = tuple[int, str, str]


def told_lines(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What an entry's open leaf says of its postings."""
    plain = [{name: value for name, value in line.items() if value is not None} for line in lines]
    written = canonical(plain)
    if len(written) <= LONGEST_LINES:
        return {"lines": plain}
    return {"lines_count": len(plain), "lines_digest": f"sha256:{hashlib.sha256(written).hexdigest()}"}


def lines_of(entry: int) -> list[dict[str, Any]]:
    """An entry's postings as its leaf tells them, in order."""
    rows = Posting.objects.filter(entry=entry).order_by("n").select_related("account", "fund", "line")
    return [
        told_line(
            row.account.key, row.units, row.currency, row.fund_id, row.line_id, row.project_id, row.area_id
        )
        for row in rows
    ]


def told_line(
    account: str,
    units: int,
    currency: str,
    fund: int | None,
    line: int | None,
    project: int | None,
    area: int | None,
) -> dict[str, Any]:
    """One posting as a leaf tells it: codes and numbers, in the currency's smallest unit; nobody's name."""
    return {
        "account": account,
        "units": units,
        "currency": currency,
        "fund": fund,
        "line": line,
        "project": project,
        "area": area,
    }


class Balance:
    """Adds up the leaves."""

    def __init__(self) -> None:
        self.sums: dict[Key, int] = defaultdict(int)
        self.found: list[Finding] = []

    def event(self, event: Event, leaf: int | None) -> None:
        """Take in one event."""
        if event.kind != POSTED or not isinstance(event.body, dict):
            return
        body = event.body
        kept = lines_of(body.get("entry", 0))
        told = {name: value for name in ("lines", "lines_count", "lines_digest") if (value := body.get(name))}
        if told != told_lines(kept):
            self.found.append(
                Finding(
                    "balance-differs",
                    "money_entry",
                    body.get("entry"),
                    event.pk,
                    leaf,
                    "the postings are not those that the leaf tells",
                )
            )
        lines = body.get("lines")
        if lines is None:
            lines = kept
        for line in lines:
            self.sums[body.get("book", 0), line["account"], line["currency"]] += line["units"]

    def findings(self) -> Iterator[Finding]:
        """Where both differ. What was taken over from others' files has books of its own, and no leaf each."""
        yield from self.found
        rows = (
            Posting.objects.exclude(entry__book__kind="foreign")
            .values_list("entry__book", "account__key", "currency")
            .annotate(units=Sum("units"))
        )
        kept = {(book, account, currency): int(units) for book, account, currency, units in rows.order_by()}
        for key in sorted(kept.keys() | self.sums.keys()):
            in_leaves, in_books = self.sums.get(key, 0), kept.get(key, 0)
            if in_leaves != in_books:
                book, account, currency = key
                yield Finding(
                    "balance-differs",
                    "money_book",
                    book,
                    more=f"account {account} of book {book} has {in_books:,} {currency}, the leaves {in_leaves:,}",
                )
