"""Sponsors, rounds, teams and postings; subjects, standards and the matrix."""

from datetime import date, timedelta

import pytest

from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC, SYSTEM
from answerable.kernel.labels import DatesInDisorder, KeyRefused, NamesRefused
from answerable.kernel.text import TextMissing
from answerable.programme import selectors, services
from answerable.programme.models import Posting, Responsibility, Round, Subject, Team
from answerable.programme.problems import (
    KeyTaken,
    OneAnswerer,
    PostCannotHandle,
    PostElsewhere,
    PostingEnded,
    PostingOutsideRound,
    PostingOverlaps,
    SameAlready,
    SeatTaken,
    StandardInDisorder,
    SubjectStaysSensitive,
    SubjectTooDeep,
)
from answerable.programme.rules import ServiceTimes
from answerable.register.models import Event
from tests.support.world import DAY, SINCE, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
NAMES = {"en": "Name", "ar": "اسم"}
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def team(world: World) -> Team:
    sponsor = services.add_sponsor(actor=SYSTEM, key="union", names=NAMES)
    return services.add_team(actor=SYSTEM, key="team-1", names=NAMES, sponsor=sponsor)


@pytest.fixture
def other_team(team: Team) -> Team:
    return services.add_team(actor=SYSTEM, key="team-2", names=NAMES, sponsor=team.sponsor)


@pytest.fixture
def round_2026(world: World) -> Round:
    return services.add_round(actor=SYSTEM, key="2026", names=NAMES, starts_on=YEAR[0], ends_on=YEAR[1])


def test_grace_sets_up_a_round_and_posts_a_team(world: World) -> None:
    grace = world.actor("grace")
    sponsor = services.add_sponsor(actor=grace, key="union", names=NAMES)
    team = services.add_team(actor=grace, key="team-1", names=NAMES, sponsor=sponsor)
    this = services.add_round(actor=grace, key="2026", names=NAMES, starts_on=YEAR[0], ends_on=YEAR[1])
    seat = services.seat_post(actor=grace, team=team, post=world.posts["ford-team"])
    posting = services.post_team(actor=grace, team=team, area=world.areas["Ford"], round=this)

    assert (posting.starts_on, posting.ends_on) == YEAR
    assert seat.post == world.posts["ford-team"]
    assert selectors.team_of(world.areas["Ford"], DAY) == team
    assert selectors.team_of(world.areas["Well"], DAY) is None
    assert [e.kind for e in Event.objects.order_by("pk")] == [
        "programme.sponsor-added",
        "programme.team-added",
        "programme.round-added",
        "programme.post-seated",
        "programme.team-posted",
    ]


@pytest.mark.parametrize(
    "name", ["ama", "amina", "baraka", "chidi", "daudi", "esi", "farid", "hana", "public"]
)
def test_only_the_operator_sets_up(world: World, team: Team, round_2026: Round, name: str) -> None:
    actor = PUBLIC if name == "public" else world.actor(name)
    before = Event.objects.count()
    water = world.subjects["water"]
    for act in (
        lambda: services.add_sponsor(actor=actor, key="x", names=NAMES),
        lambda: services.add_team(actor=actor, key="x", names=NAMES, sponsor=team.sponsor),
        lambda: services.add_round(actor=actor, key="x", names=NAMES, starts_on=DAY, ends_on=DAY),
        lambda: services.add_outside_body(actor=actor, key="x", names=NAMES),
        lambda: services.rename(actor=actor, thing=team, names=NAMES),
        lambda: services.seat_post(actor=actor, team=team, post=world.posts["ford-team"]),
        lambda: services.post_team(actor=actor, team=team, area=world.areas["Ford"], round=round_2026),
        lambda: services.add_subject(actor=actor, key="x", names=NAMES),
        lambda: services.change_subject(actor=actor, subject=water, sensitive=True),
        lambda: services.set_standard(actor=actor, subject=water, valid_from=DAY, times=ServiceTimes()),
        lambda: services.set_responsibility(
            actor=actor, subject=water, level=world.levels["township"], function="x", valid_from=DAY
        ),
        lambda: services.end_responsibility(actor=actor, line=Responsibility.objects.earliest("pk"), on=DAY),
    ):
        with pytest.raises(Denied):
            act()
    assert Event.objects.count() == before


