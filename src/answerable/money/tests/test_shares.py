"""One payment for several villages: parts that add up, entered together or not at all; and what comes back of a part."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from answerable.kernel.money import Amount
from answerable.money import services
from answerable.money.answers import Scope, way_by_place
from answerable.money.models import BudgetLine, Commitment, Entry, Posting
from answerable.money.problems import (
    AreaOutside,
    NotReversible,
    PayeeNeeded,
    SharesDiffer,
    SharesUnfit,
    VillageUnclear,
)
from answerable.money.services import prove_books
from answerable.places.models import Area

from .factories import Offices, make_offices, slip, usd
from .raw import insert_whole


@pytest.fixture
def offices(world) -> Offices:
    """A line of 1,000.00 for no project of its own, so for any village of the township."""
    offices = make_offices(world)
    offices.line = services.set_line(
        actor=world.actor("ama"),
        book=offices.books["upper-ford"],
        fund=offices.fund,
        key="seeds",
        names={"en": "Seeds"},
        amount=usd(100_000),
    )
    offices.receive(90_000)
    offices.allocate(90_000)
    return offices


def shares(offices: Offices, **units: int) -> list[tuple[Area, Amount]]:
    return [(offices.world.areas[name], usd(part)) for name, part in units.items()]


def paid_in(offices: Offices) -> dict[str, int]:
    names = {area.pk: name for name, area in offices.world.areas.items()}
    found = {names[pk]: way["USD"].spent for pk, way in way_by_place(Scope()).items()}
    return {name: units for name, units in found.items() if units}


def test_one_entry_pays_for_several_villages(offices):
    entry = offices.pay(30_000, shares=shares(offices, Ford=10_001, Well=19_999))
    assert paid_in(offices) == {"Ford": 10_001, "Well": 19_999}
    assert Entry.objects.filter(stage="payment").count() == 1
    spent = Posting.objects.filter(entry=entry, account__role="spent").order_by("n")
    assert list(spent.values_list("area__name", "units", "payee__key")) == [
        ("Ford", 10_001, "builder"),
        ("Well", 19_999, "builder"),
    ]
    assert BudgetLine.objects.get(pk=offices.line.pk).paid_units == 30_000
    connection.check_constraints()
    assert prove_books().differences == ()
    services.reverse_entry(actor=offices.who(), entry=entry, reason="twice", slip=slip())
    assert paid_in(offices) == {}
    assert prove_books().differences == ()


def test_under_a_contract_as_well_and_the_threshold_looks_at_the_whole(offices):
    contract = services.commit_contract(
        actor=offices.who(), line=offices.line, amount=usd(50_000), payee=offices.builder, slip=slip(document="c"),
    ).posted()  # fmt: skip
    held = Commitment.objects.get(entry=contract)
    offices.pay(30_000, contract=held, shares=shares(offices, Ford=10_000, Well=20_000))
    held.refresh_from_db()
    assert held.open_units == 20_000
    services.set_threshold(
        actor=offices.who("ama"), level=offices.world.levels["township"], amount=usd(1_999)
    )
    outcome = services.pay(
        actor=offices.who(), line=offices.line, account=offices.cash("upper-ford"), amount=usd(2_000),
        payee=offices.builder, slip=slip(document="more"), shares=shares(offices, Ford=1_000, Well=1_000),
    )  # fmt: skip
    assert outcome.proposal is not None
    services.check_proposal(actor=offices.who("kesi"), proposal=outcome.proposal)
    assert paid_in(offices) == {"Ford": 11_000, "Well": 21_000}


def test_parts_that_are_none_are_refused_and_nothing_is_entered(offices):
    ford = offices.world.areas["Ford"]
    people = {"payee": None, "payees_count": 14, "payees_digest": "ab" * 32}
    for problem, units, parts, more in (
        (SharesDiffer, 30_000, shares(offices, Ford=10_000, Well=19_999), {}),
        (SharesDiffer, 30_000, [(ford, usd(15_000)), (offices.world.areas["Well"], Amount(15_000, "EUR"))], {}),
        (SharesUnfit, 30_000, [(ford, usd(15_000)), (ford, usd(15_000))], {}),
        (SharesUnfit, 30_000, [(ford, usd(30_000))], {}),
        (SharesUnfit, 30_000, shares(offices, Ford=10_000, Well=20_000), {"area": ford}),
        (SharesUnfit, 30_000, shares(offices, Ford=10_000, Well=20_000), people),
        (PayeeNeeded, 30_000, shares(offices, Ford=10_000, Well=20_000), {"payee": None}),
        (AreaOutside, 30_000, shares(offices, Ford=10_000, Mill=20_000), {}),
    ):  # fmt: skip
        with pytest.raises(problem):
            offices.pay(units, shares=parts, **more)
    assert not Entry.objects.filter(stage="payment").exists()


@pytest.mark.parametrize(("parts", "balances"), [((10, 10), True), ((10, 9), False), ((10, 11), False)])
def test_the_database_refuses_parts_that_do_not_add_up(offices, parts, balances):
    accounts = {row.role: row for row in offices.books["upper-ford"].accounts.all()}
    lines = [*((accounts["spent"], part, "USD") for part in parts), (accounts["cash"], -20, "USD")]

    def by_bare_sql() -> None:
        with transaction.atomic():
            insert_whole(offices.books["upper-ford"], lines, stage="payment")
            connection.check_constraints()

    if balances:
        by_bare_sql()
    else:
        with pytest.raises(IntegrityError):
            by_bare_sql()


def test_what_comes_back_is_of_one_village(offices):
    payment = offices.pay(30_000, shares=shares(offices, Ford=10_000, Well=20_000))
    back = {
        "actor": offices.who(), "payment": payment, "account": offices.cash("upper-ford"), "slip": slip(document="b"),
    }  # fmt: skip
    areas = offices.world.areas
    with pytest.raises(VillageUnclear):
        services.take_back(amount=usd(1_000), **back)
    with pytest.raises(VillageUnclear):
        services.take_back(amount=usd(1_000), area=areas["Mill"], **back)
    with pytest.raises(NotReversible):
        services.take_back(amount=usd(10_001), area=areas["Ford"], **back)
    services.take_back(amount=usd(4_000), area=areas["Ford"], **back)
    assert paid_in(offices) == {"Ford": 6_000, "Well": 20_000}
    with pytest.raises(NotReversible):
        services.take_back(
            amount=usd(6_001), area=areas["Ford"], **back | {"slip": slip(document="b2")}
        )  # fmt: skip
    whole = offices.pay(5_000, "one", area=areas["Well"])
    services.take_back(amount=usd(5_000), **back | {"payment": whole, "slip": slip(document="b3")})
    assert prove_books().differences == ()


def test_the_form_enters_all_parts_or_none(offices):
    client = Client()
    client.force_login(offices.world.staff["imani"])
    address = reverse("books:new", args=["upper-ford", "payment"])
    areas = offices.world.areas
    form = {
        "on": "2026-03-02", "line": "seeds", "account": "cash", "amount": "300", "currency": "USD",
        "payee": "builder", "document_digest": "cd" * 32,
        "share_area_0": str(areas["Ford"].pk), "share_amount_0": "1.2.3",
        "share_area_1": "nowhere", "share_amount_1": "200",
        "share_area_4": str(areas["Well"].pk), "share_amount_4": "200",
    }  # fmt: skip
    page = client.get(address).content.decode()
    assert page.count('name="share_area_') == 6
    more = client.post(address, form | {"more": "yes"}).content.decode()
    assert more.count('name="share_area_') == 11
    assert 'value="nowhere"' in more

    refused = client.post(address, form)
    text = refused.content.decode()
    assert (refused.status_code, text.count('class="err"')) == (400, 2)
    assert 'value="1.2.3"' in text

    form |= {"share_amount_0": "99.99", "share_area_1": "", "share_amount_1": ""}
    refused = client.post(address, form)
    assert refused.status_code == 400
    assert "299.99" in refused.content.decode()
    assert not Entry.objects.filter(stage="payment").exists()

    assert client.post(address, form | {"share_amount_0": "100.00"}).status_code == 302
    assert paid_in(offices) == {"Ford": 10_000, "Well": 20_000}
    entry = client.get(reverse("books:entry", args=[Entry.objects.get(stage="payment").pk]))
    assert "Well" in entry.content.decode()
