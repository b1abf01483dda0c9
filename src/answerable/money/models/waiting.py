"""Entries that wait for their checker: not in the books, and in no sum."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.money.rules.stages import PROPOSAL_STATES

from .books import Book
from .entries import Entry, EntryFacts, PostingFacts, facts_constraints, units_constraint


class Proposal(EntryFacts):
    """An entry as its maker proposes it: waiting, posted, refused or withdrawn."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="proposals")
    reverses = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    counterpart = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    to_book = models.ForeignKey(Book, null=True, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, default="waiting")
    decided_on = models.DateField(null=True)
    decided_post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    #: Why it was refused.
    refusal = models.CharField(max_length=16, default="", blank=True)
    entry = models.OneToOneField(Entry, null=True, on_delete=models.PROTECT, related_name="proposal")

    class Meta:
        """What the database refuses."""

        constraints = [
            *facts_constraints("money_proposal"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_on__isnull=True, entry__isnull=True, refusal="")
                | Q(state="posted", decided_on__isnull=False, entry__isnull=False, refusal="")
                | Q(state="refused", decided_on__isnull=False, entry__isnull=True) & ~Q(refusal="")
                | Q(state="withdrawn", decided_on__isnull=False, entry__isnull=True, refusal=""),
                name="money_proposal_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(PROPOSAL_STATES)), name="money_proposal_state_known"
            ),
        ]
        indexes = [models.Index(fields=["book", "state"], name="money_proposal_waiting")]


class ProposalLine(PostingFacts):
    """A line of a waiting entry."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="lines", db_index=False)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["proposal", "n"], name="money_proposalline_once"),
            units_constraint("money_proposalline"),
        ]
