"""The acts on a value as the desk offers them, and what was typed read into a reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from answerable.access.rules import Actor
from answerable.kernel.problem import gettext_noop
from answerable.places.models import Area
from answerable.web import reading as typed_values

from . import services
from .models import Actual, Indicator, Period
from .problems import ActualState
from .rules import Reading, read_number

#: What the forms of a value send.
TYPED = (
    "value", "numerator", "denominator", "no_data", "margin", "sample", "correction", "language", "text", "read",
    "item", "reason", "note",
)  # fmt: skip


@dataclass(frozen=True)
class At:
    """Which value: of which indicator, in which period and place; and the last row of it, if there is one."""

    actor: Actor
    indicator: Indicator
    period: Period
    area: Area
    row: Actual | None

    @property
    def pk(self) -> int:
        """The row that an act is about. Raises ActualState where there is none."""
        if self.row is None:
            raise ActualState(state="-")
        return self.row.pk


@dataclass(frozen=True)
class Way:
    """One act: its key, its words, from which states it is offered, the right kind of hands, and what does it."""

    key: str
    words: str
    states: tuple[str, ...]
    checks: bool
    run: Callable[[At, Mapping[str, str]], Any]
    red: bool = False


def number_in(typed: Mapping[str, str], field: str) -> int | None:
    """Ten-thousandths of a field; None for an empty one. Raises NumberUnreadable."""
    return read_number(typed[field], field=field) if typed.get(field, "").strip() else None


def reading_in(typed: Mapping[str, str]) -> Reading:
    """What was typed as a value. Raises NumberUnreadable."""
    return Reading(
        number_in(typed, "value"),
        number_in(typed, "numerator"),
        number_in(typed, "denominator"),
        typed.get("no_data", ""),
    )


def _enter(at: At, typed: Mapping[str, str]) -> None:
    sample = number_in(typed, "sample")
    services.enter_actual(
        actor=at.actor,
        indicator=at.indicator,
        period=at.period,
        area=at.area,
        reading=reading_in(typed),
        margin=number_in(typed, "margin"),
        sample=sample // 10_000 if sample is not None else None,
        correction=typed.get("correction", ""),
    )


def _compute(at: At, typed: Mapping[str, str]) -> None:
    services.compute_actual(
        actor=at.actor,
        indicator=at.indicator,
        period=at.period,
        area=at.area,
        correction=typed.get("correction", ""),
    )


def _note(at: At, typed: Mapping[str, str]) -> None:
    services.write_note(
        actor=at.actor,
        actual=at.pk,
        text=typed["text"],
        language=typed_values.language_tag_in(typed["language"], "language"),
        read=typed["read"] == "yes",
    )


def _attach(at: At, typed: Mapping[str, str]) -> None:
    services.attach_evidence(actor=at.actor, actual=at.pk, item=typed_values.number_in(typed["item"]) or 0)


def _submit(at: At, typed: Mapping[str, str]) -> None:
    services.submit(actor=at.actor, actual=at.pk)


def _approve(at: At, typed: Mapping[str, str]) -> None:
    services.approve(actor=at.actor, actual=at.pk)


def _send_back(at: At, typed: Mapping[str, str]) -> None:
    services.send_back(actor=at.actor, actual=at.pk, reason=typed["reason"])


def _drop(at: At, typed: Mapping[str, str]) -> None:
    services.drop_draft(actor=at.actor, actual=at.pk)


def _erase(at: At, typed: Mapping[str, str]) -> None:
    services.erase_note(actor=at.actor, actual=at.pk, note=typed_values.number_in(typed["note"]) or 0)


_OPEN = ("", "draft", "returned", "approved")
_DRAFT = ("draft", "returned")
WAYS = {
    way.key: way
    for way in (
        Way("enter", gettext_noop("Enter the value"), _OPEN, False, _enter),
        Way("compute", gettext_noop("Compute it from the records"), _OPEN, False, _compute),
        Way("note", gettext_noop("Say how it is known"), _DRAFT, False, _note),
        Way("attach", gettext_noop("Attach what it rests on"), _DRAFT, False, _attach),
        Way("submit", gettext_noop("Hand it in for approval"), _DRAFT, False, _submit),
        Way("drop", gettext_noop("Drop the draft"), _DRAFT, False, _drop, red=True),
        Way("approve", gettext_noop("Approve it"), ("submitted",), True, _approve),
        Way("send-back", gettext_noop("Send it back"), ("submitted",), True, _send_back, red=True),
        Way(
            "erase",
            gettext_noop("Erase the words"),
            ("draft", "returned", "submitted", "approved"),
            False,
            _erase,
        ),
    )
}
