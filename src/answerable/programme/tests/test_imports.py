"""The programme from its files: each of the examples in the documents, and each with dirt in it."""

import re
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from answerable.access.imports import import_posts, import_staff
from answerable.access.models import Holding, Post, Staff
from answerable.access.problems import ColumnUnknown, Denied
from answerable.access.rules import SYSTEM
from answerable.kernel.tables import ImportReport, TableColumnMissing, read_table
from answerable.places.models import Area, AreaCode, Calendar, Holiday
from answerable.places.selectors import work_calendar
from answerable.programme import imports, selectors
from answerable.programme.models import Posting, Responsibility, Standard, Subject, Team
from answerable.register.models import Event
from tests.support.world import DAY, LEVELS, World, make_area, make_level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ROOT = Path(__file__).resolve().parents[4]
EXAMPLES = ROOT / "docs/examples/programme"
SHIPPED_ICONS = set(
    "water road light school health house farm animal work money waste phone tree hall paper people lock other".split()  # noqa: SIM905
)
#: In the order in which a programme is loaded.
ORDER: dict[str, Callable[..., ImportReport]] = {
    "calendars": imports.import_calendars,
    "staff": import_staff,
    "posts": import_posts,
    "sponsors": imports.import_sponsors,
    "rounds": imports.import_rounds,
    "teams": imports.import_teams,
    "postings": imports.import_postings,
    "subjects": imports.import_subjects,
    "outside-bodies": imports.import_outside_bodies,
    "standards": imports.import_standards,
    "responsibilities": imports.import_responsibilities,
}


@pytest.fixture
def places(db: None) -> dict[str, Area]:
    """The areas that the examples speak of."""
    levels = [make_level(key, rank) for rank, key in enumerate(LEVELS, 1)]
    areas: dict[str, Area] = {}
    parent = None
    for level in levels:
        parent = areas[f"{level.key}-1"] = make_area(level.key.title(), level, parent, f"{level.key}-1")
    areas["village-2"] = make_area("Village 2", levels[-1], areas["township-1"], "village-2")
    return areas


@pytest.fixture
def loaded(places: dict[str, Area]) -> dict[str, Area]:
    """All the examples, loaded once."""
    imports.import_subjects(actor=SYSTEM)
    for kind, load in ORDER.items():
        report = load(actor=SYSTEM, files=[EXAMPLES / f"{kind}.csv"])
        assert report.faults == [], kind
        assert report.added > 0
        assert report.kept
    return places


def test_the_guide_can_be_followed_as_it_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (ROOT / "docs/guides/import-programme.md").read_text("utf-8")
    lines = [line.split()[1:] for line in guide.splitlines() if line.startswith("answerable import ")]
    monkeypatch.chdir(ROOT)
    for words in lines:
        said = StringIO()
        call_command(*words, stdout=said)
        assert " 0 added" not in said.getvalue(), words
    used = {Path(word).name for words in lines for word in words if "/" in word}
    assert used == {path.name for path in EXAMPLES.iterdir()}
    areas = read_table(EXAMPLES / "areas.csv")
    assert {row.cells[0] for row in areas.rows([], Counter())} == set(
        AreaCode.objects.values_list("code", flat=True)
    )


def written(tmp_path: Path, text: str) -> list[Path]:
    path = tmp_path / "rows.csv"
    path.write_text(text, "utf-8")
    return [path]


def faults(report: ImportReport) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in report.faults]


def test_every_example_loads_and_the_programme_works(loaded: dict[str, Area]) -> None:
    village = loaded["village-1"]
    water = selectors.subject_by_key("water-pump")
    assert selectors.standard_for(water, DAY).answer_days == 3
    route = selectors.route_for(area=village, subject=water, on=DAY)
    assert (route.post or Post()).key == "willow-desk"  # nobody sits in the water office yet
    light = selectors.route_for(area=village, subject=selectors.subject_by_key("light-cuts"), on=DAY, above=3)
    assert light.outside_body is not None
    assert (light.outside_body.key, light.post) == ("power-company", Post.objects.get(key="stonebridge-desk"))
    assert selectors.team_of(village, DAY) == Team.objects.get(key="team-7")
    assert Holding.objects.get(post__key="willow-desk", ends_on=None).staff.username == "daudi"
    calendar = work_calendar(village)
    assert calendar.weekend == {4, 5}
    assert len(calendar.holidays) == 3
    assert not Staff.objects.get(username="amina").has_usable_password()


