"""The reads of a village's page, written out: building them through the ORM takes longer than running them.

Seven queries. The page is the one that a whole county opens on the same evening.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from answerable.disclosure.catalogue import CASES
from answerable.disclosure.rules import Quarter
from answerable.disclosure.selectors import figures_in
from answerable.places.rules import ids_in
from answerable.programme.rules import DEFAULT_TIMES, ServiceTimes
from answerable.projects.rules.confirming import Standing, standing
from answerable.projects.rules.silence import is_silent

from .published import Answer, Counts

_AREA = """
SELECT a.id, a.name, a.names, a.path, a.valid_to, a.successor_id, s.name, s.names, l.is_village, l.names, l.key
FROM places_area a JOIN places_arealevel l ON l.id = a.level_id LEFT JOIN places_area s ON s.id = a.successor_id
WHERE a.id = %s
"""
_ABOVE = "SELECT id, name, names FROM places_area WHERE id IN ({}) ORDER BY depth"
_COUNTS = """
SELECT r.quarter, r.made_on, l.shown, l.withheld
FROM disclosure_release r LEFT JOIN disclosure_releaseline l ON l.release_id = r.id AND l.area_id = %s
WHERE r."table" = %s ORDER BY r.quarter DESC LIMIT 1
"""
_POSTING = """
SELECT t.names, t.key, s.names, s.key, p.ends_on
FROM programme_posting p JOIN programme_team t ON t.id = p.team_id JOIN programme_sponsor s ON s.id = t.sponsor_id
  JOIN places_area a ON a.id = p.area_id
WHERE p.area_id IN ({}) AND p.starts_on <= %s AND p.ends_on >= %s ORDER BY a.depth DESC, p.id LIMIT 1
"""
_ANSWERS = """
SELECT w.month, w.language, w.text, b.names, COALESCE(NULLIF(b.icon, ''), p.icon, '')
FROM listening_publicanswer w JOIN programme_subject b ON b.id = w.subject_id
  LEFT JOIN programme_subject p ON p.id = b.parent_id
  JOIN listening_case c ON c.id = w.case_id
WHERE w.area_id = %s AND NOT c.sensitive ORDER BY w.month DESC, w.id DESC LIMIT %s
"""
_TIMES = """
SELECT acknowledge_days, answer_days, resolve_days, silence_days FROM programme_standard
WHERE subject_id IS NULL AND valid_from <= %s ORDER BY valid_from DESC LIMIT 1
"""
#: For the village itself, or for an area around it: what is not confirmed first.
_PROJECTS = """
SELECT p.key, p.names, p.phase, p.active_since, p.last_word_on, p.first_claimed_on, p.claimed_on, p.verdict
FROM projects_projectarea w JOIN projects_project p ON p.id = w.project_id
WHERE w.area_id IN ({}) ORDER BY CASE WHEN p.confirmed_on IS NULL THEN 0 ELSE 1 END, p.id DESC LIMIT %s
"""


#: Areas from the top: id, name, names.
Above = list[tuple[int, str, Mapping[str, str]]]


@dataclass(frozen=True)
class AreaRow:
    """What a page needs of an area."""

    id: int
    name: str
    names: Mapping[str, str]
    path: str
    valid_to: date | None
    successor: tuple[int, str, Mapping[str, str]] | None
    is_village: bool


@dataclass(frozen=True)
class PostedTeam:
    """The team that is here, or in the area above, and until when."""

    names: Mapping[str, str]
    key: str
    sponsor_names: Mapping[str, str]
    sponsor_key: str
    ends_on: date


@dataclass(frozen=True)
class VillageProject:
    """One project for the village: its phase, what residents say of it, and whether it is amber."""

    key: str
    names: Mapping[str, str]
    phase: str
    standing: Standing
    silent: bool


def area_row(cursor: CursorWrapper, area_id: int) -> AreaRow | None:
    """The area, or None. One query."""
    if area_id >= 2**63:
        return None
    rows = _rows(cursor, _AREA, [area_id])
    if not rows:
        return None
    pk, name, names, path, valid_to, successor_id, s_name, s_names, is_village, _, _ = rows[0]
    successor = (successor_id, s_name, _names(s_names)) if successor_id else None
    return AreaRow(pk, name, _names(names), path or "", _day(valid_to), successor, bool(is_village))


def areas_above(cursor: CursorWrapper, path: str) -> Above:
    """The areas above, from the top: id, name, names. One query; none for a root."""
    above = ids_in(path)[:-1]
    return (
        [(pk, name, _names(names)) for pk, name, names in _rows(cursor, _in(_ABOVE, above), above)]
        if above
        else []
    )


def area_counts(cursor: CursorWrapper, area_id: int) -> Counts | None:
    """The newest published counts of one area, as published.counts_of has them; None before the first. One query."""
    for quarter, on, shown, withheld in _rows(cursor, _COUNTS, [area_id, CASES.name]):
        figures = figures_in(CASES, _json(shown) or {}, _json(withheld) or ())
        return Counts(Quarter(_day(quarter) or date.min), _day(on) or date.min, **figures)
    return None


def team_now(cursor: CursorWrapper, path: str, on: date) -> PostedTeam | None:
    """The team posted here or in the nearest area above. One query."""
    chain = ids_in(path)
    for names, key, sponsor_names, sponsor_key, ends_on in _rows(
        cursor, _in(_POSTING, chain), [*chain, on, on]
    ):
        return PostedTeam(_names(names), key, _names(sponsor_names), sponsor_key, _day(ends_on) or on)
    return None


def newest_answers(cursor: CursorWrapper, area_id: int, limit: int = 10) -> list[Answer]:
    """The office's newest answers in one village, once per matter. One query."""
    return [
        Answer(_day(month) or date.min, language, text, _names(names), icon)
        for month, language, text, names, icon in _rows(cursor, _ANSWERS, [area_id, limit])
    ]


def village_projects(cursor: CursorWrapper, path: str, on: date, limit: int = 6) -> list[VillageProject]:
    """The projects for a village, and for areas around it: what is not confirmed first. One query."""
    chain = ids_in(path)
    found = []
    for key, names, phase, since, word, first, claimed, verdict in _rows(
        cursor, _in(_PROJECTS, chain), [*chain, limit]
    ):
        stand = standing(
            first_claimed_on=_day(first),
            claimed_on=_day(claimed),
            verdict=verdict,
            today=on,
            days=settings.RESIDENTS_WORD_DAYS,
        )
        amber = is_silent(phase, _day(since), _day(word), on, settings.PROJECT_SILENCE_DAYS)
        found.append(VillageProject(key, _names(names), phase, stand, amber))
    return found


def usual_times(cursor: CursorWrapper, on: date) -> ServiceTimes:
    """The standard of every subject without one of its own. One query."""
    rows = _rows(cursor, _TIMES, [on])
    return ServiceTimes(*rows[0]) if rows else DEFAULT_TIMES


def _in(sql: str, ids: list[int]) -> str:
    return sql.format(",".join(["%s"] * len(ids)))


def _rows(cursor: CursorWrapper, sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    cursor.execute(sql, [p.isoformat() if isinstance(p, date) else p for p in params])
    return cursor.fetchall()  # type: ignore[no-any-return]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _names(value: Any) -> Mapping[str, str]:
    return (_read(value) if isinstance(value, str) else value) or {}


@lru_cache(maxsize=4096)
def _read(names: str) -> Mapping[str, str]:
    """SQLite gives JSON as text, and the same few subjects and areas stand on most pages."""
    return MappingProxyType(json.loads(names) or {})


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
