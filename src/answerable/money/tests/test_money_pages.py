"""Pages of money: small, exact, without names, the same in both directions; and what the desk does with them."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from answerable.kernel import clock
from answerable.money.models import Account, BankMatch, BankStatement, Book, Entry, PostedMonth, Threshold
from answerable.money.rules.stages import Role
from answerable.money.services.villages import open_village_book
from tests.support.world import World, make_area, make_post, make_staff

from .camt_samples import USUAL, message, statement
from .ledger import Ledger, make_ledger
from .raw import insert_whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("summer")]
TODAY = date(2026, 8, 5)


def day(n: int) -> date:
    return date(2026, 1, 1) + timedelta(days=n)


@pytest.fixture
def summer():
    with clock.held_at(TODAY):
        yield


@pytest.fixture
def ledger(world: World) -> Ledger:
    """A fund on its way, with a gap between two books; Bora keeps the county's books."""
    world.staff["bora"] = make_staff(
        "bora", make_post("fordland-books", "bookkeeper", world.areas["Fordland"])
    )
    ledger = make_ledger(world)
    ledger.enter(
        "Riverland", "pledge", day(0), [(Role.PLEDGES_DUE, 1_500_000), (Role.PLEDGES_GIVEN, -1_500_000)]
    )
    ledger.receive(day(10), 1_000_000)
    ledger.pass_on(day(20), 600_000, "Riverland", "Fordland")
    ledger.pass_on(day(40), 400_000, "Fordland", "Upper Ford")
    ledger.take(day(62), 44_000, "Fordland", ledger.send(day(60), 50_000, "Riverland", "Fordland"))
    contract = ledger.commit(day(50), 300_000, project="tap", area="Ford")
    ledger.pay(day(60), 123_456, under=contract, project="tap", area="Ford")
    return ledger


@pytest.fixture
def bora(ledger: Ledger) -> Client:
    client = Client()
    client.force_login(ledger.world.staff["bora"])
    return client


def page(address: str, client: Client | None = None, status: int = 200) -> str:
    response = (client or Client()).get(address)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_a_fund_page_says_what_came_of_it(ledger: Ledger) -> None:
    text = page("/en/fund/grant/")
    for shown in ("15,000.00", "10,000.00", "1,234.56", "8,705.44", "60.00", "Upper Ford", "Tap"):
        assert shown in text, shown
    assert "<svg viewBox" in text
    assert "<script" not in text
    assert "500.00\u00a0USD</bdi>. Entered by the office that got it: <bdi>440.00" in text


def test_the_head_of_a_fund_adds_up(ledger: Ledger) -> None:
    ledger.send(day(70), 20_000, "Riverland", "Fordland")
    ledger.enter("Riverland", "conversion", day(71), [(Role.CONVERSION, 30_000), (Role.CASH, -30_000)])
    ledger.enter("Riverland", "return", day(72), [(Role.RECEIVED, 5_000), (Role.CASH, -5_000)])
    context = Client().get("/en/fund/grant/").context
    way, beside = context["way"], dict(context["beside"])
    assert beside == {
        "On the way between offices": 26_000,
        "Changed into other currencies": 30_000,
        "Returned to the source": 5_000,
    }
    assert way.received == way.spent + way.left + sum(beside.values())
    head = page("/en/fund/grant/").partition("</h1>")[2].partition("</div>")[0]
    assert "On the way between offices: <bdi>260.00\u00a0USD</bdi>." in head


def test_a_fund_page_is_mirrored_in_arabic(ledger: Ledger) -> None:
    text = page("/ar/fund/grant/")
    assert 'dir="rtl"' in text
    assert "matrix(-1 0 0 1" in text


def test_money_that_was_changed_is_followed_in_its_new_currency(ledger: Ledger) -> None:
    ledger.pay(day(70), 7_700, project="tap", area="Ford", currency="EUR")
    text = page("/en/fund/grant/")
    assert "77.00\u00a0EUR" in text
    assert 'href="/en/fund/grant/?currency=EUR"' in text
    changed = page("/en/fund/grant/?currency=EUR")
    assert '<b aria-current="true">EUR</b>' in changed
    assert "77.00" in changed
    listed = page("/en/money/")
    assert "10,000.00\u00a0USD" in listed
    assert "77.00\u00a0EUR" in listed
    assert page("/en/fund/grant/?currency=XYZ").count('<b aria-current="true">USD</b>') == 1


def test_pages_stay_small_with_many_places(ledger: Ledger) -> None:
    for n in range(60):
        name = f"Village with a rather long name {n}"
        ledger.world.areas[name] = make_area(
            name, ledger.world.levels["village"], ledger.world.areas["Upper Ford"]
        )
        ledger.pay(day(80), 1000 + n, area=name)
    for address in ("/en/fund/grant/", "/ar/fund/grant/", "/en/money/", "/ar/money/"):
        assert len(gzip.compress(page(address).encode())) < 14 * 1024, address
    assert "All others together" in page("/en/fund/grant/")


