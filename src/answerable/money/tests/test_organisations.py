"""Organisations on the desk: what they pledged, gave and were paid, in the books that one may see."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.access.problems import NotThere
from answerable.money import services
from answerable.money.models import Commitment
from answerable.money.organisations import (
    entries_of,
    organisation_called,
    organisations_like,
    projects_of,
    ways_of,
)
from answerable.programme.models import Organisation, Sponsor

from .factories import Offices, make_offices, slip, usd


@pytest.fixture
def offices(world) -> Offices:
    """The lake bank pledges 1,500.00 and gives 900.00; the builder has a contract over 500.00 and is paid 300.00 of it."""
    offices = make_offices(world)
    lake = Sponsor.objects.create(key="lake", names={"en": "Lake Bank"})
    Organisation.objects.create(key="lake-bank", names={"en": "Lake Bank"}, kind="bank", sponsor=lake)
    Organisation.objects.create(
        key="giver", names={"en": "A giver", "ar": "متبرع"}, kind="ngo", ref="XX-1-GIVER"
    )
    offices.fund.sponsor = lake
    offices.fund.save()
    offices.project.sponsor = lake
    offices.project.save()
    who = offices.who()
    services.record_pledge(actor=who, fund=offices.fund, amount=usd(150_000), slip=slip())
    offices.receive(90_000)
    services.record_receipt(
        actor=who, fund=offices.fund, account=offices.cash(), amount=usd(5_000), slip=slip(),
        payee=Organisation.objects.get(key="giver"),
    )  # fmt: skip
    offices.allocate(60_000)
    contract = services.commit_contract(
        actor=who, line=offices.line, amount=usd(50_000), payee=offices.builder, slip=slip(document="c")
    ).posted()
    payment = offices.pay(30_000, contract=Commitment.objects.get(entry=contract))
    services.take_back(
        actor=who, payment=payment, account=offices.cash("upper-ford"), amount=usd(1_000), slip=slip(document="b")
    )  # fmt: skip
    return offices


def sums(offices: Offices, key: str, who: str = "imani") -> dict[str, int]:
    found = ways_of(offices.who(who), Organisation.objects.all())
    way = found.get(Organisation.objects.get(key=key).pk, {}).get("USD")
    return {name: units for name, units in vars(way).items() if units} if way else {}


def test_what_a_sponsor_gave_and_what_a_builder_got(offices):
    assert sums(offices, "lake-bank") == {"pledged": 150_000, "received": 90_000}
    assert sums(offices, "giver") == {"received": 5_000}
    assert sums(offices, "builder") == {
        "committed": 50_000,
        "committed_open": 20_000,
        "paid": 30_000,
        "given_back": 1_000,
    }


def test_only_the_books_of_one_s_own_areas_count(offices):
    assert sums(offices, "builder", "juma")["paid"] == 30_000
    assert sums(offices, "lake-bank", "juma") == {}
    builder = Organisation.objects.get(key="builder")
    assert [units for _, _, units in entries_of(offices.who("juma"), builder)] == [1_000, 30_000, 50_000]
    giver = Organisation.objects.get(key="giver")
    assert len(entries_of(offices.who("imani"), giver)) == 1
    assert entries_of(offices.who("juma"), giver) == []


def test_its_projects_and_what_it_is_in_them(offices):
    bank, builder = (Organisation.objects.get(key=key) for key in ("lake-bank", "builder"))
    for who in ("imani", "juma"):
        assert [(one.project.key, one.parts) for one in projects_of(offices.who(who), bank)] == [
            ("pump", ["sponsor"])
        ]
        assert [one.parts for one in projects_of(offices.who(who), builder)] == [["paid"]]
    offices.project.implementer = builder
    offices.project.save()
    assert [one.parts for one in projects_of(offices.who(), builder)] == [["implementer", "paid"]]


def test_they_are_found_by_name_key_and_code(offices):
    for text, keys in (
        ("", ["builder", "giver", "lake-bank"]),
        ("LAKE", ["lake-bank"]),
        ("متبرع", ["giver"]),
        ("xx-1", ["giver"]),
        ("nobody", []),
    ):
        assert [row.key for row in organisations_like(text)] == keys
    with pytest.raises(NotThere):
        organisation_called("nobody")


def test_the_pages(offices):
    client = Client()
    client.force_login(offices.world.staff["juma"])
    listed = client.get("/desk/money/organisations/").content.decode()
    assert "Lake Bank" in listed
    assert "290.00" in listed
    assert "900.00" not in listed
    assert (
        "/desk/money/organisations/builder/"
        in client.get("/desk/money/organisations/?q=build").content.decode()
    )
    page = client.get("/desk/money/organisations/builder/").content.decode()
    for shown in ("500.00", "200.00", "300.00", "10.00", "A pump", "was paid for it", "/desk/books/entry/"):
        assert shown in page, shown
    assert client.get("/desk/money/organisations/nobody/").status_code == 404
    assert client.get("/desk/money/organisations/?q=%00&page=99").status_code == 200
    client.force_login(offices.world.staff["amina"])
    assert client.get("/desk/money/organisations/").status_code == 403
    assert "/desk/money/organisations/" in _page(offices, "juma", "/desk/money/")


def _page(offices: Offices, who: str, address: str) -> str:
    client = Client()
    client.force_login(offices.world.staff[who])
    return client.get(address).content.decode()
