"""Published figures as everybody reads them, and what the database refuses."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from answerable.disclosure.catalogue import CASES
from answerable.disclosure.models import Release
from answerable.disclosure.problems import AlreadyReleased, NotYetReleasable
from answerable.disclosure.rules import Quarter
from answerable.disclosure.services import publish
from answerable.kernel import clock
from answerable.listening.services.releasing import release_due
from answerable.register.models import Event
from tests.support.village import Village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def released(village: Village) -> Village:
    release_due()
    return village


def test_the_list_has_each_quarter_with_the_fingerprint_of_its_file(
    released: Village, client: Client
) -> None:
    text = client.get("/en/figures/").content.decode()
    for release in Release.objects.all():
        name = f"/figures/cases-{Quarter(release.quarter)}.csv"
        assert name in text
        file = client.get(name)
        assert file["Content-Type"] == "text/csv; charset=utf-8"
        digest = f"sha256:{hashlib.sha256(file.content).hexdigest()}"
        assert digest in text
        assert Event.objects.filter(kind="disclosure.published", body__digest=digest).count() == 1


def test_a_place_has_all_its_quarters_newest_first(released: Village, client: Client) -> None:
    text = client.get(f"/en/figures/{released.area.pk}/").content.decode()
    quarters = ["October 2025 to December 2025", "July 2025 to September 2025", "April 2025 to June 2025"]
    assert sorted(quarters, key=text.index) == quarters
    assert len(re.findall(r"<dd>\s*45\s*</dd>", text)) >= 2
    assert "as of 2 March 2026" in text
    assert client.get("/ar/figures/99999999/").status_code == 404


@pytest.mark.parametrize("name", ["cases-2031-Q1", "cases-2026-Q9", "cases-x"])
def test_a_quarter_without_figures_is_told(released: Village, client: Client, name: str) -> None:
    answer = client.get(f"/figures/{name}.csv")
    assert answer.status_code == 404
    assert b"No figures were published for" in answer.content


def test_before_the_first_release_the_pages_say_so(village: Village, client: Client) -> None:
    assert b"Nothing was published yet" in client.get("/en/figures/").content
    assert b"Nothing was published of this place yet" in client.get(f"/en/figures/{village.area.pk}/").content


def nothing() -> tuple[dict[int, int | None], dict[int, dict[str, int]]]:
    return {}, {}


def test_a_quarter_is_published_when_it_may_be_and_once(released: Village) -> None:
    now = Quarter.of(clock.today())
    with pytest.raises(NotYetReleasable, match="2026-04-15"):
        publish(table=CASES, quarter=now, count=nothing)
    done = Quarter(Release.objects.latest("quarter").quarter)
    with pytest.raises(AlreadyReleased, match=str(done)):
        publish(table=CASES, quarter=done, count=nothing)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE disclosure_releaseline SET shown = '{}'",
        "DELETE FROM disclosure_releaseline",
        "UPDATE disclosure_release SET digest = 'x'",
        "DELETE FROM disclosure_release",
    ],
)
def test_the_database_lets_nobody_change_a_release(released: Village, sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_counts_that_do_not_hang_together_publish_nothing(village: Village) -> None:
    events = Event.objects.count()
    wrong: Callable[[], object] = lambda: ({1: None}, {1: {"heard": 1, "answered": 2, "confirmed": 0}})  # noqa: E731
    with pytest.raises(ValueError, match="negative"):
        publish(table=CASES, quarter=Quarter.read("2025-Q4"), count=wrong)  # type: ignore[arg-type]
    assert (Release.objects.count(), Event.objects.count()) == (0, events)
