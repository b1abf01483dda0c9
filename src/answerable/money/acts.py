"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start; and which ones everybody may read there."""
    declare("money.book-opened", adds="book account", public=True)
    declare("money.account-added", adds="account", public=True)
    declare("money.account-closed", changes="account", public=True)
    declare("money.days-closed", changes="book", public=True)
    declare("money.threshold-set", adds="threshold", changes="threshold", public=True)
    _funds()
    _entries()
    _bank()
    declare("money.month-posted", adds="postedmonth", changes="book", public=True)
    declare("money.sums-rebuilt")


def _funds() -> None:
    """Funds and the lines of budgets."""
    terms = "fundterm fundtermrule"
    named = "fundarea fundsector fundsubject"
    declare("money.fund-opened", adds=f"fund {named} {terms}", public=True)
    declare("money.fund-changed", adds=f"{named} {terms}", changes="fund", takes=named, public=True)
    declare("money.fund-closed", changes="fund", public=True)
    declare("money.line-set", adds="budgetline budgetrevision", public=True)
    declare("money.line-revised", adds="budgetrevision", changes="budgetline", public=True)


def _entries() -> None:
    """Entries: proposed, posted; figures of others."""
    declare("money.entry-proposed", adds="proposal proposalline")
    declare("money.entry-refused", "money.entry-withdrawn", changes="proposal")
    declare("money.entry-posted", adds="entry posting", changes="proposal commitment", public=True)
    declare("money.foreign-book-opened", adds="book")
    declare("money.foreign-accounts-opened", adds="book account")
    declare("money.figures-entered", "money.figures-taken-back", adds="entry posting")


def _bank() -> None:
    """Statements of the bank, and what they were matched with."""
    matched = "bankmatch matchedline matchedposting"
    declare("money.statement-taken", adds="bankstatement bankline")
    declare("money.bank-matched", adds=matched)
    declare("money.bank-unmatched", takes=matched)
