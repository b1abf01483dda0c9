"""Days and intervals: what is due never depends on when it is asked for, only on the days themselves."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from answerable.assets import rules
from answerable.assets.rules import EARLY, GRACE, MONTHS, Looking, Seen, Standing, Tally

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
CHECKS = st.lists(st.tuples(st.integers(0, 1100), st.sampled_from(rules.RESULTS)), max_size=8)


def seen_after(start: date, checks: list[tuple[int, str]]) -> list[Seen]:
    return [Seen(start + timedelta(days=days), result) for days, result in sorted(checks)]


@given(DAYS, st.integers(0, 130))
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    later = rules.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(DAYS, DAYS, st.integers(0, 130))
def test_who_came_first_is_due_first(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert rules.add_months(first, months) <= rules.add_months(second, months)


def test_the_end_of_a_month() -> None:
    assert rules.add_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert rules.add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert rules.add_months(date(2024, 2, 29), 24) == date(2026, 2, 28)
    assert rules.add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)


@given(DAYS, st.integers(0, 1500))
def test_a_check_falls_in_one_looking_and_never_goes_back(start: date, after: int) -> None:
    on = start + timedelta(days=after)
    months = rules.months_of(start, on)
    assert months in (0, *MONTHS)
    assert rules.months_of(start, on + timedelta(days=1)) >= months
    if months:
        assert on >= rules.add_months(start, months) - EARLY


@given(DAYS, CHECKS, st.integers(0, 1200))
def test_the_four_lookings_tell_one_story(start: date, checks: list[tuple[int, str]], after: int) -> None:
    today = start + timedelta(days=after)
    found = rules.lookings(start, seen_after(start, checks), today)
    assert [one.months for one in found] == list(MONTHS)
    standings = [one.standing for one in found]
    assert sum(s in (Standing.DUE, Standing.LATE) for s in standings) <= 1, "one is owed at a time"
    begun = [s for s in standings if s is not Standing.AHEAD]
    assert standings[: len(begun)] == begun, "what lies ahead comes after what has begun"
    assert Standing.MISSED not in standings[len(begun) - 1 :]
    for one in found:
        assert (one.seen is None) == (one.standing is not Standing.DONE)
        if one.seen is not None:
            assert one.seen.on <= today
            assert rules.months_of(start, one.seen.on) == one.months
        if one.standing is Standing.LATE:
            assert today > one.due_on + GRACE
    owed = rules.open_looking(start, seen_after(start, checks), today)
    assert (owed is not None) == any(s in (Standing.DUE, Standing.LATE) for s in standings)


@given(DAYS, CHECKS, st.integers(0, 1100), st.sampled_from(rules.RESULTS), st.integers(0, 1200))
def test_one_more_check_touches_its_own_looking_only(
    start: date, checks: list[tuple[int, str]], when: int, result: str, after: int
) -> None:
    today = start + timedelta(days=after)
    before = rules.lookings(start, seen_after(start, checks), today)
    more = rules.lookings(start, seen_after(start, [*checks, (when, result)]), today)
    months = rules.months_of(start, start + timedelta(days=when))
    assert [o for o in before if o.months != months] == [o for o in more if o.months != months]
    own = [o for o in more if o.months == months]
    if own and when <= after:
        assert own[0].standing is Standing.DONE


@given(DAYS, CHECKS, st.integers(0, 600), st.integers(0, 600))
def test_time_makes_nothing_unlooked_at_looked_at(
    start: date, checks: list[tuple[int, str]], after: int, later: int
) -> None:
    """What was found by a day stays found; what was missed stays missed unless somebody looked by then."""
    day = start + timedelta(days=after)
    known = [seen for seen in seen_after(start, checks) if seen.on <= day]
    now = rules.lookings(start, known, day)
    then = rules.lookings(start, known, day + timedelta(days=later))
    for one, other in zip(now, then, strict=True):
        if one.standing in (Standing.DONE, Standing.MISSED):
            assert one == other
        else:
            assert other.standing is not Standing.DONE


@given(DAYS, st.sampled_from(MONTHS), st.integers(-40, 40))
def test_lists_and_rules_agree_on_what_has_begun(today: date, months: int, shift: int) -> None:
    last = rules.latest_handed_over(months, today)
    handed_over = last + timedelta(days=shift)
    assert (rules.months_of(handed_over, today) >= months) == (shift <= 0)


@given(DAYS, st.integers(1, 120), st.lists(st.integers(0, 2000), max_size=6), st.integers(0, 2500))
def test_a_task_is_due_its_interval_after_it_was_last_done(
    start: date, every: int, done: list[int], after: int
) -> None:
    today = start + timedelta(days=after)
    days = [start + timedelta(days=d) for d in done]
    found = rules.upkeep_of(start, every, days, today)
    past = [day for day in days if day <= today]
    assert found.next_on == rules.add_months(max([start, *past]), every)
    assert found.due or not found.late
    if found.due:
        done_today = rules.upkeep_of(start, every, [*days, today], today)
        assert not done_today.due
        assert done_today.next_on > today


@given(st.lists(st.tuples(st.sampled_from([*rules.RESULTS, None]), st.integers(0, 50)), max_size=12))
def test_nothing_unseen_is_called_working(results: list[tuple[str | None, int]]) -> None:
    found = rules.tally(results)
    assert found.total == sum(count for _, count in results)
    assert found.working == sum(count for result, count in results if result == "working")
    assert found.unchecked == sum(count for result, count in results if result is None)
    assert found.checked + found.unchecked == found.total
    assert found + Tally() == found


def test_a_well_in_its_first_year() -> None:
    well = date(2025, 1, 10)
    checks = [
        Seen(date(2025, 4, 2), "working"),
        Seen(date(2025, 7, 20), "partly"),
        Seen(date(2025, 8, 1), "working"),
    ]
    assert rules.lookings(well, checks, date(2026, 2, 20)) == [
        Looking(3, date(2025, 4, 10), Standing.DONE, checks[0]),
        Looking(6, date(2025, 7, 10), Standing.DONE, checks[2]),
        Looking(12, date(2026, 1, 10), Standing.LATE, None),
        Looking(24, date(2027, 1, 10), Standing.AHEAD, None),
    ]
