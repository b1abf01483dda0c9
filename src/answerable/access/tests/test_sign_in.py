"""Signing in and out, one's own password, and the doors of the desk's pages."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from answerable.access import views
from answerable.access.models import Staff
from answerable.register.models import Event
from answerable.safeguards.limits import TokenBucket
from tests.support.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
GOOD = "nine green bottles"
SIGN_IN = "/desk/sign-in/"


@pytest.fixture(autouse=True)
def fresh_limit(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Tries start anew in each test; the list holds the time in seconds."""
    now = [0.0]
    monkeypatch.setattr(views, "TRIES", TokenBucket(0.5, 5, clock=lambda: now[0]))
    return now


@pytest.fixture
def amina(world: World, settings: Any) -> Staff:
    """Amina can sign in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    staff = world.staff["amina"]
    staff.set_password(GOOD)
    staff.save()
    return staff


def sign_in(client: Client, username: str = "amina", password: str = GOOD, **more: str) -> Any:
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def test_amina_signs_in_and_out(client: Client, amina: Staff) -> None:
    assert client.get(SIGN_IN).status_code == 200
    assert client.head(SIGN_IN).status_code == 200
    answer = sign_in(client, " Amina ")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
    cookie = answer.cookies["desk"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/desk/", True, "Lax")
    assert client.get("/desk/password/").status_code == 200
    assert client.get(SIGN_IN).status_code == 302  # nothing to do here any more
    assert Session.objects.count() == 1

    assert client.get("/desk/sign-out/").status_code == 405
    answer = client.post("/desk/sign-out/")
    assert answer.headers["Location"] == SIGN_IN
    assert Session.objects.count() == 0
    assert client.get("/desk/password/").headers["Location"] == f"{SIGN_IN}?next=%2Fdesk%2Fpassword%2F"


def test_signing_in_leaves_no_trace_but_the_session(client: Client, amina: Staff) -> None:
    before = Staff.objects.filter(pk=amina.pk).values().get()
    sign_in(client)
    assert Staff.objects.filter(pk=amina.pk).values().get() == before
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("username", "password"),
    [("amina", "wrong"), ("nobody", GOOD), ("", ""), ("amina", ""), ("amina\x00", GOOD), ("a" * 5000, "b" * 50_000),
     ("hana", GOOD)],
)  # fmt: skip
def test_every_failure_reads_the_same(client: Client, amina: Staff, username: str, password: str) -> None:
    answer = sign_in(client, username, password)
    assert answer.status_code == 401
    assert "User name and password do not fit together." in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "desk" not in answer.cookies
    assert password not in answer.content.decode() or not password


def test_a_closed_account_reads_the_same(client: Client, amina: Staff) -> None:
    Staff.objects.update(is_active=False)
    answer = sign_in(client)
    assert answer.status_code == 401
    assert "do not fit together" in answer.content.decode()


def test_closing_an_account_ends_its_sessions(client: Client, amina: Staff) -> None:
    sign_in(client)
    Staff.objects.update(is_active=False)
    assert client.get("/desk/password/").status_code == 302


def test_wrong_tries_have_to_wait_known_name_or_not(
    client: Client, amina: Staff, fresh_limit: list[float]
) -> None:
    for username in ("amina", "nobody"):
        for _ in range(5):
            assert sign_in(client, username, "wrong").status_code == 401
        answer = sign_in(client, username)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "180"
        assert "wait" in answer.content.decode()
    assert sign_in(client, "daudi", "wrong").status_code == 401  # another name is free
    fresh_limit[0] += 181
    assert sign_in(client).status_code == 302


def test_good_tries_use_nothing_up(client: Client, amina: Staff) -> None:
    for _ in range(12):
        assert sign_in(client).status_code == 302
        client.post("/desk/sign-out/")


@pytest.mark.parametrize(
    ("asked", "sent_to"),
    [
        ("/desk/password/", "/desk/password/"),
        ("/desk/?state=late", "/desk/?state=late"),
        ("https://example.org/desk/", "/desk/"),
        ("//example.org/desk/", "/desk/"),
        ("/\\example.org", "/desk/"),
        ("/en/", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
        ("/desk/\r\nSet-Cookie: a=b", "/desk/%0D%0ASet-Cookie:%20a=b"),
        ("", "/desk/"),
    ],
)
def test_the_way_on_stays_on_the_desk(client: Client, amina: Staff, asked: str, sent_to: str) -> None:
    assert sign_in(client, next=asked).headers["Location"] == sent_to


def test_a_form_without_its_token_is_refused(amina: Staff) -> None:
    answer = sign_in(Client(enforce_csrf_checks=True))
    assert answer.status_code == 403
    assert "web-form-token" in answer.content.decode()


def test_a_visitor_is_sent_to_sign_in_or_told_so(client: Client, world: World) -> None:
    assert client.get("/desk/password/").status_code == 302
    answer = client.post("/desk/password/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "access-sign-in")
    answer = client.get("/desk/password/", headers={"Accept": "application/json"})
    assert answer.status_code == 401


def test_changing_ones_own_password(client: Client, amina: Staff) -> None:
    sign_in(client)
    other = Client()
    sign_in(other)
    new = "ten blue bottles"
    for fields, status in (
        ({"present": "wrong", "new": new, "again": new}, 422),
        ({"present": GOOD, "new": new, "again": new + "x"}, 400),
        ({"present": GOOD, "new": "short", "again": "short"}, 400),
        ({}, 422),
    ):
        assert client.post("/desk/password/", fields).status_code == status
    assert not Event.objects.exists()

    answer = client.post("/desk/password/", {"present": GOOD, "new": new, "again": new})
    assert answer.status_code == 302
    assert "The new password is in use." in client.get(answer.headers["Location"]).content.decode()
    assert other.get("/desk/password/").status_code == 302  # the other browser is signed out
    assert sign_in(Client()).status_code == 401
    assert sign_in(Client(), password=new).status_code == 302
    assert list(Event.objects.values_list("kind", flat=True)) == ["access.password-changed"]


def test_somebody_without_a_post_is_told_so(client: Client, world: World) -> None:
    client.force_login(world.staff["hana"])
    answer = client.get("/desk/password/")
    assert answer.status_code == 403
    assert "access-denied" in answer.content.decode()


def test_residents_pages_know_nobody(client: Client, amina: Staff) -> None:
    sign_in(client)
    client.cookies["desk"]["path"] = "/"  # as if a browser sent it there
    answer = client.get("/en/")
    assert answer.status_code == 200
    assert "Amina" not in answer.content.decode()
    assert "desk" not in answer.cookies


def test_the_pages_read_in_arabic_from_right_to_left(client: Client, world: World) -> None:
    page = client.get(SIGN_IN, headers={"Accept-Language": "ar"}).content.decode()
    assert 'dir="rtl"' in page
