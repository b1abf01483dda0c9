"""A survey from its design to what is published; who may do what; and that nothing joins a card to an answer."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.core import serializers
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.access.models import Holding
from answerable.access.rules import Role
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.programme.models import TeamSeat
from answerable.register.models import Event
from answerable.surveys import cards, selectors, services
from answerable.surveys.models import CardMark, Cluster, Estimate, Survey, Tally
from answerable.surveys.rules.drawing import digest_of
from answerable.surveys.rules.questions import BANK
from answerable.surveys.rules.sizes import Wanted
from answerable.surveys.selectors import answered_by_card
from tests.support.world import DAY, World, make_post
from tests.support.write_guard import outside_the_gate

from .factories import design, drawn, organisation, place_named, rated_team, sheet, sizes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
TOMORROW = DAY + timedelta(days=1)


def refused(wanted: str, act: Any, /, **more: Any) -> None:
    with pytest.raises(Problem) as caught:
        act(**more)
    assert f"{caught.value.code}:{caught.value.field}" == wanted


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries are counted for all together, in memory: other tests would run into it."""
    selectors._tries.cache_clear()


def test_a_survey_from_its_design_to_its_publication(world: World) -> None:
    survey = design(world)
    assert survey.needed == sum(one.sample for one in survey.strata.all())
    assert (survey.state, survey.dice, Cluster.objects.filter(drawn=True).count()) == ("designed", "", 0)
    baraka, chidi = world.actor("baraka"), world.actor("chidi")
    refused("surveys-draw-too-soon:dice", services.draw_survey, actor=baraka, survey=survey.pk, dice="111111")
    with clock.held_at(TOMORROW):
        refused("surveys-dice:dice", services.draw_survey, actor=baraka, survey=survey.pk, dice="12345")
        services.draw_survey(actor=baraka, survey=survey.pk, dice="351624")
        refused("surveys-state:", services.draw_survey, actor=baraka, survey=survey.pk, dice="351624")
        places = {name: place_named(survey, name) for name in ("Ford", "Well", "Mill")}
        assert all(place.drawn and place.certain for place in places.values())
        assert sum(place.take for place in places.values()) == survey.needed
        refused("surveys-nothing-to-close:", services.close_survey, actor=baraka, survey=survey.pk)
        for name, good in (("Ford", 12), ("Well", 4), ("Mill", 10)):
            take = places[name].take
            assert take >= good
            services.count_paper(actor=chidi, cluster=places[name].pk, answers=take, counts=sheet(take, good))
    with clock.held_at(DAY + timedelta(days=21)):
        closed = services.close_survey(actor=baraka, survey=survey.pk)
        assert len(closed.sums_digest) == 64
        refused("surveys-state:", services.close_survey, actor=baraka, survey=survey.pk)
        whole = Estimate.objects.get(
            survey=survey, stratum__isnull=True, measure="share", question="listened"
        )
        wanted = (
            60 * 12 / places["Ford"].take + 40 * 4 / places["Well"].take + 80 * 10 / places["Mill"].take
        ) / 180
        assert whole.value_e4 == round(wanted * 10_000)
        assert (whole.good, whole.answers, whole.asked) == (26, survey.needed, survey.needed)
        assert whole.low_e4 is not None
        assert whole.high_e4 is not None
        assert whole.low_e4 < whole.value_e4 < whole.high_e4
        mean = Estimate.objects.get(survey=survey, stratum__isnull=True, measure="mean")
        assert mean.value_e4 == pytest.approx(10_000 + 4 * whole.value_e4, abs=3)
        # By stratum as well: a village that is all of its stratum, and two together.
        assert Estimate.objects.filter(survey=survey, stratum__isnull=False, measure="share").count() == 4
        services.publish_survey(actor=baraka, survey=survey.pk)
    assert (
        Event.objects.filter(
            kind__startswith="surveys.", kind__in=["surveys.designed", "surveys.drawn"]
        ).count()
        == 2
    )


