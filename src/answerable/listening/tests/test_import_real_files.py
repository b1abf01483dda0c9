"""The real files: what they hold, what can't be used, and figures that DuckDB computes a second way."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from answerable.access.rules import SYSTEM
from answerable.kernel import clock
from answerable.listening.figures import Days, Kept, Period, area_figures
from answerable.listening.imports import import_feedback
from answerable.listening.models import Case, Word
from answerable.places.selectors import area_by_code

MAPPINGS = Path(__file__).resolve().parents[4] / "docs" / "mappings"
TODAY = date(2026, 3, 2)
ALL_TIME = Period(date(2000, 1, 1), TODAY)

#: The same rows, the same days, the same definitions, by another program from the raw file.
SECOND_WAY = """
WITH raw AS (SELECT * FROM read_csv(?, all_varchar = true)),
dated AS (
    SELECT agency,
           strptime(created, '%m/%d/%Y %I:%M:%S %p')::date AS created,
           strptime(due, '%m/%d/%Y %I:%M:%S %p')::date AS due,
           strptime(closed, '%m/%d/%Y %I:%M:%S %p')::date AS closed
    FROM raw WHERE neighborhood IS NOT NULL AND due IS NOT NULL
)
SELECT agency,
       count(*),
       count(*) FILTER (WHERE closed <= due),
       count(*) FILTER (WHERE closed > due OR (closed IS NULL AND due < ?)),
       quantile_disc(date_diff('day', created, closed), 0.5),
       quantile_disc(date_diff('day', created, closed), 0.9),
       count(closed)
FROM dated GROUP BY agency
"""


@pytest.mark.django_db
def test_baltimores_agencies_come_to_what_duckdb_computes(shared):
    file = shared / "data" / "feedback" / "en-baltimore-311-2014-2019.csv.gz"
    mapping = MAPPINGS / "feedback-baltimore.toml"
    with clock.held_at(TODAY):
        report = import_feedback(actor=SYSTEM, files=[file], mapping=mapping, keep="good")
        city = area_by_code("us-city", "baltimore")
        found = area_figures(SYSTEM, city, ALL_TIME, "subject")
        again = import_feedback(actor=SYSTEM, files=[file], mapping=mapping, keep="good")
    assert (report.rows, report.added) == (10_000, 8_963)
    assert report.by_kind == {"area-missing": 800, "due-missing": 286}
    assert len({fault.line for fault in report.faults}) == 1_037
    assert (again.added, again.unchanged) == (0, 8_963)
    assert found.total.received == Case.objects.count() == 8_963
    assert found.total.confirmed == 0
    expected = {
        agency: (received, Kept(in_time, late), Days(median, p90, n))
        for agency, received, in_time, late, median, p90, n in duckdb.execute(
            SECOND_WAY, [str(file), TODAY]
        ).fetchall()
    }
    ours = {
        part.names["en"]: (part.figures.received, part.figures.resolved, part.figures.resolve_days)
        for part in found.parts
    }
    assert len(expected) == 15
    assert ours == expected


@pytest.mark.django_db
def test_pamplonas_gaps_are_counted_and_the_rest_is_taken(shared):
    file = shared / "data" / "feedback" / "es-pamplona-quejas-2014-jan-aug.csv"
    mapping = MAPPINGS / "feedback-pamplona.toml"
    with clock.held_at(TODAY):
        refused = import_feedback(actor=SYSTEM, files=[file], mapping=mapping)
        assert (refused.kept, Case.objects.count()) == (False, 0)
        report = import_feedback(actor=SYSTEM, files=[file], mapping=mapping, keep="good")
    assert (report.rows, report.added) == (3_500, 3_296)
    assert report.by_kind == {"area-missing": 162, "subject-missing": 57}
    whole = Case.objects.filter(area__name="Toda la ciudad")
    assert whole.count() > 0
    # Nothing may fall due in the past: nobody could have acted on it then.
    assert not Case.objects.filter(next_due_on__lt=TODAY).exists()


@pytest.mark.django_db
def test_a_text_with_a_number_stays_outside(shared):
    file = shared / "data" / "feedback" / "zh-message-board-sample.csv"
    mapping = MAPPINGS / "feedback-message-board.toml"
    with clock.held_at(TODAY):
        report = import_feedback(actor=SYSTEM, files=[file], mapping=mapping, keep="good")
    assert (report.added, report.by_kind) == (115, {"text-points-at-somebody": 1})
    assert Word.objects.count() == 115
