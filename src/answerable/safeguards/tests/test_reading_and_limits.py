"""What a text is searched for, and buckets that know nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.safeguards.limits import TokenBucket
from answerable.safeguards.reading import PointsAtSomebody, check_publishable, marks_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ring +254 712 345 678", "number"),
        ("اتصل ٠٧١٢٣٤٥٦٧٨", "number"),
        ("फोन ९८७६५४३२१०", "number"),
        ("电话 13912345678", "number"),
        ("账号 6222-0212-3456-7890", "number"),
        *[
            (f"电话 139{dash}1234{dash}5678", "number")
            for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
        ],
        ("call 2023-20271", "number"),
        ("call 0139-2010-2020", "number"),
        ("write to desk@example.org", "mail"),
        ("ask @village_head", "handle"),
    ],
)
def test_ways_to_a_person_are_found_in_any_digits(text: str, kind: str) -> None:
    assert kind in {mark.kind for mark in marks_in(text)}
    with pytest.raises(PointsAtSomebody):
        check_publishable(text)


@pytest.mark.parametrize(
    "text",
    [
        "The pump runs again since 2026-03-24; it cost 125 000.",
        "From 2026\u201103\u201124 on.",
        "Strategic plan 2023-2027, after that of 2018/2022 and 2009 \u2013 2013.",
        "Lot 12, 40 lamps, 3.5 km of road, 24/03/2026 to 30/03/2026.",
        "水泵于3月24日修好。",
        "أُصلحت المضخة في ٢٤ مارس",
    ],
)
def test_dates_and_sums_are_left_alone(text: str) -> None:
    check_publishable(text)


def test_a_link_to_an_office_is_marked_and_may_be_published() -> None:
    text = "The plan: https://county.example.org/water and www.example.org"
    assert {mark.kind for mark in marks_in(text)} == {"link"}
    check_publishable(text)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    marks_in(text)


def test_a_bucket_lets_its_burst_through_and_then_its_rate() -> None:
    moment = [0.0]
    bucket = TokenBucket(rate=60, burst=3, clock=lambda: moment[0])
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    assert bucket.wait_seconds() >= 1
    assert bucket.take("another")
    moment[0] = 1.0
    assert bucket.take()
    assert not bucket.take()
    bucket.give_back()
    assert bucket.take()


def test_a_bucket_keeps_no_endless_list() -> None:
    bucket = TokenBucket(rate=1, burst=2, clock=lambda: 0.0)
    for number in range(25_000):
        bucket.take(str(number))
    assert len(bucket._levels) <= 10_001
