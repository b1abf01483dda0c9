"""What the address of an overview asks for: an area of the actor's own, a period, an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest

from answerable.access.decorators import actor_of
from answerable.access.problems import NotThere
from answerable.access.rules import Actor
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.listening.figures import Period
from answerable.oversight import rules
from answerable.oversight.selectors import area_asked, own_areas
from answerable.places.models import Area
from answerable.places.selectors import ancestors, children
from answerable.web import reading


@dataclass(frozen=True)
class Asked:
    """Read once for the page and its file."""

    actor: Actor
    area: Area | None
    own: list[Area]
    #: As it stands in the address; empty for the usual one.
    period: str
    days: Period
    order: str
    today: date

    @property
    def periods(self) -> list[str]:
        """What the period filter offers."""
        return rules.periods_offered(self.today)

    def address(self, area: int | None = None, **other: str) -> str:
        """The query of the same page: of another area, in another order."""
        pk = area or (self.area.pk if self.area else "")
        given = {"area": str(pk), "period": self.period, "order": self.order} | other
        return urlencode({key: value for key, value in given.items() if value})

    def choices(self) -> list[Area]:
        """What the area filter offers: one's own, the way up within it, the area itself, and what lies right below."""
        if self.area is None:
            return self.own
        paths = [top.path or "-" for top in self.own]
        way = [step for step in ancestors(self.area) if any((step.path or "").startswith(p) for p in paths)]
        found = {row.pk: row for row in (*self.own, *way, *children(self.area))}
        return sorted(found.values(), key=lambda row: (row.depth, row.name, row.pk))


def asked(request: HttpRequest) -> Asked:
    """Read it. Raises NotThere for an area that isn't theirs, ChoiceUnknown for a period that can't be read."""
    actor, sent, today = actor_of(request), request.GET, clock.today()
    own = own_areas(actor)
    pk = reading.number_in(sent.get("area"))
    if sent.get("area") and pk is None:
        raise NotThere
    period = sent.get("period", "")
    days = rules.days_of(period) if period else rules.usual_days(today)
    if days is None:
        raise ChoiceUnknown(
            field="period",
            given=reading.shown(period)[:20] or "-",
            allowed=", ".join(rules.periods_offered(today)),
        )
    order = sent.get("order", "name")
    return Asked(
        actor,
        area_asked(actor, pk, own),
        own,
        period,
        Period(*days),
        order if order in rules.ORDERS else "name",
        today,
    )
