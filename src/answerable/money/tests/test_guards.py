# ruff: noqa: PT012, S608 - what is refused at COMMIT takes several steps, of our own SQL
"""What the database refuses by itself, whoever writes and however: bare SQL, on either database."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.money.models import (
    Account,
    AccountSum,
    Book,
    BudgetLine,
    Commitment,
    Entry,
    Fund,
    FundSum,
    OpenEntry,
    Posting,
    WorkSum,
)
from answerable.money.rules.stages import KIND_OF, Role
from tests.support.world import World

from .raw import insert_entry, insert_posting, insert_whole, sql

DAY = date(2026, 3, 2)


@pytest.fixture
def book(world: World) -> Book:
    book = Book.objects.create(
        key="riverland", area=world.areas["Riverland"], names={}, opened_on=date(2025, 1, 1)
    )
    for role, kind in KIND_OF.items():
        Account.objects.create(book=book, key=role.value, role=role.value, kind=kind.value, names={})
    return book


def account(book: Book, role: Role) -> Account:
    return Account.objects.get(book=book, role=role.value)


def commit() -> None:
    """What a COMMIT would say, inside a test's transaction."""
    connection.check_constraints()


def balanced(book: Book, units: int = 100, **facts: object) -> int:
    cash, opening = account(book, Role.CASH), account(book, Role.OPENING)
    return insert_whole(book, [(cash, units, "USD"), (opening, -units, "USD")], **facts)


def test_a_balanced_entry_comes_in_and_its_sums_with_it(book):
    balanced(book)
    commit()
    cash = AccountSum.objects.get(account_id=account(book, Role.CASH).pk)
    assert (cash.units, cash.month, cash.currency, cash.postings) == (100, date(2026, 3, 1), "USD", 1)
    assert not OpenEntry.objects.exists()


def test_an_unbalanced_entry_is_refused(book):
    cash, opening = account(book, Role.CASH), account(book, Role.OPENING)
    with pytest.raises(IntegrityError, match="money-unbalanced"), transaction.atomic():
        insert_whole(book, [(cash, 100, "USD"), (opening, -99, "USD")])
        commit()
    # Units of two currencies add up to nothing, but are not the same.
    with pytest.raises(IntegrityError, match="money-unbalanced"), transaction.atomic():
        insert_whole(book, [(cash, 100, "USD"), (opening, -100, "EUR")])
        commit()
    assert not Posting.objects.exists()
    assert not AccountSum.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_real_commit_refuses_what_is_not_whole(book):
    cash, opening = account(book, Role.CASH), account(book, Role.OPENING)
    for count, lines in ((2, []), (2, [(cash, 5, "USD")]), (3, [(cash, 5, "USD"), (opening, -5, "USD")])):
        with pytest.raises(IntegrityError), transaction.atomic():
            entry = insert_entry(book, count)
            for n, line in enumerate(lines, 1):
                insert_posting(entry, n, line)
    assert not Entry.objects.exists()
    assert not Posting.objects.exists()
    assert not AccountSum.objects.exists()
    assert not OpenEntry.objects.exists()
    with transaction.atomic():
        balanced(book)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("count", [0, 1, 1001, -1])
def test_an_entry_has_two_postings_at_least_and_no_thousands(book, count):
    with pytest.raises(DatabaseError), transaction.atomic():
        insert_entry(book, count)


