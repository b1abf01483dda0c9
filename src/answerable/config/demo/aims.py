"""What the programme wants and how far it is: the two samples, a township's villages held against ten stars, and one
committee that nearly does without a team."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from answerable.access.rules import Actor
from answerable.kernel import clock
from answerable.kernel.tables import ImportReport
from answerable.places.models import Area, AreaCode
from answerable.results import services
from answerable.results.imports import take_sheet
from answerable.results.models import Framework, Indicator, Period
from answerable.results.rules import Reading
from answerable.results.rules.capacity import ABILITIES, FACILITIES
from answerable.results.samples import sample_text
from answerable.results.sheets import read_sheet

from .courses import Course, Wait
from .people import slug
from .words import works

if TYPE_CHECKING:
    from .story import Story

ONE = 10_000
#: How many villages are held against the stars.
VILLAGES = 2
#: The days before the story's end on which its two periods begin and end.
SPANS = ((200, 111), (110, 21))
#: Part and whole, steps or numbers, by indicator: in the first period, and what the second adds for each village.
FOUND: dict[str, tuple[int, int]] = {
    "water": (8, 10), "road": (2, 0), "light": (17, 20), "clinic": (18, 0), "school": (95, 100), "waste": (3, 0),
    "accounts": (6, 0),
}  # fmt: skip


def aims(story: Story) -> Course:
    """Both frameworks, told in one day near the end of the story."""
    yield Wait((story.dates.today - clock.today()).days - 12)
    village = story.ground.villages[0]
    township = story.ground.township_of(village)
    maker = _seat(story, f"{slug(township)}-case-desk")
    checker = _seat(story, f"{slug(township)}-coordination")
    county = story.ground.county_of(township)
    if maker is None or checker is None:
        return
    head = _seat(story, f"{slug(county)}-coordination") or checker
    year = story.dates.today.year
    plain = _taken(head, county, sample_text("one-two-two-three", area=_code(county), year=year))
    services.publish_framework(actor=head, framework=plain)
    text = sample_text("ten-stars", area=_code(township), year=year)
    spans = [(_ago(story, first), _ago(story, last)) for first, last in SPANS]
    for (first, last), (starts, ends) in zip(spans, (("01-01", "06-30"), ("07-01", "12-31")), strict=True):
        text = text.replace(f"{year}-{starts}", first.isoformat()).replace(f"{year}-{ends}", last.isoformat())
    stars = _taken(checker, township, text)
    small = len(story.ground.villages) < 10
    places = [one for one in story.ground.villages if one.parent_id == township.pk][:VILLAGES]
    periods = list(Period.objects.filter(framework=stars).order_by("starts_on"))
    for period in periods[1:] if small else periods:
        for place, indicator, reading in _values(stars, period, places):
            _tell(maker, checker, indicator, period, place, reading)
    services.lock_period(actor=checker, period=_of(stars, periods[0]))
    services.publish_framework(actor=checker, framework=stars)
    yield Wait(1)
    _committee(village, maker, checker)


def _ago(story: Story, days: int) -> date:
    return story.dates.today - timedelta(days=days)


def _seat(story: Story, key: str) -> Actor | None:
    post = story.people.posts.get(key)
    return story.people.actor_in(post.pk, clock.today()) if post is not None else None


def _code(area: Area) -> str:
    row = AreaCode.objects.filter(area=area).order_by("scheme", "code")[0]
    return f"{row.scheme}:{row.code}"


def _of(framework: Framework, period: Period) -> Period:
    period.framework = framework
    return period


def _taken(actor: Actor, area: Area, text: str) -> Framework:
    report = ImportReport()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.csv"
        path.write_text(text, "utf-8")
        framework = take_sheet(actor=actor, sheet=read_sheet(path), report=report)
    assert framework is not None and not report.faults, report.faults  # noqa: S101, PT018 - a sheet of our own
    framework.area = area
    return framework


def _values(
    framework: Framework, period: Period, places: list[Area]
) -> Iterator[tuple[Area, Indicator, Reading | None]]:
    """What was found in each village; None: it is computed. One thing in one village nobody could look at."""
    rng = random.Random(period.key)
    indicators = list(Indicator.objects.filter(framework=framework).order_by("position"))
    for n, place in enumerate(places):
        for indicator in indicators:
            indicator.framework = framework
            if indicator.computed_by:
                yield place, indicator, None
                continue
            value, whole = FOUND[indicator.key]
            if n == 1 and indicator.key == "school":
                yield place, indicator, Reading(no_data="no-access")
            elif whole:
                part = max(0, min(whole, value + rng.randint(-2, 2) + (1 if n == 0 else -n)))
                yield place, indicator, Reading(numerator=part * ONE, denominator=whole * ONE)
            elif indicator.measure == "ordinal":
                yield place, indicator, Reading(value=max(1, value - n) * ONE)
            else:
                yield place, indicator, Reading(value=max(0, value + (3 if n == 0 else -n)) * ONE)


def _tell(
    maker: Actor, checker: Actor, indicator: Indicator, period: Period, place: Area, reading: Reading | None
) -> None:
    period.framework = indicator.framework
    at = {"actor": maker, "indicator": indicator, "period": period, "area": place}
    if reading is None:
        row = services.compute_actual(**at)  # type: ignore[arg-type]
    else:
        row = services.enter_actual(reading=reading, **at)  # type: ignore[arg-type]
        if not reading.no_data:
            said = works()["results"]["counted"]["en"]
            services.write_note(actor=maker, actual=row.pk, text=said, language="en", read=True)
    services.submit(actor=maker, actual=row.pk)
    services.approve(actor=checker, actual=row.pk)


def _committee(village: Area, maker: Actor, checker: Actor) -> None:
    """The committee of the village with the most to look at: all but two things it does by itself."""
    helped = {"offers-compared", "water-tested", "funds-applied"}
    own = {key: "with-help" if key in helped else "alone" for key in ABILITIES}
    services.look_at_abilities(actor=maker, area=village, by="self", grades=own)
    found = own | {"repair-paid": "with-help"}
    services.look_at_abilities(actor=checker, area=village, by="other", grades=found)
    states = {key: "none" if key == "first-aid" else "works" for key in FACILITIES}
    services.look_at_facilities(actor=maker, area=village, states=states)
    held = services.plan_training(
        actor=maker, area=village, kind="coaching", ability="repair-paid", on=clock.today()
    )
    services.hold_training(actor=maker, training=held.pk, present=14)
    services.plan_training(
        actor=maker,
        area=village,
        kind="training",
        ability="water-tested",
        on=clock.today() + timedelta(days=40),
    )
