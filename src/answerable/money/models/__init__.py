"""The tables of the books.

How they fit (docs/reference/books.md says it at length, docs/decisions/0012 why):

- A **book** belongs to an area: each level (province ... village) keeps its own. Its **accounts** have a role in the
  stages of money (rules/stages.py says which stage moves which); an account may be bound to one currency.
- An **entry** is immutable: stage, day, posts of maker and checker, its document's digest; its **postings** are signed
  whole minor units, plus is debit. The database refuses at COMMIT what does not balance in each currency by itself.
- A **fund** has a sponsor and rules (subjects and sectors, areas, last day); a **term** keeps what they were.
  Every posting of the stages names its fund.
- A **budget line** belongs to a book and a fund, perhaps to a project; its revisions are kept. `committed_units` (open)
  plus `paid_units` never exceed `units`: triggers keep them from the postings, a constraint holds them.
- A **commitment** is a contract: the entry of that stage and what is still open of it. Payments under it name it.
- A **proposal** is an entry that waits for its checker. It is not in the books.
- **Sums** are kept by triggers, in the transaction of the posting: AccountSum (trial balance), FundSum (fund trace),
  WorkSum (projects, lines, villages, months). `answerable books check` proves them from the postings.
"""

from __future__ import annotations

from .bank import BankLine, BankMatch, BankStatement, MatchedLine, MatchedPosting, PostedMonth
from .books import Account, Book, Threshold
from .entries import Commitment, Entry, NeverHere, OpenEntry, Posting
from .funds import BudgetLine, BudgetRevision, Fund, FundArea, FundSector, FundSubject, FundTerm, FundTermRule
from .sums import AccountSum, FundSum, WorkSum
from .waiting import Proposal, ProposalLine

__all__ = [
    "Account",
    "AccountSum",
    "BankLine",
    "BankMatch",
    "BankStatement",
    "Book",
    "BudgetLine",
    "BudgetRevision",
    "Commitment",
    "Entry",
    "Fund",
    "FundArea",
    "FundSector",
    "FundSubject",
    "FundSum",
    "FundTerm",
    "FundTermRule",
    "MatchedLine",
    "MatchedPosting",
    "NeverHere",
    "OpenEntry",
    "PostedMonth",
    "Posting",
    "Proposal",
    "ProposalLine",
    "Threshold",
    "WorkSum",
]
