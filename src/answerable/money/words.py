"""The words of the books: stages, roles, kinds, states and reasons."""

from __future__ import annotations

from django.utils.translation import gettext

from answerable.kernel.problem import gettext_noop
from answerable.safeguards.suppression import public_count
from answerable.web import figures

STAGES = {
    "pledge": gettext_noop("Pledge"),
    "receipt": gettext_noop("Receipt"),
    "allocation": gettext_noop("Allocation"),
    "commitment": gettext_noop("Contract"),
    "release": gettext_noop("Release of a contract"),
    "payment": gettext_noop("Payment"),
    "return": gettext_noop("Return"),
    "contribution": gettext_noop("Given by the community"),
    "conversion": gettext_noop("Conversion"),
    "charge": gettext_noop("Charge of a bank"),
    "opening": gettext_noop("Opening balance"),
    "income": gettext_noop("Income"),
    "spending": gettext_noop("Spending"),
    "distribution": gettext_noop("Distribution to members"),
}
#: What a form makes. Allocations and returns are sent or received; money comes back from a payee.
FORMS = {
    "pledge": gettext_noop("Record a pledge"),
    "receipt": gettext_noop("Record what came from a source"),
    "send": gettext_noop("Send an allocation to a book below"),
    "receive": gettext_noop("Record what came from another book"),
    "contract": gettext_noop("Commit by a contract"),
    "release": gettext_noop("Release what a contract does not need"),
    "payment": gettext_noop("Pay"),
    "back": gettext_noop("Record what a payee gave back"),
    "return": gettext_noop("Send money back"),
    "contribution": gettext_noop("Enter what the community gave"),
    "conversion": gettext_noop("Change one currency into another"),
    "charge": gettext_noop("Enter a charge of the bank"),
    "opening": gettext_noop("Enter an opening balance"),
}
KINDS = {
    "asset": gettext_noop("Asset"),
    "liability": gettext_noop("Liability"),
    "equity": gettext_noop("Equity"),
    "income": gettext_noop("Income"),
    "expense": gettext_noop("Expense"),
}
BOOK_KINDS = {
    "office": gettext_noop("Books of an office"),
    "village": gettext_noop("Books of what a village owns together"),
}
ORGANISATIONS = {
    "government": gettext_noop("Public authority"),
    "ngo": gettext_noop("Non-governmental organisation"),
    "company": gettext_noop("Company"),
    "cooperative": gettext_noop("Cooperative"),
    "community": gettext_noop("Community group"),
    "bank": gettext_noop("Bank"),
    "other": gettext_noop("Another kind"),
}
#: What an organisation is in a project.
PARTS = {
    "sponsor": gettext_noop("sponsors it"),
    "implementer": gettext_noop("carries it out"),
    "paid": gettext_noop("was paid for it"),
}
STATES = {
    "waiting": gettext_noop("waits for a check"),
    "posted": gettext_noop("in the books"),
    "refused": gettext_noop("refused"),
    "withdrawn": gettext_noop("withdrawn"),
}
REASONS = {
    "wrong-amount": gettext_noop("wrong amount"),
    "wrong-line": gettext_noop("wrong budget line"),
    "wrong-payee": gettext_noop("wrong payee"),
    "wrong-day": gettext_noop("wrong day"),
    "document-missing": gettext_noop("the document is missing"),
    "not-agreed": gettext_noop("not agreed"),
    "not-carried-out": gettext_noop("it was not carried out"),
    "twice": gettext_noop("entered twice"),
    "other": gettext_noop("another reason"),
    "original": gettext_noop("first set"),
    "price": gettext_noop("prices changed"),
    "scope": gettext_noop("the work changed"),
    "moved": gettext_noop("moved from or to another line"),
    "fund-changed": gettext_noop("the fund changed"),
    "correction": gettext_noop("correction"),
}
FIELDS = {
    "on": gettext_noop("Day"),
    "amount": gettext_noop("Amount"),
    "currency": gettext_noop("Currency"),
    "fund": gettext_noop("Fund"),
    "account": gettext_noop("Account"),
    "to_account": gettext_noop("Account that gets it"),
    "to_book": gettext_noop("Book that gets it"),
    "sent": gettext_noop("What was sent"),
    "line": gettext_noop("Budget line"),
    "contract": gettext_noop("Contract"),
    "payment": gettext_noop("Payment"),
    "project": gettext_noop("Project"),
    "area": gettext_noop("Village"),
    "shares": gettext_noop("Several villages"),
    "payee": gettext_noop("Organisation"),
    "payees_count": gettext_noop("Or how many people were paid"),
    "payees_digest": gettext_noop("Digest of their list"),
    "bought": gettext_noop("Amount that came for it"),
    "bought_currency": gettext_noop("in the currency"),
    "rate": gettext_noop("Rate: units of the second currency for one of the first"),
    "rate_on": gettext_noop("Day of the rate"),
    "document_digest": gettext_noop("Document"),
    "reference": gettext_noop("Number of the cheque, order or invoice"),
    "again": gettext_noop("This is a further payment under a document that was paid before"),
}
#: What is typed on the set-up page and with budget lines.
SET_UP = {
    "book": gettext_noop("Book"),
    "sponsor": gettext_noop("Source"),
    "subjects": gettext_noop("What for"),
    "areas": gettext_noop("Where"),
    "level": gettext_noop("Level"),
}
#: What can be done with an entry that waits.
ACTS = {
    "check": gettext_noop("Check"),
    "refuse": gettext_noop("Refuse"),
    "withdraw": gettext_noop("Withdraw"),
}
HINTS = {
    "amount": gettext_noop(
        "Digits and a decimal sign, such as {example}. No sign between thousands is needed."
    ),
    "document_digest": gettext_noop(
        "Choose the file: its SHA-256 is computed and kept, the file is not. Or copy the digest."
    ),
    "payees_digest": gettext_noop(
        "The SHA-256 of the signed list. The list stays with its keeper; no name comes here."
    ),
    "reference": gettext_noop("Letters and digits without spaces. No names."),
    "payee": gettext_noop("Organisations only."),
    "payees_count": gettext_noop("Instead of an organisation: a number, such as 14."),
    "line": gettext_noop("With what is left of each."),
    "contract": gettext_noop("If it is paid under one: with what is left of each."),
    "account": gettext_noop("Where the money lies in this book."),
    "sent": gettext_noop("What other books sent here and nobody received yet."),
    "bought_currency": gettext_noop("Three letters, such as EUR."),
    "rate": gettext_noop("As the bank wrote it; it has to fit both amounts."),
    "area": gettext_noop("The number or code of the village, where it is not the project's own."),
    "area_back": gettext_noop("Its number or code, where the payment was for several villages."),
    "to_book": gettext_noop("Leave it empty to send money back to its source."),
}


def said(table: dict[str, str], key: str) -> str:
    """The word for a code, in the page's language; the code itself for one that has none."""
    return gettext(table[key]) if key in table else key


def people_paid(count: int) -> str:
    """How many people were paid, as everybody may read it: not below ten, else to the nearest five.

    Staff see the true number (templates/money/desk/_facts.html).
    """
    told = public_count(count).value
    if told is None:
        return gettext("fewer than 10 persons, list committed")
    return gettext("about %(n)s persons, list committed") % {"n": figures.number(told)}
