"""The common way of every act on a project: find, lock, compare versions, change, write the step, record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from answerable.access.gate import Act, acting
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import TAG, ChoiceUnknown, NamesRefused
from answerable.kernel.text import clean_text
from answerable.places.models import Area
from answerable.places.rules import ids_in
from answerable.projects.models import Contribution, Project, ProjectStep, ProjectWord, ResidentsWord
from answerable.projects.problems import DayNotPast, DayTooFar, NumberUnreadable, ProjectChanged
from answerable.safeguards.reading import check_publishable

Keyed = TypeVar("Keyed", ProjectWord, Contribution, ResidentsWord)
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d ?[-/–] ?(?:19|20)\d\d(?![\d-])")
NAME_LIMIT = 200
TEXT_LIMIT = 2_000
#: Nothing that a project tells of happened before.
EARLIEST = date(1950, 1, 1)
#: Nobody plans further than this from today: a year beyond it was mistyped.
MOST_YEARS = 50


@dataclass
class OpenProject:
    """A project under the gate, and the one method that writes into its log."""

    project: Project
    act: Act
    #: What a form of this key made before: then there is nothing to do.
    before: Any = None

    def step(self, step: str, *, reason: str = "", number: int | None = None, **body: Any) -> ProjectStep:
        """Write a step and note the event; `body` are further codes, numbers and days of the event."""
        project = self.project
        project.version += 1
        row = ProjectStep.objects.create(
            project=project,
            n=project.version,
            step=step,
            on=clock.today(),
            phase=project.phase,
            post_id=self.act.post_id,
            reason=reason,
            number=number,
        )
        self.act.record(
            f"projects.{step}", project=project.pk, n=row.n, phase=project.phase, reason=reason, **body
        )
        return row


@contextmanager
def on_project(
    actor: Actor,
    right: Right,
    pk: int,
    *,
    version: int | None,
    beside: Iterable[int] = (),
    before: Callable[[], Any] = lambda: None,
) -> Iterator[OpenProject]:
    """Open one project for an act.

    `version` is the one that the page showed: if somebody acted since, ProjectChanged says what. None does not
    look (the machinery, programs). `beside` are projects that the act depends on; all are locked in one order.
    `before` asks for what the same form made already: if there is something, the act is idle.
    Raises NotThere, Denied, ProjectChanged.
    """
    # Not first(): putting one row in order costs more than finding it.
    seen = next(iter(Project.objects.filter(pk=pk).select_related("area__level")), None)
    if seen is None:
        raise NotThere
    with acting(actor, right, seen.area) as act:
        for other in sorted({pk, *beside}):
            found = Project.objects.select_for_update().get(pk=other)
            if other == pk:
                project = found
        project.area = seen.area
        opened = OpenProject(project, act, before())
        act.idle = opened.before is not None
        if not act.idle and version is not None and version != project.version:
            raise ProjectChanged(changes=_changes(pk, version))
        yield opened
        if not act.idle:
            project.save()


def _changes(pk: int, version: int) -> str:
    rows = ProjectStep.objects.filter(project=pk, n__gt=version).order_by("n").values_list("step", "on")
    return ", ".join(f"{step} ({on.isoformat()})" for step, on in rows) or "-"


def same_form(model: type[Keyed], project: int, key: UUID | None) -> Keyed | None:
    """What a form of this key made in the project before."""
    manager: models.Manager[Keyed] = model._default_manager
    return manager.filter(project=project, key=key).first() if key is not None else None


# --- what people write -------------------------------------------------------------------------


def clean_texts(
    texts: Mapping[str, str], *, limit: int = TEXT_LIMIT, field: str = "texts", required: bool = True
) -> dict[str, str]:
    """Texts by language tag, empty ones left out; what is published must point at no person.

    Raises NamesRefused for a tag that is none, TextMissing when a text is required, PointsAtSomebody, TextTooLong.
    """
    found = {}
    for tag in sorted(texts):
        if not TAG.match(tag):
            raise NamesRefused(field=field, language=tag[:40])
        if text := clean_text(texts[tag], limit=limit, field=field, required=False):
            # "2013-2015" is a span of years, which projects have, and no telephone.
            check_publishable(_YEARS.sub(" ", text))
            found[tag] = text
    if required and not found:
        clean_text("", limit=limit, field=field)
    return found


def clean_titles(names: Mapping[str, str], *, field: str = "names") -> dict[str, str]:
    """The same for names: one line each."""
    found = clean_texts(names, limit=NAME_LIMIT, field=field)
    return {tag: " ".join(text.split()) for tag, text in found.items()}


def one_of(value: str, allowed: Iterable[str], field: str) -> str:
    """The value, which has to be one of a fixed list. Raises ChoiceUnknown."""
    offered = tuple(allowed)
    if value not in offered:
        raise ChoiceUnknown(field=field, given=value[:40] or "-", allowed=", ".join(offered))
    return value


def past_day(on: date | None, *, field: str = "on", earliest: date = EARLIEST) -> date:
    """A day that is over or today; None is today. Raises DayNotPast."""
    today = clock.today()
    day = today if on is None else on
    if not earliest <= day <= today:
        raise DayNotPast(field=field, earliest=earliest.isoformat())
    return day


def planned_day(on: date, *, field: str) -> date:
    """A day that somebody plans for, within 50 years of today. Raises DayTooFar."""
    if abs((on - clock.today()).days) > MOST_YEARS * 366:
        raise DayTooFar(field=field, day=on.isoformat(), years=MOST_YEARS)
    return on


def counted(number: int, *, least: int, most: int, field: str) -> int:
    """A whole number in its range. Raises NumberUnreadable."""
    if not least <= number <= most:
        raise NumberUnreadable(field=field, least=least, most=most)
    return number


def lowest_above(areas: Iterable[Area]) -> int | None:
    """The id of the lowest area that holds all of these; None where nothing does."""
    chains = [ids_in(area.path or "") for area in areas]
    common = None
    for level in zip(*chains, strict=False):
        if len(set(level)) != 1:
            break
        common = level[0]
    return common