def test_keys_are_plain_and_given_once_and_names_have_a_language(world: World, team: Team) -> None:
    for key, names, problem in (
        ("Not plain", NAMES, KeyRefused),
        ("x" * 61, NAMES, KeyRefused),
        ("union", NAMES, KeyTaken),
        ("y", {}, TextMissing),
        ("y", {"en": " "}, TextMissing),
        ("y", {"<b>": "x"}, NamesRefused),
    ):
        with pytest.raises(problem):
            services.add_sponsor(actor=SYSTEM, key=key, names=names)
    with pytest.raises(DatesInDisorder):
        services.add_round(actor=SYSTEM, key="y", names=NAMES, starts_on=YEAR[1], ends_on=YEAR[0])


def test_a_post_sits_in_one_team(world: World, team: Team, other_team: Team) -> None:
    services.seat_post(actor=SYSTEM, team=team, post=world.posts["ford-team"])
    with pytest.raises(SeatTaken):
        services.seat_post(actor=SYSTEM, team=other_team, post=world.posts["ford-team"])


@pytest.mark.parametrize("place", ["Upper Ford", "Ford", "Fordland", "Riverland"])
@pytest.mark.parametrize("same_team", [True, False])
def test_no_area_has_two_teams_on_one_day_nor_one_above_another(
    world: World, team: Team, other_team: Team, round_2026: Round, place: str, same_team: bool
) -> None:
    services.post_team(
        actor=SYSTEM, team=team, area=world.areas["Upper Ford"], round=round_2026, ends_on=date(2026, 6, 30)
    )
    who = team if same_team else other_team
    with pytest.raises(PostingOverlaps):
        services.post_team(
            actor=SYSTEM, team=who, area=world.areas[place], round=round_2026, starts_on=date(2026, 6, 30)
        )
    assert Posting.objects.count() == 1
    services.post_team(
        actor=SYSTEM, team=who, area=world.areas[place], round=round_2026, starts_on=date(2026, 7, 1)
    )


def test_a_team_may_serve_two_places_side_by_side(world: World, team: Team, round_2026: Round) -> None:
    for place in ("Ford", "Well"):
        services.post_team(actor=SYSTEM, team=team, area=world.areas[place], round=round_2026)
    found = selectors.postings_now([world.areas["Ford"].pk, world.areas["Well"].pk], DAY)
    assert [posting.team for posting in found] == [team, team]


