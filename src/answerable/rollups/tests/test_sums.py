# ruff: noqa: S608 - SQL of names of our own and of numbers and days, put together from pieces
"""What waits, what is folded, what is proved: the queue, the tree, incidents, and when the cases are asked instead."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from answerable.access.problems import NotThere
from answerable.access.rules import SYSTEM
from answerable.config.doctor import examine
from answerable.kernel import clock
from answerable.listening.figures import Period, area_figures, sensitive_figures
from answerable.listening.models import Case
from answerable.listening.tests.test_figures import make_case
from answerable.places.models import Area
from answerable.places.services import add_area, move_area
from answerable.rollups import facts, folding, selectors
from answerable.rollups.checking import check, due
from answerable.rollups.models import CaseDay, CaseMonth, Change, DaysTaken, Difference, Moved, Place, State
from answerable.rollups.rules import Cut, Reach, cut, month_of, nearer, next_month
from answerable.rollups.selectors import counted
from tests.support.world import DAY, make_world

PERIOD = Period(DAY - timedelta(days=200), DAY)


@pytest.fixture
def sums(world, on_monday):
    """A world with cases in two villages, folded."""
    Case.objects.bulk_create(
        [make_case(world, "Ford", received_on=DAY - timedelta(days=n * 9)) for n in range(15)]
        + [make_case(world, "Mill", sensitive=True), make_case(world, "Peak", answered_on=DAY)]
    )
    folding.work()
    return world


def received(area: Area | None) -> int | None:
    """What the sums say."""
    found = counted(area, PERIOD, None, sensitive=False)
    return None if found is None else sum(one.counts["received"] for one in found.values())


def test_the_database_notes_what_figures_read_and_nothing_else(sums):
    case = Case.objects.filter(sensitive=False).order_by("pk")[0]
    Case.objects.filter(pk=case.pk).update(voices=7, last_word_on=DAY, urgent=True, version=9)
    assert not Change.objects.exists()
    Case.objects.filter(pk=case.pk).update(answered_on=DAY, state="answered")
    assert sorted(Change.objects.values_list("n", "area", "answer_took")) == [
        (-1, case.area_id, None),
        (1, case.area_id, (DAY - case.received_on).days),
    ]
    Case.objects.filter(pk=case.pk).update(state="assigned", answered_on=None)
    assert folding.fold() == 4
    assert check().differing == 0


@pytest.mark.parametrize("column", ["area_id", "subject_id", "received_on", "sensitive", "resolve_due_on"])
def test_each_column_that_figures_read_is_noted_by_itself(sums, column):
    case = Case.objects.filter(sensitive=False).order_by("pk")[0]
    other = {
        "area_id": sums.areas["Well"].pk,
        "subject_id": sums.subjects["roads"].pk,
        "received_on": case.received_on - timedelta(days=40),
        "sensitive": True,
        "resolve_due_on": DAY - timedelta(days=1),
    }[column]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE listening_case SET {column} = %s WHERE id = %s", [other, case.pk])
    assert Change.objects.count() == 2
    assert check().differences == ()


def test_what_waits_is_seen_at_once_and_folded_once(sums):
    ford = sums.areas["Ford"]
    before = received(ford) or 0
    make_case(sums).save()
    assert received(ford) == before + 1
    assert (folding.fold(), folding.fold()) == (1, 0)
    assert received(ford) == before + 1
    assert folding.work() == folding.Done()


def test_a_fold_takes_no_more_than_it_was_told(sums):
    Case.objects.bulk_create([make_case(sums) for _ in range(5)])
    assert [folding.fold(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert check().differing == 0


def test_a_fold_that_breaks_off_leaves_everything(sums, monkeypatch):
    make_case(sums).save()
    rows = list(CaseMonth.objects.order_by("pk").values())

    def broken(*_given, **_more):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(facts, "spread_taken", broken)
        with pytest.raises(RuntimeError):
            folding.fold()
    assert Change.objects.count() == 1
    assert list(CaseMonth.objects.order_by("pk").values()) == rows
    assert folding.fold() == 1
    assert check().differing == 0


def test_the_day_moves_on_once_and_what_was_not_done_is_overdue(sums):
    case = make_case(sums, received_on=DAY, answer_due_on=DAY)
    case.save()
    folding.work()
    for day, late in ((DAY, 0), (DAY + timedelta(days=1), 1), (DAY + timedelta(days=1), 1)):
        with clock.held_at(day):
            folding.work()
            rows = counted(sums.areas["Ford"], Period(DAY, DAY + timedelta(days=1)), None, sensitive=False)
            assert rows is None or rows[None].counts["answer_overdue"] == late
            found = area_figures(SYSTEM, sums.areas["Ford"], Period(DAY, DAY))
            assert found.total.answered.late == late
            assert check().differing == 0


def test_a_new_area_waits_until_the_sums_know_it(sums):
    grown = add_area(
        actor=sums.actor("grace"),
        parent=sums.areas["Upper Ford"],
        level=sums.levels["village"],
        name="New Place",
    )
    sums.areas["New Place"] = grown
    make_case(sums, "New Place").save()
    assert folding.fold() == 0, "its change waits"
    assert received(sums.areas["Fordland"]) is None, "the cases are asked"
    assert area_figures(SYSTEM, grown, PERIOD).total.received == 1
    folding.work()
    assert received(grown) == 1
    assert not Moved.objects.exists()
    assert check().differing == 0


def test_a_moved_township_takes_its_sums_along(sums):
    move_area(actor=sums.actor("grace"), area=sums.areas["Upper Ford"], to_parent=sums.areas["Hillland"])
    assert received(sums.areas["Fordland"]) is None
    assert area_figures(SYSTEM, sums.areas["Fordland"], PERIOD).total.received == 0
    folding.work()
    assert (received(sums.areas["Fordland"]), received(sums.areas["Hillland"])) == (0, 16)
    assert check().differing == 0


def test_another_upper_subject_makes_the_sums_anew(sums):
    subject = sums.subjects["water-supply"]
    subject.parent = sums.subjects["roads"]
    subject.save()
    assert counted(sums.areas["Riverland"], PERIOD, "subject", sensitive=False) is None
    assert folding.work().months > 1
    found = counted(sums.areas["Riverland"], PERIOD, "subject", sensitive=False)
    assert found is not None
    assert set(found) == {sums.subjects["roads"].pk}


def test_making_them_anew_goes_on_where_it_was_cut_off(sums):
    with transaction.atomic():
        folding.unmake(folding.locked())
    assert folding._step_of_making()
    assert folding._step_of_making()
    make_case(sums).save()
    assert received(sums.areas["Ford"]) is None
    assert folding.work().months > 0
    assert State.objects.get(pk=1).built
    assert check().differing == 0


@pytest.mark.parametrize(
    ("model", "measure"), [(CaseMonth, "received"), (CaseDay, "open"), (DaysTaken, "answered")]
)
def test_a_sum_that_was_tampered_with_is_an_incident_by_name(sums, model, measure, capsys):
    row = model.objects.filter(**{f"{measure}__gt": 0}).order_by("pk")[0]
    model.objects.filter(pk=row.pk).update(**{measure: 77})
    with pytest.raises(CommandError, match="rebuild"):
        call_command("rollups", "check")
    said = capsys.readouterr().out
    assert "1 sums differ" in said
    assert f"area {row.area}" in said
    assert f"{measure}: kept 77, counted" in said
    incident = Difference.objects.get()
    assert (incident.area, incident.measure, incident.kept) == (row.area, measure, 77)
    assert counted(None, PERIOD, None, sensitive=False) is None, "the cases are asked"
    line = next(finding for finding in examine() if finding.about == "figures")
    assert (line.level, "kept 77" in line.found or measure in line.found) == ("fail", True)
    check()
    assert Difference.objects.count() == 1, "one incident, however often it is found"
    call_command("rollups", "rebuild")
    assert received(None) == 16
    assert Difference.objects.get().mended_on == DAY
    call_command("rollups", "check")
    assert next(finding for finding in examine() if finding.about == "figures").level == "ok"


@pytest.mark.parametrize("table", ["rollups_casemonth", "rollups_place", "rollups_change"])
def test_what_is_lost_is_found(sums, table):
    make_case(sums).save()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE area = %s", [sums.areas["Ford"].pk])
    assert check().differing > 0
    folding.rebuild()
    assert check().differing == 0


def test_too_much_that_waits_is_not_added_up_in_a_page(sums, monkeypatch):
    monkeypatch.setattr(selectors, "MOST_WAITING", 3)
    Case.objects.bulk_create([make_case(sums) for _ in range(4)])
    assert received(None) is None
    assert area_figures(SYSTEM, None, PERIOD).total.received == 20
    folding.work()
    assert received(None) == 20


def test_pages_see_the_same_numbers_with_the_same_rights(sums, django_assert_max_num_queries):
    for place in ("Fordland", "Hillland", "Riverland"):
        with pytest.raises(NotThere):
            sensitive_figures(sums.actor("ama"), sums.areas[place], PERIOD)
    with pytest.raises(NotThere):
        area_figures(sums.actor("daudi"), sums.areas["Fordland"], PERIOD)
    assert sensitive_figures(sums.actor("esi"), sums.areas["Fordland"], PERIOD).total.received == 1
    assert area_figures(sums.actor("baraka"), sums.areas["Riverland"], PERIOD).partial
    ama = sums.actor("ama")
    with django_assert_max_num_queries(5):
        parts = area_figures(ama, sums.areas["Riverland"], PERIOD, "child").parts
    assert [(part.name, part.figures.received) for part in parts] == [("Fordland", 15), ("Hillland", 1)]


def test_checked_once_a_day(sums):
    assert due(DAY)
    check()
    assert not due(DAY)
    assert due(DAY + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_two_who_fold_at_once_and_one_who_writes():
    with clock.held_at(DAY):
        world = make_world()
        folding.work()
        Case.objects.bulk_create([make_case(world) for _ in range(40)])
    troubles: list[BaseException] = []

    def fold() -> None:
        try:
            with clock.held_at(DAY):
                while folding.fold(limit=3):
                    pass
        except BaseException as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=fold) for _ in range(2)]
    for thread in threads:
        thread.start()
    with clock.held_at(DAY):
        for n in range(10):
            make_case(world, received_on=DAY - timedelta(days=n)).save()
        for thread in threads:
            thread.join()
        assert troubles == []
        proof = check()
        assert (proof.differing, received(None)) == (0, 50)
        assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "months", "edges"),
    [
        ("2026-01-01", "2026-03-31", ("2026-01-01", "2026-03-01"), 0),
        ("2026-01-02", "2026-03-30", ("2026-02-01", "2026-02-01"), 2),
        ("2026-01-02", "2026-02-27", None, 1),
        ("2026-01-15", "2026-01-15", None, 1),
        ("2024-02-01", "2024-02-29", ("2024-02-01", "2024-02-01"), 0),
        ("2024-02-01", "2024-02-28", None, 1),
        ("2025-12-31", "2026-01-31", ("2026-01-01", "2026-01-01"), 1),
    ],
)
def test_a_period_is_cut_at_months(first, last, months, edges):
    found = cut(date.fromisoformat(first), date.fromisoformat(last))
    assert isinstance(found, Cut)
    assert found.months == (tuple(map(date.fromisoformat, months)) if months else None)
    assert len(found.edges) == edges
    days = sum((end - start).days + 1 for start, end in found.edges)
    if found.months:
        whole = (found.months[1].replace(day=28) + timedelta(days=4)).replace(day=1) - found.months[0]
        days += whole.days
    assert days == (date.fromisoformat(last) - date.fromisoformat(first)).days + 1


@pytest.mark.parametrize(
    ("floor", "months", "taken", "days", "by_subject"),
    [
        (0, 0, 0, 0, 0),
        (1, 1, 0, 0, 0),
        (2, 2, 1, 1, 1),
        (3, 3, 2, 1, 1),
        (4, 4, 3, 2, 1),
        (5, 5, 4, 3, 2),
        (8, 8, 7, 6, 5),
    ],
)
def test_how_deep_the_tables_reach(floor, months, taken, days, by_subject):
    reach = Reach(floor)
    assert (reach.months, reach.taken, reach.days, reach.days_by_subject) == (months, taken, days, by_subject)


@given(st.dates(date(2023, 1, 1), date(2026, 12, 31)), st.integers(0, 130))
def test_of_a_month_that_is_cut_the_smaller_side_is_counted(first: date, days: int) -> None:
    """Months, days added and days taken away come to the very days of the edges, each once."""
    last = first + timedelta(days=days)
    edges = cut(first, last).edges
    found = nearer(edges)
    wanted = Counter(day for edge in edges for day in _days(*edge))
    counted = Counter(
        day for month in found.months for day in _days(month, next_month(month) - timedelta(days=1))
    )
    counted.update(day for some in found.added for day in _days(*some))
    counted.subtract(day for some in found.away for day in _days(*some))
    assert +counted == counted == wanted
    by_hand = Counter(month_of(day) for some in (*found.added, *found.away) for day in _days(*some))
    assert all(count <= 15 for count in by_hand.values())


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.django_db
def test_nothing_at_all(on_monday):
    folding.work()
    assert received(None) is None, "there is no area to have sums of"
    assert check().differing == 0
    assert not Place.objects.exists()
