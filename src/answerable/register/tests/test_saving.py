"""Rows saved by statements that were written once stand in the database as Django's own way would have put them."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models
from django.db.models import F, Value

from answerable.kernel import clock
from answerable.listening.models import Case, CaseStep, Word
from answerable.places.models import Area
from answerable.register import saving
from answerable.register.binding import Bound
from answerable.register.saving import QuicklySaved
from tests.support.village import Village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def columns(row: models.Model) -> dict[str, Any]:
    found = type(row)._base_manager.filter(pk=row.pk).values().get()
    found.pop("id")
    return found


def usually(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on Django writes each statement anew."""
    monkeypatch.setattr(saving, "_prepared", lambda *_: None)


def test_it_stands_there_as_django_would_have_put_it(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case.objects.first()
    assert case is not None

    def step(n: int) -> CaseStep:
        return CaseStep.objects.create(
            case=case, n=n, step="nudged", on=clock.today(), by="system", state="received", reason="'%s"
        )

    def word() -> Word:
        return Word.objects.create(
            case=case,
            by_office=True,
            on=clock.today(),
            language="en",
            text="% ?",
            blind=b"\0\1",
            commitment=b"\xff",
        )

    def changed(area: Area) -> dict[str, Any]:
        area.names, area.valid_to = {"en": "New %s", "ar": "جديد"}, None
        area.save()
        area.save(update_fields=["names"])
        return columns(area)

    made = [columns(step(901)), columns(word()), changed(village.area)]
    usually(monkeypatch)
    as_usual = [columns(step(902)), columns(word()), changed(village.area)]
    assert made[0].pop("n") == as_usual[0].pop("n") - 1
    assert made == as_usual


def test_what_is_no_plain_value_takes_the_usual_way(village: Village) -> None:
    case = Case.objects.first()
    assert case is not None
    before = case.version
    case.version = F("version") + 1
    case.save(update_fields=["version"])
    case.refresh_from_db()
    assert case.version == before + 1
    step = CaseStep.objects.create(
        case=case, n=Value(903), step="nudged", on=clock.today(), by="system", state="received", reason=""
    )
    assert columns(step)["n"] == 903


def test_a_row_that_is_gone_is_not_said_to_be_changed(village: Village) -> None:
    case = Case.objects.first()
    assert case is not None
    case.pk = 10**9
    with pytest.raises(DatabaseError, match="did not affect any rows"):
        case.save(update_fields=["version"])


def test_every_bound_table_is_saved_so() -> None:
    assert all(issubclass(model, QuicklySaved) for model in apps.get_models() if issubclass(model, Bound))
