"""Each rule passes a sound activity and finds its own error in a broken one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from answerable.opendata.iati.elements import Activity, Country, Reference, Region, Sector, Text
from answerable.opendata.iati.ruleset import RULES, findings_of

from .examples import FILES, SOUND, TODAY, read

FUTURE = date(2027, 1, 1)
ROOT = Path(__file__).resolve().parents[4]


def _transaction(**changes: object) -> Activity:
    return replace(SOUND, transactions=(replace(SOUND.transactions[0], **changes), SOUND.transactions[1]))  # type: ignore[arg-type]


def _indicator(**changes: object) -> Activity:
    result = SOUND.results[0]
    return replace(SOUND, results=(replace(result, indicators=(replace(result.indicators[0], **changes),)),))  # type: ignore[arg-type]


def _dates(*dates: tuple[str, date]) -> Activity:
    return replace(SOUND, dates=tuple(replace(SOUND.dates[0], type=kind, on=on) for kind, on in dates))


TRANSACTION, BUDGET = SOUND.transactions[0], SOUND.budgets[0]
VALUE = TRANSACTION.value
assert VALUE is not None
assert SOUND.reporting_org is not None
SECTOR = Sector(vocabulary="1", code="14031")
PERIOD = SOUND.results[0].indicators[0].periods[0]
REFERENCES = (Reference(vocabulary="99", code="x"),)

BROKEN: dict[str, list[Activity]] = {
    "identifier": [
        replace(SOUND, identifier=""),
        replace(SOUND, identifier="XX-REG-1"),
        replace(SOUND, identifier="XX-REG-1x"),
        replace(SOUND, identifier="YY-REG-1-well"),
        replace(SOUND, identifier="XX-REG-1-well/2"),
        replace(SOUND, identifier="XX-REG-1-a&b"),
        replace(SOUND, identifier="XX-REG-1-a|b"),
        replace(SOUND, identifier="XX-REG-1-a?b"),
        replace(SOUND, reporting_org=None),
        replace(SOUND, identifier="X/1-a", reporting_org=replace(SOUND.reporting_org, ref="X/1")),
    ],
    "reference": [
        replace(SOUND, participating_orgs=(replace(SOUND.participating_orgs[0], ref="a/b"),)),
        replace(SOUND, participating_orgs=(replace(SOUND.participating_orgs[0], activity_id="a?b"),)),
        _transaction(provider=replace(TRANSACTION.provider, ref="a|b")),  # type: ignore[type-var]
    ],
    "text": [replace(SOUND, title=Text()), replace(SOUND, title=None), replace(SOUND, descriptions=())],
    "language": [replace(SOUND, language="")],
    "currency": [
        replace(_transaction(value=replace(VALUE, currency="")), currency=""),
        _transaction(value=replace(VALUE, currency="usd")),
        replace(SOUND, currency="Dollar"),
        _transaction(value=None),
    ],
    "status": [replace(SOUND, status="")],
    "activity-date": [
        _dates(("3", date(2026, 1, 1))),
        _dates(("1", date(2026, 1, 2)), ("3", date(2026, 1, 1))),
        _dates(("2", date(2026, 1, 2)), ("4", date(2026, 1, 1))),
        _dates(("2", FUTURE)),
        _dates(("1", date(2026, 1, 1)), ("4", FUTURE)),
    ],
    "updated": [replace(SOUND, updated="2027-01-01T00:00:00Z")],
    "money-date": [
        _transaction(on=FUTURE),
        _transaction(on=None),
        _transaction(value=replace(VALUE, on=FUTURE)),
    ],
    "sector-once": [
        replace(SOUND, sectors=()),
        _transaction(sectors=(SECTOR,)),
        replace(_transaction(sectors=(SECTOR,)), sectors=()),
        replace(SOUND, sectors=(), transactions=()),
    ],
    "sector-sum": [
        replace(SOUND, sectors=SOUND.sectors[:1]),
        replace(SOUND, sectors=(SECTOR, SOUND.sectors[0])),
        replace(SOUND, sectors=(replace(SECTOR, percentage=Decimal("100.01")),)),
        replace(
            SOUND,
            sectors=(replace(SECTOR, percentage=Decimal(-10)), replace(SECTOR, percentage=Decimal(110))),
        ),
        replace(
            SOUND,
            sectors=(),
            transactions=tuple(replace(one, sectors=(SECTOR, SECTOR)) for one in SOUND.transactions),
        ),
    ],
    "own-vocabulary": [
        replace(SOUND, sectors=(*SOUND.sectors, Sector(vocabulary="99", code="w"))),
        replace(SOUND, countries=(), regions=(Region(vocabulary="99", code="north"),)),
    ],
    "country-once": [
        replace(SOUND, countries=()),
        _transaction(country=Country(code="BD")),
        replace(_transaction(country=Country(code="BD")), countries=()),
        _transaction(region=Region(code="88")),
    ],
    "country-sum": [
        replace(SOUND, countries=(Country(code="BD", percentage=Decimal(50)),)),
        replace(
            SOUND,
            countries=(Country(code="BD", percentage=Decimal(50)), Country(code="IN", percentage=Decimal(49))),
        ),
        replace(SOUND, countries=(Country(code="BD"), Country(code="IN"))),
        replace(SOUND, regions=(Region(code="88", vocabulary="1", percentage=Decimal(20)),)),
    ],
    "organisation": [
        replace(SOUND, participating_orgs=()),
        replace(SOUND, participating_orgs=(replace(SOUND.participating_orgs[0], ref=""),)),
        replace(SOUND, participating_orgs=(replace(SOUND.participating_orgs[0], role=""),)),
        _transaction(provider=replace(TRANSACTION.provider, ref="")),  # type: ignore[type-var]
        _transaction(receiver=replace(TRANSACTION.receiver, narratives=())),  # type: ignore[type-var]
    ],
    "budget-period": [
        replace(SOUND, budgets=(replace(BUDGET, end=date(2025, 12, 31)),)),
        replace(SOUND, budgets=(replace(BUDGET, end=date(2027, 1, 3)),)),
        replace(SOUND, budgets=(replace(BUDGET, start=None),)),
    ],
    "document": [
        replace(SOUND, documents=(replace(SOUND.documents[0], url="ftp://example.org/a"),)),
        replace(SOUND, documents=(replace(SOUND.documents[0], title=None),)),
        replace(SOUND, documents=(replace(SOUND.documents[0], categories=()),)),
    ],
    "result": [
        replace(SOUND, results=(replace(SOUND.results[0], title=None),)),
        _indicator(title=Text()),
        _indicator(periods=(replace(PERIOD, end=date(2025, 1, 1)),)),
        replace(
            _indicator(references=REFERENCES),
            results=(replace(_indicator(references=REFERENCES).results[0], references=REFERENCES),),
        ),
    ],
    "indicator-number": [
        _indicator(measure="5"),
        _indicator(periods=(replace(PERIOD, targets=(replace(PERIOD.targets[0], value="many"),)),)),
        _indicator(periods=(replace(PERIOD, actuals=(replace(PERIOD.actuals[0], value=""),)),)),
        _indicator(baselines=(replace(SOUND.results[0].indicators[0].baselines[0], value="N/A"),)),
    ],
}  # fmt: skip


def test_a_sound_activity_breaks_no_rule():
    assert findings_of(SOUND, TODAY) == []


def test_every_rule_has_broken_examples():
    assert set(BROKEN) == set(RULES)


@pytest.mark.parametrize(
    ("code", "activity"), [(code, activity) for code, activities in BROKEN.items() for activity in activities]
)
def test_a_rule_finds_its_error_and_no_other_does(code: str, activity: Activity):
    found = findings_of(activity, TODAY)
    assert {finding.code for finding in found} == {code}
    assert all(finding.sentence.endswith(".") for finding in found)


def test_an_old_identifier_may_stand_in_front():
    from answerable.opendata.iati.elements import OtherIdentifier

    moved = replace(
        SOUND, identifier="OLD-1-well", other_identifiers=(OtherIdentifier(ref="OLD-1", type="B1"),)
    )
    assert findings_of(moved, TODAY) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acfspain-es", {}),
        ("acfspain-ml", {}),
        ("acfspain-ph", {"own-vocabulary": 6}),
        ("bcie", {"sector-once": 8, "sector-sum": 24}),
        ("usaid-cv", {}),
        ("wri-strategic-plan-2023-2027", {}),
    ],
)
def test_in_real_files_the_errors_are_those_that_the_official_rules_found(
    shared: Path, name: str, expected: dict[str, int]
):
    """../shared/data/iati/SOURCES.md has the official counts; the other three have errors by our stricter reading."""
    assert name in FILES
    found: dict[str, int] = {}
    for activity in read(shared / "data" / "iati" / f"{name}.xml")[0]:
        for finding in findings_of(activity, TODAY):
            found[finding.code] = found.get(finding.code, 0) + 1
    assert found == expected


def test_the_reference_lists_the_rules():
    page = (ROOT / "docs" / "reference" / "iati.md").read_text()
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == set(RULES)
