"""Rules of funds change from a day on and never for what was entered; a fund is closed when nothing is left of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from answerable.access.problems import Denied
from answerable.kernel import clock
from answerable.money import problems, services
from answerable.money.models import Entry, Fund, FundTerm, FundTermRule
from answerable.money.services.purposes import rules_on
from answerable.register.models import Event
from tests.support.world import World

from .factories import Offices, make_offices, slip, usd


@pytest.fixture
def offices(world: World) -> Offices:
    return make_offices(world)


def change(offices: Offices, who: str = "ama", **more: object) -> Fund:
    rules = {"ends_on": None, "subjects": [], "sectors": [], "areas": []} | more
    return services.change_fund(actor=offices.who(who), fund=offices.fund, **rules)  # type: ignore[arg-type]


def yesterday() -> date:
    return clock.today() - timedelta(days=1)


def test_other_rules_hold_from_today_on_and_what_was_entered_stays(offices):
    offices.receive(90_000)
    offices.allocate(90_000)
    before = offices.pay(500, "first")
    roads, well = offices.world.subjects["roads"], offices.world.areas["Well"]
    change(offices, subjects=[roads], areas=[well], ends_on=clock.today())
    with pytest.raises(problems.FundOutsidePurpose):
        offices.pay(500, "second")
    # An entry of yesterday that comes today is held to the rules of yesterday.
    late = offices.pay(500, slip=slip(on=yesterday(), document="late"))
    assert late.on == yesterday()
    assert Entry.objects.filter(pk=before.pk, reversed_by=None).exists()
    said = Event.objects.filter(kind="money.fund-changed").get().body
    assert said["rules"] == ["subjects", "areas", "last-day"]
    assert said["first"] == clock.today().isoformat()
    assert services.prove_books().differences == ()


def test_a_contract_stays_payable_when_the_rules_change(offices):
    offices.receive(90_000)
    offices.allocate(90_000)
    signed = services.commit_contract(
        actor=offices.who(),
        line=offices.line,
        amount=usd(700),
        payee=offices.builder,
        slip=slip(on=yesterday(), document="contract"),
    ).posted()
    change(offices, subjects=[offices.world.subjects["roads"]])
    paid = offices.pay(700, "bill", contract=signed.contract)
    assert paid.commitment_id == signed.pk


def test_two_changes_of_one_day_keep_the_days_before(offices):
    change(offices, subjects=[offices.world.subjects["roads"]])
    change(offices, areas=[offices.world.areas["Well"]])
    assert FundTerm.objects.get().rules_count == 0
    assert rules_on(offices.fund, yesterday()).subjects == {}
    assert [area.name for area in rules_on(offices.fund, clock.today()).areas] == ["Well"]
    change(offices, areas=[offices.world.areas["Well"]])
    assert Event.objects.filter(kind="money.fund-changed").count() == 2


def test_a_last_day_that_is_past_is_refused(offices):
    with pytest.raises(problems.FundDayPast):
        change(offices, ends_on=yesterday())
    assert not FundTerm.objects.exists()
    change(offices, ends_on=clock.today())
    services.close_fund(actor=offices.who("ama"), fund=offices.fund)
    with pytest.raises(problems.FundClosed):
        change(offices)


@pytest.mark.parametrize("who", ["juma", "imani"])
def test_who_has_not_the_right_changes_nothing(offices, who):
    with pytest.raises(Denied):
        change(offices, who, areas=[offices.world.areas["Well"]])
    client = Client()
    client.force_login(offices.world.staff[who])
    address = reverse("books:set-up")
    assert client.get(address, {"fund": "wells"}).status_code == 403
    assert client.post(address, {"act": "change-fund", "fund": "wells", "areas": "well"}).status_code == 403
    assert not offices.fund.areas.exists()
    assert not FundTerm.objects.exists()
    assert not Event.objects.filter(kind="money.fund-changed").exists()


def test_the_page_shows_the_rules_and_changes_them(offices):
    client = Client()
    client.force_login(offices.world.staff["ama"])
    address = reverse("books:set-up")
    form = {"act": "change-fund", "fund": "wells", "subjects": ["roads"], "sectors": "140", "areas": "well"}
    assert client.post(address, form).status_code == 302
    page = client.get(address, {"fund": "wells"}).content.decode()
    assert 'value="dac-3:140"' in page
    assert 'value="well"' in page
    assert page.count(" checked>") == 1
    refused = client.post(address, form | {"ends_on": "2020-01-01"})
    assert refused.status_code in {400, 409}
    assert 'id="change"' in refused.content.decode()
    assert client.post(address, form | {"fund": "nothing"}).status_code == 400


def test_the_database_keeps_what_the_rules_were(offices):
    change(offices, areas=[offices.world.areas["Well"]])
    change_back = FundTerm.objects.get()
    more = FundTermRule(term=change_back, area=offices.world.areas["Ford"])
    with pytest.raises(Error, match="fund-term-closed"), transaction.atomic():
        FundTermRule.objects.bulk_create([more])
    earlier = FundTerm(fund=offices.fund, through=change_back.through - timedelta(days=9), rules_count=0)
    with pytest.raises(Error, match="fund-term-out-of-order"), transaction.atomic():
        FundTerm.objects.bulk_create([earlier])
    for act in (lambda: FundTerm.objects.update(ends_on=None), lambda: FundTerm.objects.all().delete()):
        with pytest.raises(Error, match=r"append-only|out-of-order"), transaction.atomic():
            act()


def test_a_fund_on_its_way_is_not_closed(offices):
    offices.receive(100)
    sent = services.send_allocation(
        actor=offices.who(),
        fund=offices.fund,
        account=offices.cash(),
        to_book=offices.books["upper-ford"],
        amount=usd(100),
        slip=slip(),
    ).posted()
    with pytest.raises(problems.FundOnItsWay, match=r"1\.00 USD"):
        services.close_fund(actor=offices.who("ama"), fund=offices.fund)
    services.receive(
        actor=offices.who(), sent=sent, account=offices.cash("upper-ford"), amount=usd(100), slip=slip()
    )
    with pytest.raises(problems.FundNotEmpty, match="upper-ford"):
        services.close_fund(actor=offices.who("ama"), fund=offices.fund)


def test_reasons_inside_a_refusal_are_said_in_the_language_of_the_page(offices):
    from django.utils import translation

    from answerable.money.views.saying import say_problem

    twice = problems.NotReversible(field="entry", number=4, why="undone")
    assert "undone already" in str(twice)
    assert say_problem(twice) == "Entry 4 can't be undone: it was undone already."
    for problem in (
        problems.AccountUnfit(account="cash", book="a", wanted="not-cash"),
        problems.AccountMissing(book="a", role="cash"),
        problems.ProposalDecided(state="posted", day="2026-03-02"),
        problems.ReasonUnknown(allowed="twice, other"),
        problems.ChoiceUnknown(field="fund", given="x", allowed="-"),
        problems.ChoiceUnknown(field="act", given="x", allowed="check, refuse"),
    ):
        with translation.override("ar"):
            said = say_problem(problem)
        assert not {"not-cash", "cash,", "posted", "twice", "-"} & set(said.replace(".", "").split())
    assert "2 March 2026" in say_problem(problems.ProposalDecided(state="posted", day="2026-03-02"))
