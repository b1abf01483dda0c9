"""What the acts of this room share: rows as they are set, places within a framework, periods that are open."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from django.db.models import Model, QuerySet

from answerable.access.gate import Act
from answerable.kernel.labels import ChoiceUnknown
from answerable.places.models import Area
from answerable.places.selectors import placed
from answerable.results.models import Framework, Period
from answerable.results.problems import PeriodLocked, PlaceOutside
from answerable.results.rules import Reading

Outcome = Literal["added", "updated", "unchanged"]
Thing = TypeVar("Thing", bound=Model)


def put(
    model: type[Thing], there: Thing | None, key: dict[str, Any], values: dict[str, Any]
) -> tuple[Thing, Outcome]:
    """Make the row, or bring it to the values; what stands already is not written again."""
    if there is None:
        row = model(**key, **values)
        row.save(force_insert=True)
        return row, "added"
    if all(getattr(there, name) == value for name, value in values.items()):
        return there, "unchanged"
    for name, value in values.items():
        setattr(there, name, value)
    there.save()
    return there, "updated"


def note(act: Act, outcome: Outcome, kind: str, **body: Any) -> None:
    """Record what was done; nothing for what stood already."""
    if outcome == "unchanged":
        act.idle = True
    else:
        act.record(kind, **body)


def place_of(there: Any, wanted: int | None, others: QuerySet[Any]) -> int:
    """The place of a thing in its list: the one that is asked for, the one it has, or the next."""
    if wanted is not None:
        return wanted
    return int(there.position) if there is not None else others.count() + 1


def columns_of(reading: Reading) -> dict[str, Any]:
    """A reading as the columns that hold it."""
    return {
        "value_e4": reading.value,
        "numerator_e4": reading.numerator,
        "denominator_e4": reading.denominator,
        "no_data": reading.no_data,
    }


def choice(value: str, allowed: tuple[str, ...], field: str) -> str:
    """One of a fixed list. Raises ChoiceUnknown."""
    if value not in allowed:
        raise ChoiceUnknown(field=field, given=value[:40] or "-", allowed=", ".join(allowed))
    return value


def check_inside(framework: Framework, area: Area) -> None:
    """Raise PlaceOutside unless the area is the framework's or lies below it."""
    if not area.path or not placed(framework.area).covers(area.path):
        raise PlaceOutside(field="area", area=area.name)


def open_period(period: Period) -> Period:
    """The period, locked for this transaction against who would lock it for good. Raises PeriodLocked."""
    row = Period.objects.select_for_update().get(pk=period.pk)
    if row.locked_on is not None:
        raise PeriodLocked(field="period", period=row.key, day=row.locked_on.isoformat())
    return row