def test_a_posting_that_comes_later_is_refused(book):
    entry = balanced(book)
    commit()
    cash, opening = account(book, Role.CASH), account(book, Role.OPENING)
    with pytest.raises(IntegrityError, match="money-entry-closed"), transaction.atomic():
        insert_posting(entry, 3, (cash, 1, "USD"))
    for n in (0, 1, 2, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_posting(entry, n, (opening, 1, "USD"))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_posting(entry + 1000, 1, (cash, 1, "USD"))


def test_postings_come_in_their_order(book):
    cash = account(book, Role.CASH)
    with pytest.raises(IntegrityError, match="money-posting-out-of-order"), transaction.atomic():
        entry = insert_entry(book, 2)
        insert_posting(entry, 2, (cash, 1, "USD"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE money_posting SET units = units * 2",
        "UPDATE money_posting SET fund_id = NULL",
        "DELETE FROM money_posting",
        "UPDATE money_entry SET stage = 'pledge'",
        "UPDATE money_entry SET postings_count = 4",
        "DELETE FROM money_entry",
    ],
)
def test_what_is_in_the_books_is_not_changed_and_not_deleted(book, statement):
    balanced(book)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE money_account SET role = 'other'",
        "UPDATE money_account SET kind = 'expense', role = 'spent' WHERE role = 'cash'",
        "UPDATE money_account SET book_id = book_id + 1",
        "UPDATE money_book SET kind = 'village'",
    ],
)
def test_what_an_account_is_stays(book, statement):
    with pytest.raises(IntegrityError, match="stays what it was made as"), transaction.atomic():
        sql(statement)


