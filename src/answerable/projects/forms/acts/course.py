"""Forms that move a project on: words, phases, the claim, what residents said, snags, the end."""

from __future__ import annotations

from typing import Any

from answerable.kernel.problem import gettext_noop
from answerable.projects import selectors, services
from answerable.projects.forms.fields import KEY, TEXTS, Field, Sent
from answerable.projects.models import Project, Snag
from answerable.projects.rules.confirming import VERDICTS, Standing
from answerable.projects.rules.phases import Phase, moves_from
from answerable.projects.rules.words import MOVE_REASONS, SNAG_KINDS, WORD_KINDS

from .choices import Choices
from .form import ON, RECORD, RUN, ActForm, always


def _open_snags(project: Project) -> bool:
    return Snag.objects.filter(project=project, repaired_on__isnull=True).exists()


def _closable(project: Project) -> bool:
    waiting = {Standing.NOT_CLAIMED, Standing.WAITING, Standing.REOPENED}
    return project.phase == Phase.COMPLETION and selectors.standing_of(project) not in waiting


def _say(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.say_word(
        **by, kind=sent.choice("kind", WORD_KINDS), texts=sent.texts("texts"), key=sent.key()
    )


def _move(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    phase = sent.choice("phase", [key for key, _ in choices.phases()])
    return services.move_phase(**by, phase=phase, reason=sent.choice("reason", MOVE_REASONS, needed=False))


def _claim(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.claim_completion(**by, texts=sent.texts("texts"), on=sent.day_or_none("on"))


def _hear(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.hear_residents(
        **by,
        way=sent.choice("way", ("meeting", "visit")),
        verdict=sent.choice("verdict", VERDICTS),
        said_done=sent.number("said_done", empty=0),
        said_partly=sent.number("said_partly", empty=0),
        said_not=sent.number("said_not", empty=0),
        key=sent.key(),
    )


def _snag(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.report_snag(
        **by,
        kind=sent.choice("kind", SNAG_KINDS),
        texts=sent.texts("texts"),
        found_on=sent.day_or_none("found_on"),
    )


def _repaired(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.repair_snag(**by, n=sent.row("snag", choices.snags()) or 0, on=sent.day_or_none("on"))


ACTS: tuple[ActForm, ...] = (
    ActForm(
        "say",
        gettext_noop("Say a word to the public"),
        RECORD,
        ("word",),
        always,
        _say,
        (Field("kind", "choice", gettext_noop("About")), TEXTS, KEY),
        hint=gettext_noop(
            "Bad news is a word as well. Without one for 30 days the project is shown as silent."
        ),
        tone="main",
    ),
    ActForm(
        "move",
        gettext_noop("Move to another phase"),
        RUN,
        ("moved",),
        lambda project: bool(moves_from(project.phase, project.suspended_phase)),
        _move,
        (
            Field("phase", "choice", gettext_noop("To")),
            Field(
                "reason",
                "choice",
                gettext_noop("Reason"),
                gettext_noop("Needed for a way back, aside or to an end."),
                needed=False,
            ),
        ),
    ),
    ActForm(
        "claim",
        gettext_noop("Say that it is done"),
        RUN,
        ("claimed",),
        lambda project: project.phase == Phase.IMPLEMENTATION,
        _claim,
        (TEXTS, Field("on", "day", gettext_noop("Day on which the work ended"), needed=False)),
        hint=gettext_noop(
            "Say what was done. It is called done by the office then; only residents can confirm it, and they have 30 days."
        ),
        tone="main",
    ),
    ActForm(
        "hear",
        gettext_noop("Record what residents said"),
        RECORD,
        ("heard",),
        lambda project: project.claimed_on is not None,
        _hear,
        (
            Field("way", "radio", gettext_noop("How they were asked")),
            Field("said_done", "number", gettext_noop("How many said: it is done"), needed=False),
            Field("said_partly", "number", gettext_noop("How many said: partly"), needed=False),
            Field("said_not", "number", gettext_noop("How many said: it is not done"), needed=False),
            Field("verdict", "radio", gettext_noop("What most of them said")),
            KEY,
        ),
        hint=gettext_noop("Counts only, never who. “Not done” opens the project again."),
        tone="main",
    ),
    ActForm(
        "snag",
        gettext_noop("Record a snag"),
        RECORD,
        ("snag",),
        lambda project: project.first_claimed_on is not None and project.phase != Phase.CANCELLED,
        _snag,
        (
            Field("kind", "choice", gettext_noop("Kind")),
            TEXTS,
            Field("found_on", "day", gettext_noop("Day on which it was found"), needed=False),
        ),
        hint=gettext_noop("A snag opens the project again until it is repaired and claimed anew."),
        tone="red",
    ),
    ActForm(
        "repaired",
        gettext_noop("A snag is repaired"),
        RECORD,
        ("repaired",),
        _open_snags,
        _repaired,
        (Field("snag", "choice", gettext_noop("Snag")), ON),
    ),
    ActForm(
        "close",
        gettext_noop("Close the project"),
        RUN,
        ("moved",),
        _closable,
        lambda by, sent, choices: services.close_project(**by),
    ),
)