def test_the_draw_is_the_one_that_the_register_can_repeat(world: World) -> None:
    survey = drawn(world)
    events = {one.kind: one.body for one in Event.objects.filter(kind__startswith="surveys.")}
    assert events["surveys.designed"]["frame"] == survey.frame
    assert events["surveys.designed"]["commitment"] == survey.commitment
    assert "secret" not in events["surveys.designed"]
    assert events["surveys.drawn"]["dice"] == "351624"
    chosen = Cluster.objects.filter(stratum__survey=survey, drawn=True).order_by("area_id")
    text = "".join(f"{pk}\n" for pk in chosen.values_list("area_id", flat=True))
    assert events["surveys.drawn"]["places"] == chosen.count() == 3
    assert events["surveys.drawn"]["drawn"] == f"sha256:{digest_of(text)}"


def test_a_list_that_was_changed_after_the_design_is_not_drawn_from(world: World) -> None:
    survey = design(world)
    with outside_the_gate():
        Cluster.objects.filter(stratum__survey=survey, area__name="Mill").update(size=8_000)
    with clock.held_at(TOMORROW):
        refused(
            "surveys-draw-not-as-committed:seed", services.draw_survey, actor=world.actor("baraka"),
            survey=survey.pk, dice="351624",
        )  # fmt: skip


def test_what_a_design_refuses(world: World) -> None:
    for code, more in (
        ("surveys-question-unknown:questions", {"questions": ["your-faith"]}),
        ("surveys-days:starts_on", {"starts_on": DAY - timedelta(days=1)}),
        ("surveys-days:starts_on", {"ends_on": DAY}),
        ("surveys-days:starts_on", {"ends_on": DAY + timedelta(days=90)}),
        ("surveys-design-number-wrong:margin", {"wanted": Wanted(margin=1001)}),
        ("surveys-population-empty:sizes", {"sizes": [(sizes(world)[0][0], 0)]}),
        ("surveys-villages-too-few:sizes", {"sizes": sizes(world)[:1]}),
        ("surveys-villages-too-few:sizes", {"sizes": sizes(world)[:1] * 2}),
        ("surveys-strata-unfit:sizes", {"area": world.areas["Ford"], "sizes": sizes(world)[:1]}),
        ("surveys-strata-unfit:sizes", {"sizes": [(world.areas["Peak"], 5)]}),
        ("surveys-allocation-impossible:minimum", {"minimum": 100, "wanted": Wanted(margin=250)}),
        ("surveys-collector-unfit:collector_post", {"collector_post": world.posts["high-hill-desk"]}),
        ("choice-unknown:population", {"population": "people"}),
        ("choice-unknown:allocation", {"allocation": "by-name"}),
    ):
        refused(code, design, world=world, **more)
    with pytest.raises(Problem) as caught:
        design(world, actor=world.actor("daudi"))
    assert caught.value.status == 403
    assert not Survey.objects.exists()


def test_whose_work_is_rated_can_neither_be_chosen_nor_collect(world: World) -> None:
    team = rated_team(world)
    lender = organisation("lender", team.sponsor)
    refused("surveys-collector-rated:collector", design, world=world, collector=lender)
    # Chidi fills a second seat, in the rated team: at the design, and again when it comes to collecting.
    survey = drawn(world)
    second = make_post("ford-team-2", Role.TEAM_MEMBER, world.areas["Ford"])
    TeamSeat.objects.create(team=team, post=second)
    seat = Holding.objects.create(post=second, staff=world.staff["chidi"], starts_on=date(2026, 1, 1))
    refused("surveys-collector-rated:collector", design, world=world, collector=organisation("other"))
    place = place_named(survey, "Mill")
    with clock.held_at(TOMORROW):
        chidi = world.actor("chidi")
        refused(
            "surveys-collector-rated:collector", services.print_cards, actor=chidi, cluster=place.pk, count=1
        )
        refused(
            "surveys-collector-rated:collector",
            services.count_paper,
            actor=chidi,
            cluster=place.pk,
            answers=0,
            counts={},
        )
        seat.delete()
        # Somebody else of the county, who is not the collector.
        refused(
            "surveys-not-the-collector:collector", services.print_cards, actor=world.actor("baraka"),
            cluster=place.pk, count=1,
        )  # fmt: skip
        with pytest.raises(Problem) as caught:
            services.print_cards(actor=world.actor("daudi"), cluster=place.pk, count=1)
        assert caught.value.status == 404
        assert len(services.print_cards(actor=world.actor("chidi"), cluster=place.pk, count=2)) == 2
    assert CardMark.objects.count() == 2


