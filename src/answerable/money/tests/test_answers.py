"""Answers to the last unit, held against plain sums over the postings for any books."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.money.answers import (
    Scope,
    idle_lots,
    rest_by_level,
    resting,
    way_by_book,
    way_by_fund,
    way_by_level,
    way_by_place,
    way_by_project,
    way_of,
    way_of_project,
)
from answerable.money.leaks import gaps, idle, leaks
from answerable.money.models import BudgetLine, Posting
from answerable.money.resting import Lot
from answerable.money.rules.answers import Way
from answerable.money.rules.stages import Role
from answerable.money.words import people_paid
from tests.support.world import World

from .ledger import LEVELS, Ledger, make_ledger

pytestmark = pytest.mark.django_db


def day(n: int) -> date:
    return date(2026, 1, 1) + timedelta(days=n)


@pytest.fixture
def ledger(world: World) -> Ledger:
    return make_ledger(world)


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    """1,000 received, 600 down to the county, 400 to the township, 300 in a contract, 120 paid of it, 30 without."""
    ledger.enter("Riverland", "pledge", day(0), [(Role.PLEDGES_DUE, 1500), (Role.PLEDGES_GIVEN, -1500)])
    ledger.receive(day(10), 1000)
    ledger.pass_on(day(20), 600, "Riverland", "Fordland")
    ledger.pass_on(day(40), 400, "Fordland", "Upper Ford")
    contract = ledger.commit(day(50), 300, project="tap", area="Ford")
    ledger.pay(day(60), 120, under=contract, project="tap", area="Ford")
    ledger.pay(day(70), 30, project="road", area="Well")
    return ledger


def of_fund(ledger: Ledger, key: str = "grant") -> Scope:
    return Scope(fund_ids=(ledger.funds[key].pk,))


def test_a_fund_says_what_came_of_it(told: Ledger) -> None:
    way = way_of(of_fund(told))["USD"]
    assert (way.pledged, way.received, way.committed, way.paid) == (1500, 1000, 300, 150)
    assert (way.allocated, way.from_above, way.on_the_way) == (1000, 1000, 0)
    assert (way.left, way.committed_open, way.free) == (850, 180, 670)
    assert way.is_whole
    assert way_of(of_fund(told, "other")) == {}


def test_where_it_sits_now_by_level_and_book(told: Ledger) -> None:
    scope = of_fund(told)
    by_level = [way["USD"].left for _, way in way_by_level(scope)]
    assert by_level == [400, 200, 250]
    by_book = way_by_book(scope)
    assert [by_book[told.books[name].pk]["USD"].left for name in LEVELS] == [400, 200, 250]
    assert by_book[told.books["Fordland"].pk]["USD"].from_above == 600
    assert way_by_fund(Scope())[told.funds["grant"].pk] == way_of(scope)


def test_by_area_only_the_books_below_are_asked(told: Ledger) -> None:
    county = told.world.areas["Fordland"]
    way = way_of(Scope(area=(county.pk, county.depth)))["USD"]
    assert (way.received, way.from_above, way.allocated, way.left) == (0, 1000, 400, 450)


def test_projects_and_villages(told: Ledger) -> None:
    tap, road = told.projects["tap"].pk, told.projects["road"].pk
    assert way_of_project(tap)["USD"].paid == 120
    assert way_of_project(tap)["USD"].committed == 300
    by_project = way_by_project(of_fund(told))
    assert {pk: way["USD"].paid for pk, way in by_project.items()} == {tap: 120, road: 30}
    places = way_by_place(of_fund(told))
    assert places[told.world.areas["Ford"].pk]["USD"].paid == 120
    township = told.world.areas["Upper Ford"]
    assert way_by_place(of_fund(told), township.depth)[township.pk]["USD"].paid == 150


def test_what_was_undone_is_not_counted(told: Ledger) -> None:
    before = way_of(of_fund(told))
    extra = told.pay(day(75), 50, project="road", area="Well")
    told.undo(extra, day(80))
    assert way_of(of_fund(told)) == before


def test_money_rests_in_days_weighted_by_amount(told: Ledger) -> None:
    level_of = {book.pk: book.area.level_id for book in told.books.values()}
    found = resting(of_fund(told), day(100))
    by_level = rest_by_level(found, level_of)
    province = by_level[told.books["Riverland"].area.level_id, "USD"]
    assert (province.passed_days, province.passed_units, province.left_units, province.left_days) == (
        10,
        600,
        400,
        90,
    )
    township = by_level[told.books["Upper Ford"].area.level_id, "USD"]
    assert township.passed_unit_days == 120 * 20 + 30 * 30
    assert (township.left_units, township.left_days) == (250, 60)


def test_idle_money_is_what_no_contract_holds(told: Ledger) -> None:
    lots = idle_lots(of_fund(told), day(100))
    key = (told.books["Upper Ford"].pk, told.funds["grant"].pk, "USD")
    assert lots[key] == [Lot(day(40), 70)]
    found = idle(of_fund(told), day(100), days=55)
    assert [(one.book_id, one.units, one.since) for one in found] == [
        (told.books["Riverland"].pk, 400, day(10)),
        (told.books["Fordland"].pk, 200, day(20)),
        (told.books["Upper Ford"].pk, 70, day(40)),
    ]
    assert [one.units for one in idle(of_fund(told), day(100), days=85)] == [400]


def test_paid_and_not_done(told: Ledger) -> None:
    early = leaks(of_fund(told), date(2026, 6, 30))
    assert early.paid_not_done == []
    late = leaks(of_fund(told), date(2026, 7, 1))
    assert {one.project.key for one in late.paid_not_done} == {"tap", "road"}
    project = told.projects["tap"]
    project.first_claimed_on = project.claimed_on = day(90)
    project.claims = 1
    project.save()
    assert {one.project.key for one in leaks(of_fund(told), date(2026, 7, 1)).paid_not_done} == {"road"}


def test_done_and_not_paid(told: Ledger) -> None:
    line = BudgetLine.objects.create(
        book=told.books["Upper Ford"],
        fund=told.funds["grant"],
        project=told.projects["road"],
        key="road",
        currency="USD",
        original_units=100,
        units=100,
        names={},
    )
    for project in told.projects.values():
        project.first_claimed_on = project.claimed_on = day(80)
        project.claims = 1
        project.save()
    found = leaks(of_fund(told), day(180))
    # The tap's contract is open with 180; the road was paid without its line, and that is something.
    assert [(one.project.key, one.way["USD"].committed_open) for one in found.done_not_paid] == [("tap", 180)]
    Posting.objects.filter(line=line).count()
    assert leaks(of_fund(told), day(100)).done_not_paid == []


def test_two_books_that_disagree(ledger: Ledger) -> None:
    ledger.receive(day(0), 1000)
    ledger.take(day(2), 300, "Fordland", ledger.send(day(1), 300, "Riverland", "Fordland"))
    less = ledger.send(day(1), 200, "Riverland", "Fordland")
    ledger.take(day(3), 190, "Fordland", less)
    lost = ledger.send(day(4), 100, "Riverland", "Fordland")
    undone = ledger.send(day(4), 50, "Riverland", "Fordland")
    ledger.undo(undone, day(5))
    scope = of_fund(ledger)
    assert [(gap.entry_id, gap.units) for gap in gaps(scope, day(10))] == [(less, 10)]
    found = gaps(scope, day(30))
    assert [(gap.entry_id, gap.sent_units, gap.entered_units) for gap in found] == [
        (less, 200, 190),
        (lost, 100, 0),
    ]
    assert way_of(scope)["USD"].on_the_way == sum(gap.units for gap in found)
    assert gaps(Scope(book_ids=(ledger.books["Fordland"].pk,)), day(30)) == found
    assert gaps(Scope(book_ids=(ledger.books["Upper Ford"].pk,)), day(30)) == []
    county = ledger.world.areas["Hillland"]
    assert gaps(Scope(area=(county.pk, county.depth)), day(30)) == []


def test_an_area_without_a_depth_is_no_scope() -> None:
    with pytest.raises(ValueError, match="deeper"):
        Scope(area=(1, 9)).where("a", "b")


#: One act of any books: what, how much, on which day, in which fund.
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "send", "short", "commit", "pay", "pay-free", "undo", "back"]),
        st.integers(1, 10**12),
        st.integers(0, 200),
        st.sampled_from(["grant", "other"]),
        st.sampled_from(["USD", "JPY"]),
        st.sampled_from(["tap", "road"]),
    ),
    max_size=14,
)


def play(ledger: Ledger, acts: list[tuple[str, int, int, str, str, str]]) -> None:
    """Any acts, legal or not: answers are sums, and hold for all that balances."""
    entries: list[int] = []
    for n, (what, units, on, fund, currency, project) in enumerate(acts):
        more: dict[str, Any] = {"fund": fund, "currency": currency}
        work: dict[str, Any] = {**more, "project": project, "area": {"tap": "Ford", "road": "Well"}[project]}
        match what:
            case "receive":
                entries.append(ledger.receive(day(on), units, **more))
            case "send":
                ledger.pass_on(day(on), units, LEVELS[n % 2], LEVELS[n % 2 + 1], **more)
            case "short":
                sent = ledger.send(day(on), units + 1, LEVELS[n % 2], LEVELS[n % 2 + 1], **more)
                ledger.take(day(on), units, LEVELS[n % 2 + 1], sent, **more)
            case "commit":
                entries.append(ledger.commit(day(on), units, **work))
            case "pay":
                contract = ledger.commit(day(on), units, **work)
                ledger.pay(day(on), units, under=contract, **work)
            case "pay-free":
                entries.append(ledger.pay(day(on), units, **work))
            case "undo" if entries:
                ledger.undo(entries.pop(), day(200))
            case "back":
                lines = [(Role.RECEIVED, units), (Role.CASH, -units)]
                ledger.enter("Riverland", "return", day(on), lines, **more)


def plain(role: str, stage: str = "", **where: int) -> dict[str, int]:
    """The second way: one plain query over the postings, with nothing of answers.py in it."""
    conditions = (
        ["a.role = %s"] + (["e.stage = %s"] if stage else []) + [f"p.{column} = %s" for column in where]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.currency, SUM(p.units) FROM money_posting p, money_account a, money_entry e "  # noqa: S608
            f"WHERE a.id = p.account_id AND e.id = p.entry_id AND {' AND '.join(conditions)} GROUP BY p.currency",
            [role, *([stage] if stage else []), *where.values()],
        )
        return {currency: int(units) for currency, units in cursor.fetchall() if units}


def figures(ways: dict[str, Way], name: str) -> dict[str, int]:
    return {currency: getattr(way, name) for currency, way in ways.items() if getattr(way, name)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(acts=ACTS)
def test_any_books_add_up_the_plain_way(
    world: World, acts: list[tuple[str, int, int, str, str, str]]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        ledger = make_ledger(world)
        play(ledger, acts)
        for fund in ledger.funds.values():
            ways = way_of(Scope(fund_ids=(fund.pk,)))
            assert all(way.is_whole for way in ways.values())
            assert figures(ways, "left") == plain("cash", fund_id=fund.pk)
            assert figures(ways, "paid") == plain("spent", "payment", fund_id=fund.pk)
            assert figures(ways, "allocated") == plain("allocated-out", "allocation", fund_id=fund.pk)
            assert figures(ways, "committed_open") == plain("committed", fund_id=fund.pk)
            received = {
                currency: -units for currency, units in plain("received", "receipt", fund_id=fund.pk).items()
            }
            assert figures(ways, "received") == received
        for project in ledger.projects.values():
            ways = way_of_project(project.pk)
            assert figures(ways, "paid") == plain("spent", "payment", project_id=project.pk)
            assert figures(ways, "committed") == plain("committed", "commitment", project_id=project.pk)
        # Parts add up to the whole, whichever way it is cut.
        whole = way_of(Scope())
        for parts in (way_by_book(Scope()), way_by_fund(Scope()), dict(way_by_level(Scope()))):
            for currency, way in whole.items():
                assert sum((own.get(currency, Way()) for own in parts.values()), Way()) == way
        # What rests is what is left, and what went ahead of the money is missing from it.
        for rest in resting(Scope(), day(300)):
            own = way_of(Scope(fund_ids=(rest.fund_id,), book_ids=(rest.book_id,)))[rest.currency]
            assert rest.rest.left_units - rest.rest.ahead_units == own.left
        on_the_way = sum(gap.units for gap in gaps(Scope(), day(300)))
        assert on_the_way == sum(way.on_the_way for way in whole.values())
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "fewer than 10 persons, list committed"),
        (9, "fewer than 10 persons, list committed"),
        (14, "about 15 persons, list committed"),
    ],
)
def test_how_many_people_were_paid_passes_safeguards(count: int, said: str) -> None:
    assert people_paid(count) == said
