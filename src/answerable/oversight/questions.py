"""Ask: patterns that figures take on where they are worked at instead of the matter. Questions to offices, no findings.

About posts alone: never about who fills one, and never about or to residents. Only what the records can show: a rating
comes with the code of its case and the records don't know through whose hands, so nothing is said of ratings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from answerable.access.models import Post
from answerable.access.rules import Actor
from answerable.listening.figures import Period
from answerable.listening.models import Case, CaseStep, ReplyTemplate
from answerable.listening.tally import DaysBetween
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.programme.models import Round
from answerable.projects.models import ProjectStep

from .selectors import RIGHT, sees

#: With fewer cases, replies or claims than this, a post's share is chance.
LEAST = 10
#: Days before a case's due day, this one too, in which it was ended "at the last moment"; and from which share on we ask.
LAST_DAYS = 1
LAST_DAYS_PERCENT = 50
#: From which share of replies that are a template, unchanged, we ask.
TEMPLATES_PERCENT = 50
#: Days up to a round's end, and from which share of claims made in them we ask.
ROUND_DAYS = 7
ROUND_PERCENT = 30
_NO_MATTER = ("duplicate", "withdrawn")
_Found = dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Question:
    """One post that did `part` of its `whole` so."""

    post: Post
    part: int
    whole: int


@dataclass(frozen=True)
class Pattern:
    """One pattern: its threshold, how many posts had enough to look at, and those that are over it, by their keys."""

    key: str
    percent: int
    posts: int
    questions: tuple[Question, ...]


def patterns(actor: Actor, area: Area | None, period: Period) -> list[Pattern]:
    """All patterns in an area (None: everywhere) and period, without sensitive cases. Seven queries. Raises NotThere."""
    sees(actor, RIGHT, area)
    asked: list[tuple[str, int, Callable[[Area | None, Period], _Found]]] = [
        ("last-days", LAST_DAYS_PERCENT, last_days),
        ("templates", TEMPLATES_PERCENT, templates),
        ("round-end", ROUND_PERCENT, round_ends),
    ]
    found = [(key, percent, count(area, period)) for key, percent, count in asked]
    names = Post.objects.in_bulk({pk for _, _, counts in found for pk in counts})
    return [_pattern(key, percent, counts, names) for key, percent, counts in found]


def _pattern(key: str, percent: int, counts: _Found, names: dict[int, Post]) -> Pattern:
    enough = {pk: own for pk, own in counts.items() if own[1] >= LEAST}
    over = [Question(names[pk], *own) for pk, own in enough.items() if own[0] * 100 >= own[1] * percent]
    return Pattern(key, percent, len(enough), tuple(sorted(over, key=lambda one: one.post.key)))


def last_days(area: Area | None, period: Period) -> _Found:
    """By owning post: cases of the period ended on their due day or the day before, of those ended in time."""
    left = DaysBetween("resolve_due_on", "resolved_on")
    rows = Case.objects.filter(
        _inside(area, "area__"),
        sensitive=False,
        owner__isnull=False,
        resolved_on__isnull=False,
        received_on__range=(period.first, period.last),
    )
    table = rows.exclude(state__in=_NO_MATTER).annotate(days_left=left).filter(days_left__gte=0).order_by()
    return {
        pk: (part, whole)
        for pk, part, whole in table.values_list("owner_id").annotate(
            part=Count("pk", filter=Q(days_left__lte=LAST_DAYS)), whole=Count("pk")
        )
    }


def templates(area: Area | None, period: Period) -> _Found:
    """By writing post: replies of the period that are the text of a template, of all that are not erased."""
    texts = {
        text for given in ReplyTemplate.objects.values_list("texts", flat=True) for text in given.values()
    }
    rows = CaseStep.objects.filter(
        _inside(area, "case__area__"),
        case__sensitive=False,
        post__isnull=False,
        on__range=(period.first, period.last),
        word__by_office=True,
        word__erased_on__isnull=True,
    ).order_by()
    return {
        pk: (part, whole)
        for pk, part, whole in rows.values_list("post_id").annotate(
            part=Count("pk", filter=Q(word__text__in=sorted(texts))), whole=Count("pk")
        )
    }


def round_ends(area: Area | None, period: Period) -> _Found:
    """By claiming post: claims of the period in the last days of a round, of all claims; of cases and of projects."""
    ends = list(Round.objects.values_list("ends_on", flat=True))
    when = {"post__isnull": False, "on__range": (period.first, period.last)}
    cases = CaseStep.objects.filter(
        _inside(area, "case__area__"), case__sensitive=False, step="claimed-done", **when
    )
    projects = ProjectStep.objects.filter(_inside(area, "project__area__"), step="claimed", **when)
    part, whole = Counter[int](), Counter[int]()
    for rows in (cases, projects):
        table: Iterable[tuple[int, date, int]] = (
            rows.order_by().values_list("post_id", "on").annotate(n=Count("pk"))
        )
        for pk, on, n in table:
            whole[pk] += n
            if any(end - timedelta(days=ROUND_DAYS) < on <= end for end in ends):
                part[pk] += n
    return {pk: (part[pk], count) for pk, count in whole.items()}


def _inside(area: Area | None, prefix: str) -> Q:
    return below(placed(area), prefix) if area is not None else Q()