def test_a_seat_that_answers_or_steers_matters_there_is_rated_too(world: World) -> None:
    for key in ("fordland-desk", "director"):
        refused("surveys-seat-rated:collector_post", design, world=world, collector_post=world.posts[key])
    assert [post.key for post in selectors.collecting_posts(world.areas["Fordland"], DAY)] == [
        "fordland-audit"
    ]
    place = place_named(drawn(world), "Mill")
    with clock.held_at(TOMORROW):
        # A second seat of the auditor: outside of the line it hinders nothing; within it or above it, each act is refused.
        for role, where, rated in (
            (Role.CASE_HANDLER, "Hillland", False),
            (Role.AUDITOR, "Riverland", False),
            (Role.CASE_HANDLER, "Well", True),
            (Role.TEAM_MEMBER, "Fordland", True),
            (Role.COORDINATOR, "Riverland", True),
            (Role.FOCAL_POINT, None, True),
        ):
            second = make_post(f"second-{role}-{where}".lower(), role, world.areas[where] if where else None)
            seat = Holding.objects.create(post=second, staff=world.staff["chidi"], starts_on=date(2026, 1, 1))
            chidi = world.actor("chidi")
            if rated:
                for act, more in (
                    (services.print_cards, {"count": 1}),
                    (services.count_paper, {"answers": 0, "counts": {}}),
                ):
                    refused("surveys-seat-rated:collector_post", act, actor=chidi, cluster=place.pk, **more)
            else:
                assert len(services.print_cards(actor=chidi, cluster=place.pk, count=1)) == 1
            seat.delete()


def ready(world: World, name: str = "Mill", count: int = 6) -> tuple[Survey, Cluster, list[str]]:
    """A survey under way, and cards of one village."""
    survey = drawn(world)
    place = place_named(survey, name)
    with clock.held_at(TOMORROW):
        numbers = services.print_cards(actor=world.actor("chidi"), cluster=place.pk, count=count)
    return survey, place, numbers


def test_a_card_answers_once_and_leaves_no_trace(world: World) -> None:
    _survey, place, numbers = ready(world)
    sent = {"listened": "good", "knows-complaint": "no"}
    refused("surveys-over:code", services.answer, code=numbers[0], sent=sent)
    with clock.held_at(TOMORROW):
        refused(
            "surveys-answer-missing:knows-complaint",
            services.answer,
            code=numbers[0],
            sent={"listened": "good"},
        )
        events, marks = Event.objects.count(), CardMark.objects.count()
        services.answer(code=cards.shown(numbers[0]), sent=sent)
        assert CardMark.objects.count() == marks - 1
        assert Event.objects.count() == events, "an event would have an order"
        assert answered_by_card([place.pk]) == {place.pk: 1}
        # Used, and never printed: one answer to both.
        refused("surveys-card-unknown:code", services.answer, code=numbers[0], sent=sent)
        refused("surveys-card-unknown:code", services.answer, code=cards.new_number(), sent=sent)
        refused("surveys-card-incomplete:code", services.answer, code="123", sent=sent)
        refused(
            "surveys-card-mistyped:code", services.answer, code=str(int(numbers[1]) ^ 1).zfill(16), sent=sent
        )
    with clock.held_at(DAY + timedelta(days=30)):
        refused("surveys-over:code", services.answer, code=numbers[1], sent=sent)
    everything = serializers.serialize(
        "json", [*Tally.objects.all(), *Cluster.objects.all(), *Survey.objects.all()]
    )
    assert not any(number in everything or cards.mark_of(number) in everything for number in numbers)


