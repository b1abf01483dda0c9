"""The ground of the fictional programme: calendars, the area tree, what is answered for and by when."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

from answerable.access.rules import Actor
from answerable.listening.template_files import import_templates
from answerable.places.models import Area, AreaLevel
from answerable.places.services import add_area, add_calendar, add_holiday, add_level
from answerable.programme.imports import import_subjects
from answerable.programme.models import OutsideBody, Subject
from answerable.programme.rules import ServiceTimes
from answerable.programme.services import add_outside_body, set_responsibility, set_standard

from . import names
from .scale import Dates, Scale

#: Working days to acknowledge, answer and resolve; days of silence.
GENERAL = ServiceTimes(3, 7, 30, 14)
STANDARDS = {
    "water": ServiceTimes(2, 5, 15, 10),
    "light": ServiceTimes(2, 5, 20, 14),
    "roads": ServiceTimes(3, 10, 45, 21),
    "services": ServiceTimes(2, 5, 7, 14),
}
#: Which office of the county answers for a top subject; all else is the county coordinator's.
OFFICE_OF = {
    "water": "water",
    "roads": "roads",
    "farming": "farming",
    "livestock": "farming",
    "school": "services",
    "health": "services",
    "services": "services",
}
#: Subjects that go straight to the county's office, past the township's desk.
STRAIGHT_TO_COUNTY = ("roads", "farming", "livestock")
#: Subjects that a body outside answers for.
OUTSIDE = {"light-cuts": "valley-power", "roads-bus": "county-bus", "phone-none": "meridale-telecom"}


@dataclass
class Ground:
    """The areas by level, with the subjects and outside bodies by key."""

    levels: dict[str, AreaLevel] = field(default_factory=dict)
    province: Area | None = None
    prefectures: list[Area] = field(default_factory=list)
    counties: list[Area] = field(default_factory=list)
    townships: list[Area] = field(default_factory=list)
    villages: list[Area] = field(default_factory=list)
    subjects: dict[str, Subject] = field(default_factory=dict)
    bodies: dict[str, OutsideBody] = field(default_factory=dict)

    def county_of(self, area: Area) -> Area:
        """The county that an area lies in."""
        return next(county for county in self.counties if (area.path or "").startswith(county.path or "-"))

    def township_of(self, village: Area) -> Area:
        """The township that a village lies in."""
        return next(t for t in self.townships if t.pk == village.parent_id)


def lay_ground(*, actor: Actor, scale: Scale, dates: Dates, rng: random.Random) -> Ground:
    """Add calendars, levels and areas."""
    ground = Ground()
    weekdays = add_calendar(
        actor=actor, key="province", names=names.said("Province", "الإقليم", "全省"), weekend=[5, 6]
    )
    market = add_calendar(
        actor=actor,
        key="friday-market",
        names=names.said("Friday market", "سوق الجمعة", "周五集市"),
        weekend=[4, 5],
    )
    for year in range(dates.founded.year, dates.second_round_ends.year + 1):
        for month, day, said in names.HOLIDAYS:
            for calendar in (weekdays, market):
                add_holiday(actor=actor, calendar=calendar, on=date(year, month, day), names=said)
    for rank, (key, said) in enumerate(names.LEVELS, start=1):
        ground.levels[key] = add_level(
            actor=actor, key=key, rank=rank, names=said, is_village=key == "village"
        )

    def place(parent: Area | None, level: str, said: names.Names, code: str, **more: object) -> Area:
        return add_area(
            actor=actor,
            parent=parent,
            level=ground.levels[level],
            name=said["en"],
            names=said,
            codes={"demo": code},
            valid_from=dates.founded,
            **more,  # type: ignore[arg-type] # a calendar or nothing
        )

    ground.province = place(None, "province", names.PROVINCE, "MD", calendar=weekdays)
    villages = iter(names.village_names(scale.village_count, rng))
    townships = iter(names.TOWNSHIPS)
    counties = iter(names.COUNTIES)
    for p in range(scale.prefectures):
        prefecture = place(ground.province, "prefecture", names.PREFECTURES[p], f"MD{p + 1}")
        ground.prefectures.append(prefecture)
        for c in range(scale.counties):
            own = {"calendar": market} if (p, c) == (0, 2) else {}
            county = place(prefecture, "county", next(counties), f"MD{p + 1}{c + 1}", **own)
            ground.counties.append(county)
            for t in range(scale.townships):
                township = place(county, "township", next(townships), f"MD{p + 1}{c + 1}{t + 1:02}")
                ground.townships.append(township)
                for v in range(scale.villages):
                    code = f"MD{p + 1}{c + 1}{t + 1:02}{v + 1:02}"
                    ground.villages.append(place(township, "village", next(villages), code))
    return ground


def set_duties(*, actor: Actor, ground: Ground, dates: Dates) -> None:
    """Take in the shipped list of subjects; say who answers for what, and within how many days."""
    take_in_shipped_lists(actor)
    ground.subjects = {subject.key: subject for subject in Subject.objects.select_related("parent")}
    for key, said in names.OUTSIDE_BODIES:
        ground.bodies[key] = add_outside_body(actor=actor, key=key, names=said)
    since = dates.founded
    set_standard(actor=actor, subject=None, valid_from=since, times=GENERAL)
    for key, times in STANDARDS.items():
        set_standard(actor=actor, subject=ground.subjects[key], valid_from=since, times=times)

    def answers(level: str, function: str, subject: Subject | None = None) -> None:
        set_responsibility(
            actor=actor,
            subject=subject,
            level=ground.levels[level],
            function=function,
            valid_from=since,
        )

    for subject in ground.subjects.values():
        top = subject.parent_id is None and not subject.sensitive
        if top and subject.key not in STRAIGHT_TO_COUNTY:
            answers("township", "case-desk", subject)
    for level in ("county", "prefecture", "province"):
        answers(level, "coordination")
    for key, function in OFFICE_OF.items():
        answers("county", function, ground.subjects[key])
    for key, body in OUTSIDE.items():
        set_responsibility(
            actor=actor,
            subject=ground.subjects[key],
            level=ground.levels["county" if key.startswith("roads") else "township"],
            outside_body=ground.bodies[body],
            valid_from=since,
        )


def take_in_shipped_lists(actor: Actor) -> None:
    """Import the subjects and the reply templates that the product ships."""
    for report in (import_subjects(actor=actor), import_templates(actor=actor)):
        if report.faults:
            raise RuntimeError(f"a shipped list has faults: {report.faults[0].sentence}")
