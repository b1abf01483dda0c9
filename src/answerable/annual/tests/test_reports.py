"""The year of a place: its figures, what it may not say, and the same on paper."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from answerable.access.problems import NotThere
from answerable.annual.paper import draw
from answerable.annual.selectors import report_of, true_cases, year_asked
from answerable.annual.telling import told
from answerable.following.tests.story import AFTER, Story, tell_story
from answerable.kernel import clock
from answerable.listening.models import Case
from answerable.listening.services.releasing import release_due
from answerable.listening.tests.test_figures import make_case
from answerable.oversight.tests import scene
from answerable.projects.models import Project
from answerable.promises.models import Promise
from answerable.surveys.models import Estimate, Survey
from answerable.surveys.tests.factories import drawn
from answerable.web.figures import day
from answerable.web.fonts import find_fonts, printable
from tests.support.world import DAY, World

pytestmark = pytest.mark.django_db

YEAR_END = date(DAY.year, 12, 31)


@pytest.fixture
def story(world: World) -> Story:
    return tell_story(world)


def test_the_chain_of_a_project_is_told_with_its_gaps(story: Story, client: Client) -> None:
    world = story.world
    with clock.held_at(AFTER):
        found = report_of(world.areas["Riverland"], year_asked(None))
        assert (found.projects.planned, found.projects.claimed, found.projects.unconfirmed) == (0, 1, 1)
        assert report_of(world.areas["Ford"], year_asked(DAY.year - 1)).projects.planned == 1
        assert (found.things.handed_over, found.things.tally.unchecked, found.things.looked_at) == (1, 1, 0)
        money = found.money.funds[0]
        assert (money.came, money.spent) == (90_000, 61_250)
        assert [(place.name, sums) for place, sums in found.money.places] == [("Fordland", {"USD": 61_250})]
        assert sum(rest.left_units for _, _, rest in found.money.rests) == 90_000 - 61_250
        before, after = found.pictures[story.project.pk]
        assert before is not None
        assert after is not None
        assert (before.stage, after.stage) == ("before", "after")
        # Another branch of the tree knows nothing of it.
        elsewhere = report_of(world.areas["Hillland"], year_asked(None))
        assert (elsewhere.projects.claimed, elsewhere.money.funds, elsewhere.delivered) == (0, [], [])

        village = world.areas["Ford"].pk
        page = client.get(f"/en/area/{village}/report/").content.decode()
    assert "1 project was called done, and residents have not confirmed it." in page
    assert "Nobody has ever looked at 1 thing" in page
    assert before.item.digest in page
    assert "612.50" in page
    for link in ("promises/", "working/", "money/", "results/", f"figures/{village}/", "choices/"):
        assert link in page
    after.item.publishable = False
    after.item.save(update_fields=["publishable"])
    with clock.held_at(AFTER):
        assert after.item.digest not in client.get(f"/ar/area/{village}/report/").content.decode()


def test_a_year_that_is_over_does_not_know_what_came_later(story: Story) -> None:
    """Confirmed in January is not confirmed in December."""
    later = YEAR_END + timedelta(days=20)
    Project.objects.filter(pk=story.project.pk).update(confirmed_on=later, verdict="done")
    with clock.held_at(later + timedelta(days=5)):
        year = report_of(story.world.areas["Ford"], year_asked(DAY.year))
        assert (year.projects.claimed, year.projects.claimed_confirmed, year.projects.unconfirmed) == (
            1,
            0,
            1,
        )
        with translation.override("en"):
            entry = told(year).sections[4].entries[0]
        assert entry.tag == "Not confirmed"
        following = report_of(story.world.areas["Ford"], year_asked(None))
        assert (following.projects.claimed, following.projects.confirmed, following.projects.unconfirmed) == (
            0,
            1,
            0,
        )


def test_paper_says_the_same_and_always_in_the_same_bytes(story: Story, tmp_path: Path) -> None:
    if not (shutil.which("pdftotext") and shutil.which("pdfimages")):
        pytest.skip("needs poppler-utils: scripts/system-packages")
    with clock.held_at(AFTER):
        year = year_asked(None)
        report, fonts = report_of(story.world.areas["Ford"], year), find_fonts()
        with translation.override("en"):
            words = told(report)
            data = draw(words, year.on, fonts)
        assert draw(words, year.on, fonts) == data
        output = StringIO()
        for language in ("en", "ar"):
            call_command(
                "report", "annual", str(tmp_path), area="test:ford", language=language, stdout=output
            )
        call_command(
            "report", "annual", str(tmp_path / "all"), area="test:riverland", level="township", stdout=output
        )
        for wrong, said in (
            ({"level": "villag"}, "There is no level “villag”. Levels are: .*township.*village"),
            ({"level": "province"}, "No area of the level “province” lies in test:ford"),
            ({"year": 1}, f"no report of the year 1: .* from 1900 to {AFTER.year}"),
            ({"year": 2030}, "no report of the year 2030"),
        ):
            with pytest.raises(CommandError, match=said):
                call_command("report", "annual", str(tmp_path / "none"), area="test:ford", **wrong)
        assert not (tmp_path / "none").exists()
    assert "3 reports" in output.getvalue()
    assert len(list((tmp_path / "all").iterdir())) == 3
    written = tmp_path / f"report-{DAY.year}-ford-en.pdf"
    assert written.read_bytes() == data
    text = " ".join(_run("pdftotext", "-layout", written, "-").split())
    for section in words.sections:
        assert section.title in text
        assert section.source.address in text
        for gap in section.gaps:
            assert gap in text
    assert len(_run("pdfimages", "-list", written).splitlines()) == 2 + 2
    arabic = _run("pdftotext", tmp_path / f"report-{DAY.year}-ford-ar.pdf", "-")
    assert "مضخة جديدة في المدرسة" in re.sub(r"[\u200e\u200f\u202a-\u202e]", "", arabic)
    assert printable("قُطع\u200f") == "قطع"


def _run(*words: str | Path) -> str:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True).stdout


def test_only_released_counts_are_public_and_the_desk_marks_the_small_ones(world: World) -> None:
    """A village with four cases and a province with sixty: pages are short, and cost the same number of queries."""
    day = date(DAY.year, 11, 22)
    few = [make_case(world, "Well", received_on=date(DAY.year, 5, 1) + timedelta(days=n)) for n in range(4)]
    many = [make_case(world, "Mill", received_on=date(DAY.year, 4, 3)) for _ in range(63)]
    Case.objects.bulk_create([*few, *many])
    with clock.held_at(day):
        release_due()
        village, province = world.areas["Well"], world.areas["Riverland"]
        client, costs, pages = Client(), [], []
        for area in (village, province):
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(f"/en/area/{area.pk}/report/{DAY.year}/")
            costs.append(len(queries))
            pages.append(" ".join(answer.content.decode().split()))
            assert len(gzip.compress(answer.content)) < 14_000
            assert b"<script" not in answer.content
        assert max(costs) <= 30
        assert costs[0] == costs[1]
        cells = re.findall(r"<bdi>([^<]*)</bdi></td>", pages[0])
        assert cells[3:6] == ["fewer than 10"] * 3
        assert "<bdi>65</bdi>" in pages[1]
        assert "67" not in re.findall(r"<dd>(\d+)</dd>", pages[1])
        gaps = re.findall(r"<li>([^<]*ounts [^<]*)</li>", pages[1])
        assert len(gaps) == 2
        assert gaps[0] == (
            f"No counts of January {DAY.year} to March {DAY.year} were published: "
            "nothing that is counted here was on record for those months yet."
        )
        assert gaps[1].startswith(
            f"Counts of October {DAY.year} to December {DAY.year} are not published; they are due"
        )
        for wrong in ("0001", "1899", str(DAY.year + 1)):
            assert client.get(f"/en/area/{village.pk}/report/{wrong}/").status_code == 404

        year = year_asked(DAY.year)
        assert true_cases(world.actor("ama"), province, year).received == 67
        with pytest.raises(NotThere):
            true_cases(world.actor("amina"), province, year)
        staff = Client()
        staff.force_login(world.staff["baraka"])
        shown = staff.get(f"/desk/report/?area={village.pk}&year={DAY.year}").content.decode()
        assert "not to be passed on" in shown
        assert re.search(r"Received.*?not to be passed on.*?<bdi>4</bdi>", shown, re.S)
        assert staff.get(f"/desk/report/?area={province.pk}").status_code == 404
        paper = staff.get(f"/desk/report/paper/?area={village.pk}&year={DAY.year}&language=ar")
        assert paper.content.startswith(b"%PDF")
        for wrong in ("area=x", f"area={village.pk}&year={DAY.year + 1}", "area=9999999", "year=abc"):
            assert staff.get(f"/desk/report/?{wrong}").status_code == 404
        assert staff.get("/desk/report/?year=").status_code == 200
        assert shown.count("<table") == shown.count('<table class="cards"') > 0
        assert '<td class="num" data-label="Heard">' in shown


def test_surveys_of_the_year_are_told_with_their_interval(world: World) -> None:
    with clock.held_at(DAY):
        survey = drawn(world)
    last = survey.ends_on
    with translation.override("en"), clock.held_at(last + timedelta(days=30)):
        year = year_asked(DAY.year)
        ford = world.areas["Ford"]
        assert (
            told(report_of(ford, year)).gaps[-1].startswith("No survey of residents that covers this place")
        )
        # It was planned into the next year, and closed in this one: its days end where it was closed.
        Survey.objects.filter(pk=survey.pk).update(
            state="published", ends_on=YEAR_END + timedelta(days=9), closed_on=last, published_on=last
        )
        for key, good in (("listened", 44), ("knows-complaint", 3)):
            Estimate.objects.create(
                survey=survey, question=key, measure="share", value_e4=good * 100, error_e4=500, low_e4=3_100,
                high_e4=5_600, answers=97, good=good, asked=120,
            )  # fmt: skip
        for place in ("Ford", "Fordland"):
            words = told(report_of(world.areas[place], year)).sections[-1]
            assert [row.cells[1:] for row in words.tables[0].rows] == [
                ("45 % (30 to 60)", "95 of 120"),
                ("too few answered", "95 of 120"),
            ]
            assert words.tables[0].title.endswith(day(last))
            assert words.gaps == []
        assert told(report_of(world.areas["Riverland"], year)).sections[-1].tables == []
        page = Client().get(f"/en/area/{ford.pk}/report/{DAY.year}/").content.decode()
        assert "45 % (30 to 60)" in page
        assert 'href="/en/surveys/"' in page


def test_each_promise_of_a_year_stands_in_one_place(world: World) -> None:
    with clock.held_at(DAY):
        scene.full(world)
        found = report_of(world.areas["Riverland"], year_asked(None)).promises
        parts = found.kept + found.kept_late + found.declined + found.taken_up + found.broken + found.running
        assert found.due == parts == Promise.objects.filter(due_on__year=DAY.year).count()
        assert found.broken == 1
        broken = Promise.objects.get(due_on__lt=DAY)
        Promise.objects.filter(pk=broken.pk).update(
            state="kept", kept_on=DAY - timedelta(days=1), late_from=None, next_due_on=None
        )
        again = report_of(world.areas["Ford"], year_asked(None))
        assert (again.promises.broken, again.promises.kept_late, again.broken) == (0, 1, [])
        assert Client().get("/en/report/").status_code == 302
