"""Patterns: their numbers, thresholds, and that they speak of offices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from answerable.access.problems import NotThere
from answerable.access.rules import SYSTEM
from answerable.listening.figures import Period, area_figures
from answerable.listening.models import Case, CaseStep, ReplyTemplate, Word
from answerable.listening.tests.test_figures import make_case
from answerable.oversight import questions
from answerable.oversight.questions import last_days, patterns, round_ends, templates
from answerable.programme.models import Round
from answerable.projects.models import ProjectStep
from answerable.promises.tests.factories import project
from tests.support.world import DAY, World

PERIOD = Period(DAY - timedelta(days=200), DAY)
POST = "upper-ford-desk"
THANKS = "Thank you. We look into it."


def ended(world: World, days_left: list[int], post: str = POST, **given: Any) -> list[Case]:
    """Cases of a post, ended so many days before their due day."""
    received = DAY - timedelta(days=80)
    due = received + timedelta(days=42)
    facts: dict[str, Any] = {"owner": world.posts[post], "state": "answered"} | given
    return Case.objects.bulk_create(
        make_case(world, received_on=received, resolved_on=due - timedelta(days=left), **facts)
        for left in days_left
    )


def steps(world: World, count: int, on: date, step: str, text: str = "", **given: Any) -> None:
    """Steps of the office, each of a case of its own."""
    sensitive = given.pop("sensitive", False)
    for case in ended(world, [20] * count, sensitive=sensitive):
        word = None
        if text:
            word = Word.objects.create(
                case=case, by_office=True, on=on, language="en", text="" if given.get("erased") else text,
                erased_on=on if given.get("erased") else None,
            )  # fmt: skip
        CaseStep.objects.create(
            case=case, n=1, step=step, on=on, by="office", state="answered", post=world.posts[POST], word=word
        )


def found(world: World, key: str, place: str = "Fordland") -> list[tuple[str, int, int]]:
    pattern = next(
        one for one in patterns(world.actor("baraka"), world.areas[place], PERIOD) if one.key == key
    )
    return [(one.post.key, one.part, one.whole) for one in pattern.questions]


@pytest.mark.django_db
def test_cases_ended_on_the_last_days_of_those_ended_in_time(world: World, on_monday: date) -> None:
    ended(world, [0, 1] * 3 + [2, 3, 10, 20] + [-1] * 9)
    ended(world, [0] * 9, post="fordland-desk")  # too few to look at
    ended(world, [0] * 9, sensitive=True)
    ended(world, [0] * 9, state="withdrawn")
    pk = world.posts[POST].pk
    counted = last_days(world.areas["Fordland"], PERIOD)
    assert counted == {pk: (6, 10), world.posts["fordland-desk"].pk: (9, 9)}
    split = area_figures(SYSTEM, world.areas["Fordland"], PERIOD, "post")
    assert {part.key: part.figures.resolved.in_time for part in split.parts} == {
        key: whole for key, (_, whole) in counted.items()
    }
    assert found(world, "last-days") == [(POST, 6, 10)]
    ended(world, [9] * 3)
    assert found(world, "last-days") == []
    assert last_days(world.areas["Hillland"], PERIOD) == {}


@pytest.mark.django_db
def test_replies_that_are_a_template_unchanged(world: World, on_monday: date) -> None:
    ReplyTemplate.objects.create(key="thanks", names={"en": "Thanks"}, texts={"en": THANKS, "ar": "شكرا"})
    on = DAY - timedelta(days=60)
    steps(world, 6, on, "answered", THANKS)
    steps(world, 5, on, "answered", f"{THANKS} The pump comes in May.")
    steps(world, 4, on, "answered", THANKS, erased=True)
    steps(world, 4, on, "answered", THANKS, sensitive=True)
    steps(world, 4, DAY - timedelta(days=300), "answered", THANKS)
    assert templates(world.areas["Fordland"], PERIOD) == {world.posts[POST].pk: (6, 11)}
    assert found(world, "templates") == [(POST, 6, 11)]


@pytest.mark.django_db
def test_claims_in_the_last_week_of_a_round(world: World, on_monday: date) -> None:
    end = DAY - timedelta(days=30)
    Round.objects.create(key="r1", names={"en": "R1"}, starts_on=end - timedelta(days=364), ends_on=end)
    steps(world, 2, end, "claimed-done")
    steps(world, 1, end - timedelta(days=6), "claimed-done")
    steps(world, 4, end - timedelta(days=7), "claimed-done")
    steps(world, 3, end + timedelta(days=1), "claimed-done")
    steps(world, 5, end, "claimed-done", sensitive=True)
    ProjectStep.objects.create(
        project=project(world), n=1, step="claimed", on=end, phase="completed", post=world.posts[POST]
    )
    assert round_ends(world.areas["Fordland"], PERIOD) == {world.posts[POST].pk: (4, 11)}
    assert found(world, "round-end") == [(POST, 4, 11)]


@pytest.mark.django_db
def test_the_page_asks_with_both_numbers_and_its_threshold(world: World, on_monday: date) -> None:
    ended(world, [0] * 7 + [9] * 5)
    client = Client()
    client.force_login(world.staff["baraka"])
    text = client.get("/desk/overview/questions/").content.decode()
    for words in (
        POST,
        "7 of 12",
        "58 %",
        f"Asked from {questions.LAST_DAYS_PERCENT} % on. Posts looked at: 1.",
    ):
        assert words in text, words
    assert "Amina" not in text  # who fills the post
    assert client.get(f"/desk/overview/questions/?area={world.areas['Peak'].pk}").status_code == 404
    with pytest.raises(NotThere):
        patterns(world.actor("daudi"), world.areas["Ford"], PERIOD)
