"""Books and accounts of others' figures that were closed: what a file has for them is a fault, named by its line.

Asked before anything is written. What stands in the books already, and stays as it is in the file, asks for no entry.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from answerable.kernel import clock
from answerable.money.models import Account, Book
from answerable.money.services.foreign import ELSEWHERE

from .iati.elements import Activity, Transaction
from .iati.reading import Reading
from .iati.writing import text_of
from .models import IatiTransaction
from .published import account_key, book_key, digest_of


class Closed:
    """What is closed in all publishers' books. Two queries at first, three for each activity that they concern."""

    def __init__(self) -> None:
        accounts = Account.objects.filter(closed_on__isnull=False, book__key__startswith="iati-")
        self._accounts = set(accounts.values_list("book__key", "key"))
        books = Book.objects.filter(closed_through__isnull=False, key__startswith="iati-")
        self._through: dict[str, date] = {
            key: day for key, day in books.values_list("key", "closed_through") if day
        }

    def check(self, activity: Activity, moving: list[Transaction], reading: Reading) -> None:
        """Add a fault for each transaction that would be entered, or taken back, where nothing is entered any more."""
        org = activity.reporting_org
        book = book_key(org.ref if org else "")
        shut = {key for closed, key in self._accounts if closed == book}
        through = self._through.get(book)
        if not shut and through is None:
            return
        live = IatiTransaction.objects.filter(
            activity__identifier=activity.identifier, entry__reversed_by__isnull=True
        )
        there = Counter(live.values_list("digest", flat=True))
        for transaction in moving:
            digest = digest_of(text_of(transaction, "transaction"))
            if there[digest]:
                there[digest] -= 1
                continue
            key = account_key(transaction.type)
            if shut & {key, ELSEWHERE}:
                self._account(reading, transaction.line, key if key in shut else ELSEWHERE, book)
            elif through is not None and (transaction.on or clock.today()) <= through:
                self._day(reading, transaction.line, transaction.on or clock.today(), through, book)
        gone = live.filter(digest__in=[digest for digest, count in there.items() if count])
        for key in sorted(set(gone.values_list("entry__postings__account__key", flat=True)) & shut):
            self._account(reading, activity.line, key, book)
        if through is not None:
            for day in (
                gone.filter(entry__on__lte=through).order_by("entry__on").values_list("entry__on", flat=True)
            ):
                self._day(reading, activity.line, day, through, book)

    @staticmethod
    def _account(reading: Reading, line: int, account: str, book: str) -> None:
        reading.fault(
            line,
            "account-closed",
            f"The account {account} of the book {book} is closed: nothing is entered on it, and nothing undone.",
        )

    @staticmethod
    def _day(reading: Reading, line: int, day: date, through: date, book: str) -> None:
        reading.fault(
            line,
            "day-closed",
            f"The book {book} is closed through {through}: nothing of {day} is entered any more, and nothing undone.",
        )
