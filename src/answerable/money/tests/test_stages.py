"""Money on its way, stage by stage: what each entry moves, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from answerable.access.problems import Denied
from answerable.kernel import clock
from answerable.kernel.money import Amount
from answerable.money import problems, services
from answerable.money.models import Account, Commitment, Entry, Posting
from answerable.money.rules.stages import Role
from answerable.money.selectors import fund_trace, on_its_way, open_pledge, trial_balance
from answerable.money.services import prove_books

from .factories import SINCE, Offices, digest, make_offices, slip, usd


@pytest.fixture
def offices(world) -> Offices:
    return make_offices(world)


def balances(offices: Offices, book: str) -> dict[str, int]:
    return {row.account.role: row.units for row in trial_balance(offices.books[book]) if row.units}


def nothing_differs() -> None:
    connection.check_constraints()
    assert prove_books().differences == ()


def test_from_pledge_to_payment(offices):
    services.record_pledge(actor=offices.who(), fund=offices.fund, amount=usd(80_000), slip=slip())
    assert open_pledge(offices.fund, "USD") == 80_000
    offices.receive(90_000)
    assert open_pledge(offices.fund, "USD") == 0
    assert balances(offices, "riverland") == {"cash": 90_000, "received": -90_000}
    offices.allocate(60_000)
    contract = services.commit_contract(
        actor=offices.who(),
        line=offices.line,
        amount=usd(50_000),
        payee=offices.builder,
        slip=slip(document="c"),
    ).posted()
    held = Commitment.objects.get(entry=contract)
    offices.line.refresh_from_db()
    assert (offices.line.committed_units, offices.line.paid_units) == (50_000, 0)
    paid = offices.pay(30_000, contract=held)
    offices.line.refresh_from_db()
    held.refresh_from_db()
    assert (offices.line.committed_units, offices.line.paid_units, held.open_units) == (
        20_000,
        30_000,
        20_000,
    )
    services.release_commitment(actor=offices.who(), contract=held, amount=usd(20_000), slip=slip())
    services.take_back(
        actor=offices.who(), payment=paid, account=offices.cash("upper-ford"), amount=usd(1_000), slip=slip()
    )
    offices.line.refresh_from_db()
    assert (offices.line.committed_units, offices.line.paid_units) == (0, 29_000)
    assert balances(offices, "upper-ford") == {"cash": 31_000, "allocated-in": -60_000, "spent": 29_000}
    spent = Posting.objects.get(entry=paid, account__role="spent")
    assert (spent.line, spent.project, spent.area, spent.payee) == (
        offices.line,
        offices.project,
        offices.world.areas["Ford"],
        offices.builder,
    )
    assert paid.document_digest == digest("invoice")
    traced = {(t.book_id, t.role, t.stage): t.units for t in fund_trace(offices.fund)}
    assert traced[offices.books["upper-ford"].pk, "spent", "payment"] == 30_000
    nothing_differs()


def test_a_payment_never_goes_beyond_its_line_contract_or_cash(offices):
    offices.receive(200_000)
    offices.allocate(90_000)
    with pytest.raises(problems.LineExceeded, match=r"1000\.00 USD left"):
        services.commit_contract(
            actor=offices.who(),
            line=offices.line,
            amount=usd(100_001),
            payee=offices.builder,
            slip=slip(document="c"),
        )
    entry = services.commit_contract(
        actor=offices.who(),
        line=offices.line,
        amount=usd(40_000),
        payee=offices.builder,
        slip=slip(document="c"),
    ).posted()
    contract = Commitment.objects.get(entry=entry)
    with pytest.raises(problems.LineExceeded):
        offices.pay(60_001)
    with pytest.raises(problems.CommitmentExceeded):
        offices.pay(40_001, contract=contract)
    offices.pay(60_000)
    with pytest.raises(problems.FundShort, match=r"300\.00"):
        offices.pay(40_000, document="other", contract=contract)
    offices.pay(30_000, document="other", contract=contract)
    nothing_differs()


@pytest.mark.parametrize("units", [0, -5])
def test_amounts_are_above_zero(offices, units):
    offices.receive(1_000)
    before = Entry.objects.count()
    with pytest.raises(problems.AmountNotAbove, match="undo its entry"):
        offices.allocate(units)
    with pytest.raises(problems.AmountNotAbove):
        services.record_pledge(actor=offices.who(), fund=offices.fund, amount=usd(units), slip=slip())
    assert Entry.objects.count() == before


def test_another_currency_is_refused(offices):
    offices.receive(1_000)
    with pytest.raises(problems.CurrencyMismatch):
        services.pay(
            actor=offices.who(),
            line=offices.line,
            account=offices.cash("upper-ford"),
            amount=Amount(5, "EUR"),
            payee=offices.builder,
            slip=slip(document="i"),
        )
    bank = services.add_account(
        actor=offices.who("ama"),
        book=offices.books["riverland"],
        key="bank",
        names={"en": "Bank"},
        currency="EUR",
    )
    with pytest.raises(problems.CurrencyMismatch):
        services.record_receipt(
            actor=offices.who(), fund=offices.fund, account=bank, amount=usd(5), slip=slip()
        )


def test_a_conversion_balances_in_each_currency(offices):
    offices.receive(10_000)
    facts: dict[str, Any] = {
        "actor": offices.who(),
        "fund": offices.fund,
        "from_account": offices.cash(),
        "to_account": offices.cash(),
        "sold": usd(10_000),
        "rate": Decimal("2512.50"),
        "rate_on": date(2026, 2, 27),
        "slip": slip(),
    }
    with pytest.raises(problems.RateDiffers):
        services.convert(bought=Amount(25_200_000, "TZS"), **facts)
    entry = services.convert(bought=Amount(25_125_000, "TZS"), **facts).posted()
    assert (entry.rate, entry.rate_on) == ("2512.5", date(2026, 2, 27))
    found = {(b.account.role, b.currency): b.units for b in trial_balance(offices.books["riverland"])}
    assert found["cash", "USD"] == 0
    assert found["cash", "TZS"] == 25_125_000
    assert (found["conversion", "USD"], found["conversion", "TZS"]) == (10_000, -25_125_000)
    nothing_differs()


def test_money_goes_down_and_back_up_and_differing_sums_are_found(offices):
    offices.receive(50_000)
    sent = services.send_allocation(
        actor=offices.who(),
        fund=offices.fund,
        account=offices.cash(),
        to_book=offices.books["fordland"],
        amount=usd(20_000),
        slip=slip(),
    ).posted()
    every = type(offices.books["fordland"]).objects.all()
    assert [(way.sent, way.sent_units) for way in on_its_way(every)] == [(sent, 20_000)]
    facts: dict[str, Any] = {
        "actor": offices.who("juma"),
        "account": offices.cash("fordland"),
        "slip": slip(),
    }
    with pytest.raises(problems.NotToReceive):
        services.receive(
            sent=sent,
            amount=usd(5),
            **(facts | {"actor": offices.who(), "account": offices.cash("upper-ford")}),
        )
    got = services.receive(sent=sent, amount=usd(19_900), **facts).posted()
    assert list(on_its_way(every)) == []
    differing = list(on_its_way(every, differing=True))
    assert [(way.received, way.sent_units, way.received_units) for way in differing] == [
        (got, 20_000, 19_900)
    ]
    with pytest.raises(problems.ReceivedAlready):
        services.receive(sent=sent, amount=usd(20_000), **(facts | {"slip": slip()}))
    for target in ("riverland", "fordland"):
        with pytest.raises(problems.BookUnfit):
            services.send_allocation(
                actor=offices.who(),
                fund=offices.fund,
                account=offices.cash(),
                to_book=offices.books[target],
                amount=usd(1),
                slip=slip(),
            ) if target == "riverland" else services.send_return(
                actor=offices.who(),
                fund=offices.fund,
                account=offices.cash(),
                to_book=offices.books[target],
                amount=usd(1),
                slip=slip(),
            )
    back = services.send_return(
        actor=offices.who("juma"),
        fund=offices.fund,
        account=offices.cash("fordland"),
        to_book=offices.books["riverland"],
        amount=usd(900),
        slip=slip(),
    ).posted()
    services.receive(actor=offices.who(), sent=back, account=offices.cash(), amount=usd(900), slip=slip())
    services.send_return(
        actor=offices.who(), fund=offices.fund, account=offices.cash(), amount=usd(30_900), slip=slip()
    )
    assert balances(offices, "riverland") == {"received": -19_100, "allocated-out": 19_100}
    nothing_differs()


def test_who_was_paid_is_an_organisation_or_a_number_with_a_list(offices):
    offices.receive(9_000)
    offices.allocate(9_000)
    people: dict[str, Any] = {"payee": None, "payees_count": 14, "payees_digest": digest("list")}
    wrongs: tuple[dict[str, Any], ...] = (
        {"payee": None},
        {"payee": None, "payees_count": 14},
        {"payee": None, "payees_count": 0, "payees_digest": digest("l")},
        {"payees_count": 14, "payees_digest": digest("l")},
    )
    for wrong in wrongs:
        with pytest.raises(problems.PayeeNeeded):
            offices.pay(100, **wrong)
    with pytest.raises(problems.DigestRefused):
        offices.pay(100, **(people | {"payees_digest": "Maria, Juan"}))
    entry = offices.pay(100, **people)
    assert (entry.payees_count, entry.payees_digest) == (14, digest("list"))
    with pytest.raises(problems.DocumentMissing):
        offices.pay(100, slip=slip())
    with pytest.raises(problems.ReferenceRefused):
        offices.pay(100, slip=slip(document="x", reference="Maria Lopez"))


def test_a_document_is_paid_once_unless_it_is_said(offices):
    offices.receive(9_000)
    offices.allocate(9_000)
    first = offices.pay(100)
    with pytest.raises(problems.DocumentTwice, match=f"entry {first.number} "):
        offices.pay(100)
    second = offices.pay(100, slip=slip(document="invoice", again=True))
    assert (first.document_part, second.document_part) == (0, 1)
    for entry in (first, second):
        services.reverse_entry(actor=offices.who(), entry=entry, reason="twice", slip=slip())
    assert offices.pay(100).document_part == 2
    nothing_differs()


def test_a_form_that_comes_twice_makes_one_entry(offices):
    same = slip()
    facts: dict[str, Any] = {"actor": offices.who(), "fund": offices.fund, "account": offices.cash()}
    first = services.record_receipt(amount=usd(500), slip=same, **facts)
    again = services.record_receipt(amount=usd(500), slip=same, **facts)
    assert (again.entry, again.again) == (first.entry, True)
    with pytest.raises(problems.FormUsed):
        services.record_receipt(amount=usd(501), slip=same, **facts)
    assert Entry.objects.count() == 1


def test_an_entry_and_its_reversal_are_nothing(offices):
    offices.receive(5_000)
    before = balances(offices, "riverland")
    entry = services.record_charge(
        actor=offices.who(), fund=offices.fund, account=offices.cash(), amount=usd(70), slip=slip()
    ).posted()
    done = services.reverse_entry(
        actor=offices.who(), entry=entry, reason="wrong-amount", slip=slip()
    ).posted()
    assert balances(offices, "riverland") == before
    for again in (entry, done):
        with pytest.raises(problems.NotReversible):
            services.reverse_entry(actor=offices.who(), entry=again, reason="twice", slip=slip())
    with pytest.raises(problems.ReasonUnknown):
        services.reverse_entry(actor=offices.who(), entry=entry, reason="felt like it", slip=slip())
    nothing_differs()


def test_what_something_rests_on_is_not_undone(offices):
    receipt = offices.receive(5_000)
    sent, got = offices.allocate(5_000)
    with pytest.raises(problems.FundShort):
        services.reverse_entry(actor=offices.who(), entry=receipt, reason="twice", slip=slip())
    with pytest.raises(problems.NotReversible, match="received"):
        services.reverse_entry(actor=offices.who(), entry=sent, reason="twice", slip=slip())
    contract = services.commit_contract(
        actor=offices.who(),
        line=offices.line,
        amount=usd(4_000),
        payee=offices.builder,
        slip=slip(document="c"),
    ).posted()
    paid = offices.pay(100, contract=Commitment.objects.get())
    with pytest.raises(problems.NotReversible, match="under it"):
        services.reverse_entry(actor=offices.who(), entry=contract, reason="twice", slip=slip())
    for entry in (paid, contract, got, sent, receipt):
        services.reverse_entry(actor=offices.who(), entry=entry, reason="not-carried-out", slip=slip())
    assert balances(offices, "riverland") == balances(offices, "upper-ford") == {}
    offices.line.refresh_from_db()
    assert (offices.line.committed_units, offices.line.paid_units) == (0, 0)
    nothing_differs()


def test_what_the_community_gave_is_a_source_of_its_own(offices):
    entry = services.record_contribution(
        actor=offices.who(),
        book=offices.books["upper-ford"],
        project=offices.project,
        amount=usd(700),
        slip=slip(),
    ).posted()
    assert {p.account.role: p.units for p in Posting.objects.filter(entry=entry)} == {
        "spent": 700,
        "contributed": -700,
    }
    assert not Posting.objects.exclude(fund=None).exists()
    with pytest.raises(problems.AreaOutside):
        services.record_contribution(
            actor=offices.who(),
            book=offices.books["upper-ford"],
            project=offices.project,
            area=offices.world.areas["Peak"],
            amount=usd(700),
            slip=slip(),
        )


def test_days_to_come_before_and_closed_ones_take_nothing(offices):
    today = clock.today()
    offices.receive(100, on=today - timedelta(days=40))
    services.close_days(
        actor=offices.who(), book=offices.books["riverland"], through=today - timedelta(days=30)
    )
    for day in (today + timedelta(days=1), SINCE - timedelta(days=1), today - timedelta(days=30)):
        with pytest.raises(problems.DayNotOpen):
            offices.receive(100, on=day)
    offices.receive(100, on=today - timedelta(days=29))


def test_an_outsider_changes_nothing(offices):
    offices.receive(1_000)
    before = Entry.objects.count()
    for name in ("daudi", "amina", "chidi", "esi", "hana", "public", "juma"):
        with pytest.raises(Denied):
            services.record_receipt(
                actor=offices.who(name), fund=offices.fund, account=offices.cash(), amount=usd(5), slip=slip()
            )
    for name in ("imani", "amina", "chidi"):
        with pytest.raises(Denied):
            services.open_book(
                actor=offices.who(name),
                key="x",
                area=offices.world.areas["Ford"],
                names={"en": "X"},
                opened_on=SINCE,
            )
    assert Entry.objects.count() == before


def test_money_lies_on_cash_accounts_of_the_book(offices):
    received = Account.objects.select_related("book__area").get(
        book=offices.books["riverland"], role=Role.RECEIVED
    )
    with pytest.raises(problems.AccountUnfit):
        services.record_receipt(
            actor=offices.who(), fund=offices.fund, account=received, amount=usd(5), slip=slip()
        )
    with pytest.raises(problems.AccountUnfit):
        services.record_receipt(
            actor=offices.who(),
            fund=offices.fund,
            account=offices.cash("fordland"),
            amount=usd(5),
            slip=slip(),
        )
