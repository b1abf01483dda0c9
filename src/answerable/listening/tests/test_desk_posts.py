"""The page of a post: who fills it, and who may change that."""

from __future__ import annotations

from datetime import date

import pytest

from answerable.access.models import Holding
from answerable.register.models import Event
from tests.support.world import make_staff

from .test_desk_pages import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def test_an_operator_ends_a_holding_and_puts_the_next_person_in(world):
    make_staff("ines")
    post = world.posts["upper-ford-desk"]
    client, address = desk(world, "grace"), f"/desk/programme/posts/{post.pk}/"
    assert "Amina" in desk(world, "baraka").get(address).content.decode().title()
    held = Holding.objects.get(post=post)
    early = client.post(address, {"username": "ines", "starts_on": "2026-03-01"})
    assert early.status_code == 409
    assert "filled on some of these" in early.content.decode()
    assert 'value="ines"' in early.content.decode()
    assert client.post(address, {"holding": held.pk, "last": "2026-02-28"}).status_code == 302
    assert client.post(address, {"username": " INES ", "starts_on": "2026-03-01"}).status_code == 302
    assert next((h.staff.username, h.starts_on) for h in post.holdings.order_by("-starts_on")) == (
        "ines",
        date(2026, 3, 1),
    )
    assert Event.objects.filter(kind__in=["access.post-filled", "access.holding-ended"]).count() == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"username": "nobody", "starts_on": "2026-03-01"},
        {"username": "a b\x00", "starts_on": "2026-03-01"},
        {"username": "hana", "starts_on": "1st of March"},
        {"username": "hana", "starts_on": ""},
        {"holding": "999999999999999999999", "last": "2026-03-01"},
        {"holding": "x", "last": "2026-03-01"},
        {"holding": "1", "last": "soon"},
    ],
)
def test_bad_input_changes_nothing(world, sent):
    post = world.posts["upper-ford-desk"]
    before = list(Holding.objects.values_list("pk", "ends_on"))
    response = desk(world, "grace").post(f"/desk/programme/posts/{post.pk}/", sent)
    assert 400 <= response.status_code < 500
    assert 'role="alert"' in response.content.decode()
    assert list(Holding.objects.values_list("pk", "ends_on")) == before


def test_others_read_it_without_forms(world):
    post = world.posts["upper-ford-desk"]
    page = desk(world, "baraka").get(f"/desk/programme/posts/{post.pk}/").content.decode()
    assert 'name="username"' not in page
    assert 'name="last"' not in page


def test_who_sees_the_whole_programme_sees_every_post_in_the_list(world):
    for name in ("grace", "ama"):
        page = desk(world, name).get("/desk/programme/posts/").content.decode()
        for post in world.posts.values():
            assert f"/desk/programme/posts/{post.pk}/" in page
