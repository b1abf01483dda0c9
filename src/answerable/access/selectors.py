"""Who somebody is today, and which rows they may see."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from answerable.kernel import clock
from answerable.places.rules import PlacedArea
from answerable.places.selectors import within_any

from .models import Holding as HoldingRow
from .models import Staff
from .rules import Actor, Holding, Right, Role


def actor_for(staff: Staff, on: date | None = None) -> Actor:
    """The actor that a staff member is on a day: the posts they fill then. One query."""
    day = on or clock.today()
    rows = (
        HoldingRow.objects.filter(staff=staff, staff__is_active=True, starts_on__lte=day)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        .select_related("post__area")
        .order_by("pk")
    )
    holdings = tuple(
        Holding(
            post_id=row.post_id,
            role=Role(row.post.role),
            area=PlacedArea(row.post.area.pk, row.post.area.path or "") if row.post.area else None,
        )
        for row in rows
    )
    return Actor(kind="staff", staff_id=staff.pk, holdings=holdings)


def scope(actor: Actor, right: Right, prefix: str = "area__") -> Q:
    """The condition on rows that the actor may touch under a right: what lists filter by.

    The gate decides by the same holdings (gate.post_for); a property test holds the two together.
    """
    if actor.kind != "staff":
        return Q() if actor.has(right) else Q(pk__in=())
    holdings = actor.holdings_with(right)
    if any(h.area is None for h in holdings):
        return Q()
    return within_any((h.area for h in holdings if h.area is not None and h.area.path), prefix)
