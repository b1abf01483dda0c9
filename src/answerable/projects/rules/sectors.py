"""Sectors: DAC purpose codes and their categories, the village's own list, and shares that make a whole."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from answerable.projects.problems import SectorUnknown, SharesNotWhole

VOCABULARIES = ("dac-5", "dac-3", "own")
#: Shares are hundredths of a percent.
WHOLE = 10_000
#: The categories of the OECD DAC's purpose codes (IATI codelist SectorCategory, 2.03).
_CATEGORIES = """
111 112 113 114 121 122 123 130 140 151 152 160 210 220 230 231 232 233 234 235 236 240 250 311 312 313 321 322 323
331 332 410 430 510 520 530 600 720 730 740 910 920 930 998
"""
DAC_CATEGORIES = frozenset(_CATEGORIES.split())
_FIVE = re.compile(r"[0-9]{5}\Z")


@dataclass(frozen=True, order=True)
class Share:
    """A sector and its share of a project, in hundredths of a percent."""

    vocabulary: str
    code: str
    share: int


def check_code(vocabulary: str, code: str, subjects: Iterable[str] = ()) -> None:
    """Raise SectorUnknown unless the code can be of the vocabulary; `subjects` are the village list's keys."""
    if vocabulary == "dac-5":
        known = bool(_FIVE.match(code)) and code[:3] in DAC_CATEGORIES
    elif vocabulary == "dac-3":
        known = code in DAC_CATEGORIES
    else:
        known = vocabulary == "own" and code in set(subjects)
    if not known:
        raise SectorUnknown(field="sectors", code=code[:60], vocabulary=vocabulary[:20])


def check_shares(shares: Iterable[Share]) -> None:
    """Raise SharesNotWhole unless the shares of each vocabulary add up to exactly the whole."""
    sums: dict[str, int] = defaultdict(int)
    for share in shares:
        if share.share < 1:
            raise SharesNotWhole(field="sectors", vocabulary=share.vocabulary, total=percent(share.share))
        sums[share.vocabulary] += share.share
    for vocabulary, total in sorted(sums.items()):
        if total != WHOLE:
            raise SharesNotWhole(field="sectors", vocabulary=vocabulary, total=percent(total))


def percent(share: int) -> str:
    """A share as percent in plain digits: 3333 is 33.33, 10000 is 100."""
    sign, share = ("-", -share) if share < 0 else ("", share)
    whole, rest = divmod(share, 100)
    return f"{sign}{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else f"{sign}{whole}"


def read_percent(text: str) -> int:
    """The share that a person wrote, such as 33.33. Raises ValueError for anything but at most two decimals."""
    match = re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?", text.strip())
    if match is None:
        raise ValueError("no percentage")
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
