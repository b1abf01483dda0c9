"""The end of a survey: its sums are settled, its estimates computed twice over and kept; then published, or dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import F

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.surveys.models import CardMark, Cluster, Estimate, Stratum, Survey, Tally
from answerable.surveys.problems import NothingToClose
from answerable.surveys.published import as_csv
from answerable.surveys.rules.estimating import Place, groups_of
from answerable.surveys.rules.questions import NO_WORD, Question, questions_in
from answerable.surveys.rules.sizes import FEWEST_ANSWERS
from answerable.surveys.statistics import estimate_of

from .core import locked, seen

#: Village and question -> option -> how often.
Sums = Mapping[tuple[int, str], Mapping[str, int]]


def close_survey(*, actor: Actor, survey: int) -> Survey:
    """Settle the sums, and compute what they say of the whole and of each stratum. No answer is taken any more.

    Villages with fewer than five answers are not counted, and their sums are set to nothing. Raises NotThere, Denied,
    SurveyState, NothingToClose, StatisticsMissing, StatisticsDisagree.
    """
    found = seen(actor, survey)
    with acting(actor, Right.SET_RESULTS, found.area) as act:
        row = locked(found, "drawn")
        CardMark.objects.filter(cluster__stratum__survey=row).delete()
        _forget_few(row)
        questions = questions_in(row.questions)
        row.sums_digest = _digest(row)
        made = Estimate.objects.bulk_create(_estimates(row, questions))
        if not any(one.stratum_id is None for one in made):
            raise NothingToClose
        row.state, row.closed_on = "closed", clock.today()
        row.save(update_fields=["state", "closed_on", "sums_digest"])
        act.record("surveys.closed", survey=row.pk, sums=row.sums_digest, estimates=len(made))
    return row


def publish_survey(*, actor: Actor, survey: int) -> Survey:
    """Publish what the rule for small counts lets through, for good. Raises NotThere, Denied, SurveyState."""
    found = seen(actor, survey)
    with acting(actor, Right.CHECK_RESULTS, found.area) as act:
        row = locked(found, "closed")
        row.state, row.published_on = "published", clock.today()
        row.published_digest = hashlib.sha256(as_csv(row).encode()).hexdigest()
        row.save(update_fields=["state", "published_on", "published_digest"])
        act.record("surveys.published", survey=row.pk, digest=f"sha256:{row.published_digest}")
    return row


def drop_survey(*, actor: Actor, survey: int) -> Survey:
    """Give a survey up before it is closed: its cards and its sums go. That it was drawn stays in the register.

    Raises NotThere, Denied, SurveyState.
    """
    found = seen(actor, survey)
    with acting(actor, Right.SET_RESULTS, found.area) as act:
        row = locked(found, "designed", "drawn")
        CardMark.objects.filter(cluster__stratum__survey=row).delete()
        Tally.objects.filter(cluster__stratum__survey=row).delete()
        row.state = "dropped"
        row.save(update_fields=["state"])
        act.record("surveys.dropped", survey=row.pk)
    return row


def _forget_few(survey: Survey) -> None:
    """Sums over fewer than five answers are close to answers: they are set to nothing."""
    for cluster in Cluster.objects.filter(stratum__survey=survey, drawn=True):
        rows = Tally.objects.filter(cluster=cluster)
        first = survey.questions[0]
        answers = sum(row.cards + row.paper for row in rows if row.question == first)
        if 0 < answers < FEWEST_ANSWERS:
            rows.update(cards=F("cards") * 0, paper=F("paper") * 0)


def _digest(survey: Survey) -> str:
    rows = Tally.objects.filter(cluster__stratum__survey=survey).order_by(
        "cluster__area_id", "question", "option"
    )
    lines = rows.values_list("cluster__area_id", "question", "option", "cards", "paper")
    text = "".join(",".join(str(part) for part in line) + "\n" for line in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def sums_of(survey: Survey) -> Sums:
    """How often each option was chosen, by village and question. One query."""
    found: dict[tuple[int, str], dict[str, int]] = {}
    for row in Tally.objects.filter(cluster__stratum__survey=survey):
        found.setdefault((row.cluster_id, row.question), {})[row.option] = row.cards + row.paper
    return found


def _estimates(survey: Survey, questions: Sequence[Question]) -> Iterator[Estimate]:
    strata = list(survey.strata.all())
    rows = list(Cluster.objects.filter(stratum__survey=survey))
    sums = sums_of(survey)
    for of in (None, *strata):
        inside = [one for one in strata if of is None or one == of]
        for question in questions:
            yield from _of_question(survey, of, inside, rows, sums, question)


def _of_question(
    survey: Survey,
    of: Stratum | None,
    strata: Sequence[Stratum],
    rows: Sequence[Cluster],
    sums: Sums,
    question: Question,
) -> Iterator[Estimate]:
    keys = {one.pk for one in strata}
    inside = [row for row in rows if row.stratum_id in keys]
    wholes = {one.pk: (one.size, _by_chance(one, inside)) for one in strata}
    good, answers = _good(question, inside, sums)
    shares = {option: int(option in question.good) for option in question.scores}
    for measure, scores in (("share", shares), ("mean", dict(question.scores))):
        if measure == "mean" and not question.is_scale:
            continue
        places = [
            Place(
                row.stratum_id,
                row.area_id,
                row.size,
                row.certain,
                _scored(sums.get((row.pk, question.key), {}), scores),
            )
            for row in inside
            if row.drawn
        ]
        groups = groups_of(places, wholes)
        if groups is None:
            continue
        found = estimate_of(groups, confidence=survey.confidence, share=measure == "share")
        counted = found.found
        yield Estimate(
            survey=survey,
            stratum=of,
            question=question.key,
            measure=measure,
            value_e4=_e4(counted.mean),
            error_e4=_e4(counted.error),
            low_e4=_e4(found.low) if found.low is not None else None,
            high_e4=_e4(found.high) if found.high is not None else None,
            deff_e4=_e4(counted.deff) if counted.deff is not None else None,
            answers=answers,
            good=good,
            asked=max(1, sum(row.take for row in inside)),
        )


def _by_chance(stratum: Stratum, rows: Iterable[Cluster]) -> int:
    return sum(row.size for row in rows if row.stratum_id == stratum.pk and not row.certain)


def _good(question: Question, rows: Iterable[Cluster], sums: Sums) -> tuple[int, int]:
    counted = [sums.get((row.pk, question.key), {}) for row in rows]
    good = sum(one.get(option, 0) for one in counted for option in question.good)
    return good, sum(times for one in counted for option, times in one.items() if option != NO_WORD)


def _scored(sums: Mapping[str, int], scores: Mapping[str, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for option, score in scores.items():
        if times := sums.get(option, 0):
            found[score] = found.get(score, 0) + times
    return found


def _e4(value: float) -> int:
    return max(0, round(value * 10_000))
