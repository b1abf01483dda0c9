"""Rules of draws and visits, without a database."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.access.rules import Role
from answerable.kernel.problem import Problem
from answerable.merkle.draws import digest_of, list_text, read_list, sample_of
from answerable.merkle.refused import Refused
from answerable.places.rules import PlacedArea
from answerable.verification.rules import drawing, rates, strata, visiting
from answerable.verification.rules.visiting import Seat

TODAY = date(2026, 3, 2)
ROOT = sha256(b"a root").hexdigest()
NAMES = st.text("abcdefghij0123456789:/-", min_size=1, max_size=12)
UNITS = st.dictionaries(NAMES, st.sampled_from(["project-m1-c0", "project-m3-c2", "asset-m0-c1"]), min_size=3)


def refused(code: str, call: object, *given: object, **more: object) -> None:
    with pytest.raises(Problem) as caught:
        call(*given, **more)  # type: ignore[operator]
    assert f"{caught.value.code}:{caught.value.field}".rstrip(":") == f"verification-{code}"


@given(UNITS, st.randoms(use_true_random=False), st.data())
def test_a_draw_depends_on_the_list_and_not_on_its_order(
    units: dict[str, str], chance: random.Random, data: st.DataObject
) -> None:
    rows = list(units.items())
    sizes = Counter(units.values())
    wanted = {key: data.draw(st.integers(0, count)) for key, count in sizes.items()}
    text = list_text(wanted, rows)
    chance.shuffle(rows)
    assert list_text(wanted, rows) == text
    drawn = sample_of(text, ROOT)
    assert Counter(units[name] for name in drawn) == +Counter(wanted)
    assert drawn == sorted(set(drawn))
    by_hand = {
        key: sorted(
            (name for name in units if units[name] == key),
            key=lambda name: sha256(
                sha256(f"{digest_of(text)} {ROOT} ".encode()).digest() + b"\n" + name.encode()
            ).digest(),
        )[:count]
        for key, count in wanted.items()
    }
    assert drawn == sorted(name for names in by_hand.values() for name in names)


@given(UNITS, st.data())
def test_whatever_is_changed_in_a_list_changes_its_commitment(
    units: dict[str, str], data: st.DataObject
) -> None:
    wanted = dict.fromkeys(units.values(), 1)
    before = digest_of(list_text(wanted, units.items()))
    name = data.draw(st.sampled_from(sorted(units)))
    other = dict(units)
    kind = data.draw(st.sampled_from(["gone", "renamed", "moved", "wanted"]))
    if kind == "gone":
        del other[name]
    elif kind == "renamed":
        other[f"{name}x" * 3] = other.pop(name)
    elif kind == "moved":
        wanted |= {"elsewhere-m0-c0": 0}
        other[name] = "elsewhere-m0-c0"
    else:
        wanted = wanted | {units[name]: 0}
    assert digest_of(list_text(wanted, other.items())) != before


def test_who_knows_everything_before_the_checkpoint_can_not_predict() -> None:
    units = [(f"project:{n}", "project-m1-c0") for n in range(100)]
    text = list_text({"project-m1-c0": 5}, units)
    roots = [sha256(str(n).encode()).hexdigest() for n in range(400)]
    times = Counter(name for root in roots for name in sample_of(text, root))
    # Each is drawn about 20 times in 400; with other odds some would stand far out.
    assert len(times) == 100
    assert max(times.values()) < 45
    assert len({tuple(sample_of(text, root)) for root in roots}) == 400
    assert sample_of(text, ROOT, "12-7") != sample_of(text, ROOT, "12-8") != sample_of(text, ROOT)


@pytest.mark.parametrize(
    "units",
    [
        [("a", "s"), ("a", "s")],
        [("a,b", "s")],
        [("a\nb", "s")],
        [("é", "s")],
        [("", "s")],
        [("a", "t")],
    ],
)
def test_a_list_that_could_be_read_in_two_ways_is_refused(units: list[tuple[str, str]]) -> None:
    with pytest.raises(Refused):
        list_text({"s": 1}, units)


@pytest.mark.parametrize("text", ["unit,a,s\n", "draw,s,x\n", "draw,s,1\ndraw,s,2\n", "what,a,s\n", "a\n"])
def test_text_that_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_list(text)


def test_strata_are_thirds_of_the_money_and_what_was_published() -> None:
    units = [strata.Unit(f"project:{n}", "project", "XAF", n * 100, None) for n in range(9)]
    units += [
        strata.Unit("project:none", "project", heard=10),
        strata.Unit("project:eur", "project", "EUR", 1, 50),
    ]
    found = dict(strata.strata_of(units))
    assert [found[f"project:{n}"][8:10] for n in range(9)] == ["m1"] * 3 + ["m2"] * 3 + ["m3"] * 3
    assert found["project:none"] == "project-m0-c1"
    assert found["project:eur"].endswith("-c2")
    same = strata.strata_of([strata.Unit(f"asset:{n}", "asset", "XAF", 5) for n in range(4)])
    assert len({stratum for _, stratum in same}) == 1


@given(
    st.lists(st.sampled_from(["project-m0-c0", "project-m1-c0", "project-m3-c2", "asset-m2-c1"]), min_size=4),
    st.data(),
)
def test_the_sample_is_shared_out_to_the_last_unit(kinds: list[str], data: st.DataObject) -> None:
    units = [(str(n), key) for n, key in enumerate(kinds)]
    sizes = Counter(kinds)
    total = data.draw(st.integers(len(sizes), len(units)))
    found = strata.wanted_of(units, total)
    assert sum(found.values()) == total
    assert all(1 <= found[key] <= sizes[key] for key in sizes)


def test_much_money_and_many_voices_are_drawn_more_often() -> None:
    units = [(f"{key}{n}", key) for key in ("project-m1-c0", "project-m3-c2") for n in range(100)]
    found = strata.wanted_of(units, 40)
    # One of each, then the rest of 38 in shares of 9 to 1.
    assert found == {"project-m1-c0": 5, "project-m3-c2": 35}
    refused("sample-too-small:wanted", strata.wanted_of, units, 1)
    refused("sample-too-large:wanted", strata.wanted_of, units, 201)


def test_a_list_is_given_up_only_while_nobody_can_know_the_draw() -> None:
    give_up = drawing.check_abandonable
    give_up("list-wrong", root="", lottery="", lottery_on=None, today=TODAY)
    give_up("list-wrong", root=ROOT, lottery="state", lottery_on=date(2026, 3, 3), today=TODAY)
    refused("already-public", give_up, "list-wrong", root=ROOT, lottery="", lottery_on=None, today=TODAY)
    refused(
        "already-public", give_up, "list-wrong", root=ROOT, lottery="state", lottery_on=TODAY, today=TODAY
    )
    give_up("lottery-not-held", root=ROOT, lottery="state", lottery_on=TODAY, today=TODAY)
    refused("reason:reason", give_up, "lottery-not-held", root="", lottery="", lottery_on=None, today=TODAY)
    refused("reason:reason", give_up, "no", root="", lottery="", lottery_on=None, today=TODAY)


def test_a_lottery_is_named_before_and_its_number_has_one_form() -> None:
    later = date(2026, 3, 6)
    assert drawing.lottery_in("State  lottery 6 of 49", later, TODAY) == "State lottery 6 of 49"
    assert drawing.lottery_in("", None, TODAY) == ""
    for name, on in (("state", None), ("", later), ("state", TODAY), ("state,x", later)):
        refused("lottery-unclear:lottery", drawing.lottery_in, name, on, TODAY)
    assert (
        drawing.number_in(" 4, 12 ;33-40 ", "state")
        == drawing.number_in("4 12 33 40", "state")
        == "4-12-33-40"
    )
    for typed, name in (("", "state"), ("7", ""), ("seven", "state"), ("7a", "state"), ("٧", "state")):
        refused("lottery-number:number", drawing.number_in, typed, name)
    refused("value-not-yet", drawing.check_drawable, root="", lottery_on=None, today=TODAY)
    refused("value-not-yet", drawing.check_drawable, root=ROOT, lottery_on=later, today=TODAY)


@pytest.mark.parametrize("kinds", [[], ["case"], ["visit", "project"]])
def test_what_can_not_be_drawn(kinds: list[str]) -> None:
    refused("kinds:kinds", drawing.check_kinds, kinds)


VILLAGE, COUNTY, ELSEWHERE = (
    PlacedArea(3, "000100020003"),
    PlacedArea(2, "00010002"),
    PlacedArea(9, "00010009"),
)


@pytest.mark.parametrize(
    ("seat", "outside"),
    [
        (Seat(1, "auditor", Role.AUDITOR, COUNTY), True),
        (Seat(1, "auditor", Role.AUDITOR, None), True),
        (Seat(1, "auditor-in-team", Role.AUDITOR, COUNTY, team=7, sponsor=8), False),
        (Seat(1, "other-county", Role.COORDINATOR, ELSEWHERE), True),
        (Seat(1, "county", Role.COORDINATOR, COUNTY), False),
        (Seat(1, "village", Role.TEAM_MEMBER, VILLAGE), False),
        (Seat(1, "director", Role.DIRECTOR, None), False),
        (Seat(1, "same-sponsor", Role.TEAM_MEMBER, ELSEWHERE, team=1, sponsor=5), False),
        (Seat(1, "other-team", Role.TEAM_MEMBER, ELSEWHERE, team=1, sponsor=8), True),
    ],
)
def test_who_looks_stands_outside_the_line(seat: Seat, outside: bool) -> None:
    free = Seat(2, "free", Role.AUDITOR, ELSEWHERE)
    if outside:
        visiting.check_outside([free, seat], where=VILLAGE, teams={7}, sponsors={5})
    else:
        refused(
            "visitor-in-line:visitor",
            visiting.check_outside,
            [free, seat],
            where=VILLAGE,
            teams={7},
            sponsors={5},
        )


def test_answers_and_gaps() -> None:
    typed = {"there": "yes", "works": "partly", "kept": "yes", "safe": "no", "parts": " 4/03 "}
    found = visiting.answers_in("asset", typed)
    assert visiting.gaps_in(found) == ["works", "safe", "parts"]
    assert not visiting.is_gap("4/4")
    assert visiting.agreed(found, found | {"safe": "yes"}) == (4, 5)
    for field, answer in (
        ("works", ""),
        ("works", "the mayor said so"),
        ("parts", "4"),
        ("parts", "4/x"),
        ("parts", "4/-1"),
    ):
        refused(f"answer-unknown:{field}", visiting.answers_in, "asset", typed | {field: answer})
    severe = dict.fromkeys(["works", "safe", "parts"], "small")
    check = visiting.check_findings
    check([], {}, owned=False, due=None, today=TODAY)
    check(["works"], severe, owned=True, due=TODAY, today=TODAY)
    refused("finding-unowned:owner", check, ["works"], severe, owned=False, due=TODAY, today=TODAY)
    refused("finding-unowned:due_on", check, ["works"], severe, owned=True, due=None, today=TODAY)
    refused("finding-unowned:due_on", check, ["works"], severe, owned=True, due=date(2026, 3, 1), today=TODAY)
    refused("severity:works", check, ["works"], {"works": ""}, owned=True, due=TODAY, today=TODAY)


def test_rates_are_weighted_and_have_wilsons_interval() -> None:
    equal = rates.rate_of([(n < 10, 3.0) for n in range(50)])
    assert equal is not None
    # As R's prop.test(10, 50, correct = FALSE) says.
    assert (round(equal.low, 4), round(equal.high, 4)) == (0.1124, 0.3304)
    assert (equal.found, equal.of, equal.compared) == (10, 50, True)
    uneven = rates.rate_of([(True, 9.0)] * 5 + [(False, 1.0)] * 45)
    assert uneven is not None
    assert uneven.share == 0.5
    # 90 squared by 450: as wide as of 18 alike.
    assert (uneven.low, uneven.high) == pytest.approx(rates.wilson(0.5, 18))
    assert rates.rate_of([]) is None
    few = rates.rate_of([(False, 1.0)] * 9)
    assert few is not None
    assert (few.low, few.compared) == (0.0, False)
