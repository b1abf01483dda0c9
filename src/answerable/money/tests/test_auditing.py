"""The books' part of an audit: an entry's postings are those that its leaf tells, line by line."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.money import auditing
from answerable.money.auditing import Balance, told_line, told_lines
from answerable.register.models import Event


@pytest.mark.parametrize("changed", [{}, {"account": "bank"}, {"units": 6}, {"fund": 2}, {"area": None}])
def test_each_part_of_a_line_counts(monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]) -> None:
    line = told_line("cash", 5, "EUR", 1, None, None, 7)
    monkeypatch.setattr(auditing, "lines_of", lambda entry: [line | changed])
    balance = Balance()
    balance.event(Event(kind=auditing.POSTED, body={"entry": 3, "book": 1, **told_lines([line])}), 4)
    assert [one.code for one in balance.found] == (["balance-differs"] if changed else [])
