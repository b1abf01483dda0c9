"""What the holder of a code can do, and that nobody else learns anything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.listening.models import Case, CaseStep, Word
from answerable.listening.problems import CodeUnknown, NotYourCase, StepNotAllowed, TooManyTries, WindowOver
from answerable.listening.rules.states import Step
from answerable.listening.selectors import followed
from answerable.listening.services import (
    add_words,
    answer_case,
    appeal,
    ask_resident,
    claim_done,
    confirm,
    decide_appeal,
    decline_case,
    join_case,
    rate,
    say_not_done,
    withdraw,
)
from answerable.register.models import Event
from answerable.safeguards import codes
from answerable.safeguards.codes import CodeIncomplete, CodeMistyped
from answerable.safeguards.limits import TokenBucket
from tests.support.world import DAY, World

from .factories import WORDS, hear

REPLY = "It runs again."


@pytest.fixture
def claimed(world: World, on_monday: None) -> tuple[Case, str]:
    """A case that the office says is done, and its code."""
    heard = hear(world)
    case = claim_done(
        actor=world.actor("amina"),
        case=heard.case.pk,
        version=heard.case.version,
        text=REPLY,
        language="en",
    )
    return case, heard.code or ""


def test_a_code_shows_state_and_replies_in_any_digits_but_never_the_first_words(
    claimed: tuple[Case, str],
) -> None:
    case, code = claimed
    arabic = codes.shown(code).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    found = followed(arabic)
    assert (found.case.pk, found.case.state) == (case.pk, "claimed_done")
    assert {Step.CONFIRMED, Step.NOT_CONFIRMED, Step.APPEALED} <= set(found.may)
    assert [step.word.text for step in found.steps if step.word and step.word.by_office] == [REPLY]


def test_a_wrong_code_says_what_is_wrong_with_it(claimed: tuple[Case, str]) -> None:
    _, code = claimed
    with pytest.raises(CodeIncomplete):
        followed(code[:-1])
    with pytest.raises(CodeMistyped):
        followed(code[:-1] + str((int(code[-1]) + 1) % 10))
    body = code[:6] + str((int(code[6]) + 1) % 10) + code[7:-1]
    with pytest.raises(CodeUnknown):
        followed(body + codes.check_digit(body))


def test_a_thousand_wrong_codes_are_slowed_and_the_right_one_works_again_later(
    world: World, on_monday: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = hear(world)
    moment = [0.0]
    bucket = TokenBucket(rate=60, burst=20, clock=lambda: moment[0])
    monkeypatch.setattr("answerable.listening.selectors._tries", lambda: bucket)
    outcomes: list[type[Exception]] = []
    for number in range(1_000):
        body = f"999999{number:013d}"
        with pytest.raises((CodeUnknown, TooManyTries)) as refusal:
            followed(body + codes.check_digit(body))
        outcomes.append(refusal.type)
    assert (outcomes.count(CodeUnknown), outcomes.count(TooManyTries)) == (20, 980)
    with pytest.raises(TooManyTries):
        followed(heard.code or "")
    moment[0] = 60.0
    assert followed(heard.code or "").case.pk == heard.case.pk


def test_confirming_is_the_residents_word_and_twice_is_once(claimed: tuple[Case, str]) -> None:
    case, code = claimed
    assert confirm(code=code).case.state == "confirmed"
    events = Event.objects.count()
    assert confirm(code=code).case.confirmed_on == DAY
    assert Event.objects.count() == events
    assert CaseStep.objects.filter(case=case, step="confirmed").count() == 1


def test_not_done_reopens_and_the_second_time_goes_up_a_level(
    world: World, claimed: tuple[Case, str]
) -> None:
    case, code = claimed
    first = say_not_done(code=code, text="It is dry again.", language="en").case
    assert (first.state, first.received_on, first.owner) == (
        "reopened",
        case.received_on,
        world.posts["upper-ford-desk"],
    )
    claim_done(actor=world.actor("amina"), case=first.pk, version=first.version, text=REPLY, language="en")
    second = say_not_done(code=code).case
    assert (second.state, second.refusals, second.owner) == ("reopened", 2, world.posts["fordland-desk"])


def test_an_appeal_goes_to_another_post_at_another_level_and_only_that_post_decides(
    world: World, on_monday: None
) -> None:
    heard = hear(world)
    no = decline_case(
        actor=world.actor("amina"),
        case=heard.case.pk,
        version=heard.case.version,
        reason="no-money",
        text="No.",
        language="en",
    )
    up = appeal(code=heard.code or "", text="The school needs it.", language="en").case
    assert (up.state, up.owner, up.appeal_post) == ("appealed", no.owner, world.posts["fordland-desk"])
    for wrong in ("amina", "ama"):
        with pytest.raises(NotYourCase):
            decide_appeal(
                actor=world.actor(wrong),
                case=up.pk,
                version=up.version,
                upheld=True,
                text="Yes.",
                language="en",
            )
    done = decide_appeal(
        actor=world.actor("baraka"),
        case=up.pk,
        version=up.version,
        upheld=True,
        text="You are right.",
        language="en",
    )
    assert (done.state, done.owner, done.appeal_post, done.appeals_upheld) == (
        "reopened",
        world.posts["fordland-desk"],
        None,
        1,
    )


def test_the_window_for_an_appeal_ends(world: World, on_monday: None) -> None:
    heard = hear(world)
    decline_case(
        actor=world.actor("amina"),
        case=heard.case.pk,
        version=heard.case.version,
        reason="no-money",
        text="No.",
        language="en",
    )
    with clock.held_at(DAY + timedelta(days=61)), pytest.raises((WindowOver, StepNotAllowed)):
        appeal(code=heard.code or "", text="Still.", language="en")
    with clock.held_at(DAY + timedelta(days=60)):
        assert appeal(code=heard.code or "", text="Still.", language="en").case.state == "appealed"


def test_words_of_the_resident_end_a_pause_and_the_same_words_count_once(
    world: World, on_monday: None
) -> None:
    heard = hear(world)
    asked = ask_resident(
        actor=world.actor("amina"),
        case=heard.case.pk,
        version=heard.case.version,
        text="Which pump?",
        language="en",
    )
    assert asked.state == "awaiting_resident"
    for _ in range(2):
        found = add_words(code=heard.code or "", text="The one at the school.", language="en")
    assert found.case.state == "in_progress"
    assert Word.objects.filter(by_office=False).count() == 2


def test_ratings_are_one_to_five_and_the_last_counts(claimed: tuple[Case, str]) -> None:
    _, code = claimed
    for stars in (0, 6, -1):
        with pytest.raises(ChoiceUnknown):
            rate(code=code, stars=stars)
    rate(code=code, stars=2)
    assert rate(code=code, stars=4).case.rating == 4


def test_withdrawing_erases_the_words_and_keeps_the_count(world: World, on_monday: None) -> None:
    heard = hear(world)
    assert withdraw(code=heard.code or "").case.state == "withdrawn"
    word = Word.objects.get()
    assert (word.text, word.erased_on) == ("", DAY)
    assert Case.objects.count() == 1
    with pytest.raises(StepNotAllowed):
        add_words(code=heard.code or "", text="Wait.", language="en")


def test_joined_matters_keep_every_code_and_count_every_voice(world: World, on_monday: None) -> None:
    main, like = hear(world), hear(world, text="No water at school")
    join_case(
        actor=world.actor("amina"),
        case=like.case.pk,
        version=like.case.version,
        into=main.case.pk,
    )
    both = Case.objects.get(pk=main.case.pk)
    assert both.voices == 2
    claim_done(actor=world.actor("amina"), case=both.pk, version=both.version, text=REPLY, language="en")
    found = followed(like.code or "")
    assert (found.case.pk, found.own_case.pk) == (main.case.pk, like.case.pk)
    assert confirm(code=like.code or "").case.pk == main.case.pk
    assert followed(main.code or "").case.state == "confirmed"


def test_one_voice_of_several_can_be_withdrawn_and_the_matter_stays(world: World, on_monday: None) -> None:
    main, like = hear(world), hear(world, text="No water at school")
    join_case(actor=world.actor("amina"), case=like.case.pk, version=like.case.version, into=main.case.pk)
    withdraw(code=main.code or "")
    left = Case.objects.get(pk=main.case.pk)
    assert (left.state, left.voices) == ("acknowledged", 1)
    assert not Word.objects.filter(text=WORDS).exists()
    assert Word.objects.filter(text="No water at school").exists()


def test_an_answer_is_read_by_code_and_what_is_due_is_done_first(world: World, on_monday: None) -> None:
    heard = hear(world)
    answer_case(
        actor=world.actor("amina"),
        case=heard.case.pk,
        version=heard.case.version,
        decision="explained",
        text=REPLY,
        language="en",
    )
    with clock.held_at(DAY + timedelta(days=100)), pytest.raises((StepNotAllowed, WindowOver)):
        appeal(code=heard.code or "", text="Too late?", language="en")
