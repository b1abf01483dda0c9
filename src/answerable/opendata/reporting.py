"""Who reports, and the postings of our books as transactions of the standard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q

from answerable.kernel.money import Amount, decimal_of
from answerable.money.models import Book, Fund, Posting
from answerable.programme.models import Organisation, Sponsor
from answerable.safeguards.suppression import public_count

from .flows import FLOWS, OF_WORK
from .iati.elements import Provider, Receiver, Text, Transaction, Value, said
from .problems import NotSetUp

#: programme.Organisation's kinds as codes of OrganisationType 2.03; the others have none that fits.
TYPES = {"government": "10", "company": "70", "cooperative": "70", "bank": "70"}
ROLES = sorted({role for role, _ in FLOWS})
STAGES = sorted({stage for _, stage in FLOWS})


@dataclass(frozen=True)
class Us:
    """Who reports."""

    ref: str
    type: str
    country: str
    sector: str
    names: tuple[tuple[str, str], ...]

    def of_project(self, key: str) -> str:
        """The identifier of a project's activity."""
        return f"{self.ref}-{key}"

    def of_fund(self, fund: str, book: str) -> str:
        """The identifier of a fund's activity in a book. Keys have no dots, so it is no project's."""
        return f"{self.ref}-fund.{fund}.{book}"

    def of_framework(self, key: str) -> str:
        """The identifier of the activity that carries a framework of no project."""
        return f"{self.ref}-results.{key}"


def us() -> Us:
    """The settings. Raises NotSetUp without an organisation identifier and a country."""
    if not settings.IATI_ORG or not settings.IATI_COUNTRY:
        raise NotSetUp
    return Us(
        ref=settings.IATI_ORG,
        type=settings.IATI_ORG_TYPE,
        country=settings.IATI_COUNTRY,
        sector=settings.IATI_SECTOR,
        names=(("en", settings.PROGRAMME_NAME),),
    )


@dataclass(frozen=True)
class Shelf:
    """What every activity names: organisations, sponsors, funds and books by their ids. Some hundreds of rows."""

    organisations: dict[int, Organisation]
    sponsors: dict[int, Sponsor]
    of_sponsor: dict[int, Organisation]
    funds: dict[int, Fund]

    @classmethod
    def load(cls) -> Shelf:
        organisations = Organisation.objects.in_bulk()
        return cls(
            organisations=organisations,
            sponsors=Sponsor.objects.in_bulk(),
            of_sponsor={org.sponsor_id: org for org in organisations.values() if org.sponsor_id},
            funds=Fund.objects.in_bulk(),
        )

    def funder(self, sponsor_id: int | None) -> dict[str, object]:
        """Ref, type and names of a sponsor, as parts of the standard take them; empty without one."""
        if sponsor_id is None:
            return {}
        if sponsor_id in self.of_sponsor:
            return party_of(self.of_sponsor[sponsor_id])
        return {"narratives": said(self.sponsors[sponsor_id].names)}


def party_of(organisation: Organisation) -> dict[str, object]:
    """Ref, type and names of an organisation, as parts of the standard take them."""
    return {
        "ref": organisation.ref,
        "type": TYPES.get(organisation.kind, ""),
        "narratives": said(organisation.names),
    }


def our_party(reporter: Us) -> dict[str, object]:
    """The same of us."""
    return {"ref": reporter.ref, "type": reporter.type, "narratives": said(dict(reporter.names))}


# --- money -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flow:
    """A posting that is a transaction."""

    type: str
    amount: Amount
    on: date
    ref: str
    book: Book
    fund_id: int | None
    project_id: int | None
    payee_id: int | None
    payees: int | None
    to_book: str
    from_book: str


def flows_of(where: Q) -> Iterator[Flow]:
    """The postings that are transactions, by day, book and number; villages' own books have none."""
    rows = (
        Posting.objects.filter(where, account__role__in=ROLES, entry__stage__in=STAGES)
        .exclude(account__book__kind="village")
        .select_related("account__book", "entry__to_book", "entry__counterpart__book")
        .order_by("entry__on", "entry__book_id", "entry__number", "n")
    )
    for row in rows.iterator(chunk_size=2000):
        entry = row.entry
        found = FLOWS.get((row.account.role, entry.stage))
        if found is None:
            continue
        kind, sign = found
        # What came back of a payment has it as its counterpart: that is no other book.
        other = entry.counterpart.book.key if entry.counterpart and kind not in OF_WORK else ""
        yield Flow(
            type=kind,
            amount=Amount(sign * row.units, row.currency),
            on=entry.on,
            ref=f"{row.account.book.key}-{entry.number}-{row.n}",
            book=row.account.book,
            fund_id=row.fund_id,
            project_id=row.project_id,
            payee_id=row.payee_id,
            payees=entry.payees_count,
            to_book=entry.to_book.key if entry.to_book else "",
            from_book=other,
        )


def transaction_of(flow: Flow, reporter: Us, shelf: Shelf) -> Transaction:
    """A posting as a transaction."""
    fund = shelf.funds.get(flow.fund_id or 0)
    here = reporter.of_fund(fund.key, flow.book.key) if fund else ""
    # The other book of an allocation or a return, in whichever of the two it is entered.
    other = reporter.of_fund(fund.key, flow.to_book or flow.from_book) if fund else ""
    other = other if flow.to_book or flow.from_book else ""
    ours = {"ref": reporter.ref, "type": reporter.type}
    payee = party_of(shelf.organisations[flow.payee_id]) if flow.payee_id else {}
    provider: dict[str, object] = {}
    receiver: dict[str, object] = {}
    if flow.type in {"1", "13"}:
        if other:
            provider = {**ours, "activity_id": other}
        else:
            provider = payee or shelf.funder(fund.sponsor_id if fund else None)
        receiver = {**ours, "activity_id": here}
    elif flow.type == "3":
        provider = {**ours, "activity_id": here}
        receiver = {**ours, "activity_id": other}
    else:
        provider, receiver = {**ours, "activity_id": here}, payee
    # A count of people: hidden when small, else rounded.
    persons = public_count(flow.payees or 0)
    text = {"en": f"Paid to {persons} persons; their list is kept, their names are not here."}
    return Transaction(
        ref=flow.ref,
        type=flow.type,
        on=flow.on,
        value=Value(currency=flow.amount.currency, on=flow.on, amount=decimal_of(flow.amount)),
        description=Text(narratives=said(text)) if flow.payees else None,
        provider=Provider(**provider) if provider else None,  # type: ignore[arg-type]
        receiver=Receiver(**receiver) if receiver else None,  # type: ignore[arg-type]
    )
