"""Accounts of others' figures that were closed: what a file has for them is a fault, named by its line.

Asked before anything is written. What stands in the books already, and stays as it is in the file, asks for no entry.
"""

from __future__ import annotations

from collections import Counter

from answerable.money.models import Account
from answerable.money.services.foreign import ELSEWHERE

from .iati.elements import Activity, Transaction
from .iati.reading import Reading
from .iati.writing import text_of
from .models import IatiTransaction
from .published import account_key, book_key, digest_of


class ClosedAccounts:
    """The closed accounts of all publishers' books. One query at first, one for each activity that they concern."""

    def __init__(self) -> None:
        rows = Account.objects.filter(closed_on__isnull=False, book__key__startswith="iati-")
        self._closed = set(rows.values_list("book__key", "key"))

    def check(self, activity: Activity, moving: list[Transaction], reading: Reading) -> None:
        """Add a fault for each transaction that would be entered, or taken back, on a closed account."""
        org = activity.reporting_org
        book = book_key(org.ref if org else "")
        shut = {key for closed, key in self._closed if closed == book}
        if not shut:
            return
        live = IatiTransaction.objects.filter(
            activity__identifier=activity.identifier, entry__reversed_by__isnull=True
        )
        there = Counter(live.values_list("digest", flat=True))
        for transaction in moving:
            digest = digest_of(text_of(transaction, "transaction"))
            key = account_key(transaction.type)
            if there[digest]:
                there[digest] -= 1
            elif shut & {key, ELSEWHERE}:
                self._fault(reading, transaction.line, key if key in shut else ELSEWHERE, book)
        gone = live.filter(digest__in=[digest for digest, count in there.items() if count])
        for key in sorted(set(gone.values_list("entry__postings__account__key", flat=True)) & shut):
            self._fault(reading, activity.line, key, book)

    @staticmethod
    def _fault(reading: Reading, line: int, account: str, book: str) -> None:
        reading.fault(
            line,
            "account-closed",
            f"The account {account} of the book {book} is closed: nothing is entered on it, and nothing undone.",
        )
