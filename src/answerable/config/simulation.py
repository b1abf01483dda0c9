"""A generated province: many villages, some of them busy, and very many cases with their steps. No people, no words.

Rows go straight into the tables by a fixed seed, past the rules: such a database is for measuring and trying out. No act
wrote it, so the register knows nothing of it and an audit names every row.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from answerable.access.models import Post
from answerable.kernel import clock
from answerable.listening.bulk import BATCH, pour, poured
from answerable.listening.models import KINDS, Case, CaseStep
from answerable.places.models import Area, AreaLevel
from answerable.places.rules import ids_in, path_of
from answerable.programme.models import Subject
from answerable.register.models import Event
from answerable.rollups.folding import rebuild

LEVELS = ("province", "prefecture", "county", "township", "village")
SUBJECTS = ("water", "light", "roads", "school", "health", "housing", "farming", "waste", "money", "other")
DAYS = 365
#: Steps of a case that has come to its end.
STEPS = 8
#: Different courses: figures group by what happened and by days, and few would flatter them.
COURSES = 4_000
#: What becomes of a case after work began: the steps, and how many in a hundred.
FATES = (
    (("answered",), 14),
    (("answered", "confirmed"), 8),
    (("claimed-done",), 8),
    (("claimed-done", "confirmed"), 18),
    (("claimed-done", "confirmed", "rated"), 10),
    (("claimed-done", "unconfirmed"), 9),
    (("declined",), 6),
    (("answered", "closed"), 9),
    (("withdrawn",), 1),
    ((), 17),
)
_STATES = {
    "received": "received",
    "acknowledged": "acknowledged",
    "screened": "screened",
    "assigned": "assigned",
    "started": "in_progress",
    "answered": "answered",
    "claimed-done": "claimed_done",
    "confirmed": "confirmed",
    "unconfirmed": "unconfirmed",
    "declined": "declined",
    "closed": "closed",
    "withdrawn": "withdrawn",
}
_BY = {"received": "resident", "acknowledged": "system", "nudged": "system", "confirmed": "resident"}
_BY |= {"rated": "resident", "withdrawn": "resident", "unconfirmed": "system", "closed": "system"}


class NotEmpty(RuntimeError):
    """There is something in this database."""


@dataclass(frozen=True)
class Course:
    """What happens to a case, and after how many days: one of many that are drawn once."""

    steps: tuple[tuple[str, int], ...]
    kind: str
    sensitive: bool
    bounces: int
    escalations: int
    rating: int


def simulate(
    villages: int, cases: int, seed: int, progress: Callable[[int, int], object] | None = None
) -> int:
    """Fill an empty, migrated database; return how many steps there are. `progress` hears (cases done, of all).

    Raises NotEmpty. The sums behind figures are made at the end.
    """
    if any(model.objects.exists() for model in (AreaLevel, Area, Post, Subject, Case, Event)):
        raise NotEmpty
    rng, today = random.Random(seed), clock.today()  # noqa: S311 - a fixed seed is wanted
    with transaction.atomic():
        places = _ground(villages, rng)
        posts = _posts(places)
        subjects = _subjects()
        with poured():
            steps = _cases(places, posts, subjects, cases, rng, today, progress)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rebuild()
    return steps


def sizes(villages: int) -> tuple[int, ...]:
    """How many areas of each level: as a province of 10,000 villages has 1, 14, 90 and 1,000 above them."""
    return (
        1,
        max(1, villages * 14 // 10_000),
        max(1, villages * 9 // 1_000),
        max(1, villages // 10),
        villages,
    )


def _ground(villages: int, rng: random.Random) -> list[Area]:
    """The tree; returns the villages."""
    levels = [
        AreaLevel.objects.create(key=key, rank=rank, names=_named(key.title()), is_village=key == "village")
        for rank, key in enumerate(LEVELS, 1)
    ]
    return uneven_tree(levels, sizes(villages), rng, _named)[-1]


def _named(text: str) -> dict[str, str]:
    return {"en": text}


def uneven_tree(
    levels: Sequence[AreaLevel],
    sizes: Sequence[int],
    rng: random.Random,
    names: Callable[[str], dict[str, str]],
) -> list[list[Area]]:
    """Areas of each level, as many as `sizes` says, level by level; into an empty table, in bulk.

    Each area has one below it at least, as far as there are enough; the rest falls unevenly (log-normal, sigma 0.5).
    """
    count, tiers = 0, list[list[Area]]()
    for depth, (level, size) in enumerate(zip(levels, sizes, strict=True), 1):
        above: list[Any] = tiers[-1] if tiers else [None]
        weights = [rng.lognormvariate(0, 0.5) for _ in above]
        parents = [*above, *rng.choices(above, weights, k=max(0, size - len(above)))][:size]
        tier: list[Area] = []
        for n, parent in enumerate(parents, 1):
            count += 1
            name = f"{level.key.title()} {n}"
            area = Area(
                pk=count,
                parent=parent,
                level=level,
                name=name,
                names=names(name),
                search_text=f"|{name.lower()}|",
                depth=depth,
                path=path_of((parent.path or "") if parent else "", count),
            )
            for place, step in enumerate(ids_in(area.path or ""), 1):
                setattr(area, f"l{place}", step)
            tier.append(area)
        tiers.append(tier)
    Area.objects.bulk_create([area for tier in tiers for area in tier], batch_size=1_000)
    restart_ids(Area)
    return tiers


def restart_ids(*tables: type[models.Model]) -> None:
    """Let ids go on after those that were given by hand (PostgreSQL needs to be told)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)


