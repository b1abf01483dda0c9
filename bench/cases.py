"""The bulk generator's cases: a year of them, some villages with many, in every state, by a fixed seed.

Only the tables that figures and public pages read are filled (cases, published answers); such a case has no
steps and no feedback, and no code opens it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from answerable.config.simulation import restart_ids
from answerable.listening.models import KINDS, Case, PublicAnswer
from answerable.places.models import Area

from .world import SEED, Ground

#: How the cases of a year stand at its end.
STATES = (
    ("acknowledged", 6),
    ("assigned", 10),
    ("in_progress", 10),
    ("planned", 4),
    ("answered", 12),
    ("claimed_done", 8),
    ("confirmed", 18),
    ("unconfirmed", 8),
    ("appealed", 2),
    ("declined", 6),
    ("closed", 12),
    ("duplicate", 3),
    ("withdrawn", 1),
)
#: Figures group by what happened and by days: few courses would make few groups, and flatter them.
SHAPES = 4_000
ANSWERS_MOST = 5_000
DAYS = 400


def make_cases(ground: Ground, count: int, today: date, *, skew: float = 1.0) -> None:
    """Write `count` cases in the order of their days, and an answer for every tenth of them."""
    rng = random.Random(SEED + 1)
    days = [today - timedelta(days=ago) for ago in range(DAYS + 800)]
    later = [today + timedelta(days=ahead) for ahead in range(200)]
    shapes = [_shape(rng) for _ in range(SHAPES)]
    shapes[0]["state"] = "assigned"  # the first case is joined to none
    weights = [rng.lognormvariate(0, skew) for _ in ground.villages]
    where = rng.choices(ground.villages, weights, k=count)
    township_of = _townships(ground)
    # What differs from row to row stands first; the rest follows from a shape and a day.
    own = ["id", "area_id", "subject_id", "owner_id", "duplicate_of_id"]
    columns = [str(field.column) for field in Case._meta.concrete_fields if not field.generated]
    names = own + [name for name in columns if name not in own]

    def course(shape: int, ago: int) -> tuple[bool, tuple[Any, ...]]:
        values = _values(shapes[shape], ago, days, later)
        rest = (values[name] for name in names[len(own) :])
        plain = (value.isoformat() if isinstance(value, date) else value for value in rest)
        return values["state"] == "duplicate", tuple(plain)

    def rows() -> Iterator[tuple[Any, ...]]:
        main = None
        for n in range(count):
            pk = n + 1
            ago = DAYS - n * DAYS // count
            joined, rest = course(rng.randrange(1, SHAPES) if main else 0, ago)
            area, subject = where[n], ground.subjects[n % len(ground.subjects)]
            owner = ground.handler_of[township_of[area]]
            yield (pk, area, subject, owner, main if joined else None, *rest)
            if not joined:
                main = pk

    with transaction.atomic():
        _write(Case._meta.db_table, names, rows())
        _answers(ground, count)
    restart_ids(Case)


def tidy() -> None:
    """What PostgreSQL's autovacuum, and `PRAGMA optimize`, do by themselves on a database that is in use."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _townships(ground: Ground) -> dict[int, int]:
    rows = Area.objects.filter(level__is_village=True).values_list("pk", "l4")
    return {pk: township for pk, township in rows if township is not None}


def _shape(rng: random.Random) -> dict[str, Any]:
    """One course of a case: how many days to each of its marks."""
    state = rng.choices([s for s, _ in STATES], [w for _, w in STATES])[0]
    answer = max(0, round(rng.lognormvariate(math.log(6), 0.7)))
    resolve = answer + max(0, round(rng.lognormvariate(math.log(18), 0.8)))
    silent = state in {"acknowledged", "assigned", "duplicate", "withdrawn"}
    ended = state in {"claimed_done", "confirmed", "unconfirmed", "declined", "closed", "appealed"}
    return {
        "state": state,
        "kind": rng.choice(KINDS),
        "acknowledge": 0 if rng.random() < 0.8 else rng.randrange(6),
        "answer": None if silent else min(answer, 300),
        "resolve": min(resolve, 380) if ended else None,
        "claimed": state in {"claimed_done", "confirmed", "unconfirmed"},
        "bounces": int(rng.random() < 0.06),
        "escalations": int(rng.random() < 0.1),
        "reopened": int(rng.random() < 0.04),
        "appeals": int(state == "appealed" or rng.random() < 0.02),
        "rating": rng.randrange(1, 6) if state in {"confirmed", "closed"} and rng.random() < 0.4 else None,
        "sensitive": rng.random() < 0.02,
        "urgent": rng.random() < 0.03,
    }


