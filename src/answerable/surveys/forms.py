"""What was typed at the desk, read into numbers, places and seats; each refusal names its field."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from answerable.access.models import Post
from answerable.kernel.folding import fold
from answerable.places.models import Area
from answerable.places.selectors import villages_below
from answerable.programme.models import Organisation
from answerable.web import reading

from .models import Survey
from .problems import CollectorUnfit, NumberUnreadable, PaperNumber, PlaceTwice, SizesUnreadable
from .rules.collecting import Counts
from .rules.questions import questions_in
from .rules.sizes import Wanted
from .words import FIELDS, said

TYPED = (
    "margin", "confidence", "expected", "alike", "take", "response", "minimum", "allocation", "population",
    "starts_on", "ends_on", "collector", "collector_post", "sizes",
)  # fmt: skip
USUAL = {
    "margin": "5", "confidence": "95", "expected": "50", "alike": "5", "take": "15", "response": "90", "minimum": "0",
    "allocation": "proportional", "population": "dwellings",
}  # fmt: skip

#: What stands between a name and its number: commas of other scripts, and a tab of a spreadsheet.
COMMAS = str.maketrans(dict.fromkeys("\u060c\uff0c\t", ","))


def thousandths_in(typed: Mapping[str, str], name: str) -> int:
    """A percentage with at most one decimal, as thousandths. Raises NumberUnreadable."""
    text = _digits(typed.get(name, "")).replace("\u066b", ".").removesuffix("%").strip()
    whole, _, part = text.partition(".")
    if not (whole.isdecimal() and len(whole) <= 4 and (not part or (part.isdecimal() and len(part) == 1))):
        raise NumberUnreadable(field=name, name=said(FIELDS, name), given=reading.shown(text)[:40] or "-")
    return int(Fraction(text) * 10)


def whole_in(typed: Mapping[str, str], name: str) -> int:
    """A whole number. Raises NumberUnreadable."""
    found = reading.number_in(typed.get(name))
    if found is None or found > 10**9:
        given = reading.shown(typed.get(name, ""))[:40] or "-"
        raise NumberUnreadable(field=name, name=said(FIELDS, name), given=given)
    return found


def wanted_in(typed: Mapping[str, str]) -> Wanted:
    """The numbers of a design, within their bounds. Raises NumberUnreadable, DesignNumberWrong."""
    wanted = Wanted(
        margin=thousandths_in(typed, "margin"),
        confidence=whole_in(typed, "confidence"),
        expected=thousandths_in(typed, "expected"),
        alike=thousandths_in(typed, "alike"),
        take=whole_in(typed, "take"),
        response=thousandths_in(typed, "response"),
    )
    wanted.check()
    return wanted


@dataclass(frozen=True)
class Listed:
    """The villages of the list with their sizes."""

    rows: list[tuple[Area, int]]


def sizes_in(text: str, area: Area) -> list[tuple[Area, int]]:
    """The villages of an area with how many dwellings or seats each has: a line each, code (SCHEME:CODE too) or name,
    comma, number.

    Raises SizesUnreadable, PlaceTwice, each with its line.
    """
    known: dict[str, list[Area]] = {}
    for village in villages_below(area).select_related("level").prefetch_related("codes"):
        codes = [form for code in village.codes.all() for form in (code.code, str(code))]
        names = {village.name, *village.names.values(), *codes}
        for name in {fold(name).strip() for name in names}:
            known.setdefault(name, []).append(village)
    found: list[tuple[Area, int]] = []
    seen: set[int] = set()
    for line, typed in enumerate(text[:2_000_000].splitlines(), start=1):
        if not typed.strip():
            continue
        name, _, count = typed.translate(COMMAS).rpartition(",")
        places = known.get(fold(name).strip(), [])
        size = reading.number_in(count)
        if len(places) != 1 or not size:
            raise SizesUnreadable(field="sizes", line=line, given=reading.shown(typed)[:60])
        if places[0].pk in seen:
            raise PlaceTwice(field="sizes", line=line, area=places[0].name)
        seen.add(places[0].pk)
        found.append((places[0], size))
    return found


def collector_in(typed: Mapping[str, str]) -> Organisation:
    """The organisation that collects. Raises CollectorUnfit."""
    found = Organisation.objects.filter(key=typed.get("collector", "")[:60].replace("\0", "")).first()
    if found is None:
        raise CollectorUnfit(field="collector")
    return found


def post_in(typed: Mapping[str, str]) -> Post:
    """The seat in which it collects. Raises CollectorUnfit."""
    pk = reading.number_in(typed.get("collector_post"))
    found = Post.objects.select_related("area").filter(pk=pk).first() if pk and pk < 2**63 else None
    if found is None:
        raise CollectorUnfit(field="collector_post")
    return found


def paper_in(survey: Survey, typed: Mapping[str, str]) -> tuple[int, Counts]:
    """A village's tally sheet: how many answered, and how often each option. Empty is 0. Raises PaperNumber."""
    counts: dict[tuple[str, str], int] = {}
    for question in questions_in(survey.questions):
        for option in question.options:
            counts[question.key, option] = _count(typed, f"{question.key}.{option}")
    return _count(typed, "answers"), counts


def _count(typed: Mapping[str, str], name: str) -> int:
    text = typed.get(name, "").strip()
    found = reading.number_in(text) if text else 0
    if found is None or found > 10**6:
        raise PaperNumber(field=name.partition(".")[0], name=name, given=reading.shown(text)[:40])
    return found


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text.strip()[:40])
