"""The stages of money, and the accounts that a book has for them.

Plus is debit, minus is credit. What each stage moves (the part in brackets only where something stood open):

    pledge        pledges-due +     pledges-given -
    receipt       cash +            received -          (pledges-given +  pledges-due -)
    allocation    allocated-out +   cash -              in the book that sends
                  cash +            allocated-in -      in the book that receives, linked by `counterpart`
    commitment    committed +       reserve -
    release       reserve +         committed -         what a contract no longer needs
    payment       spent +           cash -              (reserve +  committed -)
    return        allocated-in +    cash -              sent back up; the book above: cash +  allocated-out -
                  received +        cash -              sent back to the source
                  cash +            spent -             given back by who was paid
    contribution  spent +           contributed -       labour and things of the community, valued
    conversion    conversion +      cash -              in one currency, and cash +  conversion - in the other
    charge        charges +         cash -              what the bank takes
    opening       cash +            opening -

A reversal carries the stage of the entry that it undoes, so sums by stage come out right; `reverses` says what it is.
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where on its way money is. The last three belong to a village's own books."""

    PLEDGE = "pledge"
    RECEIPT = "receipt"
    ALLOCATION = "allocation"
    COMMITMENT = "commitment"
    RELEASE = "release"
    PAYMENT = "payment"
    RETURN = "return"
    CONTRIBUTION = "contribution"
    CONVERSION = "conversion"
    CHARGE = "charge"
    OPENING = "opening"
    INCOME = "income"
    SPENDING = "spending"
    DISTRIBUTION = "distribution"


class Kind(StrEnum):
    """The five kinds of accounts of double-entry bookkeeping."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class Role(StrEnum):
    """What an account is for in the stages above; `other` is any further account of a book."""

    CASH = "cash"
    PLEDGES_DUE = "pledges-due"
    PLEDGES_GIVEN = "pledges-given"
    RECEIVED = "received"
    ALLOCATED_IN = "allocated-in"
    ALLOCATED_OUT = "allocated-out"
    COMMITTED = "committed"
    RESERVE = "reserve"
    SPENT = "spent"
    CONTRIBUTED = "contributed"
    CHARGES = "charges"
    CONVERSION = "conversion"
    OPENING = "opening"
    OTHER = "other"


#: The kind of the account that has a role; `other` may be of any.
KIND_OF: dict[Role, Kind] = {
    Role.CASH: Kind.ASSET,
    Role.PLEDGES_DUE: Kind.ASSET,
    Role.PLEDGES_GIVEN: Kind.EQUITY,
    Role.RECEIVED: Kind.INCOME,
    Role.ALLOCATED_IN: Kind.EQUITY,
    Role.ALLOCATED_OUT: Kind.EQUITY,
    Role.COMMITTED: Kind.EQUITY,
    Role.RESERVE: Kind.EQUITY,
    Role.SPENT: Kind.EXPENSE,
    Role.CONTRIBUTED: Kind.INCOME,
    Role.CHARGES: Kind.EXPENSE,
    Role.CONVERSION: Kind.EQUITY,
    Role.OPENING: Kind.EQUITY,
}

BOOK_KINDS = ("office", "village")
#: Why a waiting entry was refused by its checker.
REFUSAL_REASONS = (
    "wrong-amount",
    "wrong-line",
    "wrong-payee",
    "document-missing",
    "not-agreed",
    "twice",
    "other",
)
#: Why a budget line got another amount.
REVISION_REASONS = ("original", "price", "scope", "moved", "fund-changed", "correction")
#: Why an entry was undone.
REVERSAL_REASONS = (
    "wrong-amount",
    "wrong-line",
    "wrong-payee",
    "wrong-day",
    "twice",
    "not-carried-out",
    "other",
)
PROPOSAL_STATES = ("waiting", "posted", "refused", "withdrawn")
