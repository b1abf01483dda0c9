"""The counts on public pages: what the rows say, then hidden or rounded."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from answerable.kernel import clock
from answerable.listening import published
from answerable.listening.models import Case
from answerable.listening.rules.states import OPEN_STATES
from answerable.listening.village_page import village_counts
from answerable.places.selectors import placed
from tests.support.village import Village
from tests.support.world import DAY


@pytest.fixture
def year() -> published.Year:
    return published.last_year(DAY)


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
    main = next(c for c in cases if c.state == "answered" and not c.sensitive)
    joined = cases[-1]
    joined.state, joined.duplicate_of, joined.sensitive = "duplicate", main, False
    joined.closed_on, joined.closed_reason = None, ""
    joined.save()


def counted_by_hand(year: published.Year, **where: object) -> published.Counts:
    matters = [
        case
        for case in Case.objects.filter(received_on__range=(year.first, year.last), **where)
        if not case.sensitive and case.state not in {"duplicate", "withdrawn"}
    ]
    has_word = [case for case in matters if case.answered_on or case.resolved_on]
    waits = [case for case in matters if case not in has_word and case.state in OPEN_STATES]
    return published.published_counts(
        heard=len(matters),
        answered=len(has_word),
        waiting=len(waits),
        confirmed=sum(case.confirmed_on is not None for case in matters),
    )


def test_an_area_counts_what_its_rows_say(village: Village, year: published.Year) -> None:
    told(village)
    expected = counted_by_hand(year)
    assert expected.waiting.value
    assert expected.confirmed.value
    township = village.world.areas["Upper Ford"]
    assert published.counts_below(placed(township), year) == expected
    assert published.counts_by_child(placed(township), year) == {village.area.pk: expected}
    with clock.held_at(DAY), connection.cursor() as cursor:
        assert village_counts(cursor, village.area.pk, year) == expected


def test_nothing_heard_is_hidden_and_has_no_line(village: Village, year: published.Year) -> None:
    elsewhere = placed(village.world.areas["Hillland"])
    assert published.counts_below(elsewhere, year) == published.nothing_heard()
    assert published.counts_by_child(elsewhere, year) == {}
    assert published.nothing_heard().heard.hidden


def test_one_query_each_over_the_index_of_figures(
    village: Village, year: published.Year, database: str
) -> None:
    place = placed(village.world.areas["Fordland"])
    with CaptureQueriesContext(connection) as seen:
        published.counts_below(place, year)
        published.counts_by_child(place, year)
    assert len(seen) == 2
    if database == "sqlite":  # PostgreSQL reads a table as small as this one as a whole
        for query in seen.captured_queries:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
                plan = " ".join(str(row[-1]) for row in cursor.fetchall())
            assert "INDEX case_figures (area_id=? AND received_on>?" in plan
