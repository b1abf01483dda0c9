"""Importing areas: small files with each dirt in them."""

from pathlib import Path
from typing import Any

import pytest

from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC, SYSTEM
from answerable.kernel.mapping import MappingRefused
from answerable.kernel.tables import ImportReport, TableColumnMissing, TableEmpty, TableMissing
from answerable.places.area_names import made_code, title_case
from answerable.places.imports import import_areas
from answerable.places.models import Area, AreaCode, AreaLevel
from answerable.places.selectors import area_by_code
from answerable.places.services import add_area, move_area
from answerable.register.models import Event

from .test_tree import check_whole_tree

pytestmark = pytest.mark.django_db

LONG = """
form = "long"
scheme = "t"
[columns]
id = "id"
parent = "parent"
level = "level"
name = "name"
[points]
latitude = "lat"
longitude = "lon"
shared_by_at_least = 3
[[level]]
key = "region"
value = "1"
[[level]]
key = "town"
value = "2"
[[level]]
key = "hamlet"
value = "3"
village = true
"""
HEAD = "id,parent,level,name,lat,lon\n"
GOOD = HEAD + "R,,1,Region,1,2\nT,R,2,Town,1.5,2\nH,T,3,Hamlet,1.25,2\n"

WIDE = """
form = "wide"
language = "en"
[rows]
title_case = true
nulls = ["<Null>"]
[[level]]
key = "region"
scheme = "w-region"
code = ["regioncode", "CODE#1"]
name = "REGION"
[[level]]
key = "ward"
scheme = "w-ward"
code = ["wardcode", "CODE#2"]
name = "WARD"
[[level]]
key = "street"
scheme = "w-street"
code_from = "name"
name = "STREET"
optional = true
village = true
"""


