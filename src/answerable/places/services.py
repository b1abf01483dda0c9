"""Everything that changes the tree, its calendars and its outlines.

This room stands below `access`, whose gate asks for areas, and yet writes through that gate: the one import
that goes up, named in pyproject.toml (docs/decisions/0004).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, F, Q, Value
from django.db.models.functions import Cast, Concat, Length, NullIf, Substr

from answerable.access.gate import acting, post_for
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import check_days, clean_key, clean_names
from answerable.kernel.text import clean_text

from . import problems
from .models import LEVEL_COLUMNS, Area, AreaCode, AreaLevel, Boundary, Calendar, Holiday
from .outlines import checked_outline
from .rules import DEEPEST, STEP, ids_in, path_of, search_text
from .selectors import below, in_use, placed

#: Any number: who holds this lock of PostgreSQL's changes the shape of the tree, one at a time.
_TREE_LOCK = 7_201_946


def lock_tree() -> None:
    """Let nobody else change the tree until this transaction ends.

    Two moves at once could each be right and make a circle together. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def add_level(
    *, actor: Actor, key: str, rank: int, names: Mapping[str, str], is_village: bool = False
) -> AreaLevel:
    """Add a named level; lower ranks stand higher.

    Raises Denied, KeyRefused, NamesRefused, KeyTaken.
    """
    with acting(actor, Right.SET_UP, None) as act:
        key = clean_key(key, limit=40)
        if AreaLevel.objects.filter(key=key).exists():
            raise problems.KeyTaken(field="key", key=key)
        level = AreaLevel.objects.create(key=key, rank=rank, names=clean_names(names), is_village=is_village)
        act.record("places.level-added", level=level.pk, key=key, rank=rank, village=is_village)
    return level


def add_area(
    *,
    actor: Actor,
    parent: Area | None,
    level: AreaLevel,
    name: str,
    names: Mapping[str, str] | None = None,
    codes: Mapping[str, str] | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    calendar: Calendar | None = None,
) -> Area:
    """Add an area below another one (None: a root). `codes` by scheme, `names` by language.

    Raises Denied, LevelOrder, TreeTooDeep, CodeTaken, PointRefused, DatesInDisorder, and what names refuse.
    """
    with acting(actor, Right.SET_UP, parent) as act:
        lock_tree()
        if parent is not None:
            parent = Area.objects.select_related("level").get(pk=parent.pk)
        _check_level(level, parent)
        if parent is not None and parent.depth >= DEEPEST:
            raise problems.TreeTooDeep(limit=DEEPEST)
        check_point(latitude, longitude)
        if valid_from is not None:
            check_days(valid_from, valid_to, field="valid_to")
        plain_codes = _free_codes(codes or {})
        area = Area(
            parent=parent,
            level=level,
            name=_one_line(name),
            names=clean_names(names) if names else {},
            depth=parent.depth + 1 if parent is not None else 1,
            latitude=latitude,
            longitude=longitude,
            valid_from=valid_from,
            valid_to=valid_to,
            calendar=calendar,
        )
        area.search_text = search_text(area.name, area.names, plain_codes.values())
        area.save(force_insert=True)
        area.path = path_of(parent.path or "" if parent is not None else "", area.pk)
        for column, pk in zip(level_columns(), ids_in(area.path), strict=False):
            setattr(area, column, pk)
        area.save(update_fields=["path", *level_columns()])
        AreaCode.objects.bulk_create(
            AreaCode(area=area, scheme=scheme, code=code) for scheme, code in plain_codes.items()
        )
        act.record("places.area-added", area_id=area.pk, area=area.pk, level=level.pk)
    return area


def rename_area(*, actor: Actor, area: Area, name: str, names: Mapping[str, str] | None = None) -> Area:
    """Give an area another name, and names by language.

    Raises Denied, and what names refuse.
    """
    with acting(actor, Right.SET_UP, area) as act:
        area = Area.objects.select_for_update().get(pk=area.pk)
        area.name = _one_line(name)
        area.names = clean_names(names) if names else {}
        area.search_text = search_text(area.name, area.names, area.codes.values_list("code", flat=True))
        area.save(update_fields=["name", "names", "search_text"])
        act.record("places.area-renamed", area=area.pk)
    return area


