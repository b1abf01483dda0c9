"""Books of three levels, written by bare SQL: a scene for answers that owes nothing to the services.

Riverland (province) > Fordland (county) > Upper Ford (township) > the villages Ford and Well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from answerable.money.models import Account, Book, BudgetLine, Entry, Fund
from answerable.money.rules.stages import KIND_OF, Role
from answerable.programme.models import Organisation
from answerable.projects.models import Project
from tests.support.world import World

from .raw import insert_entry, insert_posting, sql

SINCE = date(2025, 1, 1)
LEVELS = ("Riverland", "Fordland", "Upper Ford")


@dataclass
class Ledger:
    """The books, with a fund and projects, and acts by short names."""

    world: World
    books: dict[str, Book] = field(default_factory=dict)
    funds: dict[str, Fund] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    #: What was done, for a second way of adding it up: (book, role, stage, units, currency, fund, project, day).
    done: list[tuple[str, str, str, int, str, str, str, date]] = field(default_factory=list)

    def account(self, book: str, role: Role) -> Account:
        """The account of a book that has a role."""
        return Account.objects.get(book=self.books[book], key=role.value)

    def enter(
        self,
        book: str,
        stage: str,
        on: date,
        lines: list[tuple[Role, int]],
        *,
        fund: str = "grant",
        currency: str = "USD",
        project: str = "",
        area: str = "",
        line: BudgetLine | None = None,
        **facts: Any,
    ) -> int:
        """One entry, all of its postings under one fund."""
        pk = insert_entry(
            self.books[book], len(lines), stage=stage, on=on.isoformat(), made_on=on.isoformat(), **facts
        )
        names: dict[str, Any] = {"fund_id": self.funds[fund].pk}
        if project:
            names["project_id"] = self.projects[project].pk
        if area:
            names["area_id"] = self.world.areas[area].pk
        if line is not None:
            names["line_id"] = line.pk
        for n, (role, units) in enumerate(lines, 1):
            insert_posting(pk, n, (self.account(book, role), units, currency), **names)
            self.done.append((book, role.value, stage, units, currency, fund, project, on))
        return pk

    def receive(self, on: date, units: int, book: str = "Riverland", **more: Any) -> int:
        """From the source."""
        return self.enter(book, "receipt", on, [(Role.CASH, units), (Role.RECEIVED, -units)], **more)

    def send(self, on: date, units: int, book: str, to: str, **more: Any) -> int:
        """Allocated to the book below."""
        lines = [(Role.ALLOCATED_OUT, units), (Role.CASH, -units)]
        return self.enter(book, "allocation", on, lines, to_book_id=self.books[to].pk, **more)

    def take(self, on: date, units: int, book: str, sent: int, **more: Any) -> int:
        """What was sent, as the book below enters it."""
        lines = [(Role.CASH, units), (Role.ALLOCATED_IN, -units)]
        return self.enter(book, "allocation", on, lines, counterpart_id=sent, **more)

    def pass_on(self, on: date, units: int, book: str, to: str, **more: Any) -> None:
        """Sent and entered on one day."""
        self.take(on, units, to, self.send(on, units, book, to, **more), **more)

    def commit(self, on: date, units: int, book: str = "Upper Ford", **more: Any) -> int:
        """A contract."""
        return self.enter(book, "commitment", on, [(Role.COMMITTED, units), (Role.RESERVE, -units)], **more)

    def pay(
        self, on: date, units: int, book: str = "Upper Ford", under: int | None = None, **more: Any
    ) -> int:
        """Paid, under a contract or without."""
        lines = [(Role.SPENT, units), (Role.CASH, -units)]
        if under is not None:
            lines += [(Role.RESERVE, units), (Role.COMMITTED, -units)]
            more["commitment_id"] = under
        return self.enter(book, "payment", on, lines, **more)

    def undo(self, entry: int, on: date) -> int:
        """The reversal of an entry: the same postings backwards."""
        old = Entry.objects.get(pk=entry)
        pk = insert_entry(
            old.book, old.postings_count, stage=old.stage, on=on.isoformat(), made_on=on.isoformat(),
            reverses_id=entry, reason="other", to_book_id=old.to_book_id,
        )  # fmt: skip
        for n, posting in enumerate(old.postings.order_by("-n"), 1):
            columns = ("fund_id", "project_id", "area_id", "line_id")
            names = {column: getattr(posting, column) for column in columns if getattr(posting, column)}
            insert_posting(pk, n, (posting.account, -posting.units, posting.currency), **names)
        return pk

    def hand_over(self) -> None:
        """Let services go on after bare SQL: on PostgreSQL the numbers of rows are counted apart from the rows."""
        if connection.vendor == "sqlite":
            return
        for table in ("money_entry", "money_posting"):
            sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"  # noqa: S608 - a test
            )


def make_ledger(world: World) -> Ledger:
    """The books of three levels, two funds and two projects."""
    ledger = Ledger(world)
    for name in LEVELS:
        book = Book.objects.create(
            key=name.lower().replace(" ", "-"),
            area=world.areas[name],
            names={"en": f"Books of {name}"},
            opened_on=SINCE,
        )
        ledger.books[name] = book
        Account.objects.bulk_create(
            Account(book=book, key=role.value, role=role.value, kind=kind.value, names={})
            for role, kind in KIND_OF.items()
        )
        Account.objects.create(
            book=book, key="bank", role="cash", kind="asset", currency="USD", names={"en": "Bank"}
        )
    for key in ("grant", "other"):
        ledger.funds[key] = Fund.objects.create(
            key=key,
            names={"en": f"The {key}"},
            book=ledger.books["Riverland"],
            currency="USD",
            starts_on=SINCE,
        )
    for key, area in (("tap", "Ford"), ("road", "Well")):
        ledger.projects[key] = Project.objects.create(
            key=key,
            area=world.areas[area],
            names={"en": key.title()},
            phase="implementation",
            phase_since=SINCE,
            recorded_on=SINCE,
            planned_end_on=date(2026, 6, 30),
        )
    return ledger


def behind_doors(world: World) -> dict[str, Any]:
    """What the addresses of money speak of, all of it in the village Ford: a fund, a bank account, a village's book."""
    area = world.areas["Ford"]
    office = Book.objects.create(key="ford-office", area=area, names={"en": "Ford"}, opened_on=SINCE)
    bank = Account.objects.create(
        book=office, key="bank", role="cash", kind="asset", currency="USD", names={"en": "Bank"}
    )
    village = Book.objects.create(
        key="ford-mill", area=area, kind="village", names={"en": "The mill"}, opened_on=SINCE
    )
    Account.objects.create(
        book=village, key="till", role="cash", kind="asset", currency="USD", names={"en": "Till"}
    )
    fund = Fund.objects.create(
        key="wells", names={"en": "Wells"}, book=office, currency="USD", starts_on=SINCE
    )
    body = Organisation.objects.create(key="ford-builders", names={"en": "Ford Builders"}, kind="company")
    return {
        "money_fund": fund.key, "bank_account": bank.pk, "village_book": village.key, "organisation": body.key,
    }  # fmt: skip
