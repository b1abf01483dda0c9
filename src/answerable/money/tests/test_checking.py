"""Two people for what is over the threshold: what waits, who may check it, and what a fund's rules refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from answerable.access.models import Holding
from answerable.access.problems import Denied
from answerable.access.rules import SYSTEM
from answerable.kernel import clock
from answerable.money import problems, services
from answerable.money.models import AccountSum, Commitment, Entry, FundSum, Posting, Proposal, WorkSum
from answerable.money.rules.drafts import moved_by_currency
from answerable.money.selectors import waiting
from answerable.money.services import Outcome, prove_books, rebuild_sums
from answerable.projects.models import Project
from tests.support.world import make_staff

from .factories import SINCE, Offices, make_offices, slip, usd


@pytest.fixture
def offices(world) -> Offices:
    offices = make_offices(world)
    services.set_threshold(actor=offices.who("ama"), level=world.levels["province"], amount=usd(1_000))
    return offices


def receive(offices: Offices, units: int, who: str = "imani", **more: Any) -> Outcome:
    return services.record_receipt(
        actor=offices.who(who),
        fund=offices.fund,
        account=offices.cash(),
        amount=usd(units),
        slip=slip(**more),
    )


def proposed(offices: Offices, units: int = 1_001, **more: Any) -> Proposal:
    outcome = receive(offices, units, **more)
    assert outcome.proposal is not None
    return outcome.proposal


def test_up_to_the_threshold_one_person_is_enough(offices):
    assert receive(offices, 1_000).entry is not None
    waits = proposed(offices)
    assert not Entry.objects.filter(token=waits.token).exists()
    assert sum(row.units for row in Posting.objects.filter(account__role="cash")) == 1_000
    entry = services.check_proposal(actor=offices.who("kesi"), proposal=waits)
    assert (entry.maker_post, entry.checker_post) == (
        offices.world.posts["riverland-books"],
        offices.world.posts["riverland-books-2"],
    )
    connection.check_constraints()
    assert prove_books().differences == ()


def test_a_payment_under_a_contract_counts_as_what_is_paid(offices):
    """The release of the contract beside it is no second amount."""
    offices.receive(1_000)
    offices.allocate(1_000)
    services.set_threshold(
        actor=offices.who("ama"), level=offices.world.levels["township"], amount=usd(300), valid_from=SINCE
    )
    waits = services.commit_contract(
        actor=offices.who(), line=offices.line, amount=usd(500), slip=slip(document="contract"),
        payee=offices.builder,
    )  # fmt: skip
    assert waits.proposal is not None
    held = services.check_proposal(actor=offices.who("kesi"), proposal=waits.proposal)
    contract = Commitment.objects.get(entry=held)
    assert offices.pay(300, contract=contract).stage == "payment"
    outcome = services.pay(
        actor=offices.who(), line=offices.line, account=offices.cash("upper-ford"), amount=usd(301),
        payee=offices.builder, slip=slip(document="second"),
    )  # fmt: skip
    assert outcome.proposal is not None


@pytest.mark.parametrize(
    ("lines", "moves"),
    [
        ([("spent", 60), ("spent", 40), ("cash", -100), ("reserve", 100), ("committed", -100)], 100),
        ([("spent", 1), ("cash", -1), ("committed", 900), ("reserve", -900)], 900),
        ([("committed", 70), ("reserve", -70)], 70),
        ([("cash", 50), ("received", -50), ("pledges-given", 30), ("pledges-due", -30)], 50),
    ],
)
def test_what_goes_along_with_money_is_not_counted_twice(lines, moves):
    assert moved_by_currency((role, units, "USD") for role, units in lines) == {"USD": moves}


def test_without_a_threshold_everything_waits(offices):
    outcome = services.record_opening(
        actor=offices.who(), fund=None, account=offices.cash(), amount=type(usd(1))(1, "EUR"), slip=slip()
    )
    assert outcome.proposal is not None


def test_whoever_made_it_never_checks_it_in_whatever_post(offices):
    waits = proposed(offices)
    with pytest.raises(problems.SamePerson):
        services.check_proposal(actor=offices.who("imani"), proposal=waits)
    # The next day she sits in another post, and somebody else in hers.
    tomorrow = clock.today() + timedelta(days=1)
    Holding.objects.filter(ends_on=None, staff__username__in=["imani", "kesi"]).update(ends_on=clock.today())
    imani, lena = offices.world.staff["imani"], make_staff("lena")
    Holding.objects.create(post=offices.world.posts["riverland-books-2"], staff=imani, starts_on=tomorrow)
    Holding.objects.create(post=offices.world.posts["riverland-books"], staff=lena, starts_on=tomorrow)
    offices.world.staff["lena"] = lena
    with clock.held_at(tomorrow):
        with pytest.raises(problems.SamePerson):
            services.check_proposal(actor=offices.who("imani"), proposal=waits)
        with pytest.raises(problems.SamePerson):
            services.refuse_proposal(actor=offices.who("imani"), proposal=waits, reason="twice")
        # Another person, but the same post: an office does not check itself.
        with pytest.raises(problems.SamePerson):
            services.check_proposal(actor=offices.who("lena"), proposal=waits)
        assert services.check_proposal(actor=offices.who("ama"), proposal=waits).number == 1


def test_neither_machinery_nor_outsiders_check(offices):
    waits = proposed(offices)
    for actor in (SYSTEM, *map(offices.who, ("daudi", "chidi", "juma", "public", "hana"))):
        with pytest.raises(Denied):
            services.check_proposal(actor=actor, proposal=waits)
    assert not Entry.objects.exists()
    assert list(waiting(offices.who("juma"))) == []
    assert list(waiting(offices.who("chidi"))) == []
    assert list(waiting(offices.who("kesi"))) == [waits]


def test_refused_withdrawn_and_decided_once(offices):
    kesi = offices.who("kesi")
    first, second = proposed(offices), proposed(offices)
    with pytest.raises(problems.ReasonUnknown):
        services.refuse_proposal(actor=kesi, proposal=first, reason="no")
    refused = services.refuse_proposal(actor=kesi, proposal=first, reason="document-missing")
    assert (refused.state, refused.refusal) == ("refused", "document-missing")
    services.withdraw_proposal(actor=offices.who(), proposal=second)
    for waits in (first, second):
        with pytest.raises(problems.ProposalDecided):
            services.check_proposal(actor=kesi, proposal=waits)
    third = proposed(offices)
    services.check_proposal(actor=kesi, proposal=third)
    with pytest.raises(problems.ProposalDecided):
        services.check_proposal(actor=kesi, proposal=third)
    assert Entry.objects.count() == 1


def test_rules_are_held_again_when_it_is_checked(offices):
    same = slip()
    waits = receive(offices, 5_000, token=same.token).proposal
    assert waits is not None
    assert receive(offices, 5_000, token=same.token).proposal == waits
    services.close_fund(actor=offices.who("ama"), fund=offices.fund)
    with pytest.raises(problems.FundClosed, match="was closed on"):
        services.check_proposal(actor=offices.who("kesi"), proposal=waits)
    assert not Entry.objects.exists()


def test_two_that_wait_for_the_same_are_not_both_let_in(offices):
    offices.receive(1_000)
    sent = services.send_allocation(
        actor=offices.who(),
        fund=offices.fund,
        account=offices.cash(),
        to_book=offices.books["fordland"],
        amount=usd(900),
        slip=slip(),
    ).posted()
    services.set_threshold(actor=offices.who("ama"), level=offices.world.levels["county"], amount=usd(0))
    waits = [
        services.receive(
            actor=offices.who("juma"),
            sent=sent,
            account=offices.cash("fordland"),
            amount=usd(900),
            slip=slip(),
        ).proposal
        for _ in range(2)
    ]
    assert waits[0] is not None
    assert waits[1] is not None
    services.check_proposal(actor=offices.who("kesi"), proposal=waits[0])
    with pytest.raises(problems.ReceivedAlready):
        services.check_proposal(actor=offices.who("kesi"), proposal=waits[1])


def test_a_special_fund_says_which_rule_is_broken(offices):
    world, ama = offices.world, offices.who("ama")
    services.set_threshold(actor=ama, level=world.levels["province"], amount=usd(10**9))
    fund = services.open_fund(
        actor=ama,
        key="roads",
        names={"en": "Roads of Upper Ford"},
        book=offices.books["riverland"],
        currency="USD",
        starts_on=SINCE,
        ends_on=clock.today(),
        subjects=[world.subjects["roads"]],
        sectors=[("dac-3", "210")],
        areas=[world.areas["Well"]],
    )
    offices.receive(9_000, fund=fund)
    facts: dict[str, Any] = {
        "actor": offices.who(),
        "fund": fund,
        "account": offices.cash(),
        "amount": usd(500),
    }
    with (
        pytest.raises(problems.FundOutsideTime, match="may be spent from"),
        clock.held_at(clock.today() + timedelta(days=1)),
    ):
        services.send_allocation(to_book=offices.books["upper-ford"], slip=slip(), **facts)
    sent = services.send_allocation(to_book=offices.books["upper-ford"], slip=slip(), **facts).posted()
    services.receive(
        actor=offices.who(), sent=sent, account=offices.cash("upper-ford"), amount=usd(500), slip=slip()
    )
    line = services.set_line(
        actor=ama, book=offices.books["upper-ford"], fund=fund, key="r", names={"en": "R"}, amount=usd(900)
    )

    def pay(project: Project | None) -> Outcome:
        return services.pay(
            actor=offices.who(),
            line=line,
            account=offices.cash("upper-ford"),
            amount=usd(10),
            payee=offices.builder,
            project=project,
            slip=slip(document="i"),
        )

    for project in (None, offices.project):
        with pytest.raises(problems.FundOutsidePurpose, match="roads, dac-3 210"):
            pay(project)
    road = Project.objects.create(
        key="road",
        area=world.areas["Ford"],
        subject=world.subjects["roads"],
        phase_since=SINCE,
        recorded_on=SINCE,
    )
    with pytest.raises(problems.FundOutsideArea, match="for Well only"):
        pay(road)
    bridge = Project.objects.create(
        key="bridge", area=world.areas["Well"], phase_since=SINCE, recorded_on=SINCE
    )
    bridge.sectors.create(vocabulary="dac-5", code="21020", share=10_000)
    assert pay(bridge).entry is not None
    with pytest.raises(problems.FundNotEmpty, match=r"85\.00 USD"):
        services.close_fund(actor=ama, fund=fund)
    other = services.open_fund(
        actor=ama,
        key="hills",
        names={"en": "Hills"},
        book=offices.books["riverland"],
        currency="USD",
        starts_on=SINCE,
        areas=[world.areas["Hillland"]],
    )
    offices.receive(500, fund=other)
    with pytest.raises(problems.FundOutsideArea):
        services.send_allocation(
            to_book=offices.books["upper-ford"], slip=slip(), **(facts | {"fund": other})
        )


def test_lines_keep_their_revisions(offices):
    ama = offices.who("ama")
    facts: dict[str, Any] = {"actor": ama, "line": offices.line, "reason": "price"}
    services.revise_line(amount=usd(70_000), version=1, **facts)
    with pytest.raises(problems.LineChanged):
        services.revise_line(amount=usd(60_000), version=1, **facts)
    offices.receive(900)
    offices.allocate(900)
    offices.pay(900)
    with pytest.raises(problems.LineBelowUse, match=r"9\.00 USD"):
        services.revise_line(amount=usd(899), version=2, **facts)
    assert list(offices.line.revisions.order_by("n").values_list("n", "units", "reason")) == [
        (1, 100_000, "original"),
        (2, 70_000, "price"),
    ]
    offices.line.refresh_from_db()
    assert (offices.line.original_units, offices.line.units) == (100_000, 70_000)


def test_the_proof_names_what_differs_and_rebuilding_mends_it(offices):
    offices.receive(900)
    FundSum.objects.filter(stage="receipt", credit_units=0).update(debit_units=901)
    offices.line.paid_units = 5
    offices.line.save()
    found = {d.what: d for d in prove_books().differences}
    assert set(found) == {"money_fundsum", "money_budgetline.paid_units"}
    assert (found["money_fundsum"].kept, found["money_fundsum"].found) == ("901 - 0 (1)", "900 - 0 (1)")
    assert "stage=receipt" in found["money_fundsum"].key
    rebuild_sums()
    assert [d.what for d in prove_books().differences] == ["money_budgetline.paid_units"]


def test_the_proof_names_what_is_missing_and_what_nothing_was_posted_for(offices):
    offices.receive(900)
    gone = AccountSum.objects.order_by("pk").first()
    assert gone is not None
    gone.delete()
    WorkSum.objects.create(
        account_id=1, stage="payment", month=SINCE, currency="USD", debit_units=0, credit_units=0, postings=0
    )
    proof = prove_books()
    kept = {d.what: (d.kept, d.found) for d in proof.differences}
    assert kept == {
        "money_accountsum": ("nothing", "900 - 0 (1)"),
        "money_worksum": ("0 - 0 (0)", "nothing"),
    }
    assert all(d.of_sums for d in proof.differences)
    rebuild_sums()
    assert prove_books().differences == ()
