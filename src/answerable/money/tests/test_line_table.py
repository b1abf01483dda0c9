"""Several budget lines at once: the table adds up, refuses row by row, and sets all of them or none."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from answerable.access.problems import Denied
from answerable.money.models import BudgetLine, BudgetRevision
from answerable.money.problems import AmountNotAbove, KeyTaken
from answerable.money.services.lines import LinesRefused, NewLine, set_lines
from answerable.register.models import Event

from .factories import Offices, make_offices, usd


@pytest.fixture
def offices(world) -> Offices:
    return make_offices(world)


def client_of(offices: Offices, who: str) -> Client:
    client = Client()
    client.force_login(offices.world.staff[who])
    return client


def row(n: int, key: str, name: str, amount: str, fund: str = "", project: str = "") -> dict[str, str]:
    cells = {"key": key, "name": name, "fund": fund, "project": project, "amount": amount}
    return {f"{cell}_{n}": text for cell, text in cells.items()}


def keys() -> set[str]:
    return set(BudgetLine.objects.exclude(key="pump").values_list("key", flat=True))


def test_all_lines_are_set_in_one_act_or_none(offices):
    book, ama = offices.books["upper-ford"], offices.who("ama")
    good = [NewLine(offices.fund, f"line-{n}", {"en": f"Line {n}"}, usd(n * 100)) for n in range(1, 4)]
    bad = [good[0], NewLine(offices.fund, "pump", {"en": "Twice"}, usd(1)), good[1],
           NewLine(offices.fund, "minus", {"en": "Below"}, usd(-1)), good[0]]  # fmt: skip
    before = Event.objects.count()
    with pytest.raises(LinesRefused) as refused:
        set_lines(actor=ama, book=book, wanted=bad)
    assert {place: type(one) for place, one in refused.value.problems.items()} == {
        1: KeyTaken,
        3: AmountNotAbove,
        4: KeyTaken,
    }
    assert (keys(), Event.objects.count()) == (set(), before)
    assert [line.units for line in set_lines(actor=ama, book=book, wanted=good)] == [100, 200, 300]
    assert BudgetRevision.objects.filter(line__key__startswith="line-").count() == 3
    assert Event.objects.count() == before + 3
    with pytest.raises(Denied):
        set_lines(actor=offices.who("daudi"), book=book, wanted=good)


def test_the_table_from_empty_to_set(offices):
    address = reverse("books:line-table", args=["upper-ford"])
    client = client_of(offices, "ama")
    page = client.get(address).content.decode()
    assert page.count('name="key_') == 8
    assert "<script" not in page
    form = {
        "currency": "USD",
        **row(0, "gravel", "Gravel", "100.50", fund="wells", project="pump"),
        **row(1, "pipes", "Pipes", "20"),
        **row(5, "labour", "Labour", "30.25"),
        **row(7, "", "", ""),
    }
    added = client.post(address, form | {"act": "sum"})
    assert added.status_code == 200
    assert "150.75" in added.content.decode()
    assert keys() == set()
    assert client.post(address, form | {"act": "more"}).content.decode().count('name="key_') == 16

    wrong = form | {"amount_1": "1.2.3", "fund_5": "none", "project_0": "moon"}
    refused = client.post(address, wrong | {"act": "set"})
    text = refused.content.decode()
    assert (refused.status_code, text.count('class="err"'), keys()) == (400, 3, set())
    assert 'value="1.2.3"' in text
    assert "130.75" in text
    taken = client.post(address, form | {"act": "set", "key_5": "pump"})
    assert (taken.status_code, taken.content.decode().count('class="err"'), keys()) == (400, 1, set())
    assert client.post(address, {"act": "set", "currency": "USD"}).status_code == 400

    done = client.post(address, form | {"act": "set"})
    assert done.headers["Location"] == reverse("books:lines", args=["upper-ford"]) + "?done=set"
    assert keys() == {"gravel", "pipes", "labour"}
    gravel = BudgetLine.objects.get(key="gravel")
    assert (gravel.units, gravel.project, gravel.fund) == (10_050, offices.project, offices.fund)
    assert BudgetLine.objects.get(key="labour").fund == offices.fund


def test_who_may_not_set_lines_finds_no_table(offices):
    address = reverse("books:line-table", args=["riverland"])
    assert client_of(offices, "juma").get(address).status_code == 404
    assert client_of(offices, "amina").get(address).status_code == 403