def test_the_same_files_again_change_nothing(loaded: dict[str, Area]) -> None:
    before = Event.objects.count()
    for kind, load in ORDER.items():
        report = load(actor=SYSTEM, files=[EXAMPLES / f"{kind}.csv"])
        assert (report.added, report.updated, report.faults, report.kept) == (0, 0, [], True), kind
        assert report.unchanged == report.rows > 0
    assert Event.objects.count() == before


def test_a_rehearsal_writes_nothing_and_tells_the_same(places: dict[str, Area]) -> None:
    report = import_staff(actor=SYSTEM, files=[EXAMPLES / "staff.csv"], dry_run=True)
    assert (report.added, report.kept, Staff.objects.count(), Event.objects.count()) == (6, False, 0, 0)


def test_with_a_fault_all_is_kept_out_or_the_good_rows_are_kept(
    places: dict[str, Area], tmp_path: Path
) -> None:
    files = written(
        tmp_path,
        "username,name,active\namina,Amina,yes\nnot plain,X,yes\n,Y,yes\nbaraka,,yes\nfarid,Farid,maybe\ndaudi,Daudi,no\n",
    )
    report = import_staff(actor=SYSTEM, files=files)
    assert faults(report) == [
        (3, "access-username-refused"),
        (4, "cell-empty"),
        (5, "cell-empty"),
        (6, "flag-unreadable"),
    ]
    assert (report.kept, Staff.objects.count(), Event.objects.count()) == (False, 0, 0)

    report = import_staff(actor=SYSTEM, files=files, keep="good")
    assert (report.kept, report.added, len(report.faults)) == (True, 2, 4)
    assert list(Staff.objects.order_by("pk").values_list("username", "is_active")) == [
        ("amina", True),
        ("daudi", False),
    ]
    assert Event.objects.filter(kind="access.staff-imported").count() == 1


def test_a_column_that_has_no_place_here_stops_the_file(places: dict[str, Area], tmp_path: Path) -> None:
    for column in ("phone", "name:ar", "id_card", "name"):
        with pytest.raises(ColumnUnknown):
            import_staff(actor=SYSTEM, files=written(tmp_path, f"username,name,{column}\namina,Amina,1\n"))
    with pytest.raises(TableColumnMissing):
        import_staff(actor=SYSTEM, files=written(tmp_path, "username\namina\n"))


def test_only_the_operator_imports(world: World, tmp_path: Path) -> None:
    files = written(tmp_path, "key,name\nx,X\n")
    for name in ("ama", "amina", "chidi", "daudi", "esi", "hana", "public"):
        with pytest.raises(Denied):
            imports.import_sponsors(actor=world.actor(name), files=files)
    assert imports.import_sponsors(actor=world.actor("grace"), files=files).added == 1


