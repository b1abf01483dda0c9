"""Every address as every person: what the table in url_matrix.py says, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from answerable.access.rules import PUBLIC
from answerable.assets.tests.factories import tap
from answerable.evidence.services import keep_picture
from answerable.handover.tests.factories import change
from answerable.listening import services as listening
from answerable.listening.models import SlipPad
from answerable.money.tests.factories import entries_in_a_book
from answerable.money.tests.ledger import behind_doors
from answerable.projects.tests.factories import choice
from answerable.promises.tests.factories import project, promise
from answerable.results.tests.factories import Frame
from answerable.surveys.tests.factories import drawn as drawn_survey
from answerable.surveys.tests.factories import place_named
from answerable.verification.models import Drawn
from answerable.verification.tests.factories import commit as committed_draw
from answerable.verification.tests.factories import projects as finished_projects
from tests.house.url_matrix import EVERYBODY, OBJECTS, ROWS, Row
from tests.support.pictures import a_picture
from tests.support.world import SINCE, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern, set[str]]]:
    """Every address by its full name, with the names of its parts."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            for name, pattern, parts in patterns(entry, inner):
                yield name, pattern, parts | set(entry.pattern.converters)
        else:
            yield (
                f"{space}{entry.name or f'without a name: {entry.pattern}'}",
                entry,
                set(entry.pattern.converters),
            )


ADDRESSES = {name: parts for name, _, parts in patterns(get_resolver())}


@pytest.fixture
def things(world: World) -> dict[str, Any]:
    """What addresses may speak of, all of it about the village Ford."""

    def told(subject: str) -> int:
        heard = listening.receive_feedback(
            actor=PUBLIC,
            area=world.areas["Ford"],
            kind="complaint",
            subject=world.subjects[subject],
            text="The pump is broken.",
            language="en",
            channel="web",
            with_code=False,
        )
        return heard.case.pk

    picture = keep_picture(
        actor=world.actor("farid"), area=world.areas["Ford"], data=a_picture(), nobody_in_it=True
    )
    return {
        "area": world.areas["Ford"].pk,
        "township": world.areas["Upper Ford"].pk,
        "post": world.posts["upper-ford-desk"].pk,
        "case": told("water"),
        "sensitive": told("bribery"),
        "promise": promise(world).pk,
        "framework": Frame(world).framework.key,
        **entries_in_a_book(world),
        "project": project(world).key,
        "choice": choice(world).key,
        "item": picture.pk,
        "asset": tap(world, SINCE, key="old-pump").pk,
        "digest": picture.digest,
        "pad": SlipPad.objects.create(area=world.areas["Upper Ford"], issued_on=SINCE, root=bytes(32)).pk,
        **survey_of(world),
        **check_of(world),
        **behind_doors(world),
        **left_behind(world),
    }


def left_behind(world: World) -> dict[str, Any]:
    """A posting of the village Ford that ends today, and its round."""
    first = change(world).first
    return {"posting": first.pk, "round": first.round_id}


def survey_of(world: World) -> dict[str, Any]:
    """A survey of the county that was drawn, and a village of it."""
    survey = drawn_survey(world)
    return {"survey": survey.pk, "cluster": place_named(survey, "Ford").pk}


def check_of(world: World) -> dict[str, Any]:
    """A list of the county's projects that is committed to, and a unit as if it were drawn."""
    (built,) = finished_projects(world, 1)
    draw = committed_draw(world)
    drawn = Drawn.objects.create(
        draw=draw, key=f"project:{built.key}", stratum="project-m0-c0", area=built.area
    )
    return {"draw": draw.pk, "drawn": drawn.pk}


def met(response: HttpResponseBase) -> str:
    """What somebody met at the door: yes, no, hidden, sign-in, or no-method."""
    where = response.headers.get("Location", "")
    text = "" if response.streaming else response.content.decode("utf-8", "replace")  # type: ignore[attr-defined]
    if where.startswith("/desk/sign-in/?") or "access-sign-in<" in text or '"access-sign-in"' in text:
        return "sign-in"
    return {403: "no", 404: "hidden", 405: "no-method"}.get(response.status_code, "yes")


def expected(row: Row, method: str, person: str, address: str, sensitive: bool) -> str:
    """What the table says."""
    allowed = getattr(row, method)
    if allowed is None:
        return "no-method"
    if address.startswith("/desk/") and person == "public" and "public" not in allowed:
        return "sign-in"
    if sensitive:
        return "yes" if person in row.sensitive.split() and person in EVERYBODY.split() else "hidden"
    if method == "post" and person in row.no.split():
        return "no"
    return "yes" if person in allowed.split() else row.others


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted(set(ADDRESSES) - set(ROWS)) == [], "add a row to tests/house/url_matrix.py"
    assert sorted(set(ROWS) - set(ADDRESSES)) == [], "no such address any more"
    unknown = {
        part for name, parts in ADDRESSES.items() for part in parts - set(OBJECTS) - set(ROWS[name].parts)
    }
    assert unknown == set(), "say in OBJECTS what stands there"


#: Some at a time: making the world takes as long as asking eight addresses.
TOGETHER = 16
NAMES = sorted(set(ROWS) & set(ADDRESSES))
PORTIONS = [NAMES[start : start + TOGETHER] for start in range(0, len(NAMES), TOGETHER)]


@pytest.mark.parametrize("names", PORTIONS, ids=lambda names: f"{names[0]}..{names[-1]}")
def test_everybody_meets_what_the_table_says(
    names: list[str], world: World, things: dict[str, Any], settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    clients = {person: Client(raise_request_exception=False) for person in EVERYBODY.split()}
    for person, client in clients.items():
        if person != "public":
            client.force_login(world.staff[person])
    signed_in = {person: deepcopy(client.cookies) for person, client in clients.items()}
    troubles: list[str] = []
    for name in names:
        for person, client in clients.items():  # the address before may have signed somebody out
            client.cookies = deepcopy(signed_in[person])
        troubles += troubles_at(name, clients, things)
    assert troubles == []


def troubles_at(name: str, clients: dict[str, Client], things: dict[str, Any]) -> Iterator[str]:
    """What differs from the table at one address."""
    row = ROWS[name]
    words = {part: row.parts.get(part, OBJECTS[part]) for part in ADDRESSES[name]}
    for sensitive in [False, True] if "case" in words.values() else [False]:
        filled = {
            part: things.get("sensitive" if sensitive and word == "case" else word, word)
            for part, word in words.items()
        }
        address = reverse(name, kwargs=filled)
        about = " about a sensitive case" if sensitive else ""
        for method in ("get", "post"):
            for person, client in clients.items():
                with transaction.atomic():  # each asks the same world
                    response = getattr(client, method)(address)
                    transaction.set_rollback(True)
                wanted = expected(row, method, person, address, sensitive)
                found = met(response)
                if response.status_code >= 500:
                    yield f"{method} {address} by {person}{about} breaks: {response.status_code}"
                elif found != wanted and not (wanted == "no-method" and found in {"no", "hidden", "sign-in"}):
                    yield (
                        f"{method} {address} by {person}{about}: {found} ({response.status_code}),"
                        f" the table says {wanted}"
                    )
