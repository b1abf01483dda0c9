"""The bank: every question that a survey may ask, and nothing beside it. No field takes a question that is typed.

Each was read for what it could do to the one who answers: none asks who somebody is, what they believe, where they were
or what they think of another resident; each is about services, promises, money and staff in their office
(TRUST.md B8, step 2). The words stand in words.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerable.surveys.problems import QuestionUnknown

#: Given by whoever would rather not say: counted, and left out of every share.
NO_WORD = "no-word"
FEWEST_QUESTIONS, MOST_QUESTIONS = 1, 8


@dataclass(frozen=True)
class Question:
    """One question: what it is about, its options from the worst to the best with what each counts, and which are good."""

    key: str
    about: str
    scores: Mapping[str, int]
    good: frozenset[str]

    @property
    def options(self) -> tuple[str, ...]:
        """What may be answered, `NO_WORD` last."""
        return (*self.scores, NO_WORD)

    @property
    def is_scale(self) -> bool:
        """True where a mean says something: more than two steps."""
        return len(self.scores) > 2


_FIVE = {"very-bad": 1, "bad": 2, "middling": 3, "good": 4, "very-good": 5}
_YES = {"no": 0, "yes": 1}


def _five(key: str) -> Question:
    return Question(key, "satisfaction", _FIVE, frozenset({"good", "very-good"}))


def _yes(key: str) -> Question:
    return Question(key, "awareness", _YES, frozenset({"yes"}))


BANK: Mapping[str, Question] = {
    question.key: question
    for question in (
        _five("listened"),
        _five("answers"),
        _five("works"),
        _five("respect"),
        _five("money-shown"),
        _yes("knows-where"),
        _yes("knows-complaint"),
        _yes("safe-to-complain"),
        _yes("told-back"),
        _yes("needs-met"),
        _yes("knows-spent"),
    )
}


def questions_in(keys: Sequence[str]) -> tuple[Question, ...]:
    """The questions of these keys, in the order of the bank. Raises QuestionUnknown."""
    unknown = [key for key in keys if key not in BANK]
    chosen = [question for key, question in BANK.items() if key in set(keys)]
    if unknown or not FEWEST_QUESTIONS <= len(chosen) <= MOST_QUESTIONS:
        raise QuestionUnknown(field="questions", fewest=FEWEST_QUESTIONS, most=MOST_QUESTIONS)
    return tuple(chosen)
