"""Who owns a line on a day: exactly one, whatever teams do. Without a database."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from answerable.handover.rules import (
    ACCEPTED,
    CONTESTED,
    STATES,
    Owner,
    Stay,
    Taken,
    is_of,
    next_stay,
    owner_on,
    unclaimed,
)

START = date(2025, 1, 1)
DISTRICT, VILLAGE, OTHER = "00000001", "0000000100000002", "0000000100000003"
COORDINATOR, NAMED = 71, 72


def day(n: int) -> date:
    return START + timedelta(days=n)


def acting(posting: int | None, _on: date) -> int:
    return NAMED if posting == 2 else COORDINATOR


FIRST, SECOND = Stay(1, VILLAGE, day(0), day(99)), Stay(2, DISTRICT, day(110), day(199))
STAYS = [SECOND, FIRST]


def test_a_line_is_its_teams_then_the_acting_posts_then_whose_who_accepts() -> None:
    since = day(20)
    assert owner_on(since, VILLAGE, STAYS, [], acting, day(99)) == Owner(posting=1)
    assert owner_on(since, VILLAGE, STAYS, [], acting, day(100)) == Owner(post=COORDINATOR)
    # The next team being there changes nothing by itself.
    assert owner_on(since, VILLAGE, STAYS, [], acting, day(150)) == Owner(post=COORDINATOR)
    taken = [Taken(1, 2, None, day(120))]
    assert owner_on(since, VILLAGE, STAYS, taken, acting, day(119)) == Owner(post=COORDINATOR)
    assert owner_on(since, VILLAGE, STAYS, taken, acting, day(120)) == Owner(posting=2)
    assert owner_on(since, VILLAGE, STAYS, taken, acting, day(200)) == Owner(post=NAMED)


def test_accepted_ahead_it_counts_from_the_next_teams_first_day() -> None:
    taken = [Taken(1, 2, None, day(90))]
    assert owner_on(day(3), VILLAGE, STAYS, taken, acting, day(95)) == Owner(posting=1)
    assert owner_on(day(3), VILLAGE, STAYS, taken, acting, day(105)) == Owner(post=COORDINATOR)
    assert owner_on(day(3), VILLAGE, STAYS, taken, acting, day(110)) == Owner(posting=2)


def test_what_began_before_any_team_is_the_first_ones_and_what_began_in_a_gap_the_acting_posts() -> None:
    assert owner_on(day(-30), VILLAGE, STAYS, [], acting, day(-5)) == Owner(post=COORDINATOR)
    assert owner_on(day(-30), VILLAGE, STAYS, [], acting, day(5)) == Owner(posting=1)
    assert owner_on(day(105), VILLAGE, STAYS, [], acting, day(150)) == Owner(post=COORDINATOR)
    assert owner_on(day(105), VILLAGE, [], [], acting, day(150)) == Owner(post=COORDINATOR)


def test_a_place_that_no_next_team_covers_goes_to_nobody_else() -> None:
    narrow = Stay(3, OTHER, day(110), day(199))
    wide = Stay(1, DISTRICT, day(0), day(99))
    assert next_stay(wide, VILLAGE, [wide, narrow]) is None
    assert next_stay(wide, OTHER, [wide, narrow]) == narrow
    assert is_of(wide, day(150), VILLAGE, [wide, narrow], day(150))
    assert not is_of(wide, day(150), OTHER, [wide, narrow], day(150))
    assert is_of(wide, day(109), OTHER, [wide, narrow], day(150))


@st.composite
def years(
    draw: st.DrawFn,
) -> tuple[list[Stay], list[tuple[date, date, str]], list[tuple[int, int, int, str]]]:
    """Postings with gaps that never overlap in a place; lines from a day to a day; and what teams try, day by day."""
    stays, at, pk = [], draw(st.integers(0, 30)), 0
    for _ in range(draw(st.integers(1, 4))):
        length = draw(st.integers(5, 90))
        for path in draw(st.sampled_from([(DISTRICT,), (VILLAGE,), (VILLAGE, OTHER)])):
            pk += 1
            stays.append(Stay(pk, path, day(at), day(at + length)))
        at += length + draw(st.integers(1, 20))
    lines = [
        (day(begin), day(begin + lasts), draw(st.sampled_from([VILLAGE, OTHER, DISTRICT])))
        for begin, lasts in draw(
            st.lists(st.tuples(st.integers(-20, 300), st.integers(0, 200)), min_size=1, max_size=6)
        )
    ]
    tries = draw(
        st.lists(
            st.tuples(
                st.integers(0, 82).map(lambda n: 4 * n),
                st.integers(0, len(lines) - 1),
                st.integers(1, pk),
                st.sampled_from(STATES),
            ),
            max_size=25,
        )
    )
    return stays, lines, sorted(tries)


@given(years())
def test_no_random_year_loses_an_open_line(year) -> None:
    stays, lines, tries = year
    taken: dict[int, list[Taken]] = {}
    for n in range(-20, 340, 4):
        today = day(n)
        for at, line, pk, state in tries:
            since, ends, path = lines[line]
            stay = next(one for one in stays if one.pk == pk)
            into = next_stay(stay, path, stays)
            done = any(one.posting == pk for one in taken.get(line, []))
            fits = since <= today <= ends and is_of(stay, since, path, stays, today) and not done
            if at == n and fits and state == ACCEPTED and into is not None and into.ends_on >= today:
                taken.setdefault(line, []).append(Taken(pk, into.pk, None, today))
            elif at == n and fits and state == CONTESTED and today > stay.ends_on:
                # The coordinator settles it: the acting post takes it over.
                taken.setdefault(line, []).append(Taken(pk, None, acting(pk, today), today))
        owned: dict[Owner, set[int]] = {}
        still = {i for i, (since, ends, _) in enumerate(lines) if since <= today <= ends}
        for i in still:
            since, _, path = lines[i]
            owner = owner_on(since, path, stays, taken.get(i, []), acting, today)
            assert (owner.posting is None) != (owner.post is None)
            if owner.posting is not None:
                stay = next(one for one in stays if one.pk == owner.posting)
                assert stay.is_on(today)
                assert stay.covers(path)
            owned.setdefault(owner, set()).add(i)
        # Together the owners have all that is open, and nothing twice.
        assert sum(len(own) for own in owned.values()) == len(still)
        for stay in stays:
            mine = [("case", i) for i in sorted(still) if is_of(stay, lines[i][0], lines[i][2], stays, today)]
            claimed = [("case", i) for i, rows in taken.items() if any(r.posting == stay.pk for r in rows)]
            waiting = unclaimed(mine, claimed)
            if today > stay.ends_on and not waiting:
                # A posting that may close owns nothing any more.
                assert owned.get(Owner(posting=stay.pk), set()) == set()


def test_every_open_line_stands_in_a_dossier_or_began_with_the_team_that_is_there() -> None:
    since = day(50)
    assert is_of(FIRST, since, VILLAGE, STAYS, day(150))
    assert is_of(SECOND, since, VILLAGE, STAYS, day(150))
    assert not is_of(FIRST, day(120), VILLAGE, STAYS, day(150))
    assert not is_of(FIRST, since, OTHER, STAYS, day(150))


def test_what_begins_on_a_teams_first_day_is_that_teams_own() -> None:
    since = SECOND.starts_on
    assert owner_on(since, VILLAGE, STAYS, [], acting, since) == Owner(posting=2)
    assert not is_of(FIRST, since, VILLAGE, STAYS, since)
    assert is_of(FIRST, since - timedelta(days=1), VILLAGE, STAYS, since)
    assert owner_on(FIRST.ends_on, VILLAGE, STAYS, [], acting, FIRST.ends_on) == Owner(posting=1)
