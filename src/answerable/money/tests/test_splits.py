"""Payments cut up so that nobody had to check them: together over the threshold, each under it."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel import clock
from answerable.money import services
from answerable.money.answers import Scope
from answerable.money.leaks import leaks
from answerable.money.models import Book, BudgetLine, Entry, Threshold
from answerable.money.splits import Paid, splits, together
from answerable.programme.models import Organisation

from .factories import Offices, make_offices, slip, usd

TODAY = date(2026, 8, 5)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def offices(world):
    """A township with 1,000.00 USD for a pump, and a threshold of 300.00 since a year."""
    with clock.held_at(TODAY):
        offices = make_offices(world)
        offices.receive(100_000, on=ago(200))
        sent = services.send_allocation(
            actor=offices.who(),
            fund=offices.fund,
            account=offices.cash(),
            to_book=offices.books["upper-ford"],
            amount=usd(100_000),
            slip=slip(ago(199)),
        ).posted()
        services.receive(
            actor=offices.who(),
            sent=sent,
            account=offices.cash("upper-ford"),
            amount=usd(100_000),
            slip=slip(ago(199)),
        ).posted()
        Threshold.objects.create(
            level=world.levels["township"], currency="USD", units=30_000, valid_from=ago(198)
        )
        yield offices


def pay(offices: Offices, units: int, days: int, **more) -> Entry:
    entry = offices.pay(units, slip=slip(ago(days), document=f"{units} {days}"), **more)
    assert entry.checker_post_id is None
    return entry


def found(within: int = 30, scope: Scope | None = None) -> list[tuple[int, int, date, date]]:
    rows = splits(scope or Scope(), TODAY, within)
    return [(one.payments, one.units, one.first, one.last) for one in rows]


def test_two_payments_that_are_one(offices):
    pay(offices, 20_000, 40)
    pay(offices, 10_001, 10)
    assert found() == [(2, 30_001, ago(40), ago(10))]
    assert found(within=29) == []
    row = splits(Scope(), TODAY)[0]
    assert (row.threshold, row.line_id, row.payee_id) == (30_000, offices.line.pk, offices.builder.pk)
    assert leaks(Scope(), TODAY).splits == [row]
    assert leaks(Scope(), TODAY).count == 1 + len(leaks(Scope(), TODAY, within=1).idle)
    assert splits(Scope(), ago(11)) == []


def test_what_is_no_split(offices):
    other = Organisation.objects.create(key="other", names={"en": "Other"}, kind="company")
    pay(offices, 15_000, 20)
    pay(offices, 15_000, 19)  # at the threshold, not over it
    pay(offices, 15_000, 18, payee=other)
    people = {"payee": None, "payees_count": 14, "payees_digest": "ab" * 32}
    pay(offices, 15_000, 17, **people)
    pay(offices, 10_000, 16, **people)
    assert found() == []


def test_another_line_is_another_thing(offices):
    line = offices.line
    pay(offices, 20_000, 20)
    offices.line = services.set_line(
        actor=offices.world.actor("ama"),
        book=offices.books["upper-ford"],
        fund=offices.fund,
        key="fence",
        names={"en": "The fence"},
        amount=usd(50_000),
        project=offices.project,
    )
    pay(offices, 20_000, 19)
    assert found() == []
    offices.line = BudgetLine.objects.get(pk=line.pk)
    pay(offices, 20_000, 18)
    assert found() == [(2, 40_000, ago(20), ago(18))]


def test_what_was_undone_or_checked_is_not_asked_about(offices):
    pay(offices, 20_000, 20)
    wrong = pay(offices, 20_000, 19)
    services.reverse_entry(actor=offices.who(), entry=wrong, reason="other", slip=slip())
    assert found() == []
    # Over the threshold: a second person looks at the contract, and so at all that is paid under it.
    proposal = services.commit_contract(
        actor=offices.who(),
        line=offices.line,
        amount=usd(60_000),
        payee=offices.builder,
        slip=slip(ago(15), document="contract"),
    ).proposal
    assert proposal is not None
    entry = services.check_proposal(actor=offices.who("kesi"), proposal=proposal)
    for day in (14, 13):
        pay(offices, 25_000, day, contract=entry.contract)
    assert found() == []


def test_the_threshold_of_the_day_counts(offices):
    pay(offices, 20_000, 40)
    pay(offices, 20_000, 30)
    Threshold.objects.create(
        level=offices.world.levels["township"], currency="USD", units=15_000, valid_from=ago(25)
    )
    pay(offices, 15_000, 24)
    # The last is measured by the lower one; together they are over the higher as well.
    assert found() == [(3, 55_000, ago(40), ago(24))]
    assert splits(Scope(), TODAY)[0].threshold == 30_000


def test_each_sees_their_own_books(offices):
    pay(offices, 20_000, 20)
    pay(offices, 20_000, 19)
    areas = offices.world.areas
    for place, count in (("Riverland", 1), ("Fordland", 1), ("Upper Ford", 1), ("Hillland", 0)):
        area = areas[place]
        assert len(found(scope=Scope(area=(area.pk, area.depth)))) == count, place
    assert len(found(scope=Scope(fund_ids=(offices.fund.pk,)))) == 1
    assert found(scope=Scope(book_ids=(Book.objects.get(key="fordland").pk,))) == []


def test_the_desk_and_its_table_show_them(offices):
    pay(offices, 20_000, 20)
    pay(offices, 20_000, 19)
    client = Client()
    client.force_login(offices.world.staff["juma"])
    text = client.get("/desk/money/").content.decode()
    assert "Each under the threshold, together over it" in text
    assert "Builder Ltd" in text
    assert "400.00" in text
    rows = list(csv.DictReader(io.StringIO(client.get("/desk/money/table/").content.decode("utf-8-sig"))))
    (row,) = [row for row in rows if row["part"] == "split"]
    assert row == {
        "part": "split", "area": "Upper Ford", "fund": "wells", "project": "pump", "figure": "paid-together",
        "amount": "400.00", "currency": "USD", "since": ago(20).isoformat(), "line": "pump", "payee": "builder",
        "payments": "2",
    }  # fmt: skip
    pay(offices, 20_000, 60)
    assert "60,000" not in client.get("/desk/money/").content.decode()
    assert "600.00" in client.get("/desk/money/?within=41").content.decode()


PAID = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60)), max_size=9)


@given(PAID, st.integers(1, 15))
def test_every_pair_of_days_is_looked_at(paid: list[tuple[int, int]], within: int):
    rows = [Paid(date(2026, 1, 1) + timedelta(days=day), units, 50) for day, units in sorted(paid)]
    small = [one for one in rows if one.units <= 50]
    over = [
        (first, last)
        for first in range(len(small))
        for last in range(first + 1, len(small))
        if (small[last].on - small[first].on).days <= within
        and sum(one.units for one in small[first : last + 1]) > 50
    ]
    told = together(rows, within)
    shown = sorted((one for part in told for one in part), key=lambda one: (one.on, one.units))
    wanted = {n for first, last in over for n in range(first, last + 1)}
    assert shown == sorted((small[n] for n in wanted), key=lambda one: (one.on, one.units))
    assert all(sum(one.units for one in part) > 50 and len(part) > 1 for part in told)