#: kind -> rows below the example's header, and the faults they have to give.
# ruff: noqa: ISC004 - a table reads better so
DIRT: dict[str, tuple[str, list[tuple[int, str]]]] = {
    "posts": (
        "key,role,area,function,name,valid_from,valid_to,holder,since,until\n"
        "a,king,*,,A,,,,,\n"
        "b,auditor,,,B,,,,,\n"
        "c,auditor,nowhere,,C,,,,,\n"
        "d,auditor,*,,,,,,,\n"
        "e,auditor,*,,E,2026-13-01,,,,\n"
        "f,auditor,*,,F,01.02.2026,,,,\n"
        "g,auditor,*,,G,,,nobody,2026-01-01,\n"
        "h,auditor,*,,H,,,amina,,\n"
        "i,auditor,*,,I,,,,2026-01-01,\n"
        "willow-desk,director,township-1,,W,,,,,\n"
        "willow-desk,case-handler,*,,W,,,,,\n"
        "willow-desk,case-handler,township-1,,W,,,amina,2026-02-01,\n",
        [
            (2, "access-role-unknown"),
            (3, "cell-empty"),
            (4, "area-unknown"),
            (5, "text-missing"),
            (6, "day-unreadable"),
            (7, "day-unreadable"),
            (8, "access-staff-unknown"),
            (9, "cell-empty"),
            (10, "holder-missing"),
            (11, "access-post-fixed"),
            (12, "access-post-fixed"),
            (13, "access-holding-overlaps"),
        ],
    ),
    "sponsors": ("key,name\nNot plain,X\nx,\ny,<\x07>\n", [(2, "key-refused"), (3, "text-missing"), (4, "control-characters")]),
    "rounds": (
        "key,name,starts_on,ends_on\n2025,R,2025-01-01,2025-06-30\nr,R,2026-02-01,2026-01-01\ns,S,,2026-01-01\n",
        [(2, "round-fixed"), (3, "dates-in-disorder"), (4, "cell-empty")],
    ),
    "teams": (
        "key,sponsor,name,seats\nt,nobody,T,\nteam-7,health-office,T,\nteam-8,health-office,,upper-willow-team\nu,health-office,U,ghost\n",
        [(2, "sponsor-unknown"), (3, "team-fixed"), (4, "programme-seat-taken"), (5, "access-post-unknown")],
    ),
    "postings": (
        "team,area,round,starts_on,ends_on\n"
        "team-8,village-1,2026,,\n"
        "team-8,township-1,2026,,\n"
        "team-8,nowhere,2026,,\n"
        "ghost,village-1,2026,,\n"
        "team-7,village-2,2027,,\n"
        "team-7,village-2,2025,2024-12-31,\n",
        [
            (2, "programme-posting-overlaps"),
            (3, "programme-posting-overlaps"),
            (4, "area-unknown"),
            (5, "team-unknown"),
            (6, "round-unknown"),
            (7, "programme-posting-outside-round"),
        ],
    ),
    "subjects": (
        "key,parent,name,sensitive,position,icon\n"
        "a,water-pump,A,no,,\n"
        "b,ghost,B,no,,\n"
        "conduct,,Conduct,no,170,shield\n"
        "c,,C,perhaps,,\n"
        "d,,D,no,-1,\n"
        "water-pump,,Pump,no,,\n"
        "e,,E,no,,dots\n",
        [
            (2, "programme-subject-too-deep"),
            (3, "subject-unknown"),
            (4, "programme-subject-stays-sensitive"),
            (5, "flag-unreadable"),
            (6, "number-unreadable"),
            (7, "subject-fixed"),
            (8, "icon-unknown"),
        ],
    ),
    "standards": (
        "subject,valid_from,acknowledge_days,answer_days,resolve_days\n"
        ",2026-01-01,1,2,3\nghost,2026-01-01,1,2,3\n*,2026-01-01,9,2,3\n*,2026-01-01,1,,3\n*,2026-01-01,1,2,x\n",
        [
            (2, "cell-empty"),
            (3, "programme-subject-unknown"),
            (4, "programme-standard-disorder"),
            (5, "cell-empty"),
            (6, "number-unreadable"),
        ],
    ),
    "responsibilities": (
        "subject,level,within,function,post,outside_body,valid_from\n"
        "*,county,,general,,,2026-01-01\n"
        "*,continent,*,general,,,2026-01-01\n"
        "*,county,*,a,willow-desk,,2026-01-01\n"
        "*,county,*,,,,2026-01-01\n"
        "*,county,*,,focal-point,,2026-01-01\n"
        "*,county,*,,ghost,,2026-01-01\n"
        "*,county,*,,,ghost,2026-01-01\n"
        "*,county,*,general,,,2026-05-01\n",
        [
            (2, "cell-empty"),
            (3, "level-unknown"),
            (4, "programme-one-answerer"),
            (5, "programme-one-answerer"),
            (6, "programme-post-cannot-handle"),
            (7, "access-post-unknown"),
            (8, "outside-body-unknown"),
            (9, "programme-same-already"),
        ],
    ),
    "calendars": (
        "key,name,weekend,areas,holiday\n"
        "river,,sun,,\na,A,holiday,,\nb,B,mon tue wed thu fri sat sun,,\nc,C,sun,nowhere,\nd,D,sun,,1 May\n",
        [
            (2, "calendar-fixed"),
            (3, "weekend-unreadable"),
            (4, "places-weekend-refused"),
            (5, "area-unknown"),
            (6, "day-unreadable"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(DIRT))
def test_every_bad_row_is_told_with_its_line(loaded: dict[str, Area], tmp_path: Path, kind: str) -> None:
    text, expected = DIRT[kind]
    before = _counts()
    report = ORDER[kind](actor=SYSTEM, files=written(tmp_path, text))
    assert faults(report) == expected
    assert not report.kept
    assert all(fault.sentence and "{" not in fault.sentence for fault in report.faults)
    report = ORDER[kind](actor=SYSTEM, files=written(tmp_path, text), keep="good")
    assert faults(report) == expected
    assert (report.added, report.updated) == (0, 0)
    assert _counts() == before


def _counts() -> list[int]:
    models = (
        Staff,
        Post,
        Holding,
        Team,
        Posting,
        Subject,
        Standard,
        Responsibility,
        Calendar,
        Holiday,
        Event,
    )
    return [model._default_manager.count() for model in models]


def test_a_holding_is_ended_by_the_next_file_and_the_next_holder_follows(
    loaded: dict[str, Area], tmp_path: Path
) -> None:
    files = written(
        tmp_path,
        "key,role,area,holder,since,until\n"
        "willow-desk,case-handler,township-1,daudi,2026-03-01,2026-06-30\n"
        "willow-desk,case-handler,test:township-1,amina,2026-07-01,\n",
    )
    report = import_posts(actor=SYSTEM, files=files)
    assert (report.updated, report.faults) == (2, [])
    assert list(
        Holding.objects.filter(post__key="willow-desk").order_by("starts_on").values_list("staff__username")
    ) == [("amina",), ("daudi",), ("amina",)]


def test_the_shipped_list_has_two_levels_three_languages_and_its_sensitive_subjects() -> None:
    report = imports.import_subjects(actor=SYSTEM)
    assert report.faults == []
    top = selectors.subjects_offered()
    assert top[0].key == "water"
    assert top[-1].key == "other"
    assert {s.icon for s in top} == SHIPPED_ICONS
    for subject in Subject.objects.all():
        assert set(subject.names) == {"en", "ar", "zh-hans"}, subject.key
        assert re.search("[\u0600-\u06ff]", subject.names["ar"])
        assert re.search("[\u4e00-\u9fff]", subject.names["zh-hans"])
    for subject in top:
        children = list(subject.children.all())
        assert len(children) >= 3
        assert all(child.sensitive == (subject.key == "conduct") for child in children)
        if subject.key != "conduct":
            assert len(children) <= 8
    assert Subject.objects.filter(sensitive=True).count() == 16
    again = imports.import_subjects(actor=SYSTEM)
    assert (again.added, again.updated, again.unchanged) == (0, 0, Subject.objects.count())
    words = " ".join(s.names["en"].lower() for s in Subject.objects.all())
    assert not re.search(r"relig|ethnic|politic|police|faith|immigra|minorit", words)


@pytest.mark.parametrize("kind", ["subjects", "sponsors"])
def test_the_command_knows_them(kind: str) -> None:
    output = StringIO()
    files: list[Any] = [] if kind == "subjects" else [str(EXAMPLES / f"{kind}.csv")]
    call_command("import", kind, *files, stdout=output)
    assert "added" in output.getvalue()


def test_every_column_of_the_examples_is_explained() -> None:
    guide = (ROOT / "docs/guides/import-programme.md").read_text("utf-8")
    for kind in ORDER:
        assert f"answerable import {kind}" in guide
        header = (EXAMPLES / f"{kind}.csv").read_text("utf-8").splitlines()[0]
        for column in header.split(","):
            assert f"`{column.partition(':')[0]}`" in guide, f"{kind}: {column}"
