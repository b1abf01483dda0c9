"""What everybody may read of a survey: shares of the whole area that the rule for small counts lets through.

Nothing is published by stratum or by village: laid side by side with the whole, small parts could be counted back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from answerable.disclosure.sampled import SampledShare, sampled_share

from .models import Cluster, Estimate, Survey


@dataclass(frozen=True)
class Line:
    """One question: what may be said of it, and of how many that were to be asked."""

    question: str
    said: SampledShare
    asked: int


def may_be_said(row: Estimate) -> SampledShare:
    """A share as it may be published; withheld where it has no interval."""
    low = row.low_e4 if row.low_e4 is not None else 0
    high = row.high_e4 if row.high_e4 is not None else 10_000
    said = sampled_share(
        good=row.good, answers=row.answers, value_e4=row.value_e4, low_e4=low, high_e4=min(high, 10_000)
    )
    return said if row.low_e4 is not None else SampledShare(said.answers)


def lines_of(survey: Survey) -> list[Line]:
    """The questions in their order. One query."""
    rows = Estimate.objects.filter(survey=survey, stratum__isnull=True, measure="share")
    order = {key: place for place, key in enumerate(survey.questions)}
    found = [Line(row.question, may_be_said(row), row.asked) for row in rows]
    return sorted(found, key=lambda line: order[line.question])


def villages_listed(survey: Survey) -> int:
    """How many villages were on the list that was drawn from. One query."""
    return Cluster.objects.filter(stratum__survey=survey).count()


def published_share(area: int, question: str, first: date, last: date) -> SampledShare | None:
    """What the last published survey of just that area says of a question, of those that were closed within these days.

    None where there is none, or where nothing may be said. Two queries.
    """
    rows = Survey.objects.filter(area=area, state="published", closed_on__range=(first, last))
    for survey in rows.order_by("-closed_on", "-pk"):
        if question in survey.questions:
            line = next((one for one in lines_of(survey) if one.question == question), None)
            return line.said if line is not None and not line.said.withheld else None
    return None


def as_csv(survey: Survey) -> str:
    """The file whose digest stands in the register: always the same bytes, also of surveys from before villages were kept."""
    head, more = "question,good_percent,low_percent,high_percent,answers,asked", ""
    if survey.villages is not None:
        head, more = f"{head},villages_listed,villages", f",{villages_listed(survey)},{survey.villages}"
    lines = [f"{head}\n"]
    for line in lines_of(survey):
        said = line.said
        shown = [said.share, said.low, said.high] if not said.withheld else ["withheld"] * 3
        lines.append(
            ",".join(str(part) for part in (line.question, *shown, said.answers, line.asked)) + f"{more}\n"
        )
    return "".join(lines)