def _values(shape: dict[str, Any], ago: int, days: list[date], later: list[date]) -> dict[str, Any]:
    def day(after: int | None) -> date | None:
        """So many days after it was received, as far as that has been."""
        return None if after is None or after > ago else days[ago - after]

    def due(after: int) -> date:
        return days[ago - after] if after <= ago else later[min(after - ago, len(later) - 1)]

    state = shape["state"]
    answered, resolved = day(shape["answer"]), day(shape["resolve"])
    if shape["resolve"] is not None and resolved is None:
        state = "in_progress"
    claimed = resolved if shape["claimed"] and resolved else None
    closed = resolved if state == "closed" else None
    return {
        "kind": shape["kind"],
        "state": state,
        "sensitive": shape["sensitive"],
        "urgent": shape["urgent"],
        "appeal_post_id": None,
        "outside_body_id": None,
        "voices": 1,
        "version": 4,
        "closed_reason": "window-over" if closed else "",
        "acknowledge_days": 3,
        "answer_days": 7,
        "resolve_days": 30,
        "silence_days": 14,
        "received_on": days[ago],
        "acknowledge_due_on": due(5),
        "answer_due_on": due(9),
        "resolve_due_on": due(42),
        "acknowledged_on": day(shape["acknowledge"]),
        "answered_on": answered,
        "resolved_on": resolved,
        "claimed_on": claimed,
        "confirmed_on": claimed if state == "confirmed" else None,
        "unconfirmed_on": claimed if state == "unconfirmed" else None,
        "appealed_on": resolved if state == "appealed" else None,
        "closed_on": closed,
        "planned_for": None,
        "last_word_on": answered or days[ago],
        "next_due_on": None if closed or state in {"duplicate", "withdrawn"} else later[10],
        "bounces": shape["bounces"],
        "escalations": shape["escalations"],
        "refusals": 0,
        "reopened": shape["reopened"],
        "appeals": shape["appeals"],
        "appeals_upheld": 0,
        "rating": shape["rating"],
    }


def _write(table: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The foreign keys are sound by construction; checking a million of them takes half the time.
            cursor.execute("SET LOCAL session_replication_role = replica")
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("SET LOCAL session_replication_role = origin")
            return
        marks = ", ".join(["?"] * len(names))
        raw = connection.connection
        # Filling indexes in order, at the end, is several times faster than row by row.
        beside = raw.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') "
            "AND sql IS NOT NULL",
            [table],
        ).fetchall()
        for kind, name, _ in beside:
            raw.execute(f'DROP {kind} "{name}"')
        raw.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",
            rows,
        )
        for _, _, sql in beside:
            raw.execute(sql)


def _answers(ground: Ground, count: int) -> None:
    """The office's words for every tenth answered case, at most ANSWERS_MOST of them."""
    rows = Case.objects.filter(sensitive=False, answered_on__isnull=False).order_by("-pk")
    found = rows.values_list("pk", "area_id", "subject_id", "answered_on")[
        : min(count, ANSWERS_MOST * 10) : 10
    ]
    text = "The pump was replaced on the twelfth. The township checks it every Monday and says so here. "
    PublicAnswer.objects.bulk_create(
        [
            PublicAnswer(
                case_id=pk,
                area_id=area_id,
                subject_id=subject_id,
                month=answered_on.replace(day=1),
                language="en",
                text=text * 2,
            )
            for pk, area_id, subject_id, answered_on in found
            if answered_on is not None
        ],
        batch_size=1_000,
    )
