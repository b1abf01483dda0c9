"""Our own projects and money as IATI: valid, clean of the ruleset's errors, the same sums, and money can be followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from answerable.kernel.money import Amount, decimal_of
from answerable.money.answers import Scope, way_of
from answerable.money.tests.factories import Offices
from answerable.opendata.flows import by_years
from answerable.opendata.imports import import_iati
from answerable.opendata.problems import NothingToPublish, NotSetUp
from answerable.opendata.releases import write_iati, write_imported
from answerable.projects.models import Project
from answerable.results.rules import Reading
from answerable.results.services import publish_framework, set_framework
from answerable.results.tests.factories import Frame, number, share
from tests.support.world import World

from .examples import SOUND, schema, sums
from .scenes import everything
from .test_iati_import import save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def set_up(settings: Any) -> None:
    settings.IATI_ORG, settings.IATI_COUNTRY = "XX-REG-1", "BD"


@pytest.fixture
def offices(world: World, on_monday: date) -> Offices:
    return everything(world)


def written(tmp_path: Path, **options: Any) -> Any:
    """The file, which keeps the schema and every rule."""
    file = tmp_path / "iati.xml"
    _, published = write_iati(file, **options)
    assert published.findings == []
    root = etree.parse(file).getroot()
    schema().assertValid(root)
    assert len(root) == published.activities
    return root


def activity(root: Any, identifier: str) -> Any:
    [found] = root.xpath("//iati-activity[iati-identifier=$one]", one=identifier)
    return found


def test_the_sums_are_those_of_the_books(offices: Offices, tmp_path: Path):
    found = sums(written(tmp_path))
    way = way_of(Scope())["USD"]

    def usd(units: int) -> Decimal:
        return decimal_of(Amount(units, "USD"))

    assert found == {
        ("13", "USD"): usd(way.pledged),
        ("1", "USD"): usd(way.received - way.returned + way.from_above - way.sent_up),
        ("3", "USD"): usd(way.allocated - way.back_from_below),
        ("2", "USD"): usd(60_000 - 5_000),
        ("4", "USD"): usd(way.paid - way.given_back + way.charged),
    }
    assert found["4", "USD"] == usd(40_000 + 10_050 - 1_000 + 2_000 + 3_300 + 250)


def test_money_is_followed_from_its_source_to_the_village(offices: Offices, tmp_path: Path):
    root = written(tmp_path)
    own = set(root.xpath("//iati-identifier/text()"))
    named = set(root.xpath("//@provider-activity-id | //@receiver-activity-id"))
    assert named <= own

    pump = activity(root, "XX-REG-1-pump")
    [from_fund] = set(
        pump.xpath("transaction[transaction-type/@code='4']/provider-org/@provider-activity-id")
    )
    assert from_fund == "XX-REG-1-fund.wells.upper-ford"
    township = activity(root, from_fund)
    [from_above] = set(
        township.xpath("transaction[transaction-type/@code='1']/provider-org/@provider-activity-id")
    )
    province = activity(root, from_above)
    assert province.xpath("transaction[transaction-type/@code='1']/provider-org/@ref") == ["XX-GIVE-1"] * len(
        province.xpath("transaction[transaction-type/@code='1']")
    )
    # What one level sent down is what the level below says that it got.
    sent = province.xpath(
        "sum(transaction[transaction-type/@code='3'][receiver-org/@receiver-activity-id=$to]/value)",
        to=from_fund,
    )
    got = township.xpath("sum(transaction[transaction-type/@code='1']/value)")
    assert sent == got == 3000


def test_a_project_says_who_where_what_for_and_how_much(offices: Offices, tmp_path: Path):
    pump = activity(written(tmp_path), "XX-REG-1-pump")
    assert pump.xpath("reporting-org/@ref") == ["XX-REG-1"]
    assert pump.xpath("participating-org[@role='1']/@ref") == ["XX-GIVE-1"]
    assert pump.xpath("participating-org[@role='4']/narrative/text()") == ["Builder Ltd"]
    assert pump.xpath("location/point/pos/text()") == ["1.25000 -77.50000"]
    assert pump.xpath("sector[@vocabulary='1']/@percentage") == ["33.33", "66.67"]
    assert pump.xpath("sector[@vocabulary='99']/narrative/text()") == ["Water-Supply"]
    assert pump.xpath("description/narrative[@xml:lang='ar']/text()") == ["مضخة"]
    assert [(one.get("type"), one.get("iso-date")) for one in pump.findall("activity-date")] == [
        ("1", "2025-06-01"),
        ("2", "2025-06-05"),
        ("3", "2027-03-31"),
    ]
    assert pump.xpath("sum(budget[@type='1']/value)") == 1000
    assert len(pump.findall("budget")) == 2  # two years
    receivers = pump.xpath("transaction[transaction-type/@code='4']/receiver-org/narrative/text()")
    assert set(receivers) == {"Builder Ltd"}
    assert pump.xpath("transaction/description/narrative/text()") == [
        "Paid to 15 persons; their list is kept, their names are not here."
    ]


def test_nothing_sensitive_goes_out(offices: Offices, tmp_path: Path):
    root = written(tmp_path)
    text = etree.tostring(root, encoding="unicode").lower()
    assert "hidden" not in text
    # Its payment stands with the fund, so that sums are right.
    township = activity(root, "XX-REG-1-fund.wells.upper-ford")
    assert "33.00" in township.xpath("transaction[transaction-type/@code='4']/value/text()")


def test_others_figures_go_out_under_their_own_name_only(offices: Offices, tmp_path: Path):
    from answerable.access.rules import SYSTEM

    before = sums(written(tmp_path))
    report = import_iati(actor=SYSTEM, files=[save(tmp_path / "theirs.xml", [SOUND])], area="test:riverland")
    assert report.added == 1, report.faults
    assert sums(written(tmp_path)) == before
    folder = tmp_path / "out"
    folder.mkdir()
    assert write_imported(folder).files == [("imported-XX-REG-1.xml", 1)]
    schema().assertValid(etree.parse(folder / "imported-XX-REG-1.xml"))


def test_an_area_has_its_own_file(offices: Offices, tmp_path: Path):
    identifiers = written(tmp_path, area=offices.world.areas["Upper Ford"]).xpath("//iati-identifier/text()")
    assert sorted(identifiers) == ["XX-REG-1-fund.wells.upper-ford", "XX-REG-1-pump"]
    with pytest.raises(NothingToPublish):
        written(tmp_path, area=offices.world.areas["Hillland"])


def test_parts_name_their_whole_and_a_project_without_days_waits(offices: Offices, tmp_path: Path):
    facts: dict[str, Any] = {
        "area": offices.world.areas["Ford"],
        "names": {"en": "Part"},
        "phase_since": date(2026, 3, 1),
        "recorded_on": date(2026, 3, 1),
    }
    Project.objects.create(
        key="part", parent=offices.project, weight=1, depth=2, planned_start_on=date(2026, 4, 1), **facts
    )
    Project.objects.create(key="idea", **facts)
    root = written(tmp_path)
    assert activity(root, "XX-REG-1-part").xpath("related-activity[@type='1']/@ref") == ["XX-REG-1-pump"]
    assert activity(root, "XX-REG-1-pump").xpath("related-activity[@type='2']/@ref") == ["XX-REG-1-part"]
    assert activity(root, "XX-REG-1-part").xpath("sector[@vocabulary='1']/@code") == ["43040"]
    notes = write_iati(tmp_path / "again.xml")[0].notes
    assert "Left out: 1 projects without any day yet." in notes


def test_without_an_identifier_nothing_is_published(world: World, tmp_path: Path, settings: Any):
    settings.IATI_ORG = ""
    with pytest.raises(NotSetUp):
        write_iati(tmp_path / "iati.xml")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_programme(world: World, tmp_path: Path):
    with pytest.raises(NothingToPublish):
        write_iati(tmp_path / "iati.xml")
    assert list(tmp_path.iterdir()) == []


def days() -> st.SearchStrategy[date]:
    return st.dates(date(1990, 1, 1), date(2040, 12, 31))


@given(st.integers(0, 10**15), days(), st.integers(0, 12_000))
def test_years_add_up_and_are_no_longer_than_a_year(units: int, start: date, length: int):
    end = start + timedelta(days=length)
    years = list(by_years(units, start, end))
    assert sum(year.units for year in years) == units
    assert all(year.units >= 0 for year in years)
    assert (years[0].start, years[-1].end) == (start, end)
    following: Iterator[Any] = iter(years[1:])
    for year in years:
        assert timedelta(0) <= year.end - year.start <= timedelta(days=365)
        after = next(following, None)
        assert after is None or after.start == year.end + timedelta(days=1)
    assert Counter(year.start for year in years).most_common(1)[0][1] == 1


def test_published_frameworks_are_results_with_the_numbers_of_our_pages(offices: Offices, tmp_path: Path):
    frame = Frame(offices.world)
    taps = frame.indicator(decimals=1, adds_up=True)
    heard = frame.indicator("heard", counts="cases")
    rated = frame.indicator("rated", "percentage", counts="people", ascending=True)
    word = frame.indicator("word", "qualitative")
    for place in ("Upper Ford", "Ford"):
        frame.baseline(taps, number("4.5"), area=place)
    frame.baseline(heard, Reading(no_data="never-measured"))
    frame.target(taps, number("10"))
    frame.target(heard, number("50"))
    frame.approved(taps, number("7"))
    frame.approved(taps, number("7.5"), correction="counted-again")
    frame.approved(heard, number("7"))
    frame.approved(rated, share(41, 63))
    frame.approved(word, Reading())
    frame.enter(taps, number("9"), period=1)
    assert written(tmp_path).xpath("//result") == []
    publish_framework(actor=frame.coordinator, framework=frame.framework)
    own = activity(written(tmp_path), "XX-REG-1-results.ford-2026")
    assert own.xpath("result/@type") == ["2"]
    assert own.xpath("result/indicator/@measure") == ["1", "1", "2", "5"]
    assert own.xpath("result/indicator[1]/baseline/@value") == ["4.5", "4.5"]
    assert own.xpath("result/indicator[1]/period/target/@value") == ["10"]
    assert own.xpath("result/indicator[1]/period/actual/@value") == ["7.5"]
    # Seven cases are not said, 41 of 63 people as everybody reads them.
    assert own.xpath("result/indicator[2]//actual") == []
    assert own.xpath("result/indicator[3]//actual/@value") == ["60"]
    assert own.xpath("result/indicator[4]//actual/comment/narrative/text()") == ["Counted on the spot."]
    assert set(own.xpath("result//location/@ref")) <= set(own.xpath("location/@ref"))
    project = offices.project
    set_framework(
        actor=offices.world.actor("ama"), key="ford-2026", area=frame.framework.area, names={"en": "Of the pump"},
        project=project,
    )  # fmt: skip
    root = written(tmp_path)
    assert root.xpath("//iati-identifier[contains(., 'results.')]") == []
    assert len(activity(root, f"XX-REG-1-{project.key}").xpath("result")) == 1