def test_cards_and_paper_are_never_more_than_were_to_be_asked(world: World) -> None:
    _, place, numbers = ready(world, "Well", 3)
    chidi = world.actor("chidi")
    with clock.held_at(TOMORROW):
        left = place.take - 3
        refused(
            "surveys-cards-all:count", services.print_cards, actor=chidi, cluster=place.pk, count=left + 1
        )
        for sent in numbers[:2]:
            services.answer(code=sent, sent={"listened": "good", "knows-complaint": "no"})
        take = place.take
        refused(
            "surveys-paper-too-many:answers", services.count_paper, actor=chidi, cluster=place.pk, answers=take - 1,
            counts=sheet(take - 1, 3),
        )  # fmt: skip
        services.count_paper(actor=chidi, cluster=place.pk, answers=take - 2, counts=sheet(take - 2, 3))
        services.count_paper(actor=chidi, cluster=place.pk, answers=take - 2, counts=sheet(take - 2, 4))
        refused(
            "surveys-place-full:",
            services.answer,
            code=numbers[2],
            sent={"listened": "bad", "knows-complaint": "no"},
        )
    assert Tally.objects.get(cluster=place, question="listened", option="very-good").paper == 4
    with pytest.raises(IntegrityError), transaction.atomic(), outside_the_gate():
        Cluster.objects.filter(pk=place.pk).update(paper=take + 1)


ANSWERS = [dict(zip(("listened", "knows-complaint"), pair, strict=True)) for pair in product(
    BANK["listened"].options, BANK["knows-complaint"].options
)]  # fmt: skip


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=6), st.randoms())
def test_no_order_of_uses_shows_in_what_is_kept(
    world: World, given_out: list[dict[str, str]], chance: Any
) -> None:
    """The same answers from other cards in another order leave the same rows: nothing joins a card and an answer."""
    states = []
    with transaction.atomic():
        _, _place, numbers = ready(world, count=6)
        for _ in range(2):
            with transaction.atomic(), clock.held_at(TOMORROW):
                answers, by = list(given_out), chance.sample(numbers, len(given_out))
                chance.shuffle(answers)
                for number, sent in zip(by, answers, strict=True):
                    services.answer(code=number, sent=sent)
                states.append(list(Tally.objects.order_by("pk").values()))
                assert CardMark.objects.count() == 6 - len(by)
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert states[0] == states[1]


@pytest.mark.only_on("postgresql", "SQLite keeps no such marks")
def test_the_databases_own_marks_tell_no_option(world: World) -> None:
    """PostgreSQL keeps which transaction wrote a row last: it is the same one for every option of the village."""
    _, place, numbers = ready(world)
    with clock.held_at(TOMORROW):
        for number in numbers[:2]:
            services.answer(code=number, sent={"listened": "good", "knows-complaint": "no"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT xmin::text || ':' || cmin::text) FROM surveys_tally WHERE cluster_id = %s",
            [place.pk],
        )
        assert cursor.fetchone() == (1,)


def test_an_answer_is_one_statement_over_all_sums_of_the_village(
    world: World, django_assert_max_num_queries: Any
) -> None:
    _, place, numbers = ready(world)
    with clock.held_at(TOMORROW), django_assert_max_num_queries(20) as asked:
        services.answer(code=numbers[0], sent={"listened": "good", "knows-complaint": "no"})
    written = [query["sql"] for query in asked.captured_queries if query["sql"].startswith("UPDATE")]
    assert [sql.split('"')[1] for sql in written] == ["surveys_tally"]
    assert "CASE WHEN" in written[0]
    assert Tally.objects.filter(cluster=place).count() == 9


