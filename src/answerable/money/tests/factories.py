"""Books of three levels in the small world, opened through the room's own services.

Imani    keeps the books of the province, and so of all below
Juma     keeps the books of the county Fordland
Kesi     keeps the books of Riverland as well: she checks what Imani made
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from answerable.access.rules import SYSTEM, Actor, Role
from answerable.kernel import clock
from answerable.kernel.money import Amount
from answerable.money import services
from answerable.money.models import Account, Book, BudgetLine, Entry, Fund
from answerable.money.rules.drafts import Slip
from answerable.programme.models import Organisation
from answerable.projects.models import Project
from tests.support.world import World, make_post, make_staff

SINCE = date(2025, 1, 1)
PLACES = {"riverland": "Riverland", "fordland": "Fordland", "upper-ford": "Upper Ford"}
HIGH = 10**12


def usd(units: int) -> Amount:
    """So many cents."""
    return Amount(units, "USD")


def digest(text: str) -> str:
    """The digest of a document."""
    return hashlib.sha256(text.encode()).hexdigest()


def slip(on: date | None = None, document: str = "", **more: Any) -> Slip:
    """A form's own part."""
    return Slip(on=on or clock.today(), document_digest=digest(document) if document else "", **more)


@dataclass
class Offices:
    """What stands in the books, by short names."""

    world: World
    books: dict[str, Book] = field(default_factory=dict)
    fund: Fund = field(init=False)
    project: Project = field(init=False)
    line: BudgetLine = field(init=False)
    builder: Organisation = field(init=False)

    def who(self, name: str = "imani") -> Actor:
        """Who somebody is today."""
        return self.world.actor(name)

    def cash(self, book: str = "riverland") -> Account:
        """The book's money in hand."""
        return Account.objects.select_related("book__area").get(book=self.books[book], key="cash")

    def receive(self, units: int, *, fund: Fund | None = None, **more: Any) -> Entry:
        """Money comes in from the source."""
        done = services.record_receipt(
            actor=self.who(),
            fund=fund or self.fund,
            account=self.cash(),
            amount=usd(units),
            slip=slip(**more),
        )
        assert done.entry is not None
        return done.entry

    def allocate(self, units: int, to: str = "upper-ford", came: int | None = None) -> tuple[Entry, Entry]:
        """Money goes from the province to a book below, and comes there."""
        sent = services.send_allocation(
            actor=self.who(),
            fund=self.fund,
            account=self.cash(),
            to_book=self.books[to],
            amount=usd(units),
            slip=slip(),
        ).entry
        assert sent is not None
        got = services.receive(
            actor=self.who(), sent=sent, account=self.cash(to), amount=usd(came or units), slip=slip()
        ).entry
        assert got is not None
        return sent, got

    def pay(self, units: int, document: str = "invoice", **more: Any) -> Entry:
        """The builder is paid."""
        facts: dict[str, Any] = {"payee": self.builder, "slip": slip(document=document)} | more
        done = services.pay(
            actor=self.who(), line=self.line, account=self.cash("upper-ford"), amount=usd(units), **facts
        )
        assert done.entry is not None
        return done.entry


def make_offices(world: World) -> Offices:
    """Three books, a fund, a project with a line of 1,000.00 USD; nothing waits below a high threshold."""
    offices = Offices(world)
    for name, key, place in (
        ("imani", "riverland-books", "Riverland"),
        ("kesi", "riverland-books-2", "Riverland"),
        ("juma", "fordland-books", "Fordland"),
    ):
        post = make_post(key, Role.BOOKKEEPER, world.areas[place])
        world.posts[key], world.staff[name] = post, make_staff(name, post)
    ama = world.actor("ama")
    for key, place in PLACES.items():
        offices.books[key] = services.open_book(
            actor=ama, key=key, area=world.areas[place], names={"en": place}, opened_on=SINCE
        )
    for level in world.levels.values():
        for currency in ("USD", "TZS"):
            services.set_threshold(actor=ama, level=level, amount=Amount(HIGH, currency), valid_from=SINCE)
    offices.fund = services.open_fund(
        actor=ama,
        key="wells",
        names={"en": "Wells"},
        book=offices.books["riverland"],
        currency="USD",
        starts_on=SINCE,
    )
    offices.project = Project.objects.create(
        key="pump", area=world.areas["Ford"], subject=world.subjects["water-supply"], phase_since=SINCE,
        recorded_on=SINCE, names={"en": "A pump"},
    )  # fmt: skip
    offices.builder = Organisation.objects.create(key="builder", names={"en": "Builder Ltd"}, kind="company")
    offices.line = services.set_line(
        actor=ama,
        book=offices.books["upper-ford"],
        fund=offices.fund,
        key="pump",
        names={"en": "The pump"},
        amount=usd(100_000),
        project=offices.project,
    )
    return offices


def entries_in_a_book(world: World) -> dict[str, Any]:
    """The book of Upper Ford, an entry in it, and one that waits: what addresses speak of."""
    ama = world.actor("ama")
    book = services.open_book(
        actor=ama,
        key="upper-ford",
        area=world.areas["Upper Ford"],
        names={"en": "Upper Ford"},
        opened_on=SINCE,
    )
    services.set_threshold(actor=ama, level=world.levels["township"], amount=usd(HIGH), valid_from=SINCE)
    cash = Account.objects.select_related("book__area").get(book=book, key="cash")
    done = services.record_opening(actor=SYSTEM, fund=None, account=cash, amount=usd(500), slip=slip())
    waits = services.record_opening(
        actor=SYSTEM, fund=None, account=cash, amount=Amount(500, "EUR"), slip=slip()
    )
    assert waits.proposal is not None
    return {"book": book.key, "entry": done.posted().pk, "proposal": waits.proposal.pk}
