"""Our own books and projects with everything in them that goes out: three levels, every stage, a sensitive project."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from answerable.kernel.money import Amount
from answerable.money import services
from answerable.money.models import BudgetLine, Commitment
from answerable.money.tests.factories import Offices, make_offices, slip, usd
from answerable.places.models import Area
from answerable.programme.models import Organisation, Sponsor
from answerable.projects.models import Project, ProjectSector
from tests.support.world import World


def everything(world: World) -> Offices:
    """Every stage once or twice, in two currencies; the clock is held by the caller."""
    Area.objects.filter(name="Ford").update(latitude=1.25, longitude=-77.5)
    offices = make_offices(world)
    sponsor = Sponsor.objects.create(key="giver", names={"en": "The Giver"})
    giver = Organisation.objects.create(
        key="giver", names={"en": "The Giver", "ar": "المانح"}, kind="ngo", ref="XX-GIVE-1", sponsor=sponsor
    )
    fund = offices.fund
    fund.sponsor = sponsor
    fund.save()
    who, ama = offices.who(), world.actor("ama")
    project = offices.project
    project.planned_start_on, project.planned_end_on = date(2025, 6, 1), date(2027, 3, 31)
    project.actual_start_on = date(2025, 6, 5)
    project.implementer = offices.builder
    project.descriptions = {"en": "=A pump for the school", "ar": "مضخة"}
    project.save()
    ProjectSector.objects.create(project=project, vocabulary="dac-5", code="14031", share=6667)
    ProjectSector.objects.create(project=project, vocabulary="dac-5", code="12220", share=3333)
    services.record_pledge(actor=who, fund=fund, amount=usd(900_000), slip=slip(), payee=giver)
    services.record_receipt(
        actor=who, fund=fund, account=offices.cash(), amount=usd(500_001), slip=slip(), payee=giver
    )
    undone = offices.receive(77_700)
    services.reverse_entry(actor=who, entry=undone, reason="twice", slip=slip())
    offices.allocate(300_000)
    offices.allocate(50_000, to="fordland")
    done = services.commit_contract(
        actor=who,
        line=offices.line,
        amount=usd(60_000),
        payee=offices.builder,
        slip=slip(document="contract"),
    )
    contract = Commitment.objects.get(entry=done.entry)
    offices.pay(40_000, contract=contract)
    services.release_commitment(actor=who, contract=contract, amount=usd(5_000), slip=slip())
    paid = offices.pay(10_050, "second")
    services.take_back(
        actor=who, payment=paid, account=offices.cash("upper-ford"), amount=usd(1_000), slip=slip()
    )
    offices.pay(2_000, "third", payee=None, payees_count=14, payees_digest="a" * 64)
    back = services.send_return(
        actor=who, fund=fund, account=offices.cash("fordland"), amount=usd(20_000), slip=slip(),
        to_book=offices.books["riverland"],
    ).entry  # fmt: skip
    assert back is not None
    services.receive(actor=who, sent=back, account=offices.cash(), amount=usd(20_000), slip=slip())
    services.send_return(actor=who, fund=fund, account=offices.cash(), amount=usd(1_111), slip=slip())
    services.record_charge(actor=who, fund=fund, account=offices.cash(), amount=usd(250), slip=slip())
    services.record_contribution(
        actor=who, book=offices.books["upper-ford"], project=project, amount=usd(4_000), slip=slip()
    )
    shillings = services.add_account(
        actor=ama, book=offices.books["riverland"], key="shillings", kind="asset", role="cash",
        names={"en": "Shillings"}, currency="TZS",
    )  # fmt: skip
    services.convert(
        actor=who, fund=fund, from_account=offices.cash(), to_account=shillings, sold=usd(1_000),
        bought=Amount(2_500_000, "TZS"), rate=Decimal(2500), rate_on=date(2026, 3, 2), slip=slip(),
    )  # fmt: skip
    _something_sensitive(offices, ama)
    return offices


def _something_sensitive(offices: Offices, ama: Any) -> None:
    world = offices.world
    hidden = Project.objects.create(
        key="hidden-matter", area=world.areas["Well"], subject=world.subjects["bribery"],
        phase_since=date(2025, 1, 1), recorded_on=date(2025, 1, 1), names={"en": "Hidden matter"},
        actual_start_on=date(2025, 2, 1),
    )  # fmt: skip
    line: BudgetLine = services.set_line(
        actor=ama, book=offices.books["upper-ford"], fund=offices.fund, key="hidden-line",
        names={"en": "Hidden line"}, amount=usd(9_000), project=hidden,
    )  # fmt: skip
    services.pay(
        actor=offices.who(), line=line, account=offices.cash("upper-ford"), amount=usd(3_300),
        payee=Organisation.objects.create(key="hidden-payee", names={"en": "Hidden payee"}, kind="ngo"),
        slip=slip(document="hidden"),
    )  # fmt: skip