def move_area(*, actor: Actor, area: Area, to_parent: Area | None) -> Area:
    """Move an area, with everything below it, into another one (None: make it a root).

    The right is needed at the old place and at the new one. Raises Denied, AreaInItself, LevelOrder,
    TreeTooDeep.
    """
    with acting(actor, Right.SET_UP, area) as act:
        post_for(actor, Right.SET_UP, to_parent)
        lock_tree()
        area = Area.objects.select_related("level").get(pk=area.pk)
        if to_parent is not None:
            to_parent = Area.objects.select_related("level").get(pk=to_parent.pk)
        _check_level(area.level, to_parent)
        old_parent = area.parent_id
        count = move_subtree(area, to_parent)
        act.record(
            "places.area-moved",
            area=area.pk,
            out_of=old_parent,
            into=to_parent.pk if to_parent is not None else None,
            areas=count,
        )
    return Area.objects.get(pk=area.pk)


def move_subtree(area: Area, to_parent: Area | None) -> int:
    """Rewrite parent, path, depth and level columns of a whole subtree in two statements; return its size.

    Inside an act that holds lock_tree. Raises AreaInItself, TreeTooDeep.
    """
    old_path = area.path or ""
    above = (to_parent.path or "") if to_parent is not None else ""
    if above.startswith(old_path):
        raise problems.AreaInItself(area=area.name, parent=to_parent.name if to_parent is not None else "")
    shift = len(above) // STEP + 1 - area.depth
    subtree = Area.objects.filter(below(placed(area)))
    if shift > 0 and subtree.filter(depth__gt=DEEPEST - shift).exists():
        raise problems.TreeTooDeep(limit=DEEPEST)
    kept = Substr("path", len(old_path) - STEP + 1)
    columns: dict[str, Any] = {}
    fixed = ids_in(above)
    for depth, column in enumerate(level_columns(), 1):
        if depth <= len(fixed):
            columns[column] = Value(fixed[depth - 1], output_field=BigIntegerField())
        else:
            old_step = Substr("path", (depth - shift - 1) * STEP + 1, STEP)
            columns[column] = Cast(NullIf(old_step, Value("")), BigIntegerField())
    # The depth of a root and its missing parent are one constraint: both change in one statement.
    Area.objects.filter(pk=area.pk).update(parent=to_parent, depth=F("depth") + shift)
    columns["depth"] = Length("path") / STEP + shift
    return subtree.update(path=Concat(Value(above), kept), **columns)


def close_area(*, actor: Actor, area: Area, on: date, successor: Area | None = None) -> Area:
    """Close an area: `on` is its last day. `successor` takes over what it had to do.

    Raises Denied, DatesInDisorder, StillHoldsAreas, SuccessorRefused.
    """
    with acting(actor, Right.SET_UP, area) as act:
        lock_tree()
        area = Area.objects.get(pk=area.pk)
        if area.valid_from is not None:
            check_days(area.valid_from, on, field="on")
        held = Area.objects.filter(below(placed(area)), in_use(on)).exclude(pk=area.pk)
        held = held.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
        if count := held.count():
            raise problems.StillHoldsAreas(area=area.name, count=count)
        if successor is not None:
            successor = Area.objects.get(pk=successor.pk)
            ended = successor.valid_to is not None and successor.valid_to <= on
            if ended or placed(area).covers(successor.path or ""):
                raise problems.SuccessorRefused(field="successor", area=successor.name)
        area.valid_to = on
        area.successor = successor
        area.save(update_fields=["valid_to", "successor"])
        act.record(
            "places.area-closed",
            area=area.pk,
            last=on,
            successor=successor.pk if successor is not None else None,
        )
    return area


def set_point(*, actor: Actor, area: Area, latitude: float | None, longitude: float | None) -> Area:
    """Say where an area's middle is, in degrees (None and None: not known).

    Raises Denied, PointRefused.
    """
    with acting(actor, Right.SET_UP, area) as act:
        check_point(latitude, longitude)
        area = Area.objects.select_for_update().get(pk=area.pk)
        area.latitude, area.longitude = latitude, longitude
        area.save(update_fields=["latitude", "longitude"])
        act.record("places.point-set", area=area.pk, known=latitude is not None)
    return area


