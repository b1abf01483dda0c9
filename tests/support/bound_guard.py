"""What an act binds is what stands in the database, and what its kind is declared to write, or the test fails."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest


class BoundOtherwise(AssertionError):
    """The record would bind a row that does not stand in the database like this."""


class BoundUndeclared(AssertionError):
    """An act binds a row that an audit would not take from it: its kind is declared otherwise (the room's acts.py)."""


class _Anything(frozenset[str]):
    """Every table: the acts that tests invent may write all of them."""

    def __contains__(self, table: object) -> bool:
        return True


#: The acts that tests invent.
TEST_KINDS = ("closed", "done", "opened", "row-gone", "row-made", "rows-made", "thing-done")


def declare_test_kinds() -> None:
    """Let audits take the acts that tests invent for acts."""
    from answerable.register import kinds

    for name in TEST_KINDS:
        kinds._kinds.setdefault(f"test.{name}", kinds.Kind(frozenset(), _Anything(), _Anything()))


@pytest.fixture(autouse=True)
def rows_are_bound_as_they_stand(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Compare what an act remembers of the rows it wrote with what the database says of them, and with its kind."""
    asked = set(request.fixturenames)
    counting = {"django_assert_num_queries", "django_assert_max_num_queries"} & asked
    if counting or not {"db", "transactional_db"} & asked:
        yield
        return
    from answerable.register import binding, services
    from answerable.register.binding import Key, Written

    declare_test_kinds()
    plain, seal = Written.settle, services._seal

    def settle(self: Written) -> dict[Key, bytes | None]:
        told = plain(self)
        for (model, pk), data in told.items():
            row = model._base_manager.filter(pk=pk).first()
            there = binding.row_bytes(row) if row is not None else None
            if there != data:
                raise BoundOtherwise(
                    f"{model._meta.label} {pk}: {data!r} in the record, {there!r} in the table"
                )
        return told

    def sealed(event: Any, rows: Sequence[Any], known: Any) -> None:
        check_declared(event, rows)
        seal(event, rows, known)

    monkeypatch.setattr(Written, "settle", settle)
    monkeypatch.setattr(services, "_seal", sealed)
    yield


def check_declared(event: Any, rows: Sequence[Any]) -> None:
    """Raise BoundUndeclared unless the event's kind is declared to write such rows, and they are of its matter."""
    from answerable.register import kinds, leaves
    from answerable.register.auditing.tables import is_of_a_matter

    kind = kinds.of(event.kind)
    if kind is None:
        room = event.kind.partition(".")[0]
        if not any(name.startswith(f"{room}.") for name in kinds.declared()):
            return  # tests/house/test_kinds.py says so once for the whole room
        raise BoundUndeclared(f"{event.kind} is not declared in the acts.py of its room")
    for table, pk, data in rows:
        if kind.may(table, taken=data is None) is None:
            raise BoundUndeclared(
                f"{event.kind} {'takes away' if data is None else 'writes'} a row of {table}, and its "
                "declaration in the acts.py of its room does not say so"
            )
        if is_of_a_matter(table) and not event.kind.startswith("test."):
            columns = json.loads(data)[2] if data is not None else {}
            matter = pk if table == "listening_case" else columns.get("case_id", leaves.matter_of(event))
            if matter is None or matter != leaves.matter_of(event):
                raise BoundUndeclared(f"{event.kind} binds {table} {pk}, which belongs to another matter")
