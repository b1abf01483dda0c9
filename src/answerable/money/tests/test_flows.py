"""Whatever is done in whatever order: accounts balance, no unit of a fund is lost, and kept sums are the postings."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from answerable.kernel.problem import Problem
from answerable.money import services
from answerable.money.models import BudgetLine, Commitment, Entry, Posting
from answerable.money.selectors import trial_balance
from answerable.money.services import prove_books

from .factories import Offices, make_offices, slip, usd

ACTS = ("pledge", "receive", "allocate", "commit", "pay", "pay-under", "release", "back", "return", "reverse")
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 60), st.integers(0, 30)), max_size=10)


@pytest.fixture
def offices(world) -> Offices:
    return make_offices(world)


def act(offices: Offices, what: str, units: int, which: int) -> None:
    """One act; what the rules refuse is refused."""
    who, amount = offices.who(), usd(units * 1_000)
    entries = list(Entry.objects.select_related("book__area__level", "to_book", "commitment").order_by("pk"))
    contracts = list(Commitment.objects.select_related("entry__book__area__level", "line"))
    payments = [e for e in entries if e.stage == "payment" and not e.reverses_id]
    low = offices.cash("upper-ford")
    if what == "pledge":
        services.record_pledge(actor=who, fund=offices.fund, amount=amount, slip=slip())
    elif what == "receive":
        offices.receive(amount.units)
    elif what == "allocate":
        offices.allocate(amount.units, came=amount.units - which % 3)
    elif what == "commit":
        services.commit_contract(
            actor=who,
            line=offices.line,
            amount=amount,
            payee=offices.builder,
            slip=slip(document=f"c{which}"),
        )
    elif what == "pay":
        offices.pay(amount.units, document=f"i{which}")
    elif what == "pay-under" and contracts:
        offices.pay(amount.units, document=f"u{which}", contract=contracts[which % len(contracts)])
    elif what == "release" and contracts:
        contract = contracts[which % len(contracts)]
        services.release_commitment(actor=who, contract=contract, amount=amount, slip=slip())
    elif what == "back" and payments:
        payment = payments[which % len(payments)]
        services.take_back(actor=who, payment=payment, account=low, amount=amount, slip=slip())
    elif what == "return":
        services.send_return(
            actor=who,
            fund=offices.fund,
            account=low,
            to_book=offices.books["riverland"],
            amount=amount,
            slip=slip(),
        )
    elif what == "reverse" and entries:
        services.reverse_entry(actor=who, entry=entries[which % len(entries)], reason="other", slip=slip())


@settings(
    max_examples=12,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # each example writes a book: shrinking one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STEPS)
def test_any_sequence_of_legal_acts_balances_and_conserves(offices, steps):
    with transaction.atomic():
        offices.receive(50_000)
        offices.allocate(30_000)
        for what, units, which in steps:
            before = Posting.objects.count()
            try:
                with transaction.atomic():
                    act(offices, what, units, which)
            except Problem:
                assert Posting.objects.count() == before  # nothing half-posted
        connection.check_constraints()
        assert prove_books().differences == ()
        found: dict[tuple[str, str], int] = defaultdict(int)
        for role, stage, posted in Posting.objects.values_list("account__role", "entry__stage", "units"):
            found[role, stage] += posted

        def at(role: str, *stages: str) -> int:
            return sum(units for (own, stage), units in found.items() if own == role and stage in stages)

        # What came in is what lies there, what was spent, and what is on its way between books.
        on_its_way = sum(units for (role, _), units in found.items() if role.startswith("allocated"))
        received = -at("received", "receipt", "return")
        assert (
            received
            == at("cash", *{stage for _, stage in found}) + at("spent", "payment", "return") + on_its_way
        )
        assert at("committed", "commitment", "release", "payment") >= 0
        line = BudgetLine.objects.get(pk=offices.line.pk)
        assert line.paid_units == at("spent", "payment", "return")
        assert line.paid_units + line.committed_units <= line.units
        for book in offices.books.values():
            rows = trial_balance(book)
            assert sum(row.units for row in rows) == 0
            assert all(row.units >= 0 for row in rows if row.account.role == "cash")
        transaction.set_rollback(True)
