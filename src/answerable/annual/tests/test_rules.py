"""Which days a year has, as of which day it is told, and which years a page offers."""

from datetime import date

import pytest

from answerable.annual.rules import FIRST_YEAR, MOST_YEARS, Why, missing_of, year_of, years_offered
from answerable.annual.small import telling_small
from answerable.disclosure.rules import Quarter
from answerable.listening.figures import Figures, Kept

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
    assert year_of(FIRST_YEAR - 1, TODAY) is None
    assert year_of(1, TODAY) is None
    assert year_of(FIRST_YEAR, TODAY) is not None
    assert year_of(10**9, TODAY) is None


def test_years_go_back_to_the_oldest_record_and_not_for_ever() -> None:
    assert years_offered(date(2024, 5, 1), TODAY) == [2026, 2025, 2024]
    assert years_offered(None, TODAY) == [2026]
    assert years_offered(date(2031, 1, 1), TODAY) == [2026]
    assert len(years_offered(date(1990, 1, 1), TODAY)) == MOST_YEARS


Q1, Q2, Q3, Q4 = (Quarter(date(2026, month, 1)) for month in (1, 4, 7, 10))


@pytest.mark.parametrize(
    ("quarter", "released", "first", "why"),
    [
        (Q4, (Q2, Q3), None, Why.TO_COME),
        (Q4, None, None, Why.TO_COME),
        (Q1, (Q2, Q3), None, Why.BEFORE_ALL),
        (Q2, (Q2, Q3), None, Why.NOT_THERE),
        (Q3, (Q2, Q3), None, Why.NOT_THERE),
        (Q3, (Q1, Q2), None, Why.OVERDUE),
        (Q3, None, None, Why.BEFORE_ALL),
        (Q3, None, date(2026, 10, 1), Why.BEFORE_ALL),
        (Q3, None, date(2026, 9, 30), Why.OVERDUE),
    ],
)
def test_why_a_quarter_has_no_counts(
    quarter: Quarter, released: tuple[Quarter, Quarter] | None, first: date | None, why: Why
) -> None:
    assert missing_of(quarter, today=TODAY, released=released, first_counted=first).why is why


def test_what_gives_a_small_count_away_is_marked_with_it() -> None:
    def marked(**counts: int) -> str:
        said = {
            "received": 200,
            "in_time": 60,
            "late": 40,
            "claimed": 80,
            "confirmed": 50,
            "open": 90,
            "escalated": 20,
        }
        said |= counts
        found = Figures(
            received=said["received"],
            answered=Kept(said["in_time"], said["late"]),
            claimed=said["claimed"],
            confirmed=said["confirmed"],
            open=said["open"],
            escalated=said["escalated"],
        )
        return "".join("x" if mark else "." for mark in telling_small(found))

    assert marked() == "......."
    # 53 of 60 tells the 7 that were late, and the other way round.
    assert marked(in_time=53, late=7) == marked(in_time=7, late=53) == ".xx...."
    assert marked(late=10) == "......."
    # What was called done and not confirmed, what is not due yet, what is not open any more.
    assert marked(confirmed=71) == "....x.."
    assert marked(in_time=155) == ".xx...."
    assert marked(open=191, escalated=195) == ".....xx"
    assert marked(claimed=192, confirmed=100) == "...xx.."
    few = {"received": 4, "in_time": 1, "late": 1, "claimed": 1, "confirmed": 0, "open": 3, "escalated": 0}
    assert marked(**few) == "xxxxxxx"
