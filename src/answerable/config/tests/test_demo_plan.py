"""What the demo's builder lays out before anything is told. The telling itself is walked in tests/journeys."""

import random
from datetime import date

from answerable.config.demo import names, words
from answerable.config.demo.courses import COURSES
from answerable.config.demo.scale import FULL, Dates
from answerable.config.demo.showcase import SHOWCASE

LANGUAGES = ("en", "ar", "zh-hans")


def test_the_full_programme_has_the_promised_size():
    assert (FULL.township_count, FULL.village_count) == (24, 240)
    # One team a township in the first round, two in every other one in the second.
    teams = FULL.township_count + FULL.township_count * 3 // 2
    assert teams == 60
    bookkeepers = 1 + 2 + 6
    offices = 2 * 24 + 4 * 6 + 6 + 2 * 2 + 1 + 1 + 2 + 3 + 1 + bookkeepers
    assert 4 * teams + offices + 2 * 24 + FULL.handed_over_offices == 400
    assert FULL.cases >= 1_500


def test_the_story_ends_yesterday_and_takes_fourteen_months():
    dates = Dates(date(2026, 3, 2), FULL.days)
    assert dates.last == date(2026, 3, 1)
    assert dates.first == date(2024, 12, 31)
    assert dates.founded < dates.first < dates.second_round < dates.last < dates.second_round_ends


def test_village_names_differ_in_every_language():
    made = names.village_names(240, random.Random(1))
    assert made[0] == names.TOUR_VILLAGE
    for language in LANGUAGES:
        assert len({name[language] for name in made}) == 240


def test_every_text_is_there_in_every_language():
    rng = random.Random(1)
    for theme in words.themes():
        for kind, said in theme.said:
            matter = words.Matter(theme, words.phrases()["where"][0], 5, kind, said)
            for language in LANGUAGES:
                for which in ("said", *theme.office):
                    text = matter.text(which, language)
                    assert text
                    assert "{" not in text
    for language in LANGUAGES:
        assert words.thanks(rng, language)
        assert words.phrase("decline.no-money", language)


def test_the_same_seed_draws_the_same_matters():
    first = [words.pick_matter(random.Random(7)).theme.subject for _ in range(5)]
    assert first == [words.pick_matter(random.Random(7)).theme.subject for _ in range(5)]


def test_courses_that_act_by_code_are_given_one():
    for name in ("declined-upheld", "declined-refused", "withdrawn"):
        assert COURSES[name].needs_code
    assert {show.label for show in SHOWCASE if show.code and show.label} == {
        "waiting",
        "said to be done",
        "answered",
        "done and paid: follow it",
    }
