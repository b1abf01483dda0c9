"""Looking at what a committee can do by itself, at its facilities, and planning what it is trained in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from answerable.access.gate import Act, acting
from answerable.access.models import Holding
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.places.models import Area
from answerable.programme.selectors import is_on
from answerable.results.models import AbilityLook, FacilityLook, Training
from answerable.results.problems import LookDay, NotAVillage, PresentWrong, SelfChecked, TrainingOver
from answerable.results.rules.capacity import (
    ABILITIES,
    BY,
    COACHING,
    FACILITIES,
    FACILITY_STATES,
    GRADES,
    MOST_DAYS_AHEAD,
    MOST_PRESENT,
)

from .core import choice


def look_at_abilities(
    *, actor: Actor, area: Area, by: str, grades: Mapping[str, str], on: date | None = None
) -> list[AbilityLook]:
    """Write down what a committee says of itself (`self`), or what somebody else found (`other`): ability to grade.

    Who wrote down the committee's own word can't look as well. What was said already on that day is not said again.
    Raises Denied, NotAVillage, ChoiceUnknown, LookDay, SelfChecked.
    """
    day = _found_on(area, on)
    choice(by, BY, "by")
    for ability, grade in grades.items():
        choice(ability, tuple(ABILITIES), "ability")
        choice(grade, GRADES, ability)
    right = Right.RECORD_RESULTS if by == "self" else Right.CHECK_RESULTS
    with acting(actor, right, area) as act:
        if by == "other":
            _check_another(actor, area, set(grades))
        there = set(
            AbilityLook.objects.filter(area=area, by=by, on=day, ability__in=list(grades)).values_list(
                "ability", "grade"
            )
        )
        rows = [
            AbilityLook(area=area, ability=ability, by=by, grade=grade, on=day, post_id=act.post_id)
            for ability, grade in grades.items()
            if (ability, grade) not in there
        ]
        made = AbilityLook.objects.bulk_create(rows)
        _note(act, "results.abilities-looked", len(made), by)
    return made


def _check_another(actor: Actor, area: Area, abilities: set[str]) -> None:
    """Whoever filled the post that wrote the committee's last own word down is not who looks. Raises SelfChecked."""
    last = {
        row.ability: row
        for row in AbilityLook.objects.filter(area=area, by="self", ability__in=abilities).order_by(
            "on", "pk"
        )
    }
    for row in last.values():
        holders = Holding.objects.filter(is_on(row.on, "starts_on", "ends_on"), post=row.post)
        if row.post_id is not None and actor.staff_id in set(holders.values_list("staff_id", flat=True)):
            raise SelfChecked(field=row.ability)


def look_at_facilities(
    *, actor: Actor, area: Area, states: Mapping[str, str], on: date | None = None
) -> list[FacilityLook]:
    """Write down how the committee's facilities were found. Raises Denied, NotAVillage, ChoiceUnknown, LookDay."""
    day = _found_on(area, on)
    for facility, state in states.items():
        choice(facility, FACILITIES, "facility")
        choice(state, FACILITY_STATES, facility)
    with acting(actor, Right.RECORD_RESULTS, area) as act:
        there = set(FacilityLook.objects.filter(area=area, on=day).values_list("facility", "state"))
        rows = [
            FacilityLook(area=area, facility=facility, state=state, on=day, post_id=act.post_id)
            for facility, state in states.items()
            if (facility, state) not in there
        ]
        made = FacilityLook.objects.bulk_create(rows)
        _note(act, "results.facilities-looked", len(made), "")
    return made


def _note(act: Act, kind: str, count: int, by: str) -> None:
    if count:
        act.record(kind, count=count, by=by)
    else:
        act.idle = True


def plan_training(*, actor: Actor, area: Area, kind: str, ability: str, on: date) -> Training:
    """Plan a training, a coaching or an exchange about one ability. Raises Denied, NotAVillage, ChoiceUnknown, LookDay."""
    choice(kind, COACHING, "kind")
    choice(ability, tuple(ABILITIES), "ability")
    if not area.level.is_village:
        raise NotAVillage(field="area")
    if not 0 <= (on - clock.today()).days <= MOST_DAYS_AHEAD:
        raise LookDay(field="on", most=MOST_DAYS_AHEAD)
    with acting(actor, Right.RECORD_RESULTS, area) as act:
        row, new = Training.objects.get_or_create(
            area=area, kind=kind, ability=ability, planned_on=on, defaults={"post_id": act.post_id}
        )
        if new:
            act.record("results.training-planned", training=row.pk, ability=ability, planned=on)
        else:
            act.idle = True
    return row


def hold_training(*, actor: Actor, training: int, present: int, on: date | None = None) -> Training:
    """Say that a training was held, and how many came. Raises NotThere, Denied, TrainingOver, PresentWrong, LookDay."""
    seen = _training(actor, training)
    day = _found_on(seen.area, on)
    if not 0 <= present <= MOST_PRESENT:
        raise PresentWrong(field="present", most=MOST_PRESENT)
    with acting(actor, Right.RECORD_RESULTS, seen.area) as act:
        row = _open(seen)
        row.held_on, row.present = day, present
        row.save(update_fields=["held_on", "present"])
        act.record("results.training-held", training=row.pk, present=present)
    return row


def drop_training(*, actor: Actor, training: int) -> Training:
    """Take a planned training off the plan. Raises NotThere, Denied, TrainingOver."""
    seen = _training(actor, training)
    with acting(actor, Right.RECORD_RESULTS, seen.area) as act:
        row = _open(seen)
        row.dropped_on = clock.today()
        row.save(update_fields=["dropped_on"])
        act.record("results.training-dropped", training=row.pk)
    return row


def _training(actor: Actor, pk: int) -> Training:
    rows = Training.objects.filter(scope(actor, Right.SEE_PROGRAMME)).select_related("area__level")
    found = rows.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotThere
    return found


def _open(seen: Training) -> Training:
    row = Training.objects.select_for_update().get(pk=seen.pk)
    if row.held_on is not None or row.dropped_on is not None:
        raise TrainingOver
    return row


def _found_on(area: Area, on: date | None) -> date:
    if not area.level.is_village:
        raise NotAVillage(field="area")
    today = clock.today()
    if on is not None and on > today:
        raise LookDay(field="on", most=MOST_DAYS_AHEAD)
    return on or today