def _posts(places: list[Area]) -> dict[int, int]:
    """A case handler's seat in each township, by the township's number. Nobody sits there."""
    townships = sorted({place.parent_id for place in places if place.parent_id})
    posts = [
        Post(
            key=f"desk-{pk}",
            role="case-handler",
            area_id=pk,
            names={"en": f"Desk {pk}"},
            valid_from=date(2020, 1, 1),
        )
        for pk in townships
    ]
    Post.objects.bulk_create(posts, batch_size=1_000)
    return {int(post.area_id or 0): post.pk for post in posts}


def _subjects() -> list[int]:
    found = []
    for n, key in enumerate(SUBJECTS):
        top = Subject.objects.create(key=key, names={"en": key.title()}, icon="water", position=n)
        for part in ("broken", "missing"):
            names = {"en": f"{key} {part}"}
            found.append(Subject.objects.create(key=f"{key}-{part}", parent=top, names=names).pk)
    return found


def _course(rng: random.Random) -> Course:
    (fate,) = rng.choices([steps for steps, _ in FATES], [share for _, share in FATES])
    work = max(0, round(rng.lognormvariate(math.log(6), 0.7)))
    days = [0, 0 if rng.random() < 0.8 else rng.randrange(6)]
    steps = ["received", "acknowledged", "screened", "assigned", "started"]
    days += [days[1] + rng.randrange(2)] * 2
    days += [days[-1] + rng.randrange(3)]
    steps += ["nudged"] * (STEPS - len(steps) - len(fate))
    days += [days[-1] + work // 2] * (STEPS - len(days) - len(fate))
    for n, step in enumerate(fate):
        steps.append(step)
        if step == "claimed-done":
            later = work + max(0, round(rng.lognormvariate(math.log(18), 0.8)))
        else:
            later = rng.randrange(30) if n else work
        days.append(days[-1] + later)
    return Course(
        steps=tuple(zip(steps, days, strict=True)),
        kind=rng.choice(KINDS),
        sensitive=rng.random() < 0.02,
        bounces=int(rng.random() < 0.06),
        escalations=int(rng.random() < 0.1),
        rating=rng.randrange(1, 6),
    )


def _cases(
    places: list[Area],
    posts: dict[int, int],
    subjects: list[int],
    count: int,
    rng: random.Random,
    today: date,
    progress: Callable[[int, int], object] | None,
) -> int:
    """The cases in the order of their days, and their steps. Busy and quiet villages: log-normal, sigma 1."""
    courses = [_course(rng) for _ in range(COURSES)]
    weights = [rng.lognormvariate(0, 1.0) for _ in places]
    steps = 0
    for start in range(0, count, BATCH):
        where = rng.choices(places, weights, k=min(BATCH, count - start))
        rows: list[tuple[Any, ...]] = []
        logs: list[tuple[Any, ...]] = []
        for n, place in enumerate(where, start):
            course, received = rng.choice(courses), today - timedelta(days=DAYS - n * DAYS // count)
            post = posts[place.parent_id or 0]
            done = [step for step in course.steps if step[1] <= (today - received).days]
            rows.append(_case(n + 1, place.pk, subjects[n % len(subjects)], post, course, done, received))
            logs += _log(n + 1, steps + len(logs), post, course, done, received)
        pour(Case, CASE_COLUMNS, rows)
        pour(CaseStep, STEP_COLUMNS, logs)
        steps += len(logs)
        if progress:
            progress(start + len(where), count)
    return steps


CASE_COLUMNS = tuple(str(field.column) for field in Case._meta.concrete_fields if not field.generated)
STEP_COLUMNS = ("id", "case_id", "n", "step", "on", "by", "state", "post_id", "reason", "number")


def _case(
    pk: int, area: int, subject: int, post: int, course: Course, done: list[tuple[str, int]], received: date
) -> tuple[Any, ...]:
    day = {step: (received + timedelta(days=days)).isoformat() for step, days in done}
    state = "received"
    for step, _ in done:
        state = _STATES.get(step, state)
    ended = day.get("claimed-done") or day.get("declined") or (day.get("closed") and day.get("answered"))
    values: dict[str, Any] = {
        "id": pk,
        "area_id": area,
        "subject_id": subject,
        "kind": course.kind,
        "state": state,
        "sensitive": course.sensitive,
        "urgent": False,
        "owner_id": post,
        "voices": 1,
        "version": len(done),
        "closed_reason": "answered" if state == "closed" else "",
        "acknowledge_days": 3,
        "answer_days": 7,
        "resolve_days": 30,
        "silence_days": 14,
        "received_on": received.isoformat(),
        "acknowledge_due_on": (received + timedelta(days=5)).isoformat(),
        "answer_due_on": (received + timedelta(days=9)).isoformat(),
        "resolve_due_on": (received + timedelta(days=42)).isoformat(),
        "acknowledged_on": day.get("acknowledged"),
        "answered_on": day.get("answered") or day.get("claimed-done") or day.get("declined"),
        "resolved_on": ended,
        "claimed_on": day.get("claimed-done"),
        "confirmed_on": day.get("confirmed"),
        "unconfirmed_on": day.get("unconfirmed"),
        "closed_on": day.get("closed"),
        "last_word_on": day.get("answered") or received.isoformat(),
        "bounces": course.bounces,
        "escalations": course.escalations,
        "refusals": 0,
        "reopened": 0,
        "appeals": 0,
        "appeals_upheld": 0,
        "rating": course.rating if "rated" in day else None,
    }
    return tuple(values.get(column) for column in CASE_COLUMNS)


def _log(
    pk: int, before: int, post: int, course: Course, done: list[tuple[str, int]], received: date
) -> Iterator[tuple[Any, ...]]:
    state = "received"
    for n, (step, days) in enumerate(done, 1):
        state = _STATES.get(step, state)
        by = _BY.get(step, "office")
        on = (received + timedelta(days=days)).isoformat()
        yield (
            before + n,
            pk,
            n,
            step,
            on,
            by,
            state,
            post if by == "office" else None,
            "answered" if step == "closed" else "",
            course.rating if step == "rated" else None,
        )
