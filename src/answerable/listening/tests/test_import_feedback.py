"""Importing feedback from files of every kind of badness: all of it named, nothing half done."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from answerable.access.problems import Denied
from answerable.access.rules import SYSTEM
from answerable.kernel import clock
from answerable.kernel.mapping import MappingRefused
from answerable.kernel.tables import TableColumnMissing, TableUndecodable
from answerable.kernel.workdays import WorkCalendar
from answerable.listening.imports import import_feedback
from answerable.listening.models import Case, CaseStep, Feedback, Word
from answerable.listening.problems import ImportPlaceUnknown
from answerable.listening.rules.clocks import Logged, due_dates
from answerable.listening.rules.states import STEPS, State, Step
from answerable.listening.rules.summary import summarise
from answerable.listening.services.clockwork import tick
from answerable.listening.services.core import read_log
from answerable.listening.services.history import OUTCOMES, PastFeedback, past_log, receive_history
from answerable.listening.services.lookups import Lookups, times_of
from answerable.places.models import Area
from answerable.programme.models import Subject
from answerable.programme.rules import ServiceTimes
from answerable.register.models import Event
from tests.support.world import DAY, World

pytestmark = pytest.mark.django_db

HEADER = "no,day,place,about,how,words,due,ended,state\n"
GOOD = "1,2026-01-05,Ford,water-supply,phone,The pump is broken,2026-02-05,2026-01-20,closed\n"
MAPPING = """
scheme = "old"
language = "en"
key = "no"
[received]
column = "day"
[kind]
is = "complaint"
[area]
column = "place"
within = "test:riverland"
[subject]
column = "about"
[channel]
column = "how"
values.phone = "call"
empty = "paper"
[text]
column = "words"
[due]
column = "due"
[ended]
column = "ended"
[outcome]
column = "state"
values.closed = "done"
values.refused = "declined"
values.open = "open"
values.test = "leave-out"
"""


@pytest.fixture
def take(world: World, on_monday: date, tmp_path: Path):
    """Import rows below the header, as bytes or text."""

    def run(
        rows: str | bytes, *, mapping: str = MAPPING, keep: str = "good", actor=SYSTEM, header=HEADER, **how
    ):
        (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
        raw = header.encode() + (rows if isinstance(rows, bytes) else rows.encode())
        (tmp_path / "old.csv").write_bytes(raw)
        return import_feedback(
            actor=actor, files=[tmp_path / "old.csv"], mapping=tmp_path / "mapping.toml", keep=keep, **how
        )

    return run


def test_a_matter_comes_with_its_dates(take, world):
    report = take(GOOD)
    assert (report.rows, report.added, report.faults) == (1, 1, [])
    case = Case.objects.get()
    assert (case.received_on, case.resolve_due_on) == (date(2026, 1, 5), date(2026, 2, 5))
    assert (case.claimed_on, case.resolved_on, case.closed_on) == (date(2026, 1, 20),) * 3
    assert (case.state, case.closed_reason, case.confirmed_on) == ("closed", "no-word-from-residents", None)
    assert (case.owner, case.next_due_on) == (None, None)
    feedback = Feedback.objects.get()
    assert (feedback.channel, feedback.locator, feedback.code_hash) == ("call", "", None)
    assert Word.objects.get().text == "The pump is broken"
    assert [step.step for step in CaseStep.objects.order_by("n")] == ["received", "claimed-done", "closed"]
    assert summarise(read_log(case), times_of(case), Lookups(DAY).calendar(case.area)).resolve_due_on == (
        case.resolve_due_on
    )
    events = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert events == ["listening.case-imported", "listening.feedback-imported"]


def test_what_is_open_goes_to_its_post_and_nothing_happens_in_the_past(take, world):
    take("1,2025-01-06,Ford,water-supply,phone,,2025-02-06,,open\n")
    case = Case.objects.get()
    assert (case.state, case.owner) == ("received", world.posts["upper-ford-desk"])
    assert case.next_due_on == DAY
    tick(today=DAY)
    assert all(step.on >= DAY for step in CaseStep.objects.filter(n__gt=1))


def test_importing_again_adds_nothing(take):
    take(GOOD)
    before = Event.objects.count()
    report = take(GOOD + GOOD.replace("1,", "2,", 1))
    assert (report.added, report.unchanged, Case.objects.count()) == (1, 1, 2)
    report = take(GOOD + GOOD.replace("1,", "2,", 1))
    assert (report.added, report.unchanged, Case.objects.count()) == (0, 2, 2)
    assert Event.objects.count() == before + 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",2026-01-05,Ford,water,phone,,,,open", "key-missing"),
        ("2,5 January,Ford,water,phone,,,,open", "received-unreadable"),
        ("2,,Ford,water,phone,,,,open", "received-missing"),
        ("2,2026-13-45,Ford,water,phone,,,,open", "received-unreadable"),
        ("2,2026-03-03,Ford,water,phone,,,,open", "received-in-future"),
        ("2,0018-03-03,Ford,water,phone,,,,open", "received-too-early"),
        ("2,2026-01-05,,water,phone,,,,open", "area-missing"),
        ("2,2026-01-05,Atlantis,water,phone,,,,open", "area-unknown"),
        ("2,2026-01-05,Upper Ford,water,phone,,,,open", "area-unknown"),
        ("2,2026-01-05,Ford,,phone,,,,open", "subject-missing"),
        ("2,2026-01-05,Ford,unicorns,phone,,,,open", "subject-unknown"),
        ("2,2026-01-05,Ford,water,pigeon,,,,open", "channel-unknown"),
        ("2,2026-01-05,Ford,water,phone,,,,lost", "outcome-unknown"),
        ("2,2026-01-05,Ford,water,phone,,,,", "outcome-missing"),
        ("2,2026-01-05,Ford,water,phone,,2026-01-04,,open", "due-before-received"),
        ("2,2026-01-05,Ford,water,phone,,,2026-01-04,closed", "ended-before-received"),
        ("2,2026-01-05,Ford,water,phone,,,2026-03-03,closed", "ended-in-future"),
        ("2,2026-01-05,Ford,water,phone,,,,closed", "ended-missing"),
        ("2,2026-01-05,Ford,water,phone,,,2026-01-06,open", "ended-but-open"),
        ("2,2026-01-05,Ford,water,phone,call me: 0171 234 5678,,,open", "text-points-at-somebody"),
        ("2,2026-01-05,Ford,water,phone,a\x07bell,,,open", "control-characters"),
        ("2,2026-01-05,Ford,water,phone,,,,open,more", "ragged-row"),
        ("1,2026-01-05,Ford,water,phone,,,,open", "key-twice"),
    ],
)
def test_a_row_that_can_not_be_used_is_named(take, row, code):
    kept_out = take(GOOD + row + "\n", keep="none")
    assert (kept_out.kept, Case.objects.count(), Event.objects.count()) == (False, 0, 0)
    report = take(GOOD + row + "\n")
    assert [(fault.code, fault.line) for fault in report.faults] == [(code, 3)]
    assert (report.rows, report.added, Case.objects.count()) == (2, 1, 1)
    assert "0171" not in report.faults[0].sentence


def test_everything_wrong_with_a_row_is_said(take):
    report = take(",x,,,pigeon,,,,lost\n")
    assert set(report.by_kind) == {
        "key-missing",
        "received-unreadable",
        "area-missing",
        "subject-missing",
        "channel-unknown",
        "outcome-unknown",
    }
    assert report.notes[0] == "Rows kept out because of faults: 1."


def test_rows_that_the_mapping_leaves_out_are_no_faults(take):
    report = take(GOOD + "2,,,,,,,,test\n")
    assert (report.added, report.faults, sum(report.skipped.values())) == (1, [], 1)


def test_a_cell_of_ten_megabytes(take):
    report = take(GOOD + f"2,2026-01-05,Ford,water,phone,{'x' * 10_000_000},,,open\n")
    assert (report.added, report.by_kind) == (1, {"cell-too-long": 1})
    report = take(f"3,2026-01-05,Ford,water,phone,{'x' * 5_000},,,open\n")
    assert report.by_kind == {"text-too-long": 1}


def test_two_encodings_in_one_file_are_refused_as_a_whole(take):
    rows = (
        "1,2026-01-05,Ford,water,phone,Señor,,,open\n".encode()
        + "2,2026-01-05,Ford,water,phone,año,,,open\n".encode("cp1252")
    )
    with pytest.raises(TableUndecodable):
        take(rows)
    assert Case.objects.count() == 0


def test_a_missing_column_is_named(take):
    with pytest.raises(TableColumnMissing):
        take("1\n", header="no\n")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("[text]", "[name]"), "'name' is not known"),
        (("[text]", "[txet]"), "did you mean 'text'"),
        (('column = "words"', 'colum = "words"'), "did you mean 'column'"),
        (('is = "complaint"', 'is = "gossip"'), "must be one of"),
        (('values.phone = "call"', 'values.phone = "dove"'), "must become one of"),
        (('within = "test:riverland"', ""), "either 'scheme'"),
        (('within = "test:riverland"', 'within = "riverland"'), "scheme and code"),
        (('key = "no"', ""), "'key' is missing"),
        (('[ended]\ncolumn = "ended"', ""), "[ended] is missing"),
        (('scheme = "old"', 'scheme = "Old One"'), "small letters"),
        (('scheme = "old"', "scheme = 7"), "text in quotes"),
        (("[received]", "[received"), "no TOML"),
    ],
)
def test_a_mapping_that_can_not_be_used_says_why(take, change, why):
    assert change[0] in MAPPING
    with pytest.raises(MappingRefused) as refused:
        take(GOOD, mapping=MAPPING.replace(*change))
    assert why in refused.value.english


def test_no_mapping_has_a_place_for_a_person(take):
    for target in ("name", "phone", "email", "address", "contact", "reporter"):
        with pytest.raises(MappingRefused):
            take(GOOD, mapping=MAPPING + f'[{target}]\ncolumn = "words"\n')


def test_places_and_subjects_are_added_only_on_demand(take, world):
    mapping = MAPPING.replace('column = "place"', 'column = "place"\nadd = true\nlevel = "village"').replace(
        'column = "about"', 'column = "about"\nbelow = "how"\nadd = true'
    )
    rows = GOOD + "2,2026-01-05,Atlantis,Sea monsters,phone,,,,open\n"
    assert take(rows).by_kind == {"area-unknown": 1, "subject-unknown": 1}
    refused = take(rows + "3,,,,,,,,\n", mapping=mapping, keep="none")
    assert not refused.kept
    assert not Area.objects.filter(name="Atlantis").exists()
    report = take(rows, mapping=mapping)
    assert (report.faults, report.added, report.unchanged) == ([], 1, 1)
    village = Area.objects.get(name="Atlantis")
    assert (village.parent, village.level.key) == (world.areas["Riverland"], "village")
    subject = Case.objects.get(area=village).subject
    assert (subject.names, subject.offered) == ({"en": "Sea monsters"}, False)
    assert subject.parent is not None
    assert subject.parent.names == {"en": "phone"}
    areas, subjects = Area.objects.count(), Subject.objects.count()
    take(rows.replace("2,", "4,", 1), mapping=mapping)
    assert (Area.objects.count(), Subject.objects.count()) == (areas, subjects)


def test_an_area_that_is_not_there(take):
    with pytest.raises(ImportPlaceUnknown):
        take(GOOD, mapping=MAPPING.replace("test:riverland", "test:nowhere"))


def test_places_by_code(take, world):
    mapping = MAPPING.replace('within = "test:riverland"', 'scheme = "test"')
    report = take(
        GOOD.replace("Ford", "ford") + GOOD.replace("1,", "2,", 1).replace("Ford", "upper-ford"),
        mapping=mapping,
    )
    assert (report.added, report.by_kind) == (1, {"area-no-village": 1})


def test_a_name_that_two_villages_have_is_not_guessed(take, world):
    world.areas["Mill"].name = "Ford"
    world.areas["Mill"].save()
    assert take(GOOD).by_kind == {"area-unknown": 1}


def test_sensitive_matters_go_to_the_focal_point(take, world):
    take(GOOD.replace("water-supply", "bribery"))
    case = Case.objects.get()
    assert (case.sensitive, case.owner) == (True, world.posts["focal-point"])
    assert Event.objects.get(kind="listening.case-imported").sealed


def test_sensitive_matters_without_a_focal_point_stay_outside(take, world):
    world.posts["focal-point"].valid_to = DAY - timedelta(days=1)
    world.posts["focal-point"].save()
    assert take(GOOD.replace("water-supply", "bribery")).by_kind == {"no-focal-point": 1}


def test_a_rehearsal_writes_nothing(take):
    report = take(GOOD, dry_run=True)
    assert (report.added, report.kept, Case.objects.count(), Event.objects.count()) == (1, False, 0, 0)


@pytest.mark.parametrize("who", ["ama", "amina", "daudi", "esi", "hana", "public"])
def test_an_outsider_imports_nothing(take, world, who):
    with pytest.raises(Denied):
        take(GOOD, actor=world.actor(who))
    assert Case.objects.count() == 0


def test_the_operator_imports(take, world):
    assert take(GOOD, actor=world.actor("grace")).added == 1
    assert Event.objects.get(kind="listening.case-imported").post_id == world.posts["operator"].pk


def test_a_deadline_of_the_file_holds_until_the_matter_is_owed_again(world):
    due = DAY + timedelta(days=3)
    log = [
        Logged(Step.RECEIVED, DAY, State.RECEIVED, until=due),
        Logged(Step.CLAIMED_DONE, DAY, State.CLAIMED_DONE),
    ]
    times, calendar = ServiceTimes(), WorkCalendar()
    assert due_dates(log, times, calendar).resolve == due
    log.append(Logged(Step.NOT_CONFIRMED, DAY, State.REOPENED))
    assert due_dates(log, times, calendar).resolve == calendar.add(DAY, times.resolve_days)


@pytest.mark.parametrize("outcome", ["", *OUTCOMES])
def test_each_log_is_one_that_the_rules_allow(outcome, world):
    item = PastFeedback(
        key=None,  # type: ignore[arg-type]
        area=world.areas["Ford"],
        kind="need",
        subject=world.subjects["roads"],
        language="en",
        channel="file",
        on=DAY,
        outcome=outcome,
        ended_on=DAY if outcome else None,
    )
    log: list[Logged] = past_log(item, DAY)
    assert log[0].step is Step.RECEIVED
    for before, entry in pairwise(log):
        move = STEPS[entry.step]
        assert before.state in move.origins
        assert entry.state is (move.target or before.state)
    assert log[-1].state is (State.CLOSED if outcome else State.RECEIVED)


def test_nothing_to_take_in(world, on_monday):
    assert receive_history(actor=SYSTEM, items=[]) == []


def test_the_command(world, tmp_path, capsys):
    (tmp_path / "mapping.toml").write_text(MAPPING)
    (tmp_path / "old.csv").write_text(HEADER + GOOD)
    with clock.held_at(DAY):
        call_command("import", "feedback", str(tmp_path / "old.csv"), mapping=str(tmp_path / "mapping.toml"))
        with pytest.raises(CommandError):
            call_command(
                "import", "feedback", str(tmp_path / "no.csv"), mapping=str(tmp_path / "mapping.toml")
            )
    assert "Feedback: 1 added" in capsys.readouterr().out
