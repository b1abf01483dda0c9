"""What an audit found, in plain sentences: one for each code (docs/reference/audit.md)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from answerable.kernel.problem import gettext_noop

from .selectors import last_audit

#: So many are shown; the page says how many there are.
SHOWN = 20
SENTENCES = {
    "row-changed": gettext_noop("An entry was changed by hand."),
    "row-deleted": gettext_noop("An entry was deleted by hand."),
    "row-added": gettext_noop("An entry was added by hand."),
    "row-returned": gettext_noop("An entry that was taken away is there again."),
    "text-changed": gettext_noop("A text is not the one that was written."),
    "event-changed": gettext_noop("A record of an act is not what its line says."),
    "event-deleted": gettext_noop("A record of an act was deleted."),
    "event-unlogged": gettext_noop("A record of an act has no line in the register."),
    "event-late": gettext_noop("A record of an act waits too long for its line."),
    "event-unread": gettext_noop("A record of an act can't be read."),
    "event-closed": gettext_noop("A record of an act came after its matter was erased."),
    "row-unheld": gettext_noop("An entry of an erased matter can't be held against anything."),
    "erasure-faked": gettext_noop("A matter is said to be erased, and nobody erased it."),
    "erasure-differs": gettext_noop("An erasure is not what its record says."),
    "erasure-untold": gettext_noop("An erasure is said to be published, and it is not."),
    "erasure-late": gettext_noop("An erasure waits too long to be published."),
    "audit-undone": gettext_noop("The audit could not be done to its end."),
    "older-changed": gettext_noop("Records from before the register were changed."),
    "secret-missing": gettext_noop("What opens the lines of a matter is gone, and nothing says why."),
    "secret-lost": gettext_noop(
        "What opens the lines of a matter can't be read: a key is lost or was changed."
    ),
    "secret-kept": gettext_noop("What opens the lines of an erased matter is still there."),
    "cover-wrong": gettext_noop("A line belongs to nothing: its record may have been deleted."),
    "leaf-missing": gettext_noop("A line of the register is missing."),
    "leaf-changed": gettext_noop("A line of the register was changed."),
    "node-wrong": gettext_noop("The register's sums do not fit its lines."),
    "tree-wrong": gettext_noop("The register's size or sums do not fit its lines."),
    "checkpoint-wrong": gettext_noop("The lines are not those that were signed."),
    "checkpoint-missing": gettext_noop("A signed state of the register is missing."),
    "row-bound-twice": gettext_noop("A record of an act claims to add an entry that was there already."),
    "row-bound-wrongly": gettext_noop("A record of an act claims an entry that such an act never changes."),
    "row-of-another": gettext_noop("A record of an act claims an entry of another matter."),
    "event-unknown": gettext_noop("A record tells of an act that does not exist."),
    "event-invented": gettext_noop("A record of an act was not closed by what closes its matter."),
    "signer-differs": gettext_noop("The signer remembers another list."),
    "tile-wrong": gettext_noop("A published file is not what the lines say."),
    "tile-missing": gettext_noop("A published file is missing."),
    "balance-differs": gettext_noop("The books are not what the register's lines about money come to."),
    "case-differs": gettext_noop("A matter is not what its steps come to."),
}


@dataclass(frozen=True)
class Said:
    """One finding: its sentence, and where."""

    said: str
    code: str
    table: str
    row: int | None
    leaf: int | None


def was_undone() -> bool:
    """Whether the last audit found nothing else than that it could not be done."""
    audit = last_audit()
    return audit is not None and {code for code, *_ in audit.findings or []} == {"audit-undone"}


def findings_said() -> list[Said]:
    """The first findings of the last audit, each in a sentence; a code that is not known speaks for itself."""
    audit = last_audit()
    found = (audit.findings or [])[:SHOWN] if audit is not None else []
    return [
        Said(gettext(SENTENCES[code]) if code in SENTENCES else "", code, table, row, leaf)
        for code, table, row, leaf in found
    ]
