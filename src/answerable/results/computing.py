"""The closed list of computations: each gives one value of an area and a period from the records of a room.

What they count and what they divide by is said beside each (docs/reference/results.md); nothing else can be asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, Sum

from answerable.access.rules import SYSTEM
from answerable.assets import selectors as assets
from answerable.kernel.money import exponent
from answerable.kernel.problem import gettext_noop
from answerable.listening.figures import Figures, area_figures
from answerable.listening.figures import Period as Received
from answerable.listening.models import Session
from answerable.money.models import Posting
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.projects.models import Project
from answerable.projects.selectors.finding import within
from answerable.promises.models import Promise
from answerable.surveys.published import published_share
from answerable.surveys.rules.questions import BANK
from answerable.surveys.words import GOOD

from .rules import ONE, Measure, Reading

NOTHING = Reading(no_data="nothing-to-count")


@dataclass(frozen=True)
class Asked:
    """What is computed: of an area and everything below it, from the first to the last day."""

    area: Area
    first: date
    last: date
    currency: str = ""


@dataclass(frozen=True)
class Sampled:
    """How sure a value is that rests on a sample: half the width of its interval in ten-thousandths, and the answers."""

    margin: int
    answers: int


@dataclass(frozen=True)
class Computation:
    """One entry of the list: what it gives, what that counts, and in words what it is."""

    key: str
    measure: Measure
    counts: str
    words: str
    run: Callable[[Asked], Reading]
    #: It says how things stand on the day it is run, not at the period's end.
    as_of_today: bool = False
    #: For what rests on a sample.
    sampled: Callable[[Asked], Sampled | None] | None = None


def _share(part: int, whole: int) -> Reading:
    """A part of a whole; of nothing there is no share."""
    return Reading(numerator=part * ONE, denominator=whole * ONE) if whole else NOTHING


def _cases(asked: Asked) -> Figures:
    return area_figures(SYSTEM, asked.area, Received(asked.first, asked.last)).total


def _answered_in_time(asked: Asked) -> Reading:
    kept = _cases(asked).answered
    return _share(kept.in_time, kept.due)


def _resolved_in_time(asked: Asked) -> Reading:
    kept = _cases(asked).resolved
    return _share(kept.in_time, kept.due)


def _confirmed_of_claimed(asked: Asked) -> Reading:
    found = _cases(asked)
    return _share(min(found.confirmed, found.claimed), found.claimed)


def _assets_working(asked: Asked) -> Reading:
    tally = assets.total(assets.still_working(assets.in_area(placed(asked.area)), "kind").values())
    return _share(tally.working, tally.checked)


def _projects_confirmed(asked: Asked) -> Reading:
    rows = Project.objects.filter(within(asked.area), confirmed_on__range=(asked.first, asked.last))
    return Reading(value=rows.count() * ONE)


def _projects_confirmed_of_claimed(asked: Asked) -> Reading:
    rows = Project.objects.filter(within(asked.area), first_claimed_on__range=(asked.first, asked.last))
    found = rows.aggregate(all=Count("pk"), good=Count("pk", filter=Q(confirmed_on__lte=asked.last)))
    return _share(found["good"], found["all"])


def _money_spent(asked: Asked) -> Reading:
    rows = Posting.objects.filter(
        below(placed(asked.area), "area__"),
        account__role="spent",
        entry__stage__in=("payment", "return"),
        entry__on__range=(asked.first, asked.last),
        currency=asked.currency,
    )
    units = rows.aggregate(sum=Sum("units"))["sum"] or 0
    return Reading(value=units * 10 ** (4 - exponent(asked.currency)))


def _promises_kept(asked: Asked) -> Reading:
    rows = Promise.objects.filter(
        below(placed(asked.area), "area__"), due_on__range=(asked.first, asked.last)
    )
    found = rows.aggregate(all=Count("pk"), kept=Count("pk", filter=Q(kept_on__lte=F("due_on"))))
    return _share(found["kept"], found["all"])


def _sessions_held(asked: Asked) -> Reading:
    rows = Session.objects.filter(below(placed(asked.area), "area__"), on__range=(asked.first, asked.last))
    return Reading(value=rows.count() * ONE)


def _survey(question: str) -> Computation:
    """What the last survey of just this area, collected in the period and published, says of a question.

    Value and interval are those that were published, in steps of five: nothing finer leaves by another door.
    """

    def run(asked: Asked) -> Reading:
        found = published_share(asked.area.pk, question, asked.first, asked.last)
        return _share(found.share, 100) if found is not None and found.share is not None else NOTHING

    def sampled(asked: Asked) -> Sampled | None:
        found = published_share(asked.area.pk, question, asked.first, asked.last)
        if found is None or found.low is None or found.high is None or not found.answers.value:
            return None
        return Sampled((found.high - found.low) * ONE // 2, found.answers.value)

    return Computation(
        f"survey-{question}", Measure.PERCENTAGE, "things", GOOD[question], run, sampled=sampled
    )


COMPUTATIONS = {
    one.key: one
    for one in (
        Computation(
            "cases-answered-in-time",
            Measure.PERCENTAGE,
            "cases",
            gettext_noop("Cases raised in the period and answered in time, of those whose answer was due"),
            _answered_in_time,
        ),
        Computation(
            "cases-resolved-in-time",
            Measure.PERCENTAGE,
            "cases",
            gettext_noop("Cases raised in the period and settled in time, of those that were due"),
            _resolved_in_time,
        ),
        Computation(
            "cases-confirmed",
            Measure.PERCENTAGE,
            "cases",
            gettext_noop(
                "Cases raised in the period that residents confirmed, of those that an office called done"
            ),
            _confirmed_of_claimed,
        ),
        Computation(
            "assets-working",
            Measure.PERCENTAGE,
            "things",
            gettext_noop(
                "Things that projects left and that work, of those that were looked at; as of the day it is computed"
            ),
            _assets_working,
            as_of_today=True,
        ),
        Computation(
            "projects-confirmed",
            Measure.UNIT,
            "things",
            gettext_noop("Projects that residents confirmed in the period"),
            _projects_confirmed,
        ),
        Computation(
            "projects-confirmed-of-claimed",
            Measure.PERCENTAGE,
            "things",
            gettext_noop(
                "Projects first called done in the period that residents confirmed in it, of all that were called done"
            ),
            _projects_confirmed_of_claimed,
        ),
        Computation(
            "money-spent",
            Measure.UNIT,
            "things",
            gettext_noop("Money paid for the area in the period, less what was given back, in one currency"),
            _money_spent,
        ),
        Computation(
            "promises-kept",
            Measure.PERCENTAGE,
            "things",
            gettext_noop("Promises kept by the promised day, of those that were due in the period"),
            _promises_kept,
        ),
        Computation(
            "sessions-held",
            Measure.UNIT,
            "things",
            gettext_noop("Listening sessions held in the period"),
            _sessions_held,
        ),
        *(_survey(question) for question in BANK),
    )
}


def compute(key: str, asked: Asked) -> Reading:
    """The value of one entry of the list."""
    return COMPUTATIONS[key].run(asked)


def sampled(key: str, asked: Asked) -> Sampled | None:
    """How sure that value is; None for what is counted, and where there is no value."""
    run = COMPUTATIONS[key].sampled
    return run(asked) if run is not None else None