def test_few_answers_are_forgotten_and_settled_sums_stay(world: World) -> None:
    survey, place, numbers = ready(world)
    chidi, baraka = world.actor("chidi"), world.actor("baraka")
    with clock.held_at(TOMORROW):
        for number in numbers[:4]:
            services.answer(code=number, sent={"listened": "good", "knows-complaint": "no"})
        for name in ("Ford", "Well"):
            one = place_named(survey, name)
            services.count_paper(actor=chidi, cluster=one.pk, answers=9, counts=sheet(9, 5))
        # The stratum of Mill has nothing left to say, so the whole has nothing either.
        refused("surveys-nothing-to-close:", services.close_survey, actor=baraka, survey=survey.pk)
        services.answer(code=numbers[4], sent={"listened": "good", "knows-complaint": "no-word"})
        services.close_survey(actor=baraka, survey=survey.pk)
    assert CardMark.objects.count() == 0
    said = Estimate.objects.get(
        survey=survey, stratum__isnull=True, question="knows-complaint", measure="share"
    )
    assert said.answers == 22, "who would rather not say is left out"
    with pytest.raises(IntegrityError), transaction.atomic(), outside_the_gate():
        Tally.objects.filter(cluster=place).update(cards=7)
    with pytest.raises(IntegrityError), transaction.atomic(), outside_the_gate():
        Estimate.objects.filter(survey=survey).update(value_e4=1)


def test_a_dropped_survey_keeps_no_sums(world: World) -> None:
    survey, _, numbers = ready(world)
    baraka = world.actor("baraka")
    with clock.held_at(TOMORROW):
        services.answer(code=numbers[0], sent={"listened": "good", "knows-complaint": "no"})
        services.drop_survey(actor=baraka, survey=survey.pk)
        refused("surveys-card-unknown:code", services.answer, code=numbers[1], sent={})
    assert (Tally.objects.count(), CardMark.objects.count()) == (0, 0)


def test_a_value_of_results_can_rest_on_a_survey_with_its_margin(world: World) -> None:
    from answerable.results.computing import Asked, compute, sampled
    from answerable.results.rules import Reading

    survey = drawn(world)
    chidi, baraka = world.actor("chidi"), world.actor("baraka")
    asked = Asked(world.areas["Fordland"], date(2026, 1, 1), date(2026, 3, 31))
    with clock.held_at(TOMORROW):
        for name, good in (("Ford", 12), ("Well", 9), ("Mill", 10)):
            place = place_named(survey, name)
            services.count_paper(
                actor=chidi, cluster=place.pk, answers=place.take, counts=sheet(place.take, good)
            )
        services.close_survey(actor=baraka, survey=survey.pk)
        assert compute("survey-listened", asked).no_data == "nothing-to-count", "not published yet"
        services.publish_survey(actor=baraka, survey=survey.pk)
    assert compute("survey-listened", asked) == Reading(numerator=30 * 10_000, denominator=100 * 10_000)
    # Closed before its last planned day: it belongs to the days in which it was closed.
    early = Asked(world.areas["Fordland"], asked.first, TOMORROW)
    assert early.last < survey.ends_on
    assert compute("survey-listened", early) == compute("survey-listened", asked)
    assert compute("survey-listened", Asked(early.area, survey.ends_on, asked.last)).no_data
    sure = sampled("survey-listened", asked)
    assert sure is not None
    assert (sure.margin % 25_000, sure.answers) == (0, 95)
    assert 0 < sure.margin < 20 * 10_000
    for other in (
        Asked(world.areas["Upper Ford"], asked.first, asked.last),
        Asked(world.areas["Fordland"], date(2026, 4, 1), date(2026, 6, 30)),
    ):
        assert compute("survey-listened", other).no_data == "nothing-to-count"
        assert sampled("survey-listened", other) is None
    assert sampled("sessions-held", asked) is None
