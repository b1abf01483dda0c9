"""Statements kept and matched: nothing twice, nothing half, and the difference explained to the last unit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.access.problems import Denied
from answerable.kernel import clock
from answerable.kernel.money import Amount
from answerable.money.banking.mapping import read_statement_mapping
from answerable.money.banking.problems import MatchGone, MatchRefused, NotABankAccount, StatementTwice
from answerable.money.banking.tables import OnPaper
from answerable.money.models import Account, BankLine, BankMatch, BankStatement, Posting
from answerable.money.reconciliation import matches, proposals, reconciled
from answerable.money.rules.stages import Role
from answerable.money.services.statements import Taken, accept_match, take_statements, undo_match
from answerable.register.models import Event
from tests.support.world import World, make_post, make_staff

from .camt_samples import USUAL, message, statement, written
from .ledger import Ledger, make_ledger
from .raw import insert_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("later")]

MAPPING = """
currency = "USD"
[day]
column = "Day"
[amount]
signed = "Amount"
decimal = "."
group = ","
[balance]
column = "Balance"
[reference]
column = "Ref"
"""
MARCH = "Day,Ref,Text,Amount,Balance\n2026-03-02,B1,Ada Example,100.00,100.00\n2026-03-03,B2,x,-30.00,70.00\n"
APRIL = "Day,Ref,Text,Amount,Balance\n2026-04-01,B3,x,-20.00,50.00\n"


@pytest.fixture
def later():
    with clock.held_at(date(2026, 5, 1)):
        yield


@pytest.fixture
def ledger(world: World) -> Ledger:
    post = make_post("fordland-books", "bookkeeper", world.areas["Fordland"])
    world.staff["bora"] = make_staff("bora", post)
    return make_ledger(world)


@pytest.fixture
def bank(ledger: Ledger) -> Account:
    return Account.objects.select_related("book__area").get(book=ledger.books["Fordland"], key="bank")


def take(
    ledger: Ledger, bank: Account, folder: Path, text: str, name: str = "b.csv", who: str = "bora", **more
) -> Taken:
    mapping = folder / "m.toml"
    mapping.write_text(MAPPING)
    path = folder / name
    path.write_text(text)
    return take_statements(
        actor=ledger.world.actor(who),
        account=bank,
        path=path,
        mapping=read_statement_mapping(mapping),
        name=name,
        **more,
    )


def book_it(bank: Account, on: str, units: int, **facts) -> Posting:
    other = Account.objects.get(book=bank.book, key=Role.OPENING.value)
    entry = insert_whole(bank.book, [(bank, units, "USD"), (other, -units, "USD")], on=on, **facts)
    return Posting.objects.get(entry=entry, account=bank)


def test_a_statement_is_kept_without_names(ledger: Ledger, bank: Account, tmp_path: Path) -> None:
    taken = take(ledger, bank, tmp_path, MARCH)
    assert (taken.report.kept, taken.report.added, taken.report.faults) == (True, 2, [])
    row = BankStatement.objects.get()
    assert (row.n, row.opening_units, row.closing_units, row.lines_count) == (1, 0, 7000, 2)
    with connection.cursor() as cursor:
        for table in ("money_bankline", "money_bankstatement", "register_event"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            assert "Ada" not in str(cursor.fetchall())
    event = Event.objects.get(kind="money.statement-taken")
    assert (event.body["lines"], event.body["closing_units"]) == (2, 7000)


def test_the_same_file_and_the_same_statement_come_once(
    ledger: Ledger, bank: Account, tmp_path: Path
) -> None:
    take(ledger, bank, tmp_path, MARCH)
    with pytest.raises(StatementTwice):
        take(ledger, bank, tmp_path, MARCH)
    with pytest.raises(StatementTwice):
        take(ledger, bank, tmp_path, MARCH + "\n\n", name="again.csv")
    assert BankStatement.objects.count() == 1


def test_the_next_one_follows_and_a_missing_one_is_named(
    ledger: Ledger, bank: Account, tmp_path: Path
) -> None:
    take(ledger, bank, tmp_path, MARCH)
    missing = take(ledger, bank, tmp_path, APRIL.replace("50.00", "45.00"), name="m.csv")
    assert [(fault.line, fault.code) for fault in missing.report.faults] == [(0, "statement-missing")]
    assert (missing.report.kept, BankStatement.objects.count(), BankLine.objects.count()) == (False, 1, 2)
    take(ledger, bank, tmp_path, APRIL)
    assert list(BankStatement.objects.order_by("n").values_list("n", "closing_units")) == [
        (1, 7000),
        (2, 5000),
    ]


def test_one_bad_statement_of_a_file_keeps_all_out(ledger: Ledger, bank: Account, tmp_path: Path) -> None:
    good = statement(*USUAL).replace("EUR", "USD")
    path = written(tmp_path, message(good, good))
    taken = take_statements(actor=ledger.world.actor("bora"), account=bank, path=path)
    assert [fault.code for fault in taken.report.faults] == ["statement-overlaps"]
    assert not BankStatement.objects.exists()
    assert not Event.objects.filter(kind__startswith="money.").exists()


def test_days_and_balances_on_paper(ledger: Ledger, bank: Account, tmp_path: Path) -> None:
    paper = OnPaper(Amount(0, "USD"), Amount(7000, "USD"), date(2026, 3, 1), date(2026, 3, 31))
    assert take(ledger, bank, tmp_path, MARCH, paper=paper).statements[0].last_on == date(2026, 3, 31)


def test_outsiders_and_other_accounts(ledger: Ledger, bank: Account, tmp_path: Path) -> None:
    for outsider in ("daudi", "chidi", "amina", "public"):
        with pytest.raises(Denied):
            take(ledger, bank, tmp_path, MARCH, who=outsider)
    cash = Account.objects.select_related("book__area").get(book=bank.book, key="cash")
    with pytest.raises(NotABankAccount):
        take(ledger, cash, tmp_path, MARCH)
    assert not BankStatement.objects.exists()


def test_the_database_refuses_what_does_not_follow(ledger: Ledger, bank: Account, tmp_path: Path) -> None:
    row = take(ledger, bank, tmp_path, MARCH).statements[0]
    facts = {
        "account": bank,
        "currency": "USD",
        "closing_units": 1,
        "first_on": date(2026, 4, 1),
        "last_on": date(2026, 4, 2),
    }
    facts |= {"lines_count": 0, "file_digest": "a", "key_digest": "b", "kept_on": date(2026, 5, 1)}
    with pytest.raises(IntegrityError, match="statement-does-not-follow"), transaction.atomic():
        BankStatement.objects.create(n=2, opening_units=6999, **facts)
    with pytest.raises(IntegrityError, match="statement-does-not-follow"), transaction.atomic():
        BankStatement.objects.create(n=3, opening_units=7000, **facts)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        BankStatement.objects.filter(pk=row.pk).update(closing_units=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        BankLine.objects.all().delete()


def test_proposals_are_accepted_and_taken_back(ledger: Ledger, bank: Account, tmp_path: Path) -> None:
    take(ledger, bank, tmp_path, MARCH)
    came, went = book_it(bank, "2026-03-01", 10_000), book_it(bank, "2026-03-03", -3_000, reference="B2")
    found = reconciled(bank, date(2026, 3, 31))
    assert (found.books_units, found.bank_units, found.difference_units) == (7000, 7000, 0)
    offered = proposals(found)
    assert [proposal.why for proposal in offered] == ["reference", "near"]
    actor = ledger.world.actor("bora")
    made = [accept_match(actor=actor, account=bank, lines=p.lines, postings=p.postings) for p in offered]
    after = reconciled(bank, date(2026, 3, 31))
    assert (after.lines, after.postings, after.is_explained) == ([], [], True)
    assert len(matches(bank)) == 2
    undo_match(actor=actor, account=bank, match_id=made[0].pk)
    again = reconciled(bank, date(2026, 3, 31))
    assert [line.units for line in again.lines] == [-3000]
    assert [posting.pk for posting in again.postings] == [went.pk]
    kinds = Event.objects.filter(kind__startswith="money.bank").values_list("kind", flat=True)
    assert sorted(kinds) == ["money.bank-matched", "money.bank-matched", "money.bank-unmatched"]
    with pytest.raises(MatchGone):
        undo_match(actor=actor, account=bank, match_id=made[0].pk)
    assert came.pk not in [posting.pk for posting in again.postings]


def test_what_can_t_be_the_same_is_refused(ledger: Ledger, bank: Account, tmp_path: Path) -> None:
    take(ledger, bank, tmp_path, MARCH)
    first, second = BankLine.objects.order_by("n").values_list("pk", flat=True)
    one, other = book_it(bank, "2026-03-01", 6_000), book_it(bank, "2026-03-01", 4_000)
    elsewhere = Account.objects.get(book=ledger.books["Riverland"], key="bank")
    foreign = book_it(elsewhere, "2026-03-01", 10_000)
    actor = ledger.world.actor("bora")
    for lines, postings in (
        ([first], [one.pk]),
        ([first, second], [one.pk, other.pk]),
        ([], [one.pk]),
        ([first], []),
        ([first], [foreign.pk]),
        ([first], [one.pk, 999_999]),
    ):
        with pytest.raises(MatchRefused):
            accept_match(actor=actor, account=bank, lines=lines, postings=postings)
    match = accept_match(actor=actor, account=bank, lines=[first], postings=[one.pk, other.pk])
    with pytest.raises(MatchRefused):
        accept_match(actor=actor, account=bank, lines=[first], postings=[one.pk, other.pk])
    with pytest.raises(Denied):
        undo_match(actor=ledger.world.actor("daudi"), account=bank, match_id=match.pk)
    assert BankMatch.objects.count() == 1


def test_the_database_refuses_a_match_over_two_accounts(
    ledger: Ledger, bank: Account, tmp_path: Path
) -> None:
    take(ledger, bank, tmp_path, MARCH)
    elsewhere = Account.objects.get(book=ledger.books["Riverland"], key="bank")
    foreign = book_it(elsewhere, "2026-03-01", 10_000)
    match = BankMatch.objects.create(account=bank, on=date(2026, 5, 1))
    with pytest.raises(IntegrityError, match="posting-of-another-account"), transaction.atomic():
        match.postings.create(posting=foreign)


def test_what_crosses_the_day_stands_open_on_it(ledger: Ledger, bank: Account, tmp_path: Path) -> None:
    """A cheque of March that the bank pays in April is open at the end of March, and not at the end of April."""
    take(ledger, bank, tmp_path, MARCH)
    book_it(bank, "2026-03-02", 10_000)
    book_it(bank, "2026-03-03", -3_000)
    book_it(bank, "2026-03-30", -2_000)
    take(ledger, bank, tmp_path, APRIL, name="a.csv")
    actor = ledger.world.actor("bora")
    for proposal in proposals(reconciled(bank, date(2026, 4, 30))):
        accept_match(actor=actor, account=bank, lines=proposal.lines, postings=proposal.postings)
    march, april = reconciled(bank, date(2026, 3, 31)), reconciled(bank, date(2026, 4, 30))
    assert (march.books_units, march.bank_units, march.postings_open) == (5000, 7000, -2000)
    assert (april.books_units, april.bank_units, april.lines, april.postings) == (5000, 5000, [], [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@given(
    moved=st.lists(
        st.tuples(st.integers(1, 28), st.integers(-500, 500).filter(bool)), min_size=1, max_size=8
    ),
    booked=st.lists(st.tuples(st.integers(1, 28), st.integers(-500, 500).filter(bool)), max_size=8),
    opening=st.integers(-1000, 1000),
    on=st.integers(1, 28),
)
def test_the_open_ones_explain_the_difference(ledger, bank, tmp_path, moved, booked, opening, on) -> None:
    """Property: bank = books - open postings + open lines + what was before the first statement, on any day."""
    with transaction.atomic():
        balance, rows = opening, []
        for day, units in sorted(moved):
            balance += units
            rows.append(f"2026-03-{day:02},,x,{units / 100:.2f},{balance / 100:.2f}")
        taken = take(ledger, bank, tmp_path, "Day,Ref,Text,Amount,Balance\n" + "\n".join(rows) + "\n")
        assert taken.report.faults == []
        for day, units in booked:
            book_it(bank, f"2026-03-{day:02}", units)
        for proposal in proposals(reconciled(bank, date(2026, 3, 31))):
            accept_match(
                actor=ledger.world.actor("bora"),
                account=bank,
                lines=proposal.lines,
                postings=proposal.postings,
            )
        found = reconciled(bank, date(2026, 3, on))
        if found.bank_units is not None:
            assert (
                found.bank_units
                == found.books_units - found.postings_open + found.lines_open + found.before_units
            )
        transaction.set_rollback(True)
