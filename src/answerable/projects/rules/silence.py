"""When a project is silent: the public hears nothing, though it may expect to."""

from __future__ import annotations

from datetime import date, timedelta

from .phases import ACTIVE, Phase


def quiet_since(phase: Phase | str, active_since: date | None, last_word_on: date | None) -> date | None:
    """The day from which its silence counts; None in a phase in which nothing is expected."""
    if Phase(phase) not in ACTIVE or active_since is None:
        return None
    return max(active_since, last_word_on) if last_word_on else active_since


def quiet_days(
    phase: Phase | str, active_since: date | None, last_word_on: date | None, today: date
) -> int | None:
    """For how many days it has been silent; None where nothing is expected."""
    since = quiet_since(phase, active_since, last_word_on)
    return None if since is None else max((today - since).days, 0)


def is_silent(
    phase: Phase | str, active_since: date | None, last_word_on: date | None, today: date, days: int
) -> bool:
    """Whether it is amber: no word for that many days."""
    quiet = quiet_days(phase, active_since, last_word_on, today)
    return quiet is not None and quiet >= days


def silent_if_before(today: date, days: int) -> date:
    """The last day on which a word is too old: what lists compare with."""
    return today - timedelta(days=days)
