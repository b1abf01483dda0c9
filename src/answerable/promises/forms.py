"""The acts on a promise as the desk offers them: what each asks for, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from answerable.access.rules import Actor
from answerable.kernel.problem import gettext_noop
from answerable.web import reading

from . import services
from .models import Promise
from .problems import ProjectUnfit
from .rules import DECLINE_REASONS, Step
from .selectors import projects_that_fit

#: What a promise's forms send.
TYPED = ("reason", "until", "project", "language", "text", "read")


@dataclass(frozen=True)
class PromiseAct:
    """One act: its key, its step, its words, the fields of its form, and the service."""

    key: str
    step: Step
    words: str
    fields: tuple[str, ...]
    run: Callable[..., Promise]
    hint: str = ""
    red: bool = False
    reasons: tuple[str, ...] = ()


def _told(typed: Mapping[str, str], languages: list[str]) -> dict[str, Any]:
    return {
        "text": typed["text"],
        "language": reading.language_in(typed["language"], languages),
        "read": typed["read"] == "yes",
    }


def _tell(typed: Mapping[str, str], languages: list[str], row: Promise, **who: Any) -> Promise:
    until = reading.day_in(typed["until"], "until") if typed["until"].strip() else None
    return services.tell(expected_on=until, **_told(typed, languages), **who)


def _keep(typed: Mapping[str, str], languages: list[str], row: Promise, **who: Any) -> Promise:
    return services.keep(**_told(typed, languages), **who)


def _decline(typed: Mapping[str, str], languages: list[str], row: Promise, **who: Any) -> Promise:
    return services.decline(reason=typed["reason"], **_told(typed, languages), **who)


def _take_up(typed: Mapping[str, str], languages: list[str], row: Promise, **who: Any) -> Promise:
    pk = reading.number_in(typed["project"])
    project = next((row for row in projects_that_fit(row.area) if row.pk == pk), None)
    if project is None:
        raise ProjectUnfit(field="project")
    return services.take_up(project=project, **_told(typed, languages), **who)


def _reopen(typed: Mapping[str, str], languages: list[str], row: Promise, **who: Any) -> Promise:
    return services.reopen(reason=typed["reason"], **_told(typed, languages), **who)


ACTS = (
    PromiseAct(
        "tell",
        Step.TOLD,
        gettext_noop("Give a word"),
        ("until", "text"),
        _tell,
        gettext_noop("The promised day stays. If you name a newer one, it stands beside it."),
    ),
    PromiseAct("keep", Step.KEPT, gettext_noop("It is kept"), ("text",), _keep),
    PromiseAct(
        "take-up", Step.TAKEN_UP, gettext_noop("A project takes it up"), ("project", "text"), _take_up,
        gettext_noop("It is followed there. Should the project be cancelled, the promise is open again, and late."),
    ),
    PromiseAct(
        "decline", Step.DECLINED, gettext_noop("Say an honest no"), ("reason", "text"), _decline,
        gettext_noop("Everybody can read the reason and your words."), True, DECLINE_REASONS,
    ),
    PromiseAct(
        "reopen", Step.REOPENED, gettext_noop("Open it again"), ("reason", "text"), _reopen,
        "", False, ("residents-say-no", "said-too-early"),
    ),
)  # fmt: skip
BY_KEY = {act.key: act for act in ACTS}


def run(act: PromiseAct, actor: Actor, promise: Promise, version: int, typed: Mapping[str, str]) -> Promise:
    """Do an act with what was typed."""
    languages = reading.reply_languages(promise.texts)
    return act.run(typed, languages, promise, actor=actor, promise=promise.pk, version=version)