def test_the_database_itself_refuses_an_overlap(
    world: World, team: Team, round_2026: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.post_team(actor=SYSTEM, team=team, area=world.areas["Ford"], round=round_2026)
    monkeypatch.setattr("django.db.models.query.QuerySet.first", lambda self: None)
    with pytest.raises(PostingOverlaps):
        services.post_team(actor=SYSTEM, team=team, area=world.areas["Ford"], round=round_2026)


def test_a_posting_keeps_to_its_round_and_can_be_cut_short(
    world: World, team: Team, round_2026: Round
) -> None:
    ford = world.areas["Ford"]
    for start, end in ((date(2025, 12, 31), None), (None, date(2027, 1, 1))):
        with pytest.raises(PostingOutsideRound):
            services.post_team(
                actor=SYSTEM, team=team, area=ford, round=round_2026, starts_on=start, ends_on=end
            )
    posting = services.post_team(actor=SYSTEM, team=team, area=ford, round=round_2026)
    services.end_posting(actor=SYSTEM, posting=posting, on=DAY)
    assert selectors.team_of(ford, DAY) == team
    assert selectors.team_of(ford, DAY + timedelta(1)) is None
    with pytest.raises(PostingEnded):
        services.end_posting(actor=SYSTEM, posting=posting, on=DAY)
    with pytest.raises(DatesInDisorder):
        services.end_posting(actor=SYSTEM, posting=posting, on=date(2025, 1, 1))


def test_the_list_of_subjects_has_two_levels_and_what_is_sensitive_stays_so(world: World) -> None:
    with pytest.raises(SubjectTooDeep):
        services.add_subject(actor=SYSTEM, key="x", names=NAMES, parent=world.subjects["water-supply"])
    child = services.add_subject(actor=SYSTEM, key="fraud", names=NAMES, parent=world.subjects["conduct"])
    assert child.sensitive
    with pytest.raises(SubjectStaysSensitive):
        services.change_subject(actor=SYSTEM, subject=child, sensitive=False)
    services.change_subject(actor=SYSTEM, subject=world.subjects["water"], sensitive=True, icon="water")
    assert Subject.objects.get(key="water-supply").sensitive


@pytest.mark.parametrize(
    "numbers", [(8, 7, 30, 14), (3, 31, 30, 14), (-1, 7, 30, 14), (3, 7, 1001, 14), (3, 7, 30, 0)]
)
def test_a_standard_goes_up(world: World, numbers: tuple[int, int, int, int]) -> None:
    with pytest.raises(StandardInDisorder):
        services.set_standard(actor=SYSTEM, subject=None, valid_from=DAY, times=ServiceTimes(*numbers))


def test_a_standard_of_the_same_day_is_corrected(world: World) -> None:
    for days in (9, 8):
        services.set_standard(actor=SYSTEM, subject=None, valid_from=DAY, times=ServiceTimes(3, days, 30, 14))
    assert selectors.standard_for(world.subjects["roads"], DAY).answer_days == 8


def test_a_new_line_ends_the_former_one_the_day_before(world: World) -> None:
    township = world.levels["township"]
    services.set_responsibility(
        actor=SYSTEM, subject=None, level=township, function="new-desk", valid_from=DAY
    )
    former, new = Responsibility.objects.filter(level=township).order_by("valid_from")
    assert (former.valid_from, former.valid_to) == (SINCE, DAY - timedelta(1))
    assert (new.function, new.valid_to) == ("new-desk", None)

    services.set_responsibility(actor=SYSTEM, subject=None, level=township, function="other", valid_from=DAY)
    assert Responsibility.objects.get(level=township, valid_from=DAY).function == "other"
    between = services.set_responsibility(
        actor=SYSTEM, subject=None, level=township, function="between", valid_from=DAY - timedelta(9)
    )
    assert between.valid_to == DAY - timedelta(1)
    with pytest.raises(SameAlready):
        services.set_responsibility(
            actor=SYSTEM, subject=None, level=township, function="other", valid_from=DAY + timedelta(3)
        )


def test_a_line_names_one_answerer_that_can_answer_there(world: World) -> None:
    township, posts = world.levels["township"], world.posts
    for given, problem in (
        ({}, OneAnswerer),
        ({"function": "x", "post": posts["director"]}, OneAnswerer),
        ({"post": posts["ford-team"]}, PostCannotHandle),
        ({"post": posts["focal-point"]}, PostCannotHandle),
        ({"post": posts["high-hill-desk"], "within": world.areas["Fordland"]}, PostElsewhere),
    ):
        with pytest.raises(problem):
            services.set_responsibility(actor=SYSTEM, subject=None, level=township, valid_from=DAY, **given)
    line = Responsibility.objects.get(level=township)
    services.end_responsibility(actor=SYSTEM, line=line, on=DAY)
    with pytest.raises(DatesInDisorder):
        services.end_responsibility(actor=SYSTEM, line=line, on=date(2020, 1, 1))
