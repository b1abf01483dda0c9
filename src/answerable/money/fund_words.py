"""What the keys of the money pages are called, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from answerable.kernel.problem import gettext_noop
from answerable.money.rules.answers import Way

#: What a village earns and spends together (rules/villages.py).
VILLAGE = {
    "harvest": gettext_noop("Harvest"),
    "sales": gettext_noop("Sales"),
    "rent": gettext_noop("Rent and leases"),
    "services": gettext_noop("Services to others"),
    "interest": gettext_noop("Interest"),
    "grants": gettext_noop("Grants and gifts"),
    "other-income": gettext_noop("Other income"),
    "wages": gettext_noop("Wages"),
    "inputs": gettext_noop("Seed, feed and material"),
    "repairs": gettext_noop("Repairs"),
    "energy": gettext_noop("Fuel and electricity"),
    "taxes": gettext_noop("Taxes and fees"),
    "common-good": gettext_noop("For the common good"),
    "other-spending": gettext_noop("Other spending"),
    "distribution": gettext_noop("Distribution to members"),
}
#: Why two movements are proposed as the same (banking/matching.py).
WHY = {
    "reference": gettext_noop("same reference"),
    "day": gettext_noop("same day and amount"),
    "near": gettext_noop("same amount, days apart"),
    "sum-of-day": gettext_noop("all of one day"),
    "sum": gettext_noop("adds up"),
}


def beside(way: Way) -> list[tuple[str, int]]:
    """What a fund's money did beside being spent and resting: with these, what came in is what went out and is left."""
    known = (
        (gettext("In the books when they were opened"), way.opening),
        (gettext("Came from other currencies"), -way.converted),
        (gettext("Entered by offices beyond what was sent to them"), -way.on_the_way),
        (gettext("On the way between offices"), way.on_the_way),
        (gettext("Changed into other currencies"), way.converted),
        (gettext("Returned to the source"), way.returned),
        (gettext("Bank charges"), way.charged),
        (gettext("On other accounts of offices"), way.other),
    )
    return [(said, units) for said, units in known if units > 0]


def village(key: str) -> str:
    """A kind of income or spending; what is no key of ours as it stands."""
    return gettext(VILLAGE[key]) if key in VILLAGE else key


def why(key: str) -> str:
    """The reason of a proposal."""
    return gettext(WHY[key]) if key in WHY else key
