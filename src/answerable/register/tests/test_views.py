"""The register's files over HTTP: as they are, kept for ever where they never change, and nothing beside them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from django.test import Client

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.merkle.proofs import verify_consistency
from answerable.register import cycle, rules, selectors
from tests.support.registers import Log

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 21, 9, tzinfo=UTC)
rules.make_public("test.opened")


@pytest.fixture
def site(log: Log) -> Client:
    for count in (100, 200):
        with acting(SYSTEM, Right.TICK, None) as act:
            for n in range(count):
                act.record("test.opened", n=n)
        cycle.run(MORNING)
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("policy", "text/plain; charset=utf-8", "no-cache"),
        ("tile/0/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/0/001.p/44", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/0/000.p/100", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/1/000.p/1", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/entries/000", "application/octet-stream", "public, max-age=31536000, immutable"),
    ],
)
def test_each_file_comes_as_it_is(site: Client, log: Log, name: str, kind: str, kept: str) -> None:
    response = site.get(f"/register/{name}")
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == (log.published / name).read_bytes()  # type: ignore[attr-defined]
    assert (response.headers["Content-Type"], response.headers["Cache-Control"]) == (kind, kept)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies


@pytest.mark.parametrize(
    "name",
    [
        "tile/0/000.p/99",
        "tile/../../keys/intake.key",
        "tile/..%2f..%2fkeys%2fintake.key",
        "tile/0/../../../keys/intake.key",
        "tile/0/x001/../000",
        "tile/64/000",
        "tile/0/000/",
        "tile/0/%30%30%30%0a",
        "tile/",
        "withheld.json",
        ".lock",
    ],
)
def test_nothing_else_is_there(site: Client, name: str) -> None:
    assert site.get(f"/register/{name}").status_code == 404


def test_a_way_out_of_the_folder_is_not_followed(site: Client, log: Log) -> None:
    (log.published / "tile/0/999").symlink_to(log.signer / "log-1.key")
    assert site.get("/register/tile/0/999").status_code == 404


def test_the_consistency_of_two_sizes_is_told_in_lines(site: Client) -> None:
    response = site.get("/register/consistency?from=100&to=300")
    proof = [base64.b64decode(line) for line in response.content.decode().splitlines()]
    verify_consistency(100, 300, proof, selectors.root(100), selectors.root(300))
    for query in ("", "?from=0&to=5", "?from=5&to=4", "?from=1&to=301", "?from=01&to=5", "?from=x&to=5"):
        assert site.get(f"/register/consistency{query}").status_code == 400
