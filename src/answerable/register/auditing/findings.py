"""What an audit finds: a code, where it is, and the sentence that tells it (docs/reference/audit.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    code: str
    table: str = ""
    row: int | None = None
    event: int | None = None
    leaf: int | None = None
    more: str = ""

    def sentence(self) -> str:
        """What was found, in one sentence with table, row, event and leaf."""
        about = f"{self.table} {self.row}" if self.row is not None else self.table
        where = [
            f"event {self.event:,}" if self.event is not None else "",
            f"leaf {self.leaf:,}" if self.leaf is not None else "",
        ]
        told = ", ".join(part for part in where if part)
        said = SENTENCES[self.code].format(about=about, more=self.more)
        return f"{said} ({told})." if told else f"{said}."


class Find(Protocol):
    """Notes a finding: its code and, by name, what Finding says beside it."""

    def __call__(self, code: str, **about: object) -> None:
        """Note it."""


#: Each code and its sentence (docs/reference/audit.md tells more).
SENTENCES = {
    "row-changed": "{about} was changed without an act: it is not what its last event bound",
    "row-deleted": "{about} was deleted without an act",
    "row-added": "{about} was added by hand: no event knows of it",
    "row-returned": "{about} is there again, although an act took it away",
    "text-changed": "The text of {about} is not the one that was written",
    "event-changed": "The event is not what its leaf says",
    "event-deleted": "The event of a leaf was deleted",
    "event-unlogged": "An event has no leaf and does not wait for one",
    "event-late": "An event has waited for its leaf since {more}",
    "event-closed": "An event of an erased matter came after its erasure, and nothing opens it",
    "event-unknown": "An event is of a kind that no act has: {more}",
    "event-invented": "An event of matter {more} is not closed by the secret of that matter",
    "event-unread": "An event is not of a form that a leaf can be made from",
    "older-changed": "The events from before the log are not those that its first leaf counted",
    "row-bound-twice": "{about} was added before, and an event of a kind that only adds such rows binds it again",
    "row-bound-wrongly": "{about} was bound by an event whose kind of act doesn't write or take away such a row",
    "row-of-another": "{about} was bound by an event that is not of its matter",
    "row-unheld": "{about} can't be held against anything: its matter was erased, and the erasure did not bind it anew",
    "secret-missing": "The secret of matter {more} is gone and no act erased it",
    "secret-lost": "The secret of matter {more} does not open with its key",
    "secret-kept": "The secret of matter {more} is still there although it was erased",
    "erasure-faked": "Matter {more} is said to be erased, and no act erased it",
    "erasure-differs": "The erasure of matter {more} is not what its act says",
    "erasure-untold": "Matter {more} is said to be told as erased, and no batch of the register names all of its leaves",
    "erasure-late": "The leaves of matter {more}, which was erased, are not named in the register after days",
    "audit-undone": "The audit could not be done to its end: {more}",
    "cover-wrong": "A leaf without an event is not a cover leaf",
    "leaf-missing": "A leaf is missing",
    "leaf-changed": "A leaf's hash is not that of its entry",
    "node-wrong": "A stored node of the tree is not what its leaves come to: {more}",
    "tree-wrong": "The tree's remembered size or roots are not what its leaves come to",
    "checkpoint-wrong": "The leaves do not come to what the log's key signed for {more} leaves",
    "checkpoint-missing": "What the log's key signed for {more} leaves is not kept any more",
    "signer-differs": "The signer remembers another tree of {more} leaves",
    "tile-wrong": "The published file {more} is not what the leaves come to",
    "tile-missing": "The published file {more} is missing",
    "balance-differs": "The books are not what the log's money leaves come to: {more}",
    "case-differs": "{about} is not what its steps come to: {more}",
}
