"""Each row beside what was bound of it last."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping

from answerable.register.binding import Bound, is_digest_of
from answerable.register.erasable import text_commitment

from .bindings import Bindings, Last
from .closing import Secrets
from .findings import Find
from .reading import UNREADABLE, rows_after
from .tables import is_of_a_matter, matter_of_row


class RowAudit:
    """Reads the tables, one after the other, in pages."""

    def __init__(self, secrets: Secrets, bindings: Bindings, find: Find) -> None:
        self.secrets, self.bindings, self.find = secrets, bindings, find
        self.rows = 0

    def table(self, model: type[Bound]) -> Iterator[int]:
        """Check a table; yield how many rows each page had, once it was read."""
        table, after = model._meta.db_table, 0
        told = self.bindings.of(table)
        while page := rows_after(model, after):
            after = page[-1][0]
            known = {last.row: last for last in told.up_to(after)}
            keys = self.secrets.keys(last.event for last in known.values())
            there = dict(page)
            for last in known.values():
                if last.row not in there:
                    self._gone(table, last)
            for pk, row in there.items():
                if pk not in known:
                    self.find("row-added", table=table, row=pk)
                    continue
                last = known[pk]
                try:
                    if row is None:
                        raise ValueError
                    self._row(table, row, last, keys)
                except UNREADABLE:
                    self.find("row-changed", table=table, row=pk, event=last.event, leaf=last.leaf)
            self.rows += len(page)
            yield len(page)
        for last in told.up_to(None):
            self._gone(table, last)

    def _gone(self, table: str, last: Last) -> None:
        """A row that was bound is not there. Where an act took it away, the act has to be one of its matter."""
        if last.mixed and is_of_a_matter(table):
            self.find("row-of-another", table=table, row=last.row, event=last.event, leaf=last.leaf)
        if last.said is not None:
            self.find("row-deleted", table=table, row=last.row, event=last.event, leaf=last.leaf)

    def _row(self, table: str, row: Bound, last: Last, keys: Mapping[int, bytes | None]) -> None:
        about = {"table": table, "row": row.pk, "event": last.event, "leaf": last.leaf}
        if last.said is None:
            self.find("row-returned", **about)
            return
        matter = matter_of_row(row)
        key = keys.get(last.event)
        same = False
        if key is not None:
            same = is_digest_of(last.said, key, row)
            if not same:
                self.find("row-changed", **about)
            elif matter is not None and (last.mixed or matter != last.matter):
                self.find("row-of-another", **about)
        elif matter in self.secrets.erased:
            self.find("row-unheld", **about)
        text = getattr(row, "text", None)
        if isinstance(text, str) and "text" in row.unbound:
            self._text(row, text, about, held=same)

    def _text(self, row: Bound, text: str, about: Mapping[str, object], *, held: bool) -> None:
        blind, kept = getattr(row, "blind", None), getattr(row, "commitment", None)
        erased = getattr(row, "erased_on", None) is not None
        if kept is None:
            # That a text has none is what the row's digest says, or somebody took it away.
            good = held or text == ""
        elif erased:
            good = text == "" and blind is None
        else:
            good = blind is not None and hmac.compare_digest(text_commitment(bytes(blind), text), bytes(kept))
        if not good:
            self.find("text-changed", **about)
