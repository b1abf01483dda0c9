"""What a village owns together: totals only, month by month, and the missing months as missing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from answerable.access.problems import Denied
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.money import Amount
from answerable.money.banking.problems import MonthHasWaiting, MonthNotOver, MonthOutOfOrder, NotAVillageBook
from answerable.money.enterprise import months, village_books
from answerable.money.models import Book, Entry, PostedMonth, Threshold
from answerable.money.rules.drafts import Slip
from answerable.money.rules.villages import months_over
from answerable.money.services.villages import open_village_book, post_month, record_village_entry
from tests.support.world import World, make_post, make_staff

pytestmark = pytest.mark.django_db

LIST = "a" * 64


@pytest.fixture
def book(world: World):
    """The mill of the village Ford, kept by Bora; entries up to 1,000.00 need no second person."""
    post = make_post("ford-books", "bookkeeper", world.areas["Ford"])
    world.staff["bora"] = make_staff("bora", post)
    Threshold.objects.create(
        level=world.levels["village"], currency="USD", units=100_000, valid_from=date(2025, 1, 1)
    )
    with clock.held_at(date(2026, 4, 15)):
        yield open_village_book(
            actor=world.actor("ama"),
            key="ford-mill",
            area=world.areas["Ford"],
            names={"en": "The mill of Ford"},
            currency="USD",
            opened_on=date(2026, 1, 10),
        )


def enter(world: World, book: Book, what: str, units: int, on: date, who: str = "bora", **more) -> None:
    record_village_entry(
        actor=world.actor(who), book=book, what=what, amount=Amount(units, "USD"), slip=Slip(on), **more
    )


def tell(world: World, book: Book) -> None:
    enter(world, book, "harvest", 50_000, date(2026, 1, 20))
    enter(world, book, "repairs", 12_000, date(2026, 1, 25))
    enter(world, book, "sales", 30_000, date(2026, 2, 3))
    enter(world, book, "distribution", 40_000, date(2026, 2, 20), members=43, members_digest=LIST)


def test_posted_months_have_figures_and_missing_ones_have_none(world: World, book: Book) -> None:
    tell(world, book)
    bora = world.actor("bora")
    assert [month.is_missing for month in months(book, clock.today())] == [True, True, True]
    post_month(actor=bora, book=book, month=date(2026, 1, 1))
    post_month(actor=bora, book=book, month=date(2026, 2, 1))
    march, february, january = months(book, clock.today())
    assert (march.month, march.is_missing, march.income_units) == (date(2026, 3, 1), True, 0)
    assert (january.income_units, january.spending_units, january.left_units) == (50_000, 12_000, 38_000)
    assert (february.before_units, february.distributed_units, february.left_units) == (
        38_000,
        40_000,
        28_000,
    )
    assert (january.income, january.spending) == ({"harvest": 50_000}, {"repairs": 12_000})
    assert february.members is not None
    assert february.members.value == 45
    assert village_books(world.areas["Ford"].pk) == [book]


def test_a_small_number_of_members_is_not_shown(world: World, book: Book) -> None:
    enter(world, book, "harvest", 50_000, date(2026, 1, 20))
    enter(world, book, "distribution", 40_000, date(2026, 1, 22), members=9, members_digest=LIST)
    post_month(actor=world.actor("bora"), book=book, month=date(2026, 1, 1))
    january = months(book, clock.today())[-1]
    assert january.members is not None
    assert january.members.hidden


def test_without_a_list_no_number_of_members_is_kept(world: World, book: Book) -> None:
    enter(world, book, "harvest", 50_000, date(2026, 1, 20))
    enter(world, book, "distribution", 40_000, date(2026, 1, 22), members=50)
    assert Entry.objects.get(stage="distribution").payees_count is None


def test_months_are_posted_one_after_the_other_once_they_are_over(world: World, book: Book) -> None:
    bora = world.actor("bora")
    with pytest.raises(MonthOutOfOrder, match="2026-01"):
        post_month(actor=bora, book=book, month=date(2026, 2, 1))
    with pytest.raises(MonthNotOver):
        post_month(actor=bora, book=book, month=date(2026, 4, 1))
    post_month(actor=bora, book=book, month=date(2026, 1, 31))
    with pytest.raises(MonthOutOfOrder, match="2026-02"):
        post_month(actor=bora, book=book, month=date(2026, 1, 1))
    book.refresh_from_db()
    assert book.closed_through == date(2026, 1, 31)


def test_a_month_with_an_entry_that_waits_is_not_posted(world: World, book: Book) -> None:
    enter(world, book, "harvest", 900_000, date(2026, 1, 20))
    with pytest.raises(MonthHasWaiting):
        post_month(actor=world.actor("bora"), book=book, month=date(2026, 1, 1))


def test_outsiders_and_what_is_no_village_s(world: World, book: Book) -> None:
    for who in ("daudi", "farid", "public"):
        with pytest.raises(Denied):
            enter(world, book, "harvest", 1, date(2026, 1, 20), who=who)
        with pytest.raises(Denied):
            post_month(actor=world.actor(who), book=book, month=date(2026, 1, 1))
    with pytest.raises(ChoiceUnknown):
        enter(world, book, "bribes", 1, date(2026, 1, 20))
    office = Book.objects.create(key="office", area=world.areas["Ford"], names={}, opened_on=date(2026, 1, 1))
    with pytest.raises(NotAVillageBook):
        enter(world, office, "harvest", 1, date(2026, 1, 20))
    with pytest.raises(NotAVillageBook):
        post_month(actor=world.actor("bora"), book=office, month=date(2026, 1, 1))
    assert not Entry.objects.exists()


def test_the_database_posts_months_in_order_and_for_villages(world: World, book: Book) -> None:
    facts = {"posted_on": date(2026, 4, 15)}
    PostedMonth.objects.create(book=book, month=date(2026, 2, 1), **facts)
    with pytest.raises(IntegrityError, match="month-out-of-order"), transaction.atomic():
        PostedMonth.objects.create(book=book, month=date(2026, 1, 1), **facts)
    office = Book.objects.create(key="office", area=world.areas["Ford"], names={}, opened_on=date(2026, 1, 1))
    with pytest.raises(IntegrityError, match="month-out-of-order"), transaction.atomic():
        PostedMonth.objects.create(book=office, month=date(2026, 3, 1), **facts)


def test_months_over_the_end_of_a_year() -> None:
    found = list(months_over(date(2025, 11, 30), date(2026, 2, 1)))
    assert found == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]
    assert list(months_over(date(2026, 2, 1), date(2026, 2, 28))) == []
