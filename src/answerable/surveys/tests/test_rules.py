"""Sizes, shares, draws, walks and sums: rules without a database."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.disclosure.sampled import sampled_share
from answerable.kernel.problem import Problem
from answerable.surveys import statistics
from answerable.surveys.models import Cluster
from answerable.surveys.problems import StatisticsDisagree, StatisticsMissing
from answerable.surveys.rules import collecting, drawing, estimating
from answerable.surveys.rules.estimating import Group, Place, Unit, estimate, groups_of
from answerable.surveys.rules.questions import BANK, NO_WORD, questions_in
from answerable.surveys.rules.sizes import Wanted, allocate, places_for, size_for
from answerable.surveys.rules.walking import DIRECTIONS, walk_for
from answerable.surveys.services.drawing import share_out
from answerable.surveys.words import GOOD, OPTIONS, QUESTIONS

SEED = bytes(range(32))


def code_of(act, *given, **more) -> str:
    with pytest.raises(Problem) as caught:
        act(*given, **more)
    return f"{caught.value.code}:{caught.value.field}"


# --- how many -----------------------------------------------------------------------------------------------------------


def test_the_size_of_a_textbook() -> None:
    """384.16 for 5 % at 95 % of an endless population; of 1,000 it is 278 (Cochran 1977, 4.4; every table has both)."""
    size = size_for(Wanted(alike=0), 1_000, clustered=False)
    assert float(size.endless) == pytest.approx(384.16)
    assert size.needed == 278
    assert size_for(Wanted(alike=0), 10**8, clustered=False).needed == 385


def test_answers_that_are_alike_and_people_who_are_out_make_it_larger() -> None:
    """15 a village, roh 0.05: deff 1.7 (Kish 1965, 5.4)."""
    size = size_for(Wanted(response=800), 1_000_000, clustered=True)
    assert float(size.deff) == pytest.approx(1.7)
    assert size.needed == 817
    assert size_for(Wanted(margin=5), 100, clustered=True).is_everybody


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted(margin=0), "surveys-design-number-wrong:margin"),
        (Wanted(margin=1001), "surveys-design-number-wrong:margin"),
        (Wanted(expected=1000), "surveys-design-number-wrong:expected"),
        (Wanted(confidence=100), "surveys-design-number-wrong:confidence"),
        (Wanted(response=0), "surveys-design-number-wrong:response"),
        (Wanted(take=1), "surveys-design-number-wrong:take"),
    ],
)
def test_numbers_out_of_bounds_are_refused_with_their_field(wanted: Wanted, code: str) -> None:
    assert code_of(size_for, wanted, 1000, clustered=False) == code


def test_nobody_can_be_asked_of_nobody() -> None:
    assert code_of(size_for, Wanted(), 0, clustered=False) == "surveys-population-empty:sizes"
    assert code_of(allocate, 10, [5, 0, 9], way="equal") == "surveys-population-empty:sizes"
    assert (
        code_of(allocate, 10, [500, 500], way="equal", minimum=6) == "surveys-allocation-impossible:minimum"
    )


@given(
    st.lists(st.integers(1, 5_000), min_size=1, max_size=12),
    st.integers(0, 40),
    st.sampled_from(["proportional", "equal"]),
    st.data(),
)
def test_parts_come_to_the_whole(sizes: list[int], minimum: int, way: str, data: st.DataObject) -> None:
    floors = [min(size, max(1, minimum)) for size in sizes]
    needed = data.draw(st.integers(sum(floors), sum(sizes)))
    given_out = allocate(needed, sizes, way=way, minimum=minimum)
    assert sum(given_out) == needed
    assert all(low <= got <= size for low, got, size in zip(floors, given_out, sizes, strict=True))


def test_shares_are_proportional_or_equal() -> None:
    assert allocate(100, [600, 300, 100], way="proportional") == [60, 30, 10]
    assert allocate(100, [600, 300, 100], way="equal") == [34, 33, 33]
    assert allocate(100, [600, 300, 10], way="equal") == [45, 45, 10]
    assert allocate(100, [9_000, 500, 500], way="proportional", minimum=20) == [60, 20, 20]
    assert (places_for(100, 15, 40), places_for(10, 15, 40), places_for(10, 15, 1)) == (7, 2, 1)


def test_who_is_asked_where_follows_size_where_places_were_certain_and_is_even_elsewhere() -> None:
    rows = [Cluster(size=size) for size in (1_000, 60, 40, 8)]
    share_out(140, rows, 1, 400)
    assert [row.take for row in rows] == [100, 16, 16, 8]
    share_out(6, rows, 0, 1_108)
    assert [row.take for row in rows] == [2, 2, 1, 1]
    few = [Cluster(size=size) for size in (3, 4)]
    share_out(500, few, 0, 9_000)
    assert [row.take for row in few] == [3, 4]


# --- which --------------------------------------------------------------------------------------------------------------


@given(
    st.binary(min_size=32, max_size=32),
    st.dictionaries(st.integers(1, 10**6), st.integers(1, 900), min_size=1, max_size=25),
    st.integers(1, 25),
)
def test_the_same_seed_draws_the_same_places_and_none_twice(
    seed: bytes, sizes: dict[int, int], wanted: int
) -> None:
    one = drawing.draw(seed, 7, wanted, sizes)
    assert one == drawing.draw(seed, 7, wanted, dict(reversed(sizes.items())))
    places = [*one.certain, *one.by_chance]
    assert len(set(places)) == len(places) >= min(wanted, len(sizes))
    assert set(places) <= set(sizes)
    # More than wanted only where two by chance stand for what large places leave; each of these halves the rest at least.
    assert len(places) <= wanted or len(one.by_chance) == 2 or not one.by_chance
    assert len(places) - wanted <= 1 + sum(sizes.values()).bit_length()
    # One place alone of several shows no spread.
    assert len(one.by_chance) != 1


def test_places_are_drawn_as_often_as_their_size_says() -> None:
    """Over 3,000 seeds each place comes up about n M / sum M times: four standard errors at most away."""
    sizes = {1: 40, 2: 60, 3: 100, 4: 100, 5: 200, 6: 300}
    times = dict.fromkeys(sizes, 0)
    for n in range(3_000):
        for place in drawing.draw(n.to_bytes(32, "big"), 1, 2, sizes).by_chance:
            times[place] += 1
    for place, size in sizes.items():
        share = 2 * size / 800
        assert abs(times[place] / 3_000 - share) < 4 * sqrt(share * (1 - share) / 3_000)


def test_large_places_are_certain() -> None:
    found = drawing.draw(SEED, 1, 3, {1: 1_000, 2: 50, 3: 50, 4: 50, 5: 60})
    assert found.certain == (1,)
    assert len(found.by_chance) == 2


def test_neither_the_office_nor_the_dice_alone_decide() -> None:
    frame = drawing.digest_of(drawing.frame_text([(1, 2, {5: 10, 4: 20})]))
    commitment = drawing.commitment_of(SEED)
    seeds = {drawing.seed_of(frame, SEED, dice, commitment=commitment) for dice in ("123456", "123455")}
    assert len(seeds) == 2
    other = bytes(32)
    assert (
        code_of(drawing.seed_of, frame, other, "123456", commitment=commitment)
        == "surveys-draw-not-as-committed:seed"
    )
    assert drawing.frame_text([(1, 2, {5: 10, 4: 20})]) == "1,2,4,20\n1,2,5,10\n"
    assert drawing.dice_in(" 12 34 56 ") == "123456"
    for typed in ("12345", "1234567", "abcdef", "", "1" * 61):
        assert code_of(drawing.dice_in, typed) == "surveys-dice:dice"


def test_a_walk_follows_from_the_seed_and_names_nothing() -> None:
    one = walk_for(SEED, 9, size=200, take=12)
    assert one == walk_for(SEED, 9, size=200, take=12)
    assert one.step == 16
    assert 1 <= one.first <= 16
    assert 1 <= one.start <= one.starts
    assert {walk_for(SEED, place, size=200, take=12).direction for place in range(60)} == set(DIRECTIONS)


# --- who asks, what is asked ---------------------------------------------------------------------------------------------


def test_whose_work_is_rated_does_not_collect() -> None:
    rated = [collecting.RatedTeam(team=3, sponsor=30, name="hills")]
    collecting.check_collector(rated, {4}, {40})
    assert code_of(collecting.check_collector, rated, {3}, set()) == "surveys-collector-rated:collector"
    assert code_of(collecting.check_collector, rated, {4}, {30}) == "surveys-collector-rated:collector"


def test_only_the_bank_is_asked_and_every_question_has_its_words() -> None:
    assert set(QUESTIONS) == set(GOOD) == set(BANK)
    assert {option for question in BANK.values() for option in question.options} == set(OPTIONS)
    assert [one.key for one in questions_in(["told-back", "listened"])] == ["listened", "told-back"]
    for keys in ([], ["what-faith"], list(BANK)):
        assert code_of(questions_in, keys) == "surveys-question-unknown:questions"
    for question in BANK.values():
        assert question.good < set(question.scores)
        assert NO_WORD not in question.scores


def test_a_tally_sheet_adds_up_or_is_refused_by_its_field() -> None:
    questions = questions_in(["told-back"])
    fine = {("told-back", "yes"): 6, ("told-back", "no"): 3, ("told-back", NO_WORD): 1}

    def check(
        answers: int, cards: int = 0, counts: dict[tuple[str, str], int] = fine, take: int = 15
    ) -> None:
        collecting.check_paper(questions, counts, answers=answers, cards=cards, take=take)

    check(10, 5)
    check(0, 5, {})
    assert code_of(check, 10, 6) == "surveys-paper-too-many:answers"
    assert code_of(check, 9) == "surveys-paper-uneven:told-back"
    assert code_of(check, 4, 0, {("told-back", "yes"): 4}) == "surveys-paper-too-few:answers"
    assert (
        code_of(collecting.chosen_in, questions, {"told-back": "perhaps"})
        == "surveys-answer-missing:told-back"
    )


# --- what it says -------------------------------------------------------------------------------------------------------

#: Schools by type (elementary, high, middle) in the fifteen districts of `apiclus1` of R's package survey.
APICLUS1 = (
    (8, 1, 2), (2, 1, 1), (1, 0, 1), (10, 0, 3), (2, 0, 0), (2, 1, 1), (2, 1, 1), (13, 0, 3), (4, 4, 1), (34, 0, 0),
    (16, 2, 3), (30, 3, 4), (10, 0, 3), (1, 0, 0), (9, 1, 2),
)  # fmt: skip
#: svymean(~stype, svydesign(id = ~dnum, weights = ~pw, data = apiclus1)): mean and standard error.
R_CLUSTERS = (
    (0.78688524590164, 0.0468025716133837),
    (0.0765027322404372, 0.0270798559291773),
    (0.136612021857924, 0.0299472342965665),
)
#: `apistrat`: schools in the population, in the sample, and with an award; svymean(~awards, ...) with fpc.
APISTRAT = (("E", 4421, 100, 73), ("H", 755, 50, 16), ("M", 1018, 50, 24))
R_STRATA = (0.638936067161769, 0.0344059182016133)


def clusters(kind: int) -> list[Group]:
    units = tuple(Unit(Fraction(1), {1: one[kind], 0: sum(one) - one[kind]}) for one in APICLUS1)
    return [Group("all", units)]


def strata() -> list[Group]:
    return [
        Group(
            name, (Unit(Fraction(whole, n), {1: 1}, good), Unit(Fraction(whole, n), {0: 1}, n - good)), whole
        )
        for name, whole, n, good in APISTRAT
    ]


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_clusters_as_r_has_them(kind: int) -> None:
    for found in (
        estimate(clusters(kind)),
        statistics.estimate_of(clusters(kind), confidence=95, share=True).found,
    ):
        assert found.mean == pytest.approx(R_CLUSTERS[kind][0], rel=1e-12)
        assert found.error == pytest.approx(R_CLUSTERS[kind][1], rel=1e-9)
        assert (found.answers, found.freedom) == (183, 14)


def test_strata_as_r_has_them() -> None:
    for found in (estimate(strata()), statistics.estimate_of(strata(), confidence=95, share=True).found):
        assert found.mean == pytest.approx(R_STRATA[0], rel=1e-12)
        assert found.error == pytest.approx(R_STRATA[1], rel=1e-12)
        assert found.freedom == 197


def test_intervals_are_students_and_stay_between_nothing_and_all() -> None:
    """For the mean: 5.4481, 0.6160 and t(6) = 2.4469, as svymean(~x, withfpc) of R's data(fpc) with confint(df = 6)."""
    scores = (((28, 41, 68, 68, 92), 3, 15), ((37, 66, 42), 4, 12))
    groups = [
        Group(str(weight), tuple(Unit(Fraction(weight), {score: 1}) for score in row), whole)
        for row, weight, whole in scores
    ]
    found = statistics.estimate_of(groups, confidence=95, share=False)
    assert found.found.mean == pytest.approx(54.48148, rel=1e-6)
    assert found.found.error == pytest.approx(6.160407, rel=1e-6)
    assert found.low == pytest.approx(54.48148 - 2.446912 * 6.160407, rel=1e-6)
    assert found.high == pytest.approx(54.48148 + 2.446912 * 6.160407, rel=1e-6)
    for score in (0, 1):
        all_alike = [Group("a", (Unit(Fraction(3), {score: 1}, 20),), 100)]
        said = statistics.estimate_of(all_alike, confidence=95, share=True)
        assert said.found.mean == score
        low, high = said.low, said.high
        assert low is not None
        assert high is not None
        assert 0 <= low <= high <= 1
        assert high - low == pytest.approx(0.168433, abs=1e-5)  # Clopper-Pearson of 0 of 20


