"""Figures against a plain computation over the same cases, and who sees which."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.access.problems import NotThere
from answerable.access.rules import PUBLIC, SYSTEM
from answerable.kernel import clock
from answerable.listening.figures import (
    AreaFigures,
    Days,
    Figures,
    Kept,
    Period,
    area_figures,
    percentile,
    sensitive_figures,
)
from answerable.listening.models import Case
from answerable.listening.problems import PeriodWrong
from answerable.listening.rules.states import OPEN_STATES, State
from tests.support.world import DAY, World, make_world

pytestmark = pytest.mark.django_db

PERIOD = Period(DAY - timedelta(days=200), DAY)
VILLAGES = ("Ford", "Well", "Mill", "Peak")
OPEN = {state.value for state in OPEN_STATES}


def make_case(world: World, village: str = "Ford", subject: str = "water-supply", **given) -> Case:
    """A case as the summary would leave it, as far as figures read it; unsaved."""
    received = given.pop("received_on", DAY - timedelta(days=20))
    values = {
        "kind": "need",
        "acknowledge_days": 3,
        "answer_days": 7,
        "resolve_days": 30,
        "silence_days": 14,
        "acknowledge_due_on": received + timedelta(days=5),
        "answer_due_on": received + timedelta(days=9),
        "resolve_due_on": received + timedelta(days=42),
        "last_word_on": received,
    }
    return Case(
        area=world.areas[village],
        subject=world.subjects[subject],
        received_on=received,
        **values | given,
    )


def after(start: date, days: int | None) -> date | None:
    return None if days is None else start + timedelta(days=days)


def whole_days(most: int):
    return st.none() | st.integers(0, most)


@st.composite
def drawn(draw) -> dict[str, Any]:
    """The columns of one random case."""
    received = DAY - timedelta(days=draw(st.integers(0, 250)))
    state = draw(st.sampled_from([s for s in State if s is not State.DUPLICATE]))
    claimed, confirmed = draw(whole_days(60)), draw(whole_days(60))
    if state is State.CONFIRMED:
        confirmed = confirmed or 1
    if state is State.CLAIMED_DONE:
        claimed = claimed or 1
    small = st.integers(0, 2)
    return {
        "village": draw(st.sampled_from(VILLAGES)),
        "subject": draw(st.sampled_from(["water", "water-supply", "roads"])),
        "kind": draw(st.sampled_from(["need", "complaint"])),
        "sensitive": draw(st.booleans()),
        "received_on": received,
        "state": state.value,
        "closed_on": received + timedelta(days=70) if state is State.CLOSED else None,
        "closed_reason": draw(st.sampled_from(["answered", "ended"])) if state is State.CLOSED else "",
        "acknowledged_on": after(received, draw(whole_days(10))),
        "answered_on": after(received, draw(whole_days(30))),
        "resolved_on": after(received, draw(whole_days(90))),
        "claimed_on": after(received, claimed),
        "confirmed_on": after(received, confirmed),
        "unconfirmed_on": after(received, draw(whole_days(60))),
        "reopened": draw(small),
        "appeals": draw(small),
        "appeals_upheld": draw(small),
        "bounces": draw(small),
        "escalations": draw(small),
        "rating": draw(st.none() | st.integers(1, 5)),
    }


def plainly(cases: list[Case]) -> Figures:
    """The same figures, counted one by one."""
    matters = [c for c in cases if c.state not in ("duplicate", "withdrawn")]

    def kept(done: str, due: str) -> Kept:
        pairs = [(getattr(c, done), getattr(c, due)) for c in matters]
        return Kept(
            sum(did is not None and did <= by for did, by in pairs),
            sum(did > by if did is not None else by < DAY for did, by in pairs),
        )

    def days(done: str) -> Days:
        taken = sorted((getattr(c, done) - c.received_on).days for c in matters if getattr(c, done))
        if not taken:
            return Days()
        return Days(taken[-(-len(taken) // 2) - 1], taken[-(-len(taken) * 9 // 10) - 1], len(taken))

    ages = [(DAY - c.received_on).days for c in matters if c.state in OPEN]
    return Figures(
        received=len(matters),
        joined=0,
        withdrawn=sum(c.state == "withdrawn" for c in cases),
        open=len(ages),
        open_by_age=(
            sum(a <= 30 for a in ages),
            sum(30 < a <= 90 for a in ages),
            sum(90 < a <= 180 for a in ages),
            sum(a > 180 for a in ages),
        ),
        acknowledged=kept("acknowledged_on", "acknowledge_due_on"),
        answered=kept("answered_on", "answer_due_on"),
        resolved=kept("resolved_on", "resolve_due_on"),
        answer_days=days("answered_on"),
        resolve_days=days("resolved_on"),
        claimed=sum(c.claimed_on is not None for c in matters),
        confirmed=sum(c.confirmed_on is not None for c in matters),
        claimed_not_confirmed=sum(c.claimed_on is not None and c.confirmed_on is None for c in matters),
        unconfirmed=sum(c.unconfirmed_on is not None and c.confirmed_on is None for c in matters),
        not_delivered=sum(
            c.state in ("declined", "out_of_scope", "cannot_verify") or c.closed_reason == "ended"
            for c in matters
        ),
        reopened=sum(c.reopened > 0 for c in matters),
        appealed=sum(c.appeals > 0 for c in matters),
        upheld=sum(c.appeals_upheld > 0 for c in matters),
        bounced=sum(c.bounces > 0 for c in matters),
        bounces=sum(c.bounces for c in matters),
        escalated=sum(c.escalations > 0 for c in matters),
        rated=sum(c.rating is not None for c in matters),
        stars=sum(c.rating or 0 for c in matters),
        ended=sum(c.state not in OPEN for c in matters),
    )


def within(world: World, place: str) -> list[str]:
    """The villages of a place."""
    path = world.areas[place].path or ""
    return [name for name in VILLAGES if (world.areas[name].path or "").startswith(path)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(given_cases=st.lists(drawn(), max_size=40))
def test_figures_are_what_counting_one_by_one_gives(db, given_cases):
    Case.objects.all().delete()
    world = _the_world()
    Case.objects.bulk_create([make_case(world, **values) for values in given_cases])
    seen = [c for c in Case.objects.select_related("area", "subject") if c.received_on >= PERIOD.first]
    ordinary = [c for c in seen if not c.sensitive]
    with clock.held_at(DAY):
        for place in ("Riverland", "Fordland", "Upper Ford", "Ford"):
            here = [c for c in ordinary if c.area.name in within(world, place)]
            area = world.areas[place]
            assert area_figures(SYSTEM, area, PERIOD).total == plainly(here)
            secret = [c for c in seen if c.sensitive and c.area.name in within(world, place)]
            assert sensitive_figures(world.actor("esi"), area, PERIOD).total == plainly(secret)
            for by, key in (
                ("subject", lambda c: c.subject.parent_id or c.subject_id),
                ("kind", lambda c: c.kind),
                ("post", lambda c: c.owner_id),
                ("child", lambda c, depth=area.depth: getattr(c.area, f"l{depth + 1}")),
            ):
                split = area_figures(SYSTEM, area, PERIOD, by)
                assert split.total == plainly(here)
                assert {part.key: part.figures for part in split.parts} == {
                    part: plainly([c for c in here if key(c) == part]) for part in {key(c) for c in here}
                }
    Case.objects.all().delete()


_made: dict[str, World] = {}


def _the_world() -> World:
    """One world for all examples of a test: its rows stay until the test ends."""
    from answerable.places.models import Area

    if not Area.objects.exists():
        _made["world"] = make_world()
    return _made["world"]


@given(days=st.lists(st.integers(0, 400), min_size=1, max_size=200), percent=st.integers(1, 100))
def test_percentile_is_the_smallest_value_that_covers_the_share(days, percent):
    found = percentile(Counter(days), percent)
    assert found in days
    assert sum(day <= found for day in days) * 100 >= percent * len(days)
    assert not any(
        sum(day <= smaller for day in days) * 100 >= percent * len(days)
        for smaller in days
        if smaller < found
    )


def test_percentile_of_nothing():
    assert percentile({}, 50) is None


def test_a_joined_matter_counts_apart(world, on_monday):
    main = make_case(world)
    main.save()
    make_case(world, state="duplicate", duplicate_of=main).save()
    make_case(world, state="withdrawn").save()
    total = area_figures(SYSTEM, world.areas["Ford"], PERIOD).total
    assert (total.received, total.joined, total.withdrawn, total.open) == (1, 1, 1, 1)
    assert total.answered == Kept(0, 1)


def test_each_sees_their_own_part(world, on_monday):
    Case.objects.bulk_create([make_case(world, village) for village in VILLAGES])

    def seen(name: str, place: str) -> AreaFigures:
        return area_figures(world.actor(name), world.areas[place], PERIOD)

    assert seen("amina", "Upper Ford").total.received == 2
    assert not seen("amina", "Upper Ford").partial
    above = seen("amina", "Riverland")
    assert (above.total.received, above.partial) == (2, True)
    assert area_figures(world.actor("amina"), None, PERIOD).total.received == 2
    assert seen("baraka", "Riverland").total.received == 3
    assert seen("ama", "Riverland").total.received == 4
    assert area_figures(world.actor("ama"), None, PERIOD, "child").parts[0].name == "Riverland"


@pytest.mark.parametrize("who", ["daudi", "esi", "grace", "hana", "public"])
def test_an_outsider_sees_no_figures(world, on_monday, who):
    with pytest.raises(NotThere):
        area_figures(world.actor(who), world.areas["Upper Ford"], PERIOD)


@pytest.mark.parametrize("who", ["ama", "amina", "chidi", "public"])
def test_sensitive_figures_are_for_focal_points(world, on_monday, who):
    make_case(world, sensitive=True).save()
    assert sensitive_figures(world.actor("esi"), world.areas["Ford"], PERIOD).total.received == 1
    if who != "public":
        assert area_figures(world.actor(who), world.areas["Fordland"], PERIOD).total.received == 0
    with pytest.raises(NotThere):
        sensitive_figures(world.actor(who), world.areas["Ford"], PERIOD)


def test_few_queries(world, on_monday):
    make_case(world).save()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        area_figures(world.actor("ama"), world.areas["Fordland"], PERIOD, "child")
    assert len(queries) <= 6  # one of them finds who Ama is, one whether there are sums
    with CaptureQueriesContext(connection) as queries:
        area_figures(SYSTEM, world.areas["Fordland"], PERIOD)
    assert len(queries) == 4


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 1, 2), date(2026, 1, 1)), (date(1900, 1, 1), date(2000, 1, 1))]
)
def test_a_period_that_can_not_be(first, last):
    with pytest.raises(PeriodWrong):
        Period(first, last)


def test_the_public_has_another_door(world, on_monday):
    with pytest.raises(NotThere):
        area_figures(PUBLIC, None, PERIOD)


@pytest.fixture
def desk(client, world, on_monday):
    """Ama's browser, signed in."""
    client.force_login(world.staff["ama"])
    return client


@pytest.mark.parametrize("by", ["child", "subject", "post", "kind"])
def test_the_page_marks_what_may_not_be_published(desk, world, by):
    few = {"subject": "roads", "kind": "question"}
    Case.objects.bulk_create([make_case(world) for _ in range(12)] + [make_case(world, "Peak", **few)])
    answer = desk.get("/desk/figures/", {"area": world.areas["Riverland"].pk, "by": by})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "not to be published" in page if by != "post" else True
    assert '<rect width="100"' in page
    if by == "child":
        assert f"area={world.areas['Hillland'].pk}" in page


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"from": "2026-02-01", "to": "2026-01-01"}, 422),
        ({"from": "1901-01-01", "to": "2026-01-01"}, 422),
        ({"from": "yesterday"}, 422),
        ({"from": "2026-02-30"}, 422),
        ({"area": "999999"}, 404),
        ({"by": "shoe-size"}, 200),
    ],
)
def test_what_can_not_be_asked(desk, asked, status):
    assert desk.get("/desk/figures/", asked).status_code == status