def test_funds_of_an_area_are_those_that_reached_it(ledger: Ledger) -> None:
    areas = ledger.world.areas
    county = page(f"/en/area/{areas['Fordland'].pk}/money/")
    assert "6,440.00" in county
    assert "1,234.56" in county
    assert "The other" not in county
    village = page(f"/en/area/{areas['Ford'].pk}/money/")
    assert "1,234.56" in village
    assert "No fund has reached this area yet." in page(f"/en/area/{areas['Peak'].pk}/money/")
    assert "The other" in page("/en/money/")


@pytest.mark.parametrize(
    "address", ["/en/fund/none/", "/en/area/999999/money/", "/en/area/99999999999999999999/enterprise/"]
)
def test_what_is_not_there(ledger: Ledger, address: str) -> None:
    page(address, status=404)


def test_a_village_without_common_property_says_so(ledger: Ledger) -> None:
    assert "No books of common property" in page(f"/en/area/{ledger.world.areas['Ford'].pk}/enterprise/")


def test_the_overview_and_its_table_say_the_same(ledger: Ledger, bora: Client) -> None:
    text = page("/desk/money/", bora)
    for shown in ("Leaks", "5,205.44", "Two books that disagree", "440.00"):
        assert shown in text, shown
    response = bora.get("/desk/money/table/")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    found = {(row["part"], row["area"], row["figure"]): row["amount"] for row in rows}
    assert found["fund", "Fordland", "left"] == "5205.44"
    assert found["gap", "Fordland", "sent-not-entered"] == "60.00"
    assert found["project", "Ford", "paid"] == "1234.56"
    assert found["area", "Upper Ford", "left"] == "2765.44"
    assert response["Content-Disposition"].endswith('.csv"')


def test_the_overview_drills_down_within_one_s_own(ledger: Ledger, bora: Client) -> None:
    township = ledger.world.areas["Upper Ford"]
    assert "2,765.44" in page(f"/desk/money/?area={township.pk}", bora)
    page(f"/desk/money/?area={ledger.world.areas['Riverland'].pk}", bora, status=404)
    page("/desk/money/?area=x", bora, status=404)
    assert "No money has moved here." in page(f"/desk/money/?area={ledger.world.areas['Mill'].pk}", bora)


@pytest.mark.parametrize("query", ["?days=1", "?days=0", "?days=x", "?on=2026-02-01", "?on=2030-01-01"])
def test_odd_questions_are_answered(ledger: Ledger, bora: Client, query: str) -> None:
    page(f"/desk/money/{query}", bora)


def test_a_day_that_is_none_is_refused(ledger: Ledger, bora: Client) -> None:
    assert bora.get("/desk/money/?on=soon").status_code == 422


def bank_of(ledger: Ledger) -> Account:
    return Account.objects.get(book=ledger.books["Fordland"], key="bank")


def test_a_statement_is_taken_in_and_matched_on_the_desk(ledger: Ledger, bora: Client) -> None:
    bank = bank_of(ledger)
    other = Account.objects.get(book=bank.book, key="opening")
    insert_whole(bank.book, [(bank, 25_050, "USD"), (other, -25_050, "USD")], on="2026-02-28")
    text = message(statement(*USUAL)).replace("EUR", "USD")
    address = f"/desk/money/banks/{bank.pk}/"
    sent = bora.post(address, {"act": "take", "file": SimpleUploadedFile("march.xml", text.encode())})
    assert sent.status_code == 302
    assert BankStatement.objects.get().closing_units == 55_050
    shown = page(address, bora)
    assert "Likely the same" in shown
    assert "Ada" not in shown
    match = {
        "act": "match",
        "line": [BankStatement.objects.get().lines.get(n=1).pk],
        "posting": [bank_posting(bank)],
    }
    assert bora.post(address, match).status_code == 302
    assert BankMatch.objects.count() == 1
    assert bora.post(address, match).status_code == 409
    assert bora.post(address, {"act": "unmatch", "match": BankMatch.objects.get().pk}).status_code == 302
    assert bora.post(address, {"act": "unmatch", "match": "1"}).status_code == 404
    again = bora.post(address, {"act": "take", "file": SimpleUploadedFile("again.xml", text.encode())})
    assert again.status_code == 409
    assert "taken in already" in again.content.decode()


def test_why_a_statement_or_a_match_is_refused_is_said_in_the_page_s_language(
    ledger: Ledger, bora: Client
) -> None:
    address = f"/desk/money/banks/{bank_of(ledger).pk}/"
    with patch("answerable.money.words.gettext", str.upper):
        none = bora.post(address, {"act": "match"})
        report = message(statement(*USUAL)).replace("camt.053", "camt.052").replace("Stmt>", "Rpt>")
        wrong = bora.post(address, {"act": "take", "file": SimpleUploadedFile("day.xml", report.encode())})
    assert (none.status_code, wrong.status_code) == (409, 400)
    assert "ONE SIDE NEEDS EXACTLY ONE" in none.content.decode()
    assert "IT IS A REPORT WITHIN THE DAY" in wrong.content.decode()


