"""Which days a year has, as of which day it is told, and which years a page offers."""

from datetime import date

from answerable.annual.rules import MOST_YEARS, year_of, years_offered

TODAY = date(2026, 11, 22)


def test_a_year_is_told_as_of_its_last_day_and_the_running_one_as_of_today() -> None:
    past, now = year_of(2025, TODAY), year_of(2026, TODAY)
    assert past is not None
    assert now is not None
    assert (past.first, past.last, past.on, past.is_over) == (
        date(2025, 1, 1),
        date(2025, 12, 31),
        date(2025, 12, 31),
        True,
    )
    assert (now.on, now.is_over) == (TODAY, False)
    last_day = year_of(2026, date(2026, 12, 31))
    assert last_day is not None
    assert last_day.is_over
    assert year_of(2027, TODAY) is None
    assert year_of(0, TODAY) is None
    assert year_of(10**9, TODAY) is None


def test_years_go_back_to_the_oldest_record_and_not_for_ever() -> None:
    assert years_offered(date(2024, 5, 1), TODAY) == [2026, 2025, 2024]
    assert years_offered(None, TODAY) == [2026]
    assert years_offered(date(2031, 1, 1), TODAY) == [2026]
    assert len(years_offered(date(1990, 1, 1), TODAY)) == MOST_YEARS
