"""When a list may be committed to, drawn from, and given up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from answerable.verification.problems import (
    AlreadyPublic,
    KindsUnfit,
    LotteryUnclear,
    NumberMissing,
    PeriodWrong,
    ReasonMissing,
    ValueNotYet,
)

from .strata import KINDS

#: Why a commitment is given up. Each stays on the draw's page.
REASONS = ("list-wrong", "period-wrong", "nobody-to-visit", "lottery-not-held")
_LOTTERY = re.compile(r"[a-z0-9](?:[a-z0-9 .-]{0,58}[a-z0-9])?", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"[0-9]+(?:-[0-9]+)*")


def check_kinds(kinds: Iterable[str]) -> list[str]:
    """The kinds in their order. Visits are drawn apart from all else. Raises KindsUnfit."""
    given = set(kinds)
    if not given or given - set(KINDS) or ("visit" in given and len(given) > 1):
        raise KindsUnfit(field="kinds")
    return [kind for kind in KINDS if kind in given]


def check_period(first: date, last: date, today: date) -> None:
    """A period that is over. Raises PeriodWrong."""
    if not first <= last <= today:
        raise PeriodWrong(field="ends_on")


def lottery_in(name: str, on: date | None, today: date) -> str:
    """Which public lottery is mixed in, held after today; empty for none. Raises LotteryUnclear."""
    name = " ".join(name.split())
    if not name and on is None:
        return ""
    if on is None or on <= today or not _LOTTERY.fullmatch(name):
        raise LotteryUnclear(field="lottery")
    return name


def number_in(typed: str, lottery: str) -> str:
    """A lottery's number in its one form, digits with a hyphen between groups; empty where none was named.

    Raises NumberMissing.
    """
    groups = "-".join(re.sub(r"[\s,;+-]+", " ", typed[:120]).split())
    if bool(groups) != bool(lottery) or (groups and not _NUMBER.fullmatch(groups)) or len(groups) > 60:
        raise NumberMissing(field="number", lottery=lottery or "-")
    return groups


def is_known(*, root: str, lottery_on: date | None, today: date) -> bool:
    """Whether all that makes the seed is public, so that anybody can draw."""
    return bool(root) and (lottery_on is None or lottery_on <= today)


def check_drawable(*, root: str, lottery_on: date | None, today: date) -> None:
    """The values of the seed are there. Raises ValueNotYet."""
    if not is_known(root=root, lottery_on=lottery_on, today=today):
        raise ValueNotYet


def check_abandonable(reason: str, *, root: str, lottery: str, lottery_on: date | None, today: date) -> None:
    """A commitment is given up before anybody can know what it would draw. Raises ReasonMissing, AlreadyPublic.

    A lottery that was not held is the one reason after: everybody can see whether it was.
    """
    if reason not in REASONS or (reason == "lottery-not-held" and not lottery):
        raise ReasonMissing(field="reason")
    if reason != "lottery-not-held" and is_known(root=root, lottery_on=lottery_on, today=today):
        raise AlreadyPublic
