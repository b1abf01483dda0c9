"""Who may collect, and what of it is kept: decisions without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from answerable.surveys.problems import (
    AnswerMissing,
    CollectorRated,
    PaperTooFew,
    PaperTooMany,
    PaperUneven,
    SeatRated,
)

from .questions import Question
from .sizes import FEWEST_ANSWERS

#: Question and option -> how often.
Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class RatedTeam:
    """A team whose work the survey is about: posted in the area while it is collected."""

    team: int
    sponsor: int
    name: str


def check_collector(rated: Iterable[RatedTeam], teams: Iterable[int], sponsors: Iterable[int]) -> None:
    """Raise CollectorRated when who collects is of a rated team, or of the sponsor that lends it.

    `teams` and `sponsors` are those of every seat that the collector fills, and of the organisation that collects.
    """
    own, lenders = set(teams), set(sponsors)
    for one in rated:
        if one.team in own or one.sponsor in lenders:
            raise CollectorRated(field="collector", team=one.name)


def check_seats(rated: Sequence[str]) -> None:
    """Raise SeatRated when who collects fills a seat that answers or steers matters there; `rated` are those seats' keys."""
    if rated:
        raise SeatRated(field="collector_post", post=rated[0])


def chosen_in(questions: Sequence[Question], sent: Mapping[str, str]) -> set[tuple[str, str]]:
    """The option that was chosen for each question. Raises AnswerMissing, by the question's field."""
    chosen = set()
    for question in questions:
        option = sent.get(question.key, "")
        if option not in question.options:
            raise AnswerMissing(field=question.key)
        chosen.add((question.key, option))
    return chosen


def check_paper(
    questions: Sequence[Question], counts: Counts, *, answers: int, cards: int, take: int
) -> None:
    """Whether a village's tally sheet adds up. Raises PaperTooFew, PaperTooMany, PaperUneven, each with its field."""
    if 0 < answers < FEWEST_ANSWERS:
        raise PaperTooFew(field="answers", fewest=FEWEST_ANSWERS)
    if answers + cards > take:
        raise PaperTooMany(field="answers", answers=answers, cards=cards, take=take)
    for question in questions:
        total = sum(counts.get((question.key, option), 0) for option in question.options)
        if total != answers:
            raise PaperUneven(field=question.key, question=question.key, sum=total, answers=answers)