def add_calendar(*, actor: Actor, key: str, names: Mapping[str, str], weekend: list[int]) -> Calendar:
    """Add a working calendar; `weekend` are the weekdays off, 0 is Monday.

    Raises Denied, KeyRefused, KeyTaken, NamesRefused, WeekendRefused.
    """
    with acting(actor, Right.SET_UP, None) as act:
        key = clean_key(key, limit=40)
        if Calendar.objects.filter(key=key).exists():
            raise problems.KeyTaken(field="key", key=key)
        if not set(weekend) < set(range(7)):
            raise problems.WeekendRefused(field="weekend")
        calendar = Calendar.objects.create(key=key, names=clean_names(names), weekend=sorted(set(weekend)))
        act.record("places.calendar-added", calendar=calendar.pk, key=key, weekend=calendar.weekend)
    return calendar


def set_calendar(*, actor: Actor, area: Area, calendar: Calendar | None) -> Area:
    """Let an area and everything below follow a calendar (None: the one from above).

    Raises Denied.
    """
    with acting(actor, Right.SET_UP, area) as act:
        area = Area.objects.select_for_update().get(pk=area.pk)
        area.calendar = calendar
        area.save(update_fields=["calendar"])
        act.record(
            "places.calendar-set", area=area.pk, calendar=calendar.pk if calendar is not None else None
        )
    return area


def add_holiday(
    *, actor: Actor, calendar: Calendar, on: date, names: Mapping[str, str] | None = None
) -> Holiday:
    """Add a day that is not worked; the same day again only changes its names.

    Raises Denied, NamesRefused.
    """
    with acting(actor, Right.SET_UP, None) as act:
        known = {"names": clean_names(names) if names else {}}
        holiday, _ = Holiday.objects.update_or_create(calendar=calendar, on=on, defaults=known)
        act.record("places.holiday-added", calendar=calendar.pk, day=on)
    return holiday


def set_boundary(*, actor: Actor, area: Area, geometry: Mapping[str, Any] | None) -> Boundary | None:
    """Give an area its outline, a GeoJSON Polygon or MultiPolygon (None: take it away).

    Raises Denied, BoundaryRefused.
    """
    with acting(actor, Right.SET_UP, area) as act:
        boundary = None
        if geometry is None:
            Boundary.objects.filter(area=area).delete()
        else:
            plain = checked_outline(dict(geometry))
            boundary, _ = Boundary.objects.update_or_create(area=area, defaults={"geometry": plain})
        act.record("places.boundary-set", area=area.pk, known=boundary is not None)
    return boundary


def level_columns() -> list[str]:
    """The names of the columns l1, l2 ... on an area."""
    return [f"l{depth}" for depth in range(1, LEVEL_COLUMNS + 1)]


def check_point(latitude: float | None, longitude: float | None) -> None:
    """Raise PointRefused unless both are there and on earth, or neither is."""
    if latitude is None and longitude is None:
        return
    if (
        latitude is None
        or longitude is None
        or not (math.isfinite(latitude) and math.isfinite(longitude))
        or not (-90 <= latitude <= 90 and -180 <= longitude <= 180)
    ):
        raise problems.PointRefused(field="latitude")


def check_in_use(area: Area, on: date | None = None) -> None:
    """Raise AreaClosed when the area's last day has passed."""
    if area.valid_to is not None and area.valid_to < (on or clock.today()):
        raise problems.AreaClosed(area=area.name, on=area.valid_to.isoformat())


def _check_level(level: AreaLevel, parent: Area | None) -> None:
    if parent is not None and level.rank <= parent.level.rank:
        raise problems.LevelOrder(field="level", level=level.key, parent_level=parent.level.key)


def _free_codes(codes: Mapping[str, str]) -> dict[str, str]:
    plain = {
        clean_key(scheme, limit=40): clean_text(code, limit=80, field="codes").replace("\n", " ")
        for scheme, code in codes.items()
    }
    for scheme, code in plain.items():
        if AreaCode.objects.filter(scheme=scheme, code=code).exists():
            raise problems.CodeTaken(field="codes", scheme=scheme, code=code)
    return plain


def _one_line(name: str) -> str:
    return " ".join(clean_text(name, limit=200, field="name").split())
