"""What the shell itself refuses: in a sentence, with the words kept, and without noise in the log."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from tests.support.village import Village

pytestmark = pytest.mark.django_db


def test_an_address_without_a_slash_is_not_there(client: Client) -> None:
    response = client.generic("OPTIONS", "*", PATH_INFO="*")
    assert response.status_code == 404


def test_a_form_whose_cookie_was_lost_gives_the_words_back(village: Village) -> None:
    client = Client(enforce_csrf_checks=True)
    address = f"/ar/{village.path}tell/"
    response = client.post(address, {"text": "<b>مصباح</b>\r\n" + "x" * 5_000})
    page = response.content.decode()
    assert response.status_code == 403
    assert "&lt;b&gt;مصباح&lt;/b&gt;\n" in page
    assert "<b>مصباح" not in page
    assert "readonly" in page
    assert page.count("x" * 1_000) == 3
    assert f'href="{address}"' in page
    assert "readonly" not in client.post(address, {"text": " "}).content.decode()


def test_an_act_by_code_whose_cookie_was_lost_gives_the_words_back_and_not_the_code(village: Village) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post("/en/code/add/", {"text": "Kept words", "code": "1234567890"}).content.decode()
    assert "Kept words" in page
    assert "1234567890" not in page
    assert 'href="/en/code/"' in page


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("put", "/en/code/", "GET, HEAD, POST"),
        ("post", "/en/", "GET, HEAD"),
        ("get", "/desk/sign-out/", "POST"),
    ],
)
def test_a_method_that_an_address_does_not_take_is_refused_on_a_page(
    client: Client, method: str, address: str, allowed: str
) -> None:
    response = getattr(client, method)(address)
    assert response.status_code == 405
    assert response["Allow"] == allowed
    assert "Begin again from the first page." in response.content.decode()


def test_a_wrong_host_or_too_much_at_once_writes_no_traceback(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/en/", headers={"host": "elsewhere.example"}).status_code == 400
    assert client.post("/en/code/", {"code": "1" * 1_100_000}).status_code == 413
    assert [record for record in caplog.records if record.exc_info] == []
    assert not logging.getLogger("django.security.DisallowedHost").isEnabledFor(logging.ERROR)
    assert logging.getLogger("django.request").isEnabledFor(logging.ERROR)