class Desk:
    """A folder with a mapping, and imports into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, content: str, mapping: str = LONG, **options: Any) -> ImportReport:
        (self.folder / "t.csv").write_text(content, encoding="utf-8", newline="")
        (self.folder / "m.toml").write_text(mapping, encoding="utf-8")
        options = {"actor": SYSTEM, "keep": "good", **options}
        files = options.pop("files", [self.folder / "t.csv"])
        return import_areas(files=files, mapping=self.folder / "m.toml", **options)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def kinds(report: ImportReport) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in report.faults]


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.added, report.updated, report.unchanged


def test_a_good_file_comes_in_once(desk: Desk) -> None:
    assert counts(desk.take(GOOD)) == (3, 0, 0)
    check_whole_tree()
    hamlet = area_by_code("t", "H")
    assert hamlet is not None
    assert (hamlet.depth, hamlet.latitude, hamlet.names) == (3, 1.25, {"en": "Hamlet"})
    assert hamlet.level.is_village
    event = Event.objects.get(kind="places.areas-imported")
    assert (event.body["added"], event.body["faults"], len(event.body["files"])) == (3, 0, 1)
    assert Event.objects.filter(kind="places.level-added").count() == 3
    events = Event.objects.count()
    assert counts(desk.take(GOOD)) == (0, 0, 3)
    assert Event.objects.count() == events


def test_an_area_added_by_hand_afterwards_gets_a_fresh_id(desk: Desk) -> None:
    desk.take(GOOD)
    area = add_area(
        actor=SYSTEM, parent=area_by_code("t", "T"), level=AreaLevel.objects.get(key="hamlet"), name="x"
    )
    assert area.depth == 3
    check_whole_tree()


def test_a_changed_file_updates_by_code_and_deletes_nothing(desk: Desk) -> None:
    desk.take(GOOD + "R2,,1,Other,,\n")
    changed = HEAD + "R,,1,Region,1,2\nT,R2,2,Town,1.5,2\nH,T,3,Hamlets,,\nR2,,1,Other,,\n"
    report = desk.take(changed)
    assert counts(report) == (0, 2, 2)
    check_whole_tree()
    hamlet = area_by_code("t", "H")
    assert hamlet is not None
    assert (hamlet.name, hamlet.latitude) == ("Hamlets", 1.25)
    assert "hamlets" in hamlet.search_text
    assert Event.objects.filter(kind="places.areas-imported").last().body["moved"] == 1  # type: ignore[union-attr]
    report = desk.take(HEAD + "R2,,1,Other,,\n")
    assert counts(report) == (0, 0, 1)
    assert any("1 hamlet" in note for note in report.notes)
    assert Area.objects.count() == 4


def test_each_dirt_is_named_with_its_line(desk: Desk) -> None:
    report = desk.take(
        GOOD
        + "T,R,2,Town,1.5,2\n"  # 5: the same row again
        + "H,R,2,Other,,\n"  # 6: the same id for something else
        + "M,nowhere,2,Missing,,\n"  # 7: a parent that is not there
        + "N,M,3,Below,,\n"  # 8: below a row that is kept out
        + "A,B,2,Circle,,\n"  # 9 and 10: a circle
        + "B,A,3,Circle,,\n"
        + ",R,2,No id,,\n"  # 11
        + "X,R,9,Level,,\n"  # 12
        + "Y,R,2,,,\n"  # 13
        + "Z,R,2,Point,91,0\n"  # 14
        + "Q,H,2,Order,,\n"  # 15: a town in a hamlet
        + "S,S,2,Self,,\n"  # 16
        + f"L,R,2,{'n' * 300},,\n"  # 17
        + "V,R,2,ragged\n"  # 18
    )
    assert sorted(kinds(report)) == [
        (5, "repeated-row"),
        (6, "repeated-id"),
        (7, "parent-missing"),
        (8, "parent-kept-out"),
        (9, "circle"),
        (10, "circle"),
        (11, "code-missing"),
        (12, "level-unknown"),
        (13, "name-missing"),
        (14, "point-wrong"),
        (15, "level-order"),
        (16, "circle"),
        (17, "name-too-long"),
        (18, "ragged-row"),
    ]
    assert counts(report) == (4, 0, 0)
    assert "line 3" in report.faults[[code for _, code in kinds(report)].index("repeated-row")].sentence
    check_whole_tree()


def test_keep_none_keeps_all_out_and_a_rehearsal_writes_nothing(desk: Desk) -> None:
    dirty = GOOD + "M,nowhere,2,Missing,,\n"
    for options in ({"keep": "none"}, {"dry_run": True}):
        report = desk.take(dirty, **options)
        assert not report.kept
        assert report.added == 3
        assert not Area.objects.exists()
        assert not AreaLevel.objects.exists()
        assert not Event.objects.exists()
    assert desk.take(GOOD, keep="none").kept


def test_shared_points_are_dropped_and_told(desk: Desk) -> None:
    content = GOOD + "".join(f"H{n},T,3,Hamlet {n},5,5\n" for n in range(3))
    report = desk.take(content)
    assert report.by_kind == {"shared-point": 3}
    assert Area.objects.filter(latitude=5).count() == 0
    assert counts(report) == (6, 0, 0)
    assert counts(desk.take(content)) == (0, 0, 6)


def test_children_may_come_before_their_parents(desk: Desk) -> None:
    lines = GOOD.splitlines(keepends=True)
    assert counts(desk.take("".join([lines[0], *reversed(lines[1:])]))) == (3, 0, 0)
    check_whole_tree()


def test_parents_may_be_in_the_tree_already_and_levels_have_to_fit(desk: Desk) -> None:
    desk.take(GOOD)
    report = desk.take(HEAD + "H2,T,3,Second,,\nT2,H,2,Town in a hamlet,,\nH3,T2,3,Below it,,\n")
    assert kinds(report) == [(3, "level-order"), (4, "parent-kept-out")]
    assert report.added == 1
    check_whole_tree()


def test_a_file_that_turns_parent_and_child_round_is_followed(desk: Desk) -> None:
    mapping = LONG.replace('value = "2"', 'value = ["2", "4"]')
    desk.take(HEAD + "A,,1,A,,\nB,A,2,B,,\nC,B,3,C,,\n", mapping)
    desk.take(HEAD + "B,,1,B,,\nA,B,2,A,,\nC,A,3,C,,\n", mapping)
    # B says nothing about its parent, so it stays in A; A can't lie in it then.
    check_whole_tree()
    report = desk.take(HEAD + "X,,1,X,,\nB,X,2,B,,\nC,B,3,C,,\n", mapping)
    assert report.updated >= 1
    check_whole_tree()


def test_a_circle_with_areas_outside_of_the_file_is_kept_out(desk: Desk) -> None:
    desk.take(GOOD)
    AreaLevel.objects.filter(key="hamlet").update(rank=15)
    town, hamlet = area_by_code("t", "T"), area_by_code("t", "H")
    assert town is not None
    assert hamlet is not None
    mapping = LONG.split("[[level]]")
    turned = "[[level]]".join(
        [mapping[0], mapping[1], mapping[3].replace("value", "rank = 15\nvalue"), mapping[2]]
    )
    report = desk.take(HEAD + "T,H,2,Town,1.5,2\n", turned)
    assert kinds(report) == [(2, "circle")]
    assert report.updated == 0
    check_whole_tree()


def test_wide_files_of_two_header_styles_with_one_mapping(desk: Desk) -> None:
    first, second = desk.folder / "a.csv", desk.folder / "b.csv"
    first.write_text(
        'region,regioncode,ward,wardcode,street\nEAST,1,"MILL\nHILL",11,KATI\nEAST,1,"MILL\nHILL",11,KATI \n'
        "region,regioncode,ward,wardcode,street\nEAST,1,MILL HILL,11,\nEAST,1,LAKE,11,JUU\nEAST,1,,,JUU\n"
        "EAST,1,RIVER,,JUU\n#a,#b,#c,#d,\n"
    )
    second.write_text("REGION,CODE,WARD,CODE,STREET\nWEST,2,SEA,21,NG'AMBO (CBD)\nWEST,2,MILL,11,X\n")
    report = desk.take("", WIDE, files=[first, second])
    assert [(Path(fault.file).name, fault.line, fault.code) for fault in report.faults] == [
        ("a.csv", 4, "repeated-row"),
        ("a.csv", 8, "name-conflict"),
        ("a.csv", 9, "level-empty"),
        ("a.csv", 10, "code-missing"),
        ("b.csv", 3, "parent-conflict"),
    ]
    assert report.skipped == {
        "headers repeated among the rows": 1,
        "rows without a street: they end at the level above": 1,
        "rows of HXL tags": 1,
    }
    assert counts(report) == (6, 0, 0)
    street = area_by_code("w-street", "21/ng-ambo-cbd")
    assert street is not None
    assert street.name == "Ng'ambo (CBD)"
    assert area_by_code("w-ward", "11").name == "Mill Hill"  # type: ignore[union-attr]
    check_whole_tree()


def test_an_area_at_the_top_of_a_file_stays_where_it_is(desk: Desk) -> None:
    desk.take("REGION,CODE,WARD,CODE,STREET\nWEST,2,SEA,21,A\n", WIDE)
    region, ward = area_by_code("w-region", "2"), area_by_code("w-ward", "21")
    assert region is not None
    assert ward is not None
    wards = 'form = "wide"\n[rows]\ntitle_case = true\n[[level]]' + WIDE.split("[[level]]")[2].replace(
        "\nname", "\nrank = 20\nname"
    )
    report = desk.take("WARD,CODE,CODE\nSEA,x,21\nNEW,x,22\n", wards)
    assert counts(report) == (1, 0, 1)
    ward.refresh_from_db()
    assert ward.parent_id == region.pk


def test_known_areas_may_be_named_by_code_only(desk: Desk) -> None:
    bare = WIDE.replace('name = "REGION"\n', "")
    report = desk.take("CODE,WARD,CODE,STREET\n2,SEA,21,A\n", bare)
    assert kinds(report) == [(2, "parent-missing")]
    desk.take("REGION,CODE,WARD,CODE,STREET\nWEST,2,SEA,21,A\n", WIDE)
    assert counts(desk.take("CODE,WARD,CODE,STREET\n2,SEA,21,B\n", bare)) == (1, 0, 2)
    assert area_by_code("w-region", "2").name == "West"  # type: ignore[union-attr]


def test_other_codes_of_an_area_stay_findable_after_an_update(desk: Desk) -> None:
    desk.take(GOOD)
    town = area_by_code("t", "T")
    assert town is not None
    AreaCode.objects.create(area=town, scheme="other", code="ZZ9")
    desk.take(GOOD.replace("Town", "City"))
    town.refresh_from_db()
    assert town.search_text == "|city|t|zz9|"


def test_a_moved_area_is_moved_back_by_the_file(desk: Desk) -> None:
    desk.take(GOOD + "R2,,1,Other,,\n")
    town, other = area_by_code("t", "T"), area_by_code("t", "R2")
    assert town is not None
    move_area(actor=SYSTEM, area=town, to_parent=other)
    assert counts(desk.take(GOOD)) == (0, 1, 2)
    check_whole_tree()


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("", "'form' is missing"),
        ('form = "tall"', "must be one of wide, long"),
        ('form = "long"\nschem = "t"', "did you mean 'scheme'"),
        ('form = "wide"', "no [[level]]"),
        (LONG.replace('key = "town"', 'key = "region"'), "there twice"),
        (LONG.replace('value = "2"', 'value = "1"'), "there twice"),
        (LONG.replace('scheme = "t"', ""), "'scheme' is missing"),
        (LONG.replace('id = "id"', ""), "'id' is missing"),
        (LONG.replace('id = "id"', "id = 1.5"), "must be a column"),
        (LONG.replace('longitude = "lon"', ""), "both latitude and longitude"),
        (LONG.replace('value = "2"', 'value = "2"\nrank = 5'), "must rank below"),
        (LONG.replace('value = "2"', 'value = "2"\nrank = 32768'), "at most 32767"),
        (LONG.replace('value = "2"', 'value = "2"\nrank = 0'), "at least 1"),
        (f'{LONG}\n[file]\nencoding = "utf-9"', "must be an encoding"),
        (f'{LONG}\n[file]\nencoding = "rot13"', "must be an encoding"),
        (f'{LONG}\n[file]\nencoding = "\\u0000"', "must be an encoding"),
        (LONG.replace('key = "town"', 'key = "Town!"'), "small letters"),
        (WIDE.replace('code_from = "name"', ""), "give one of 'code'"),
        (WIDE.replace("optional = true", "optionl = true"), "did you mean 'optional'"),
        (WIDE.replace('language = "en"', 'language = "english!"'), "no language tag"),
    ],
)
def test_mappings_are_refused_with_a_reason(desk: Desk, mapping: str, said: str) -> None:
    with pytest.raises(MappingRefused) as refused:
        desk.take(GOOD, mapping)
    assert said in refused.value.english


def test_files_are_refused_with_a_reason(desk: Desk) -> None:
    with pytest.raises(TableMissing):
        desk.take(GOOD, files=[desk.folder / "nothing.csv"])
    with pytest.raises(TableEmpty):
        desk.take("")
    with pytest.raises(TableColumnMissing) as refused:
        desk.take("a;b\n1;2\n")
    assert "The columns are: a, b" in refused.value.english
    assert counts(desk.take(HEAD)) == (0, 0, 0)


def test_an_outsider_imports_nothing(desk: Desk) -> None:
    with pytest.raises(Denied):
        desk.take(GOOD, actor=PUBLIC)
    assert not Area.objects.exists()


def test_made_codes_are_stable_short_and_of_any_script() -> None:
    assert made_code("11", {"sw": "FRELIMO 'A'"}) == made_code("11", {"sw": "Frelimo  a"}) == "11/frelimo-a"
    assert made_code("1", {"hi": "कि"}) != made_code("1", {"hi": "का"})
    assert made_code("1", {"en": "--"}) == ""
    long = made_code("1", {"en": "x" * 150 + "a"})
    assert len(long) == 80
    assert long != made_code("1", {"en": "x" * 150 + "b"})


@pytest.mark.parametrize(
    ("shouted", "said"),
    [
        ("MILL HILL", "Mill Hill"),
        ("NG'AMBO", "Ng'ambo"),
        ("CBD", "CBD"),
        ("McLeod", "McLeod"),
        ("صنعاء", "صنعاء"),
    ],
)
def test_names_without_shouting(shouted: str, said: str) -> None:
    assert title_case(shouted) == said