@pytest.mark.only_on("sqlite", "REPLACE deletes without a trigger there")
def test_replace_is_no_way_to_delete(book):
    first = balanced(book)
    victim = Posting.objects.filter(entry=first).first()
    assert victim is not None
    cash, opening = account(book, Role.CASH), account(book, Role.OPENING)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry = insert_entry(book, 2)
        insert_posting(entry, 1, (cash, 5, "USD"), verb="INSERT OR REPLACE", id=victim.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_posting(first, 2, (opening, -100, "USD"), verb="REPLACE")
    columns = ", ".join(f'"{f.column}"' for f in Entry._meta.concrete_fields if f.column != "id")
    for change in (f"id, {columns}", f"NULL, {columns}"):
        with pytest.raises(IntegrityError), transaction.atomic():
            sql(
                f"REPLACE INTO money_entry (id, {columns}) SELECT {change} FROM money_entry WHERE id = %s",
                first,
            )
            commit()
    token = Entry.objects.get(pk=first).token.hex
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("PRAGMA recursive_triggers = OFF")
        sql(
            f"REPLACE INTO money_entry (id, {columns}) SELECT id + 50, "
            + columns.replace('"number"', "number + 1")
            + " FROM money_entry WHERE token = %s",
            token,
        )
        commit()
    assert Posting.objects.filter(entry=first).count() == 2


@pytest.mark.only_on("sqlite", "REPLACE deletes without a trigger there")
def test_an_entry_can_not_be_taken_away_by_its_token_and_put_back_otherwise(book):
    first = balanced(book)
    kept = Entry.objects.filter(pk=first).values().get()
    cash, opening = account(book, Role.CASH), account(book, Role.OPENING)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        other = insert_entry(book, 2, verb="REPLACE", token=kept["token"].hex)
        insert_posting(other, 1, (cash, 1, "USD"))
        insert_posting(other, 2, (opening, -1, "USD"))
    assert Entry.objects.filter(pk=first).values().get() == kept


@pytest.mark.only_on("sqlite", "PostgreSQL has no such table in use")
def test_the_row_that_holds_an_open_entry_can_not_be_argued_away(book):
    cash = account(book, Role.CASH)
    for trick in (
        "DELETE FROM money_openentry",
        "UPDATE money_openentry SET never_id = 2",
        "REPLACE INTO money_openentry (entry_id, never_id) SELECT entry_id, 7 FROM money_openentry",
        "INSERT INTO money_neverhere (id) VALUES (1)",
        "INSERT INTO money_neverhere (id) VALUES (NULL)",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            entry = insert_entry(book, 2)
            insert_posting(entry, 1, (cash, 5, "USD"))
            sql(trick)
            commit()


@pytest.mark.only_on("sqlite", "a switch of SQLite's connections")
@pytest.mark.django_db(transaction=True)
def test_a_connection_without_foreign_keys_writes_no_entries(book):
    sql("PRAGMA foreign_keys = OFF")
    try:
        with pytest.raises(IntegrityError, match="money-foreign-keys-off"), transaction.atomic():
            insert_entry(book, 2)
    finally:
        sql("PRAGMA foreign_keys = ON")


@pytest.mark.only_on("postgresql", "deferred constraint triggers")
def test_asking_early_does_not_help(book):
    cash, opening = account(book, Role.CASH), account(book, Role.OPENING)
    with pytest.raises(IntegrityError, match="money-entry-incomplete"), transaction.atomic():
        entry = insert_entry(book, 2)
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry = insert_whole(book, [(cash, 5, "USD"), (opening, -5, "USD")])
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("UPDATE money_posting SET units = 6 WHERE entry_id = %s AND n = 1", entry)
    with pytest.raises(IntegrityError, match="money-posting-out-of-order"), transaction.atomic():
        entry = insert_whole(book, [(cash, 5, "USD"), (opening, -5, "USD")])
        sql(
            "INSERT INTO money_posting (id, entry_id, n, account_id, units, currency) "
            "SELECT id, entry_id, n, account_id, 6, currency FROM money_posting WHERE entry_id = %s "
            "ON CONFLICT (id) DO UPDATE SET units = 6",
            entry,
        )


def test_numbers_of_a_book_have_no_gaps(book):
    balanced(book)
    with pytest.raises(IntegrityError, match="money-number-out-of-order"), transaction.atomic():
        balanced(book, number=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        balanced(book, number=1)


def test_closed_days_accounts_and_funds_take_nothing(book, world):
    Book.objects.filter(pk=book.pk).update(closed_through=DAY)
    with pytest.raises(IntegrityError, match="money-day-closed"), transaction.atomic():
        balanced(book)
    Book.objects.filter(pk=book.pk).update(closed_through=None)
    with pytest.raises(IntegrityError, match="money-day-closed"), transaction.atomic():
        balanced(book, on="2024-12-31")
    fund = Fund.objects.create(key="f", book=book, currency="USD", starts_on=DAY, closed_on=DAY, names={})
    with pytest.raises(IntegrityError, match="money-fund-closed"), transaction.atomic():
        insert_posting(insert_entry(book, 2), 1, (account(book, Role.CASH), 1, "USD"), fund_id=fund.pk)
    Account.objects.filter(role="cash").update(currency="EUR")
    with pytest.raises(IntegrityError, match="money-account-does-not-fit"), transaction.atomic():
        balanced(book)
    Account.objects.filter(role="cash").update(currency="", closed_on=DAY)
    with pytest.raises(IntegrityError, match="money-account-does-not-fit"), transaction.atomic():
        balanced(book)


def test_an_account_of_another_book_takes_nothing(book, world):
    other = Book.objects.create(key="ford", area=world.areas["Ford"], names={}, opened_on=date(2025, 1, 1))
    foreign = Account.objects.create(book=other, key="cash", role="cash", kind="asset", names={})
    with pytest.raises(IntegrityError, match="money-account-does-not-fit"), transaction.atomic():
        insert_whole(book, [(foreign, 1, "USD"), (account(book, Role.OPENING), -1, "USD")])


def test_a_reversal_is_the_mirror_or_nothing(book):
    cash, opening = account(book, Role.CASH), account(book, Role.OPENING)
    first = balanced(book)
    for lines in (
        [(opening, 99, "USD"), (cash, -99, "USD")],
        [(cash, 100, "USD"), (opening, -100, "USD")],
        [(opening, 100, "EUR"), (cash, -100, "EUR")],
        [(opening, 50, "USD"), (opening, 50, "USD"), (cash, -100, "USD")],
    ):
        with pytest.raises(IntegrityError, match="money-reversal-differs"), transaction.atomic():
            insert_whole(book, lines, reverses_id=first, reason="twice")
            commit()
    mirror = [(opening, 100, "USD"), (cash, -100, "USD")]
    again = insert_whole(book, mirror, reverses_id=first, reason="twice")
    commit()
    assert sum(AccountSum.objects.get(account_id=a.pk).units for a in (cash, opening)) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_whole(book, mirror, reverses_id=first, reason="twice")
    with pytest.raises(IntegrityError, match="money-reversal-differs"), transaction.atomic():
        insert_whole(book, [(cash, 100, "USD"), (opening, -100, "USD")], reverses_id=again, reason="twice")
        commit()


def test_a_line_and_a_contract_are_never_exceeded(book):
    fund = Fund.objects.create(key="f", book=book, currency="USD", starts_on=DAY, names={})
    line = BudgetLine.objects.create(
        book=book, fund=fund, key="l", names={}, currency="USD", original_units=100, units=100
    )
    spent, cash = account(book, Role.SPENT), account(book, Role.CASH)
    committed, reserve = account(book, Role.COMMITTED), account(book, Role.RESERVE)
    facts: dict[str, Any] = {"fund_id": fund.pk, "line_id": line.pk}

    def pay(units: int) -> None:
        entry = insert_entry(book, 2, stage="payment")
        insert_posting(entry, 1, (spent, units, "USD"), **facts)
        insert_posting(entry, 2, (cash, -units, "USD"), **facts)
        commit()

    contract = insert_entry(book, 2, stage="commitment")
    Commitment.objects.create(entry_id=contract, line=line, units=60)
    insert_posting(contract, 1, (committed, 60, "USD"), **facts)
    insert_posting(contract, 2, (reserve, -60, "USD"), **facts)
    pay(40)
    line.refresh_from_db()
    assert (line.committed_units, line.paid_units) == (60, 40)
    with pytest.raises(IntegrityError, match="money_line_not_exceeded"), transaction.atomic():
        pay(1)
    assert Commitment.objects.get().open_units == 60
    with pytest.raises(IntegrityError, match="money_commitment_not_exceeded"), transaction.atomic():
        under = insert_entry(book, 2, stage="release", commitment_id=contract)
        insert_posting(under, 1, (reserve, 61, "USD"), **facts)
        insert_posting(under, 2, (committed, -61, "USD"), fund_id=fund.pk)
    wrongs: tuple[dict[str, Any], ...] = ({"currency": "EUR"}, {"fund_id": None})
    for wrong in wrongs:
        with pytest.raises(IntegrityError, match="money-line-does-not-fit"), transaction.atomic():
            currency = wrong.get("currency", "USD")
            entry = insert_entry(book, 2, stage="payment")
            insert_posting(
                entry, 1, (spent, 1, currency), **(facts | {"fund_id": wrong.get("fund_id", fund.pk)})
            )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from([Role.CASH, Role.RECEIVED, Role.SPENT]),
                st.integers(min_value=-3, max_value=3).filter(bool),
                st.sampled_from(["USD", "TZS"]),
            ),
            min_size=2,
            max_size=4,
        ),
        max_size=4,
    )
)
def test_whatever_is_written_the_books_balance_and_the_sums_are_the_postings(book, entries):
    accounts = {role: account(book, role) for role in (Role.CASH, Role.RECEIVED, Role.SPENT)}
    with transaction.atomic():
        for lines in entries:
            sums: dict[str, int] = defaultdict(int)
            for _, units, currency in lines:
                sums[currency] += units
            try:
                with transaction.atomic():
                    insert_whole(book, [(accounts[r], u, c) for r, u, c in lines])
                    commit()
                taken = True
            except IntegrityError:
                taken = False
            assert taken == (not any(sums.values()))
        found: dict[tuple[int, str], int] = defaultdict(int)
        for pk, units, currency in Posting.objects.values_list("account_id", "units", "currency"):
            found[pk, currency] += units
        kept = {(row.account_id, row.currency): row.units for row in AccountSum.objects.all()}
        assert kept == found
        assert not FundSum.objects.exists()
        assert not WorkSum.objects.exists()
        transaction.set_rollback(True)