def test_two_computations_that_differ_or_a_missing_library_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = estimating.Found(0.5, 0.1, 1.0, 183, 14)
    monkeypatch.setattr(statistics, "estimate", lambda _groups: wrong)
    with pytest.raises(StatisticsDisagree):
        statistics.estimate_of(clusters(0), confidence=95, share=True)
    monkeypatch.setitem(__import__("sys").modules, "svy", None)
    with pytest.raises(StatisticsMissing):
        statistics.estimate_of(clusters(0), confidence=95, share=True)


def test_weights_make_up_for_villages_of_other_sizes() -> None:
    """A village of 900 that is all for and two of 50 that are against: 90 %, however many answered in each."""
    places = [
        Place(1, 11, 900, True, {1: 10}),
        Place(1, 12, 50, False, {0: 10}),
        Place(1, 13, 50, False, {0: 7}),
    ]
    groups = groups_of(places, {1: (1000, 100)})
    assert groups is not None
    assert estimate(groups).mean == pytest.approx(0.9)
    assert (
        sum(unit.weight * unit.times * sum(unit.scores.values()) for one in groups for unit in one.units)
        == 1000
    )


def test_what_stayed_silent_is_stood_for_by_its_stratum_or_nothing_is_said() -> None:
    places = [Place(1, 11, 900, True, {}), Place(1, 12, 50, False, {0: 10}), Place(1, 13, 50, False, {1: 10})]
    groups = groups_of(places, {1: (1000, 100)})
    assert groups is not None
    assert estimate(groups).mean == pytest.approx(0.5)
    assert groups_of(places[:2], {1: (1000, 100)}) is None
    assert groups_of(places, {1: (1000, 100), 2: (50, 50)}) is None


# --- what is published --------------------------------------------------------------------------------------------------


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 10_000))
def test_no_share_is_said_from_which_few_could_be_counted(good: int, bad: int, value: int) -> None:
    said = sampled_share(good=good, answers=good + bad, value_e4=value, low_e4=value, high_e4=value)
    if min(good, bad) < 10:
        assert said.withheld
        assert said.low is None
    else:
        assert said.share is not None
        assert said.share % 5 == 0
        assert said.answers.value is not None
        assert said.answers.value % 5 == 0
        assert said.low is not None
        assert said.high is not None
        assert said.low * 100 <= value <= said.high * 100
