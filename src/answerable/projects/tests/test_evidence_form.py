"""Evidence in one step: new pictures with the form that says what they show."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from answerable.evidence.models import Item
from answerable.evidence.services import keep_document
from answerable.projects import selectors, services
from answerable.projects.models import Project, ProjectEvidence
from answerable.register.models import Event
from tests.support.pictures import a_picture
from tests.support.world import World

from .factories import by, under_way
from .test_desk_pages import act, desk, page

pytestmark = pytest.mark.usefixtures("on_monday")
SAID: dict[str, Any] = {"stage": "before", "grade": "picture", "spot": "Well-Head", "texts_en": "The well."}


def shot(name: str = "a.jpg", data: bytes | None = None, **more: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_picture(**more) if data is None else data)


def send(client: Client, project: Project, *files: SimpleUploadedFile, **sent: Any) -> Any:
    return act(client, project, "evidence", **(SAID | {"pictures": list(files)} | sent))


def test_new_pictures_come_with_what_they_show(world: World) -> None:
    project, client = under_way(world), desk(world, "farid")
    form = page(client, project, "?act=evidence")
    assert 'enctype="multipart/form-data"' in form
    assert 'name="nobody_in_it"' in form
    sent = {"nobody_in_it": "yes", "taken_on": "2026-02-20", "version": project.version}
    # The second click brings the same form, of a version that is over.
    for _ in range(2):
        response = send(client, project, shot(), shot("b.jpg", colour=(9, 9, 9)), **sent)
        assert response.status_code == 302, response.content.decode()[:3000]
        assert response.headers["Location"].endswith("?done=evidence")
    rows = list(ProjectEvidence.objects.select_related("item"))
    assert [(r.stage, r.grade, r.spot, r.texts) for r in rows] == [
        ("before", "picture", "well-head", {"en": "The well."})
    ] * 2
    assert all(r.item.publishable and r.item.taken_on.isoformat() == "2026-02-20" for r in rows)
    assert selectors.project_by_key("pump").version == project.version + 2
    assert Event.objects.filter(kind="projects.evidence").count() == 2


def test_good_pictures_are_kept_and_bad_ones_named(world: World) -> None:
    project, client = under_way(world), desk(world, "farid")
    response = send(client, project, shot(), shot("notes.jpg", b"no picture"))
    text = response.content.decode()
    assert response.status_code == 422
    for word in ("notes.jpg", "The others are part of the project now", 'value="Well-Head"', "is no JPEG"):
        assert word in text, word
    assert [row.item.publishable for row in ProjectEvidence.objects.select_related("item")] == [False]
    text = send(client, project, shot("notes.jpg", b"no picture")).content.decode()
    assert "None of these could be taken" in text
    # The same picture, said to be something else: it stays what it was, and that is said.
    response = send(client, project, shot(), shot("c.jpg", colour=(1, 99, 1)), stage="after")
    assert response.status_code == 422
    assert "is part of the project already" in response.content.decode()
    assert sorted(ProjectEvidence.objects.values_list("stage", flat=True)) == ["after", "before"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"stage": "later"}, 422),
        ({"grade": "document"}, 422),
        ({"spot": "!"}, 400),
        ({"taken_on": "2026-03-09"}, 422),
        ({"taken_on": "x"}, 422),
        ({"texts_en": "Call +254 712 345 678."}, 422),
        ({"pictures": []}, 422),
        ({"item": "999"}, 422),
    ],
)
def test_a_form_that_is_wrong_keeps_nothing(world: World, wrong: dict[str, Any], status: int) -> None:
    project, client = under_way(world), desk(world, "farid")
    response = send(client, project, shot(colour=(5, 6, 7)), **wrong)
    assert response.status_code == status, response.content.decode()[:2000]
    assert not Item.objects.exists()
    assert selectors.project_by_key("pump").version == project.version


def test_what_was_brought_in_before_is_added_once(world: World) -> None:
    project, client = under_way(world), desk(world, "farid")
    paper = keep_document(actor=world.actor("farid"), area=world.areas["Ford"], sort="minutes", data=b"paper")
    sent = {"item": str(paper.pk), "grade": "document", "version": project.version}
    assert send(client, project, shot(), **sent).status_code == 422
    for _ in range(2):
        assert send(client, project, **sent).status_code == 302
    assert ProjectEvidence.objects.get().item == paper
    # Something else in between: an item is chosen on a page that has to be right.
    services.say_word(**by(world, selectors.project_by_key("pump")), kind="progress", texts={"en": "Dug."})
    other = keep_document(actor=world.actor("farid"), area=world.areas["Ford"], sort="plan", data=b"plan")
    assert send(client, project, **(sent | {"item": str(other.pk)})).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("chidi", 403), ("daudi", 404)])
def test_an_outsider_brings_nothing(world: World, who: str, status: int) -> None:
    project = under_way(world)
    assert send(desk(world, who), project, shot(), version=project.version).status_code == status
    assert not Item.objects.exists()
