"""What is kept of an activity that another organisation published, and where. Pure.

Titles, one description, status and days go to the project; sums and days of transactions to the books. What is left is
codes, references, names of organisations and places, and planned sums: it is kept as the publisher's statement.
Further free texts, documents, conditions and results have no place here (yet): they are counted, path by path.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from .iati.elements import (
    Activity,
    ActivityDate,
    Description,
    Location,
    ParticipatingOrg,
    Provider,
    Receiver,
    Text,
    Transaction,
    Value,
    said,
    texts,
)

#: Codelist OrganisationType 2.03 -> what programme.Organisation calls it.
ORGANISATION_KINDS = {
    "10": "government", "11": "government", "15": "government",
    "21": "ngo", "22": "ngo", "23": "ngo", "24": "ngo",
    "30": "company", "40": "other", "60": "ngo",
    "70": "company", "71": "company", "72": "company", "73": "company",
    "80": "other", "90": "other",
}  # fmt: skip
#: Codelist TransactionType 2.03, and the nearest stage of our books.
TRANSACTION_TYPES = {
    "1": ("incoming funds", "receipt"),
    "2": ("outgoing commitment", "commitment"),
    "3": ("disbursement", "payment"),
    "4": ("expenditure", "payment"),
    "5": ("interest payment", "payment"),
    "6": ("loan repayment", "return"),
    "7": ("reimbursement", "return"),
    "8": ("purchase of equity", "payment"),
    "9": ("sale of equity", "receipt"),
    "10": ("credit guarantee", "pledge"),
    "11": ("incoming commitment", "pledge"),
    "12": ("outgoing pledge", "pledge"),
    "13": ("incoming pledge", "pledge"),
}
#: Money that comes in: who gives it is the other party. Of all other types it is who gets it.
INCOMING = {"1", "9", "11", "13"}
_PLAIN = re.compile(r"[^a-z0-9]+")
Org = TypeVar("Org", ParticipatingOrg, Provider, Receiver)


def digest_of(text: str) -> str:
    """SHA-256 as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def key_for(kind: str, name: str) -> str:
    """A key made of an identifier: readable in front, and never the same for two of them."""
    plain = _PLAIN.sub("-", name.lower()).strip("-")[: 44 - len(kind)].strip("-")
    return "-".join(part for part in (kind, plain, digest_of(name)[:8]) if part)


def book_key(reporter: str) -> str:
    """The key of the book that holds the figures of a reporting organisation."""
    return key_for("iati", reporter)


def account_key(kind: str) -> str:
    """The key of the account for a type of transaction."""
    return f"iati-{kind}"


def is_organisation(org: Any) -> bool:
    """False where nothing says that it is one: a bare name may be a person's, and persons are not kept."""
    return bool(org.ref) or org.type in ORGANISATION_KINDS


def general_description(activity: Activity) -> Description | None:
    """The description that a project gets: the general one, else the first."""
    found = [one for one in activity.descriptions if texts(one, activity.language)]
    return next((one for one in found if one.type in {"", "1"}), found[0] if found else None)


def other_party(transaction: Transaction) -> Provider | Receiver | None:
    """Who gives what comes in, or gets what goes out; None where that is nobody whom we keep."""
    org = transaction.provider if transaction.type in INCOMING else transaction.receiver
    return org if org is not None and is_organisation(org) else None


def count_left(activity: Activity, left: Counter[str]) -> None:
    """Count what of an activity is kept nowhere, path by path."""
    statement_of(activity, left)
    for transaction in activity.transactions:
        transaction_statement(transaction, left)


def statement_of(activity: Activity, left: Counter[str] | None = None) -> Activity:
    """What is kept beside the project; what has no place at all is counted in `left`."""
    left = Counter() if left is None else left
    kept = general_description(activity)
    left["description (further ones)"] += sum(one is not kept for one in activity.descriptions)
    left["activity-date/narrative"] += sum(bool(one.narratives) for one in activity.dates)
    left["document-link"] += len(activity.documents)
    left["conditions"] += activity.conditions is not None
    left["result"] += len(activity.results)
    return replace(
        activity,
        title=None,
        descriptions=(),
        status="",
        dates=(),
        participating_orgs=tuple(
            replace(org, narratives=_names(org.narratives))
            for org in _organisations(activity.participating_orgs, "participating-org", left)
        ),
        locations=tuple(_place(location, left) for location in activity.locations),
        planned_disbursements=tuple(
            replace(
                planned,
                provider=_party(planned.provider, "planned-disbursement/provider-org", left),
                receiver=_party(planned.receiver, "planned-disbursement/receiver-org", left),
            )
            for planned in activity.planned_disbursements
        ),
        transactions=(),
        documents=(),
        conditions=None,
        results=(),
    )


def transaction_statement(transaction: Transaction, left: Counter[str] | None = None) -> Transaction:
    """What is kept beside the entry: parties, codes, the value date; never the sum, which is the books'."""
    left = Counter() if left is None else left
    left["transaction/description"] += transaction.description is not None
    value = transaction.value
    return replace(
        transaction,
        type="",
        on=None,
        value=Value(on=value.on, currency="", amount=None) if value is not None else None,
        description=None,
        provider=_party(transaction.provider, "transaction/provider-org", left),
        receiver=_party(transaction.receiver, "transaction/receiver-org", left),
    )


def _organisations(orgs: Iterable[Org], path: str, left: Counter[str]) -> list[Org]:
    kept = []
    for org in orgs:
        if is_organisation(org):
            kept.append(org)
        else:
            left[f"{path} (neither ref nor type: may be a person)"] += 1
    return kept


def _party(org: Org | None, path: str, left: Counter[str]) -> Org | None:
    found = _organisations([org] if org is not None else [], path, left)
    return replace(found[0], narratives=_names(found[0].narratives)) if found else None


def _names(narratives: Any) -> Any:
    return tuple(narrative for narrative in narratives if narrative.text)


def _place(location: Location, left: Counter[str]) -> Location:
    left["location/description"] += location.description is not None
    left["location/activity-description"] += location.activity_description is not None
    return replace(location, description=None, activity_description=None)


def restored(
    statement: Activity,
    *,
    names: dict[str, str],
    descriptions: dict[str, str],
    status: str,
    dates: Iterable[tuple[str, date | None]],
    transactions: Iterable[Transaction],
) -> Activity:
    """The activity as it goes out again. A description that is not kept is the title again: the standard wants one."""
    orgs = statement.participating_orgs
    if not orgs and statement.reporting_org is not None:
        org = statement.reporting_org
        orgs = (ParticipatingOrg(ref=org.ref, type=org.type, role="2", narratives=org.narratives),)
    return replace(
        statement,
        title=Text(narratives=said(names)),
        descriptions=(Description(narratives=said(descriptions or names)),),
        participating_orgs=orgs,
        status=status,
        dates=tuple(ActivityDate(type=kind, on=on) for kind, on in dates if on is not None),
        transactions=tuple(transactions),
    )
