"""The counts on public pages: what the rows said when the quarter was published, then hidden or rounded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from answerable.disclosure.catalogue import CASES
from answerable.disclosure.models import Release
from answerable.disclosure.rules import Quarter
from answerable.disclosure.selectors import is_whole
from answerable.kernel import clock
from answerable.listening import published
from answerable.listening.models import Case
from answerable.listening.services.releasing import counted, release_due
from answerable.listening.village_page import area_counts
from answerable.register.models import Event
from answerable.safeguards.suppression import public_count
from tests.support.village import Village
from tests.support.world import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
QUARTER = Quarter(date(2025, 10, 1))


def told(village: Village) -> None:
    """Matters of every course on top of the village's own: some of each must be left out."""
    cases = list(Case.objects.filter(area=village.area).order_by("pk"))
    for n, case in enumerate(cases):
        if n % 7 == 0:
            case.sensitive = True
        elif n % 11 == 0:
            case.state = "withdrawn"
        elif n % 13 == 0:
            case.state, case.closed_on, case.closed_reason = "closed", DAY, "ended"
        elif n % 4 == 0 and case.answered_on:
            case.state, case.resolved_on, case.answered_on = "in_progress", case.answered_on, None
    Case.objects.filter(area=village.area, public_answer__isnull=False).update(sensitive=False)
    answered = set(Case.objects.filter(public_answer__isnull=False).values_list("pk", flat=True))
    for case in cases:
        if case.pk not in answered:
            case.save()
    inside = [c for c in cases if QUARTER.first <= c.received_on <= QUARTER.last and not c.sensitive]
    main = next(c for c in inside if c.state == "answered")
    joined = inside[-1]
    joined.state, joined.duplicate_of = "duplicate", main
    joined.closed_on, joined.closed_reason = None, ""
    joined.save()


def by_hand() -> dict[str, int]:
    matters = [
        case
        for case in Case.objects.filter(received_on__range=(QUARTER.first, QUARTER.last))
        if not case.sensitive and case.state not in {"duplicate", "withdrawn"}
    ]
    has_word = [case for case in matters if case.answered_on or case.resolved_on]
    return {
        "heard": len(matters),
        "answered": len(has_word),
        "confirmed": sum(case.confirmed_on is not None for case in has_word),
    }


def test_a_release_counts_what_its_rows_say(village: Village) -> None:
    told(village)
    expected = by_hand()
    assert expected["heard"] > expected["answered"] > expected["confirmed"] > 5
    assert counted(QUARTER)[1] == {village.area.pk: expected}
    release_due()
    areas = [village.world.areas[name].pk for name in ("Ford", "Upper Ford", "Fordland", "Well")]
    found = published.counts_of(areas)
    for pk in areas[:3]:
        assert found[pk].quarter == QUARTER
        assert found[pk].on == DAY
        for measure, count in expected.items():
            assert getattr(found[pk], measure).count == public_count(count), measure
    assert found[areas[3]].heard.count.hidden
    with connection.cursor() as cursor:
        assert {pk: area_counts(cursor, pk) for pk in areas} == found


def test_each_quarter_is_published_once_and_stands_in_the_register(village: Village) -> None:
    made = release_due()
    assert [str(Quarter(release.quarter)) for release in made] == ["2025-Q2", "2025-Q3", "2025-Q4"]
    assert release_due() == []
    with clock.held_at(QUARTER.next.published_from - timedelta(days=1)):
        assert release_due() == []
    with clock.held_at(QUARTER.next.published_from), CaptureQueriesContext(connection):
        assert [str(Quarter(release.quarter)) for release in release_due()] == ["2026-Q1"]
    said = {
        event.body["quarter"]: event.body["digest"]
        for event in Event.objects.filter(kind="disclosure.published")
    }
    assert said == {str(Quarter(row.quarter)): row.digest for row in Release.objects.all()}
    assert all(is_whole(CASES, row) for row in Release.objects.all())


def test_a_day_on_which_nothing_is_due_costs_one_question(village: Village) -> None:
    release_due()
    with CaptureQueriesContext(connection) as asked:
        assert release_due() == []
    assert len(asked) == 1


def test_what_had_no_answer_is_the_difference_of_what_is_shown(village: Village) -> None:
    release_due()
    counts = published.counts_of([village.area.pk])[village.area.pk]
    assert (counts.heard.value, counts.answered.value) == (45, 35)
    assert counts.unanswered.value == 10
    assert counts.answered_percent == 80


def test_an_area_that_came_later_has_hidden_counts(village: Village) -> None:
    assert published.counts_of([village.area.pk]) == {}
    village.world.areas["Well"].valid_from = QUARTER.next.first
    village.world.areas["Well"].save()
    release_due()
    well = village.world.areas["Well"].pk
    assert published.counts_of([well])[well].heard.count.hidden
    with connection.cursor() as cursor:
        counts = area_counts(cursor, well)
    assert counts is not None
    assert counts.heard.count.hidden
