"""Addresses of pictures and the desk's pages on them, asked for as a browser asks."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from answerable.evidence import services
from answerable.evidence.models import Item
from tests.support.pictures import a_picture
from tests.support.world import DAY, World

from .jpeg import assert_bare

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def desk(world: World, who: str = "farid") -> Client:
    client = Client()
    client.force_login(world.staff[who])
    return client


def keep(world: World, **more: Any) -> Item:
    return services.keep_picture(
        actor=world.actor("farid"),
        area=world.areas["Ford"],
        data=a_picture(640, 480, **more),
        nobody_in_it=False,
    )


def file(name: str, data: bytes, kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type=kind)


def test_a_public_picture_and_how_it_is_given_out(world: World, client: Client) -> None:
    item = keep(world)
    address, small = (reverse(f"evidence:{name}", args=[item.digest]) for name in ("picture", "small"))
    assert client.get(address).status_code == 404, "not public yet"
    services.say_nobody_in_it(actor=world.actor("farid"), item=item.pk)
    found = client.get(address)
    assert found.status_code == 200
    assert hashlib.sha256(found.content).hexdigest() == item.digest
    assert_bare(client.get(small).content)
    assert len(client.get(small).content) < 14_000
    assert found["Content-Type"] == "image/jpeg"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Cache-Control"] == "public, max-age=86400, immutable"
    assert found["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert "Set-Cookie" not in found
    again = client.get(address, headers={"If-None-Match": found["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(address).content == b""
    services.take_down(actor=world.actor("farid"), item=item.pk, reason="asked")
    assert client.get(address).status_code == 404
    assert client.get(address, headers={"If-None-Match": found["ETag"]}).status_code == 404


@pytest.mark.parametrize("digest", ["0" * 64, "..%2f" * 12 + "abcd", "A" * 64, "0" * 63])
def test_nothing_else_is_given_out(world: World, client: Client, digest: str) -> None:
    assert client.get(f"/picture/{digest}.jpg").status_code == 404


def test_staff_of_the_area_see_what_is_not_public(world: World) -> None:
    item = keep(world)
    address = reverse("evidence-desk:picture", args=[item.pk])
    found = desk(world, "chidi").get(address)
    assert (found.status_code, found["Cache-Control"]) == (200, "no-store")
    assert desk(world, "daudi").get(address).status_code == 404
    assert desk(world, "hana").get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_several_pictures_at_once_each_stands_for_itself(world: World) -> None:
    client, area = desk(world), world.areas["Ford"].pk
    sent = {
        "area": area,
        "taken_on": (DAY - timedelta(days=2)).isoformat(),
        "pictures": [
            file("tap.jpg", a_picture(colour="red")),
            file("evil.jpg", b"<svg onload=alert(1)>"),
            file("photo.html", a_picture(colour="blue", form="PNG"), "text/html"),
        ],
    }
    refused = client.post(reverse("evidence-desk:add-pictures"), sent)
    assert refused.status_code == 422
    assert "evil.jpg" in refused.content.decode()
    assert "The other pictures are kept" in refused.content.decode()
    assert Item.objects.count() == 2, "a wrong name or type says nothing, the bytes do"
    assert set(Item.objects.values_list("publishable", "taken_on")) == {(False, DAY - timedelta(days=2))}
    sent["pictures"] = [file("tap.jpg", a_picture(colour="red"))]
    sent["nobody_in_it"] = "yes"
    assert client.post(reverse("evidence-desk:add-pictures"), sent).status_code == 302
    assert Item.objects.filter(publishable=True).count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"pictures": []}, 422),
        ({"taken_on": "yesterday"}, 422),
        ({"taken_on": "2999-01-01"}, 422),
        ({"pictures": [file(f"{n}.jpg", b"x") for n in range(13)]}, 413),
        ({"area": ""}, 422),
        ({"area": "99999999"}, 404),
        ({"area": "x"}, 404),
    ],
)
def test_what_is_wrong_with_a_form_is_said(world: World, change: dict[str, Any], status: int) -> None:
    sent = {"area": world.areas["Ford"].pk, "pictures": [file("a.jpg", a_picture())], **change}
    assert desk(world).post(reverse("evidence-desk:add-pictures"), sent).status_code == status
    assert not Item.objects.exists()


def test_a_file_over_the_limit_is_not_read(world: World, settings: Any) -> None:
    settings.PICTURE_MB = 1
    sent = {"area": world.areas["Ford"].pk, "pictures": [file("a.jpg", a_picture() + b"\0" * 1_000_001)]}
    answer = desk(world).post(reverse("evidence-desk:add-pictures"), sent)
    assert answer.status_code == 422
    assert "1 MB at most" in answer.content.decode()


def test_a_body_over_the_limit_is_not_taken_at_all(world: World, settings: Any) -> None:
    settings.UPLOAD_MOST_OCTETS = 10_000
    sent = {"area": world.areas["Ford"].pk, "pictures": [file("a.jpg", b"\0" * 20_000)]}
    assert desk(world).post(reverse("evidence-desk:add-pictures"), sent).status_code == 413


def test_no_address_of_residents_takes_files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even into a temporary folder: a form is parsed before anybody knows who sent it."""
    from django.core.files import uploadhandler

    def never(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a file was taken")

    for handler in (uploadhandler.MemoryFileUploadHandler, uploadhandler.TemporaryFileUploadHandler):
        monkeypatch.setattr(handler, "new_file", never)
    answer = Client().post("/en/code/", {"code": "nothing", "f": file("a.jpg", b"\0" * 3_000_000)})
    assert answer.status_code < 500


def test_a_document_is_noted_and_compared(world: World) -> None:
    client, words = desk(world), b"%PDF-1.7 fourteen names"
    sent = {
        "area": world.areas["Ford"].pk,
        "sort": "list",
        "document": file("list.pdf", words, "application/pdf"),
    }
    answer = client.post(reverse("evidence-desk:add-document"), sent)
    item = Item.objects.get()
    assert answer["Location"].startswith(reverse("evidence-desk:item", args=[item.pk]))
    assert item.digest == hashlib.sha256(words).hexdigest()
    shown = client.get(reverse("evidence-desk:item", args=[item.pk])).content.decode()
    assert item.digest in shown
    assert "list.pdf" not in shown
    same = client.post(reverse("evidence-desk:compare"), {"file": file("x", words)}).content.decode()
    other = client.post(reverse("evidence-desk:compare"), {"file": file("x", words + b" ")}).content.decode()
    assert "to the last bit" in same
    assert "another one" in other
    abroad = desk(world, "daudi").post(reverse("evidence-desk:compare"), {"file": file("x", words)})
    assert "another one" in abroad.content.decode()
    assert client.post(reverse("evidence-desk:compare")).status_code == 422
    refused = client.post(
        reverse("evidence-desk:add-document"), {"area": sent["area"], "sort": "plan", "digest": "12"}
    )
    assert refused.status_code == 422


def test_an_empty_file_and_no_sort_are_said_in_words(world: World) -> None:
    client, ford = desk(world), world.areas["Ford"].pk
    sent = {"area": ford, "pictures": SimpleUploadedFile("x.jpg", b"", content_type="image/jpeg")}
    answer = client.post(reverse("evidence-desk:add-pictures"), sent)
    assert answer.status_code == 422
    assert "The file is empty" in answer.content.decode()
    answer = client.post(
        reverse("evidence-desk:add-document"), {"area": ford, "sort": "", "digest": "a" * 64}
    )
    assert "one of: Contract, Invoice" in answer.content.decode()


def test_looking_ticking_taking_down_erasing(world: World) -> None:
    item, client = keep(world), desk(world, "amina")
    page = reverse("evidence-desk:item", args=[item.pk])

    def act(name: str, **sent: str) -> int:
        return client.post(reverse("evidence-desk:act", args=[item.pk, name]), sent).status_code

    assert "staff only" in client.get(page).content.decode()
    assert act("erase") == 409
    assert act("nobody") == 302
    assert 'tag">public' in client.get(page).content.decode()
    assert act("take-down", reason="because") == 422
    assert act("take-down", reason="recognisable") == 302
    assert act("nobody") == 409
    assert "Somebody can be recognised" in client.get(page).content.decode()
    assert act("erase") == 302
    assert "erased for good" in client.get(page).content.decode()
    assert act("frame") == 404


def test_the_list_shows_ones_own_areas(world: World) -> None:
    item = keep(world)
    address = reverse("evidence-desk:item", args=[item.pk])
    listed = reverse("evidence-desk:items")
    assert address in desk(world).get(listed).content.decode()
    assert address in desk(world).get(listed, {"area": world.areas["Ford"].pk}).content.decode()
    assert address not in desk(world, "daudi").get(listed).content.decode()
    assert desk(world, "daudi").get(listed, {"area": world.areas["Ford"].pk}).status_code == 404
    assert f"?area={world.areas['Ford'].pk}" in desk(world).get(listed, {"q": "ford"}).content.decode()
    assert (
        "Add pictures"
        not in desk(world, "chidi").get(listed, {"area": world.areas["Ford"].pk}).content.decode()
    )
