"""What becomes of what a project left: every write of this room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from answerable.access.gate import Act, acting
from answerable.access.models import Post
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.evidence.models import Item
from answerable.evidence.selectors import items_for
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.labels import ChoiceUnknown, clean_names
from answerable.kernel.money import Amount
from answerable.places.models import Area
from answerable.places.selectors import placed
from answerable.places.services import check_point
from answerable.programme.models import Organisation
from answerable.projects.models import Project, ProjectArea

from . import rules
from .models import Asset, Check, CheckEvidence, Keeper, Task, Work
from .problems import (
    AmountNegative,
    AssetElsewhere,
    AssetStruck,
    DayOutside,
    FaultNeeded,
    FormReused,
    GradeNeedsItem,
    HandOverOutside,
    IntervalRefused,
    KeeperSame,
    NotDoneYet,
    OneKeeper,
    TakenBackAlready,
    TaskUnknown,
)
from .selectors import asset_for, done_since

Row = TypeVar("Row", Check, Work, Task)
ONE_DAY = timedelta(days=1)


def add_asset(
    *,
    actor: Actor,
    project: int,
    area: Area,
    kind: str,
    names: Mapping[str, str],
    handed_over_on: date,
    latitude: float | None = None,
    longitude: float | None = None,
    organisation: Organisation | None = None,
    post: Post | None = None,
    key: UUID | None = None,
) -> Asset:
    """Write down a thing that a project left, with its keeper from the day of the hand-over if there is one yet.

    The same key again gives the same row. Raises NotThere, Denied, ChoiceUnknown, AssetElsewhere, NotDoneYet,
    HandOverOutside, OneKeeper, PointRefused, FormReused, and what clean_names does.
    """
    left_by = (
        Project.objects.filter(scope(actor, Right.SEE_PROGRAMME), pk=project).select_related("area").first()
    )
    if left_by is None:
        raise NotThere
    with acting(actor, Right.RECORD_PROJECTS, area) as act:
        # Locked, so that of two forms sent at once the second one finds what the first one made.
        left_by = Project.objects.select_for_update(of=("self",)).select_related("area").get(pk=left_by.pk)
        if key is not None and (same := Asset.objects.filter(key=key).first()) is not None:
            made = (same.project_id, same.area_id, same.kind, same.names, same.handed_over_on)
            if made != (left_by.pk, area.pk, kind, clean_names(names), handed_over_on):
                raise FormReused(field="key")
            act.idle = True
            return same
        _one_of(kind, rules.KINDS, "kind")
        check_point(latitude, longitude)
        _check_hand_over(left_by, handed_over_on)
        if organisation is not None and post is not None:
            raise OneKeeper(field="organisation")
        homes = [
            left_by.area,
            *(row.area for row in ProjectArea.objects.filter(project=left_by).select_related("area")),
        ]
        if not any(placed(home).covers(area.path or "") for home in homes):
            raise AssetElsewhere(field="area", area=area.name)
        asset = Asset.objects.create(
            project=left_by,
            area=area,
            kind=kind,
            names=clean_names(names),
            latitude=latitude,
            longitude=longitude,
            handed_over_on=handed_over_on,
            key=key,
        )
        if organisation is not None or post is not None:
            Keeper.objects.create(asset=asset, organisation=organisation, post=post, starts_on=handed_over_on)
        act.record(
            "assets.asset-added",
            asset=asset.pk,
            project=left_by.pk,
            of=kind,
            since=handed_over_on,
            keeper=organisation.pk if organisation else None,
            keeper_post=post.pk if post else None,
        )
    return asset


def set_keeper(
    *, actor: Actor, asset: int, on: date, organisation: Organisation | None = None, post: Post | None = None
) -> Keeper:
    """Say who keeps a thing from a day on; who kept it until then did so to the day before.

    Raises NotThere, Denied, OneKeeper, KeeperSame, DayOutside, AssetStruck.
    """
    with _on(actor, Right.RUN_PROJECTS, asset) as (act, row):
        if (organisation is None) == (post is None):
            raise OneKeeper(field="organisation")
        last = Keeper.objects.filter(asset=row).order_by("-starts_on").first()
        first = row.handed_over_on
        if last is not None and last.ends_on is None:
            if (last.organisation_id, last.post_id) == (
                organisation.pk if organisation else None,
                post.pk if post else None,
            ):
                raise KeeperSame(field="organisation")
            first = last.starts_on + ONE_DAY
        elif last is not None and last.ends_on is not None:
            first = last.ends_on + ONE_DAY
        _check_day(on, first, "on")
        if last is not None and last.ends_on is None:
            last.ends_on = on - ONE_DAY
            last.save(update_fields=["ends_on"])
        keeper = Keeper.objects.create(asset=row, organisation=organisation, post=post, starts_on=on)
        act.record(
            "assets.keeper-set",
            asset=row.pk,
            keeper=keeper.organisation_id,
            keeper_post=keeper.post_id,
            since=on,
        )
    return keeper


def add_task(
    *,
    actor: Actor,
    asset: int,
    names: Mapping[str, str],
    every_months: int,
    payer: str,
    starts_on: date | None = None,
    expected: Amount | None = None,
    key: UUID | None = None,
) -> Task:
    """Add a line to the maintenance calendar, from the hand-over on unless another day is given.

    The same key again gives the same row. Raises NotThere, Denied, IntervalRefused, ChoiceUnknown, DayOutside,
    AmountNegative, FormReused, AssetStruck, what clean_names does.
    """
    with _on(actor, Right.RUN_PROJECTS, asset) as (act, row):
        if key is not None and (same := Task.objects.filter(key=key).first()) is not None:
            if same.names != clean_names(names):
                raise FormReused(field="key")
            return _same(same, row, act)
        if not 1 <= every_months <= rules.LONGEST_INTERVAL:
            raise IntervalRefused(field="every_months", most=rules.LONGEST_INTERVAL)
        _one_of(payer, rules.PAYERS, "payer")
        if starts_on is not None:
            _check_day(starts_on, row.handed_over_on, "starts_on")
        task = Task.objects.create(
            asset=row,
            names=clean_names(names),
            every_months=every_months,
            starts_on=starts_on or row.handed_over_on,
            payer=payer,
            expected_units=_units(expected),
            currency=expected.currency if expected else "",
            key=key,
        )
        act.record(
            "assets.task-added",
            asset=row.pk,
            task=task.pk,
            every=every_months,
            payer=payer,
            units=task.expected_units,
            currency=task.currency,
        )
    return task


def drop_task(*, actor: Actor, task: int) -> Task:
    """Take a line off the calendar from today on; what was done for it stays.

    Raises NotThere, Denied, TaskUnknown, AssetStruck.
    """
    found = Task.objects.filter(pk=task).first()
    if found is None:
        raise NotThere
    with _on(actor, Right.RUN_PROJECTS, found.asset_id) as (act, row):
        found = Task.objects.select_for_update().get(pk=found.pk)
        if found.ends_on is not None:
            raise TaskUnknown(field="task")
        found.ends_on = max(clock.today(), found.starts_on)
        found.save(update_fields=["ends_on"])
        act.record("assets.task-dropped", asset=row.pk, task=found.pk)
    return found


def record_work(
    *,
    actor: Actor,
    asset: int,
    kind: str,
    on: date,
    payer: str,
    cost: Amount | None = None,
    task: int | None = None,
    key: UUID | None = None,
) -> Work:
    """Write down maintenance (for a line of the calendar, or outside it) or a repair, what it cost and who paid.

    The same key again gives the same row. Raises NotThere, Denied, ChoiceUnknown, DayOutside, TaskUnknown,
    AmountNegative, FormReused, AssetStruck.
    """
    with _on(actor, Right.RECORD_PROJECTS, asset) as (act, row):
        if key is not None and (same := Work.objects.filter(key=key).first()) is not None:
            return _same(same, row, act)
        _one_of(kind, rules.WORKS, "kind")
        _one_of(payer, rules.PAYERS, "payer")
        _check_day(on, row.handed_over_on, "on")
        line = None
        if task is not None:
            line = Task.objects.filter(pk=task, asset=row, ends_on__isnull=True).first()
            if line is None or kind != "maintenance":
                raise TaskUnknown(field="task")
        work = Work.objects.create(
            asset=row,
            task=line,
            kind=kind,
            on=on,
            cost_units=_units(cost),
            currency=cost.currency if cost else "",
            payer=payer,
            recorded_on=clock.today(),
            post_id=act.post_id,
            key=key or day_key(clock.today()),
        )
        act.record(
            "assets.work-recorded",
            asset=row.pk,
            work=work.pk,
            of=kind,
            task=task,
            day=on,
            payer=payer,
            units=work.cost_units,
            currency=work.currency,
        )
    return work


def record_check(
    *,
    actor: Actor,
    asset: int,
    on: date,
    result: str,
    way: str,
    grade: str,
    fault: str = "",
    items: Sequence[int] = (),
    key: UUID | None = None,
) -> Check:
    """Write down whether it works, who found it so, and what that rests on.

    `items` are kept pictures and digests that the actor may see. The same key again gives the same row. Raises
    NotThere, Denied, ChoiceUnknown, FaultNeeded, GradeNeedsItem, DayOutside, FormReused, AssetStruck.
    """
    with _on(actor, Right.RECORD_PROJECTS, asset) as (act, row):
        if key is not None and (same := Check.objects.filter(key=key).first()) is not None:
            return _same(same, row, act)
        _one_of(result, rules.RESULTS, "result")
        _one_of(way, rules.WAYS, "way")
        _one_of(grade, rules.GRADES, "grade")
        if (result == "working") != (fault == ""):
            raise FaultNeeded(field="fault")
        if fault:
            _one_of(fault, rules.FAULTS, "fault")
        _check_day(on, row.handed_over_on, "on")
        found = _items(actor, items)
        if grade in {"picture", "document"} and grade not in {item.kind for item in found}:
            raise GradeNeedsItem(field="grade")
        check = Check.objects.create(
            asset=row,
            months=rules.months_of(row.handed_over_on, on),
            on=on,
            result=result,
            fault=fault,
            way=way,
            grade=grade,
            recorded_on=clock.today(),
            post_id=act.post_id,
            key=key or day_key(clock.today()),
        )
        for item in found:
            CheckEvidence.objects.create(check_row=check, item=item)
        act.record(
            "assets.check-recorded",
            asset=row.pk,
            check=check.pk,
            months=check.months,
            day=on,
            result=result,
            fault=fault,
            way=way,
            grade=grade,
            items=[item.pk for item in found],
        )
    return check


def take_back_check(*, actor: Actor, check: int) -> Check:
    """Take a check back that was a mistake: it stays to be read, and counts for nothing.

    Raises NotThere, Denied, TakenBackAlready, AssetStruck.
    """
    found = Check.objects.filter(pk=check).first()
    if found is None:
        raise NotThere
    with _on(actor, Right.RUN_PROJECTS, found.asset_id) as (act, row):
        _check_standing(found)
        back = Check.objects.create(
            asset=row,
            months=found.months,
            on=found.on,
            result=found.result,
            fault=found.fault,
            way=found.way,
            grade=found.grade,
            recorded_on=clock.today(),
            post_id=act.post_id,
            key=day_key(clock.today()),
            takes_back=found,
        )
        act.record("assets.check-taken-back", asset=row.pk, check=found.pk)
    return back


def take_back_work(*, actor: Actor, work: int) -> Work:
    """Take back work that was written down by mistake: it stays to be read, and counts for nothing.

    Raises NotThere, Denied, TakenBackAlready, AssetStruck.
    """
    found = Work.objects.filter(pk=work).first()
    if found is None:
        raise NotThere
    with _on(actor, Right.RUN_PROJECTS, found.asset_id) as (act, row):
        _check_standing(found)
        back = Work.objects.create(
            asset=row,
            task_id=found.task_id,
            kind=found.kind,
            on=found.on,
            cost_units=found.cost_units,
            currency=found.currency,
            payer=found.payer,
            recorded_on=clock.today(),
            post_id=act.post_id,
            key=day_key(clock.today()),
            takes_back=found,
        )
        act.record("assets.work-taken-back", asset=row.pk, work=found.pk)
    return back


def strike_asset(*, actor: Actor, asset: int, reason: str) -> Asset:
    """Strike an entry that was made by mistake. What broke, or is gone, is not struck: it is checked and found so.

    Raises NotThere, Denied, ChoiceUnknown, AssetStruck.
    """
    with _on(actor, Right.RUN_PROJECTS, asset) as (act, row):
        _one_of(reason, rules.STRUCK_FOR, "reason")
        row.struck_on, row.struck_for = clock.today(), reason
        row.save(update_fields=["struck_on", "struck_for"])
        act.record("assets.asset-struck", asset=row.pk, reason=reason)
    return row


# --- inside ----------------------------------------------------------------------------------------


@contextmanager
def _on(actor: Actor, right: Right, asset: int) -> Iterator[tuple[Act, Asset]]:
    """An act on a thing that the actor may know of, with its row locked."""
    seen = asset_for(actor, asset)
    if seen is None:
        raise NotThere
    with acting(actor, right, seen.area) as act:
        row = Asset.objects.select_for_update().get(pk=seen.pk)
        if row.struck_on is not None:
            raise AssetStruck(field="asset", day=row.struck_on.isoformat())
        yield act, row


def _same(row: Row, asset: Asset, act: Act) -> Row:
    if row.asset_id != asset.pk:
        raise FormReused(field="key")
    act.idle = True
    return row


def _check_standing(row: Check | Work) -> None:
    if row.takes_back_id is not None or type(row)._default_manager.filter(takes_back=row.pk).exists():
        raise TakenBackAlready(field="row")


def _items(actor: Actor, items: Sequence[int]) -> list[Item]:
    wanted = sorted(set(items))
    found = list(items_for(actor).filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise NotThere
    return found


def _units(amount: Amount | None) -> int | None:
    if amount is None:
        return None
    if amount.units < 0:
        raise AmountNegative(field="cost")
    return amount.units


def _check_hand_over(project: Project, day: date) -> None:
    """From the day on which the project ended, by its own record, or was first called done, to today."""
    first, last = done_since(project), clock.today()
    if first is None:
        raise NotDoneYet(field="project")
    if not first <= day <= last:
        raise HandOverOutside(
            field="handed_over_on", day=day.isoformat(), first=first.isoformat(), last=last.isoformat()
        )


def _check_day(day: date, first: date, field: str) -> None:
    last = clock.today()
    if not first <= day <= last:
        raise DayOutside(field=field, day=day.isoformat(), first=first.isoformat(), last=last.isoformat())


def _one_of(value: str, allowed: Sequence[str], field: str) -> None:
    if value not in allowed:
        raise ChoiceUnknown(field=field, given=value[:40] or "-", allowed=", ".join(allowed))
