"""Builds the demo's database: into a file beside the real one, which takes its place when it is whole."""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from answerable.access.hashing import passwords_ahead
from answerable.access.models import Staff
from answerable.access.rules import SYSTEM
from answerable.kernel import clock
from answerable.listening.models import Case
from answerable.listening.services.slips import code_cost
from answerable.places.models import Area
from answerable.programme.models import Team
from answerable.safeguards.codes import hashed_ahead

from .ground import lay_ground, set_duties
from .people import LOGINS, PASSWORD, open_offices, post_round
from .scale import FULL, Dates, Scale
from .story import Story
from .treasury import Treasury

#: The same programme each time: only its dates move with the calendar, and codes and keys are random.
SEED = 20_26


@dataclass(frozen=True)
class Told:
    """What stands in the database: counts, and the codes to try."""

    areas: int
    teams: int
    staff: int
    cases: int
    codes: dict[str, str]
    #: What broke off a course that has to come to its end: nothing.
    broken: list[str]


@contextmanager
def ahead() -> Iterator[None]:
    """Begin at once with what takes long and needs no database: the passwords of those who can sign in."""
    with passwords_ahead(PASSWORD, len(LOGINS)):
        yield


def fill(scale: Scale = FULL, progress: Callable[[int, int], object] | None = None) -> Told:
    """Fill an empty, migrated database through the services. `progress` hears (done, all) in days."""
    rng = random.Random(SEED)
    dates = Dates(clock.today(), scale.days)
    total = (dates.last - dates.founded).days + 1
    done = 0

    def advance(days: int) -> None:
        nonlocal done
        done += days
        if progress:
            progress(done, total)

    advance(0)
    with clock.held_at(dates.founded), transaction.atomic():
        ground = lay_ground(actor=SYSTEM, scale=scale, dates=dates, rng=rng)
        people = open_offices(actor=SYSTEM, ground=ground, scale=scale, dates=dates, rng=rng)
        assert people.operator is not None  # noqa: S101 - the first post that is filled
        set_duties(actor=people.operator, ground=ground, dates=dates)
        post_round(people=people, ground=ground, dates=dates, number=1, rng=rng)
        treasury = Treasury(ground, people, dates, rng, scale.percent)
        treasury.open(people.operator)
    story = Story(ground, people, scale, dates, rng, treasury)
    with hashed_ahead(story.plan(), code_cost()), _little_sweeping():
        story.tell(advance)
    return Told(
        areas=Area.objects.count(),
        teams=Team.objects.count(),
        staff=Staff.objects.count(),
        cases=Case.objects.count(),
        codes=story.shown,
        broken=story.broken,
    )


@contextmanager
def _little_sweeping() -> Iterator[None]:
    """Look for garbage less often: nearly all of it is freed without."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def beside(path: Path) -> Iterator[None]:
    """Work on a fresh file beside `path`; it becomes `path` when the block ends well, and is gone when not."""
    fresh = path.with_name(f"{path.name}.building")
    _remove(fresh)
    database = settings.DATABASES["default"]
    options = connection.settings_dict["OPTIONS"]
    name, command = database["NAME"], options["init_command"]
    connection.close()
    connection.settings_dict["NAME"] = str(fresh)
    # An unfinished file is thrown away: nothing is lost by not waiting for the disk, and nobody reads beside.
    options["init_command"] = (
        f"{command} PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA secure_delete=OFF; "
        "PRAGMA cache_size=-200000;"
    )
    try:
        yield
        # Opened anew: a query that somebody began and did not read to its end would hold the file's mode.
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        _remove(path)
        os.replace(fresh, path)
    finally:
        connection.close()
        connection.settings_dict["NAME"], options["init_command"] = name, command
        _remove(fresh)


def migrate() -> None:
    """Make the tables."""
    call_command("migrate", verbosity=0, interactive=False)


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)