def bank_posting(bank: Account) -> int:
    return int(Entry.objects.get(postings__account=bank).postings.get(account=bank).pk)


def test_a_bad_statement_names_its_lines_and_changes_nothing(ledger: Ledger, bora: Client) -> None:
    address = f"/desk/money/banks/{bank_of(ledger).pk}/"
    mapping = SimpleUploadedFile(
        "m.toml",
        b'currency = "USD"\n[day]\ncolumn = "D"\n[amount]\nsigned = "A"\ndecimal = "."\ngroup = ","\n[balance]\ncolumn = "B"\n',
    )
    file = SimpleUploadedFile("b.csv", b"D,A,B\n2026-03-02,10.00,10.00\n2026-03-03,5.00,25.00\n")
    sent = bora.post(address, {"act": "take", "file": file, "mapping": mapping})
    assert sent.status_code == 422
    assert "Line 3:" in sent.content.decode()
    assert bora.post(address, {"act": "take"}).status_code == 422
    table = SimpleUploadedFile("b.csv", b"D,A,B\n2026-03-02,10.00,10.00\n")
    assert bora.post(address, {"act": "take", "file": table}).status_code == 400
    assert not BankStatement.objects.exists()


def test_who_only_sees_the_books_changes_nothing(ledger: Ledger) -> None:
    client = Client()
    client.force_login(ledger.world.staff["chidi"])
    address = f"/desk/money/banks/{bank_of(ledger).pk}/"
    text = page(address, client)
    assert "Take a statement in" not in text
    file = SimpleUploadedFile("m.xml", message(statement(*USUAL)).encode())
    assert client.post(address, {"act": "take", "file": file}).status_code == 403
    assert not BankStatement.objects.exists()
    page(
        f"/desk/money/banks/{Account.objects.get(book=ledger.books['Riverland'], key='bank').pk}/",
        client,
        status=404,
    )


@pytest.fixture
def mill(ledger: Ledger) -> Book:
    world = ledger.world
    ledger.hand_over()
    Threshold.objects.create(
        level=world.levels["village"], currency="USD", units=10**9, valid_from=date(2025, 1, 1)
    )
    return open_village_book(
        actor=world.actor("ama"), key="ford-mill", area=world.areas["Ford"], names={"en": "The mill"},
        currency="USD", opened_on=date(2026, 5, 1),
    )  # fmt: skip


def test_a_village_s_month_from_the_form_to_the_notice_board(
    ledger: Ledger, bora: Client, mill: Book
) -> None:
    address = "/desk/money/villages/ford-mill/"
    for what, amount, on, more in (
        ("harvest", "500.00", "2026-05-10", {}),
        ("repairs", "120.50", "2026-05-11", {}),
        ("distribution", "300", "2026-05-20", {"members": "43", "list": SimpleUploadedFile("l", b"a list")}),
    ):
        sent = bora.post(address, {"what": what, "amount": amount, "on": on, **more})
        assert sent.status_code == 302, sent.content.decode()[:2000]
    assert Entry.objects.get(stage="distribution").payees_count == 43
    public = f"/en/area/{ledger.world.areas['Ford'].pk}/enterprise/"
    before = page(public)
    assert "3 months are missing" in before
    assert "500.00" not in before
    assert bora.post(address, {"act": "post-month", "month": "2026-06"}).status_code == 409
    assert bora.post(address, {"act": "post-month", "month": "2026-05"}).status_code == 302
    assert PostedMonth.objects.get().month == date(2026, 5, 1)
    after = page(public)
    for shown in ("500.00", "120.50", "300.00", "79.50", "about 45 members", "2 months are missing"):
        assert shown in after, shown
    assert len(gzip.compress(after.encode())) < 14 * 1024
    assert "79.50" in page("/desk/money/villages/", bora)
    assert "79.50" in page(address, bora)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"amount": "1,50"}, 400),
        ({"amount": ""}, 400),
        ({"on": "x"}, 422),
        ({"what": "bribes"}, 422),
        ({"on": "2026-08-06"}, 409),
    ],
)
def test_a_bad_entry_is_refused_and_its_words_stay(
    bora: Client, mill: Book, change: dict[str, str], status: int
) -> None:
    typed = {"what": "harvest", "amount": "7.00", "on": "2026-08-01", "reference": "R-77", **change}
    sent = bora.post("/desk/money/villages/ford-mill/", typed)
    assert sent.status_code == status
    assert "R-77" in sent.content.decode()
    assert not Entry.objects.filter(book=mill).exists()
