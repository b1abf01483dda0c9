"""What an act binds is what stands in the database, or the test fails: each row is read back when the act ends."""

from collections.abc import Iterator

import pytest


class BoundOtherwise(AssertionError):
    """The record would bind a row that does not stand in the database like this."""


@pytest.fixture(autouse=True)
def rows_are_bound_as_they_stand(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Compare what an act remembers of the rows it wrote with what the database says of them."""
    asked = set(request.fixturenames)
    counting = {"django_assert_num_queries", "django_assert_max_num_queries"} & asked
    if counting or not {"db", "transactional_db"} & asked:
        yield
        return
    from answerable.register.binding import Key, Written, row_bytes

    plain = Written.settle

    def settle(self: Written) -> dict[Key, bytes | None]:
        told = plain(self)
        for (model, pk), data in told.items():
            row = model._base_manager.filter(pk=pk).first()
            there = row_bytes(row) if row is not None else None
            if there != data:
                raise BoundOtherwise(
                    f"{model._meta.label} {pk}: {data!r} in the record, {there!r} in the table"
                )
        return told

    monkeypatch.setattr(Written, "settle", settle)
    yield
