"""Figures that other organisations published: kept as entries in a book of their own, beside our books.

They are statements of others about others' money, so they stand on accounts of no role (rules/stages.py): no sum of
our own stages, funds and levels ever holds them. Each entry has two postings: the account of what was stated, plus,
and `elsewhere`, minus; both name the project.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from answerable.access.gate import Act, acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import clean_key, clean_names
from answerable.money.models import Account, Book, Entry, Posting
from answerable.money.problems import AccountUnfit, DayNotOpen
from answerable.money.rules.stages import Kind, Role
from answerable.places.models import Area
from answerable.programme.models import Organisation

BATCH = 500
ELSEWHERE = "elsewhere"
#: Others' figures may be older than our books.
OPENED = date(1900, 1, 1)


@dataclass(frozen=True)
class Figure:
    """One statement. `token` tells it from every other: the same one never comes twice."""

    token: UUID
    #: The key of its account in the book, such as `iati-3`.
    account: str
    stage: str
    on: date
    units: int
    currency: str
    project: int
    area: int
    payee: Organisation | None = None
    reference: str = ""


def foreign_book(
    *, actor: Actor, key: str, area: Area, names: Mapping[str, str], accounts: Mapping[str, Mapping[str, str]]
) -> Book:
    """The book of that key, made when there is none, with these accounts (key -> names).

    Raises Denied, KeyRefused, NamesRefused.
    """
    with acting(actor, Right.IMPORT, None) as act:
        book = Book.objects.filter(key=key).first()
        if book is None:
            book = Book.objects.create(
                key=clean_key(key), area=area, names=clean_names(names), opened_on=OPENED
            )
            act.record("money.foreign-book-opened", book=book.pk, area_id=area.pk)
        present = set(book.accounts.values_list("key", flat=True))
        wanted = {ELSEWHERE: {"en": "Elsewhere"}, **accounts}
        new = [
            Account(
                book=book,
                key=clean_key(name),
                kind=Kind.EQUITY.value,
                role=Role.OTHER.value,
                names=clean_names(titles),
            )
            for name, titles in sorted(wanted.items())
            if name not in present
        ]
        if new:
            Account.objects.bulk_create(new)
            act.record("money.foreign-accounts-opened", book=book.pk, accounts=len(new))
        act.idle = not act.records
    return book


def enter_figures(*, actor: Actor, book: Book, figures: Sequence[Figure]) -> list[Entry]:
    """Enter figures in a foreign book, in their order and in one act. Raises Denied, DayNotOpen, AccountUnfit.

    The caller looks which tokens are there already; the database refuses the same one twice.
    """
    with acting(actor, Right.IMPORT, None) as act:
        accounts = {account.key: account.pk for account in book.accounts.all()}
        made = _enter(
            act,
            book,
            [
                (
                    Entry(
                        stage=figure.stage,
                        on=figure.on,
                        token=figure.token,
                        reference=figure.reference,
                    ),
                    [
                        Posting(
                            account_id=account,
                            units=units,
                            currency=figure.currency,
                            project_id=figure.project,
                            area_id=figure.area,
                            payee=figure.payee,
                        )
                        for account, units in (
                            (accounts[figure.account], figure.units),
                            (accounts[ELSEWHERE], -figure.units),
                        )
                    ],
                )
                for figure in figures
            ],
        )
        if made:
            act.record("money.figures-entered", book=book.pk, entries=len(made), last=made[-1].number)
        act.idle = not made
    return made


def take_figures_back(*, actor: Actor, book: Book, entries: Sequence[Entry]) -> list[Entry]:
    """Undo figures that their publisher no longer states: an entry against each, in one act.

    Raises Denied, DayNotOpen, AccountUnfit.
    """
    with acting(actor, Right.IMPORT, None) as act:
        lines: dict[int, list[Posting]] = {}
        for line in Posting.objects.filter(entry__in=entries).order_by("entry_id", "-n"):
            lines.setdefault(line.entry_id, []).append(line)
        made = _enter(
            act,
            book,
            [
                (
                    Entry(
                        stage=entry.stage,
                        on=entry.on,
                        token=uuid5(entry.token, "taken back"),
                        reference=entry.reference,
                        reverses=entry,
                        reason="not-carried-out",
                    ),
                    [
                        Posting(
                            account_id=line.account_id,
                            units=-line.units,
                            currency=line.currency,
                            project_id=line.project_id,
                            area_id=line.area_id,
                            payee_id=line.payee_id,
                        )
                        for line in lines[entry.pk]
                    ],
                )
                for entry in entries
            ],
        )
        if made:
            act.record("money.figures-taken-back", book=book.pk, entries=len(made), last=made[-1].number)
        act.idle = not made
    return made


def _enter(act: Act, book: Book, wanted: Sequence[tuple[Entry, list[Posting]]]) -> list[Entry]:
    """Write entries with their postings, numbered on from the book's last one."""
    locked = Book.objects.select_for_update().get(pk=book.pk)
    last = Entry.objects.filter(book=locked).order_by("-number").values_list("number", flat=True).first() or 0
    today = clock.today()
    _check_open(locked, min((entry.on for entry, _ in wanted), default=None))
    _check_accounts(locked, {posting.account_id for _, postings in wanted for posting in postings})
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        for entry, postings in part:
            last += 1
            entry.book, entry.number = locked, last
            entry.postings_count = len(postings)
            entry.made_on = entry.posted_on = today
            entry.maker_post_id = act.post_id
        Entry.objects.bulk_create([entry for entry, _ in part])
        lines = []
        for entry, postings in part:
            for n, posting in enumerate(postings, start=1):
                posting.entry, posting.n = entry, n
                lines.append(posting)
        Posting.objects.bulk_create(lines)
    return [entry for entry, _ in wanted]


def _check_open(book: Book, earliest: date | None) -> None:
    """Raise DayNotOpen where the book was closed past that day. Days to come are statements too."""
    first = book.opened_on
    if book.closed_through is not None:
        first = max(first, book.closed_through + timedelta(days=1))
    if earliest is not None and earliest < first:
        raise DayNotOpen(
            field="on",
            day=earliest.isoformat(),
            book=book.key,
            first=first.isoformat(),
            last=clock.today().isoformat(),
        )


def _check_accounts(book: Book, ids: set[int]) -> None:
    """Raise AccountUnfit where one of the accounts was closed."""
    closed = book.accounts.filter(pk__in=ids, closed_on__isnull=False).order_by("key").first()
    if closed is not None:
        raise AccountUnfit(field="account", account=closed.key, book=book.key, wanted="closed")
