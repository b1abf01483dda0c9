"""What the keys of the money pages are called, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from answerable.kernel.problem import gettext_noop

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


def village(key: str) -> str:
    """A kind of income or spending; what is no key of ours as it stands."""
    return gettext(VILLAGE[key]) if key in VILLAGE else key


def why(key: str) -> str:
    """The reason of a proposal."""
    return gettext(WHY[key]) if key in WHY else key
