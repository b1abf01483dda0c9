"""The books on the desk: pages are drawn, forms enter and refuse, and what waits is checked by somebody else."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from answerable.money import services
from answerable.money.models import Entry, Proposal
from tests.support.world import World

from .factories import Offices, digest, make_offices, slip, usd


@pytest.fixture
def offices(world: World) -> Offices:
    return make_offices(world)


def signed_in(offices: Offices, who: str = "imani") -> Client:
    client = Client()
    client.force_login(offices.world.staff[who])
    return client


def test_a_payment_is_made_with_the_digest_of_its_document(offices):
    offices.receive(90_000)
    offices.allocate(90_000)
    client = signed_in(offices)
    address = reverse("books:new", args=["upper-ford", "payment"])
    page = client.get(address).content.decode()
    assert 'name="line"' in page
    token = page.split('name="token" value="')[1].split('"')[0]
    form = {
        "token": token,
        "on": "2026-03-02",
        "line": "pump",
        "account": "cash",
        "amount": "1,234",
        "currency": "TND",
        "payee": "builder",
        "document": SimpleUploadedFile("invoice.pdf", b"invoice"),
    }
    refused = client.post(address, form)
    assert refused.status_code == 400
    assert "could be" in refused.content.decode()
    assert not Entry.objects.filter(stage="payment").exists()
    form |= {"amount": "12.50", "currency": "USD", "document": SimpleUploadedFile("invoice.pdf", b"invoice")}
    done = client.post(address, form)
    entry = Entry.objects.get(stage="payment")
    assert done.headers["Location"].startswith(reverse("books:entry", args=[entry.pk]))
    assert entry.document_digest == digest("invoice")
    shown = client.get(reverse("books:entry", args=[entry.pk])).content.decode()
    assert "12.50" in shown
    assert "Builder" in shown
    for name in ("book", "balance", "lines"):
        assert client.get(reverse(f"books:{name}", args=["upper-ford"])).status_code == 200
    assert (
        client.get(reverse("books:balance", args=["upper-ford"]), {"through": "2026-02"}).status_code == 200
    )
    undo = client.post(
        reverse("books:entry", args=[entry.pk]), {"on": "2026-03-02", "reason": "twice", "token": ""}
    )
    assert undo.status_code == 302
    assert Entry.objects.filter(reverses=entry).exists()


def test_an_entry_of_a_book_above_is_named_without_a_link(offices):
    offices.receive(90_000)
    sent, got = offices.allocate(30_000, "fordland", 29_000)
    waits = services.send_allocation(
        actor=offices.who(), fund=offices.fund, account=offices.cash(), to_book=offices.books["fordland"],
        amount=usd(1_000), slip=slip(),
    ).posted()  # fmt: skip
    links = {row: reverse("books:entry", args=[row.pk]) for row in (sent, got, waits)}
    above, below = signed_in(offices, "imani"), signed_in(offices, "juma")
    for client, seen in ((above, True), (below, False)):
        text = client.get(reverse("books:list")).content.decode()
        assert "290.00" in text
        assert "10.00" in text
        assert [links[row] in text for row in (sent, waits)] == [seen, seen]
        assert (links[sent] in client.get(links[got]).content.decode()) is seen
        assert client.get(links[sent]).status_code == (200 if seen else 404)


def test_every_form_of_every_stage_is_drawn(offices):
    from answerable.money.forms.entering import CALLS, FIELDS
    from answerable.money.words import FORMS

    assert set(CALLS) == set(FIELDS) == set(FORMS)
    client = signed_in(offices)
    for form in FIELDS:
        address = reverse("books:new", args=["riverland", form])
        assert client.get(address).status_code == 200
        assert client.post(address, {}).status_code in {400, 409}
    assert client.get(reverse("books:new", args=["riverland", "theft"])).status_code == 404
    assert not Entry.objects.exists()


def test_what_waits_is_checked_by_somebody_else(offices):
    services.set_threshold(actor=offices.who("ama"), level=offices.world.levels["province"], amount=usd(0))
    services.record_receipt(
        actor=offices.who(), fund=offices.fund, account=offices.cash(), amount=usd(500), slip=slip()
    )
    waits = Proposal.objects.get()
    address = reverse("books:proposal", args=[waits.pk])
    assert "made by you" in signed_in(offices).get(reverse("books:waiting")).content.decode()
    assert signed_in(offices).post(address, {"act": "check"}).status_code == 403
    assert signed_in(offices, "daudi").get(address).status_code == 403
    assert signed_in(offices, "juma").get(address).status_code == 404
    kesi = signed_in(offices, "kesi")
    assert "I have checked it" in kesi.get(address).content.decode()
    assert kesi.post(address, {"act": "refuse", "reason": "no"}).status_code == 400
    assert kesi.post(address, {"act": "check"}).status_code == 302
    assert kesi.post(address, {"act": "check"}).status_code == 409
    assert Entry.objects.count() == 1
    assert kesi.get(reverse("books:list")).status_code == 200


def test_funds_books_and_lines_are_set_up(offices):
    ama, address = signed_in(offices, "ama"), reverse("books:set-up")
    assert ama.get(address).status_code == 200
    fund = {
        "act": "fund",
        "key": "roads",
        "name": "Roads",
        "book": "riverland",
        "currency": "USD",
        "starts_on": "2026-01-01",
        "subjects": ["roads"],
        "sectors": "210",
        "areas": "well",
    }
    assert ama.post(address, fund).status_code == 302
    assert ama.post(address, fund).status_code == 409
    assert (
        ama.post(
            address, {"act": "threshold", "level": "county", "amount": "5.00", "currency": "USD"}
        ).status_code
        == 302
    )
    lines = reverse("books:lines", args=["upper-ford"])
    new = {
        "act": "set",
        "key": "gravel",
        "name": "Gravel",
        "fund": "roads",
        "amount": "100",
        "currency": "USD",
    }
    assert ama.post(lines, new).status_code == 302
    revised = {"act": "revise", "line": "gravel", "amount": "90", "reason": "price", "version": "1"}
    assert ama.post(lines, revised).status_code == 302
    assert ama.post(lines, revised).status_code == 409
    assert "Revisions" in ama.get(lines).content.decode()
