"""The village's page is poured from a mould: byte for byte what its template gives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client

from answerable.kernel import clock
from answerable.listening.models import PublicAnswer
from answerable.listening.services.releasing import release_due
from answerable.listening.views import public
from answerable.places.models import Area
from answerable.programme.models import Posting
from answerable.web import moulds
from tests.support.village import Village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture(autouse=True)
def both_ways(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Each page twice: from the mould, and by the template as it stands."""
    pages: list[bytes] = []
    pour = moulds.poured

    def twice(request: HttpRequest, template: str, values: dict[str, Any], used: set[str]) -> HttpResponse:
        poured = pour(request, template, values, used)
        assert render(request, template, {**values, "icons_used": set(used)}).content == poured.content
        pages.append(poured.content)
        return poured

    monkeypatch.setattr(public, "poured", twice)
    return pages


def test_in_every_language_and_whatever_there_is_to_say(
    village: Village, client: Client, both_ways: list[bytes]
) -> None:
    well, ford = village.world.areas["Well"], village.area
    changes = (
        lambda: None,
        lambda: Area.objects.filter(pk=ford.pk).update(names={}, name="<b>Ford & Well</b>"),
        lambda: Posting.objects.all().delete(),
        release_due,
        lambda: PublicAnswer.objects.update(text="<script>1 & 2</script>"),
        lambda: PublicAnswer.objects.all().delete(),
        lambda: Area.objects.filter(pk=ford.pk).update(valid_to=clock.today() - timedelta(1)),
        lambda: Area.objects.filter(pk=ford.pk).update(successor=well),
    )
    for change in changes:
        change()
        for lang in ("en", "ar", "zh-hans"):
            assert client.get(f"/{lang}/{village.path}?a=<b>").status_code == 200
    assert len(both_ways) == len(set(both_ways)) == 3 * len(changes)
    assert not any(b"<script>" in page or b"<b>Ford" in page for page in both_ways)


def test_words_that_change_are_on_the_next_page(village: Village, client: Client) -> None:
    client.get(f"/en/{village.path}")
    Area.objects.filter(pk=village.area.pk).update(names={"en": "New Ford"})
    assert b"<h1>New Ford</h1>" in client.get(f"/en/{village.path}").content
