"""What is refused of an uploaded statement is named as its sender named it: no path of the server is shown."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from answerable.money.models import Account, BankStatement

from .ledger import Ledger
from .test_money_pages import bora, ledger, summer  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("summer")]

TABLE = b"D,A,B\n2026-03-02,10.00,10.00\n"


@pytest.mark.parametrize(
    ("content", "mapping", "said"),
    [
        (b" ", None, "march.xml"),
        (b"PK\x03\x04 a spreadsheet", b'currency = "USD"\n[day]\ncolumn = "D"\n', "m.toml"),
        (TABLE, None, "march.xml"),
        (TABLE, b"no = [toml", "m.toml"),
        (TABLE, b"\xff\xfe", "m.toml"),
        (TABLE, b"unknown = 1", "m.toml"),
        (
            b"PK\x03\x04 a spreadsheet",
            b'currency = "USD"\n[day]\ncolumn = "D"\n[amount]\nsigned = "A"\ndecimal = "."\ngroup = ","\n',
            "march.xml",
        ),
        (
            TABLE,
            b'currency = "USD"\n[day]\ncolumn = "none"\n[amount]\nsigned = "A"\ndecimal = "."\ngroup = ","\n',
            "march.xml",
        ),
        (b"\x1f\x8b damaged", None, "march.xml"),
        (b"<Document>", None, "march.xml"),
    ],
)
def test_a_refused_upload_is_named_by_its_own_name(
    ledger: Ledger,  # noqa: F811 - the fixture
    bora: Client,  # noqa: F811 - the fixture
    content: bytes,
    mapping: bytes | None,
    said: str,
) -> None:
    bank = Account.objects.get(book=ledger.books["Fordland"], key="bank")
    sent = {"act": "take", "file": SimpleUploadedFile("march.xml", content)}
    if mapping is not None:
        sent["mapping"] = SimpleUploadedFile("m.toml", mapping)
    answer = bora.post(f"/desk/money/banks/{bank.pk}/", sent)
    page = answer.content.decode()
    assert 400 <= answer.status_code < 500
    assert said in page
    assert "answerable-statement" not in page
    assert not BankStatement.objects.exists()
