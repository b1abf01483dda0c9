"""The plain ground: working days, keys, texts, names, problems."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid1, uuid4, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel import clock
from answerable.kernel.ids import day_key, to_the_day
from answerable.kernel.names import Said, direction, say
from answerable.kernel.problem import all_problems
from answerable.kernel.text import TextMissing, TextTooLong, TextUnreadable, clean_text
from answerable.kernel.workdays import WorkCalendar

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
CALENDARS = st.builds(
    WorkCalendar,
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=20),
)


@given(CALENDARS, DAYS, st.integers(0, 120))
def test_adding_working_days_and_counting_them_agree(calendar: WorkCalendar, start: date, days: int) -> None:
    end = calendar.add(start, days)
    assert calendar.is_working_day(end)
    assert end >= start
    if days:
        assert calendar.between(start, end) == days
    later = calendar.add(start, days + 1)
    assert later > end or (later == end and not days and not calendar.is_working_day(start))


def test_a_week_without_work_is_no_calendar() -> None:
    with pytest.raises(ValueError, match="working day"):
        WorkCalendar(weekend=frozenset(range(7)))
    with pytest.raises(ValueError, match="forwards"):
        WorkCalendar().add(date(2026, 1, 1), -1)


@given(DAYS.filter(lambda d: d.year >= 1971))
def test_a_key_tells_its_day_and_nothing_finer(day: date) -> None:
    key, other = day_key(day), day_key(day)
    moment = datetime.fromtimestamp((key.int >> 80) / 1000, tz=UTC)
    assert (moment.date(), moment.hour, moment.minute, moment.microsecond) == (day, 0, 0, 0)
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert key != other
    assert day_key(day + timedelta(days=1)) > max(key, other)


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1))
def test_a_devices_key_is_kept_without_its_moment(millis: int, noise: int) -> None:
    key = UUID(int=millis << 80 | 7 << 76 | (noise >> 62) << 64 | 0b10 << 62 | noise & (2**62 - 1))
    kept = to_the_day(key)
    assert (kept.int >> 80) % 86_400_000 == 0
    assert kept.int & (2**80 - 1) == key.int & (2**80 - 1)
    assert to_the_day(kept) == kept


def test_a_key_that_names_a_device_is_refused() -> None:
    random = uuid4()
    assert to_the_day(random) == random
    for named in (uuid1(), uuid5(random, "x"), UUID(int=0)):
        with pytest.raises(ValueError, match="version 4 or 7"):
            to_the_day(named)


def test_texts_are_normalised_and_keep_their_joiners() -> None:
    assert clean_text("  cafe\u0301\r\nnoir ", limit=20) == "caf\u00e9\nnoir"
    persian = "می\u200cخواهم"
    assert clean_text(persian, limit=20) == persian
    assert clean_text("a\u200b\ufeffb\u202e", limit=20) == "ab"
    assert clean_text("", limit=5, required=False) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("   ", TextMissing),
        ("x" * 21, TextTooLong),
        ("a\x00b", TextUnreadable),
        ("a\x1bb", TextUnreadable),
        ("\udc80", TextUnreadable),
        ("a\ufffdb", TextUnreadable),
    ],
)
def test_what_is_no_text_is_refused(text: str, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        clean_text(text, limit=20)


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean_text(text, limit=200, required=False)
    except TextUnreadable:
        return
    assert clean_text(once, limit=200, required=False) == once


def test_a_missing_name_falls_back_and_says_in_which_language() -> None:
    names = {"en": "Ford", "ar": "مخاضة", "zh-Hans": "津"}
    assert say(names, "zh-hans") == Said("津", "zh-Hans")
    assert say(names, "ar-EG") == Said("مخاضة", "ar")
    assert say(names, "fr") == Said("Ford", "en")
    assert say({"sw": "Kivuko"}, "fr") == Said("Kivuko", "sw")
    assert say({}, "fr") == Said("", "fr")


@pytest.mark.parametrize(
    ("tag", "way"),
    [
        ("ar", "rtl"),
        ("ug", "rtl"),
        ("ug-Latn", "ltr"),
        ("kk-Arab", "rtl"),
        ("zh-hans", "ltr"),
        ("fa-IR", "rtl"),
    ],
)
def test_direction_follows_the_script(tag: str, way: str) -> None:
    assert direction(tag) == way


def test_the_clock_can_be_held_and_goes_on_afterwards() -> None:
    with clock.held_at(date(2030, 1, 1)):
        assert clock.today() == date(2030, 1, 1)
        with clock.held_at(date(2031, 1, 1)):
            assert clock.today() == date(2031, 1, 1)
        assert clock.today() == date(2030, 1, 1)
    assert clock.now().tzinfo is UTC


def test_problem_codes_are_given_once() -> None:
    codes = [problem.code for problem in all_problems()]
    assert len(codes) == len(set(codes))
    assert codes == sorted(codes)
