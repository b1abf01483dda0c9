"""The nightly recomputation: every kept figure again from the postings, and any difference by its name."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right

#: How many differences of a kind are named; the rest is counted.
MOST_NAMED = 20


@dataclass(frozen=True)
class Difference:
    """A figure that is not what the postings say, or an entry that is not what it should be."""

    what: str
    key: str
    kept: str
    found: str
    #: Whether `rebuild_sums` can write it anew.
    of_sums: bool = False


@dataclass(frozen=True)
class Proof:
    """What was counted, and what differs."""

    entries: int
    postings: int
    figures: int
    differences: tuple[Difference, ...]


def _month() -> str:
    return (
        "substr(e.\"on\", 1, 8) || '01'"
        if connection.vendor == "sqlite"
        else "date_trunc('month', e.\"on\")::date"
    )


def _sums() -> dict[str, tuple[dict[str, str], str]]:
    """By table: its keys, each with what it is computed from, and which postings count."""
    month = _month()
    return {
        "money_accountsum": (
            {"account_id": "p.account_id", "currency": "p.currency", "month": month},
            "1 = 1",
        ),
        "money_fundsum": (
            {
                "fund_id": "p.fund_id",
                "account_id": "p.account_id",
                "stage": "e.stage",
                "currency": "p.currency",
            },
            "p.fund_id IS NOT NULL",
        ),
        "money_worksum": (
            {
                "area_id": "COALESCE(p.area_id, 0)",
                "project_id": "COALESCE(p.project_id, 0)",
                "line_id": "COALESCE(p.line_id, 0)",
                "fund_id": "COALESCE(p.fund_id, 0)",
                "account_id": "p.account_id",
                "stage": "e.stage",
                "month": month,
                "currency": "p.currency",
            },
            "COALESCE(p.area_id, p.project_id, p.line_id) IS NOT NULL",
        ),
    }


_VALUES = ("debit_units", "credit_units", "postings")


def _computed(keys: dict[str, str], where: str) -> str:
    places = ", ".join(str(n) for n in range(1, len(keys) + 1))
    return (
        f"SELECT {', '.join(keys.values())}, "  # noqa: S608 - our own names
        "CAST(SUM(CASE WHEN p.units > 0 THEN p.units ELSE 0 END) AS BIGINT), "
        "CAST(SUM(CASE WHEN p.units < 0 THEN -p.units ELSE 0 END) AS BIGINT), COUNT(*) "
        "FROM money_posting p JOIN money_entry e ON e.id = p.entry_id "
        f"WHERE {where} GROUP BY {places}"
    )


def _compared(table: str, keys: dict[str, str], where: str) -> str:
    """The keys under which kept and computed differ, with both: how many rows, debits, credits, postings.

    Both are laid on one heap and added up by key, so the postings are read once.
    """
    names = ", ".join(keys)
    cells = ["n", *_VALUES]
    kept, found = ([f"{side}_{cell}" for cell in cells] for side in ("kept", "found"))
    nothing = ", ".join(["0"] * len(cells))
    sums = ", ".join(f"CAST(SUM(h.{cell}) AS BIGINT)" for cell in [*kept, *found])
    differ = " OR ".join(f"SUM(h.{one}) <> SUM(h.{other})" for one, other in zip(kept, found, strict=True))
    values = ", ".join(_VALUES)
    columns = ", ".join([names, *kept, *found])
    computed = ", ".join([names, *_VALUES])
    return (
        f"WITH computed ({computed}) AS ({_computed(keys, where)}), heap ({columns}) AS ("  # noqa: S608 - our own names
        f"SELECT {names}, 1, {values}, {nothing} FROM {table} "
        f"UNION ALL SELECT {names}, {nothing}, 1, {values} FROM computed) "
        f"SELECT {names}, {sums} FROM heap h GROUP BY {names} HAVING {differ}"
    )


#: Lines and contracts against their postings, and entries against themselves: a key, what is kept, what is found.
_OTHERS = {
    "money_budgetline.committed_units": """
        SELECT l.id, l.committed_units, COALESCE((SELECT SUM(p.units) FROM money_posting p JOIN money_account a
        ON a.id = p.account_id AND a.role = 'committed' WHERE p.line_id = l.id), 0) FROM money_budgetline l""",
    "money_budgetline.paid_units": """
        SELECT l.id, l.paid_units, COALESCE((SELECT SUM(p.units) FROM money_posting p JOIN money_account a
        ON a.id = p.account_id AND a.role = 'spent' WHERE p.line_id = l.id), 0) FROM money_budgetline l""",
    "money_budgetline.units": """
        SELECT l.id, l.units, (SELECT r.units FROM money_budgetrevision r WHERE r.line_id = l.id
        ORDER BY r.n DESC LIMIT 1) FROM money_budgetline l""",
    "money_commitment.open_units": """
        SELECT c.id, c.open_units, COALESCE((SELECT SUM(p.units) FROM money_entry e JOIN money_posting p
        ON p.entry_id = e.id JOIN money_account a ON a.id = p.account_id AND a.role = 'committed'
        WHERE e.id = c.entry_id OR e.commitment_id = c.entry_id), 0) FROM money_commitment c""",
    "money_entry.postings_count": """
        SELECT e.id, e.postings_count, COUNT(p.id) FROM money_entry e LEFT JOIN money_posting p ON p.entry_id = e.id
        GROUP BY e.id, e.postings_count""",
    "money_entry (balance)": """
        SELECT p.entry_id, 0, SUM(p.units) FROM money_posting p GROUP BY p.entry_id, p.currency""",
    "money_book (numbers of entries)": """
        SELECT b.id, COALESCE(MAX(e.number), 0), COUNT(e.id) FROM money_book b LEFT JOIN money_entry e
        ON e.book_id = b.id GROUP BY b.id""",
}


def prove_books() -> Proof:
    """Compute all kept figures anew and compare. Reads only; whoever runs the machine may."""
    differences: list[Difference] = []
    figures = 0
    with connection.cursor() as cursor:
        for table, (keys, where) in _sums().items():
            cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - our own names
            figures += cursor.fetchone()[0]
            cursor.execute(_compared(table, keys, where))
            for row in sorted(cursor.fetchall(), key=str):
                named = " ".join(f"{name}={value}" for name, value in zip(keys, row, strict=False))
                kept, found = row[len(keys) : -4], row[-4:]
                was, should = (
                    f"{one[1]} - {one[2]} ({one[3]})" if one[0] else "nothing" for one in (kept, found)
                )
                differences.append(Difference(table, named, was, should, of_sums=True))
        for what, query in _OTHERS.items():
            cursor.execute(
                f"WITH t (key, kept, found) AS MATERIALIZED ({query}) SELECT * FROM t WHERE kept <> found"  # noqa: S608
            )
            differences += [
                Difference(what, f"id={row[0]}", str(row[1]), str(row[2])) for row in cursor.fetchall()
            ]
        cursor.execute("SELECT (SELECT COUNT(*) FROM money_entry), (SELECT COUNT(*) FROM money_posting)")
        entries, postings = cursor.fetchone()
    return Proof(entries, postings, figures, tuple(differences))


def rebuild_sums() -> int:
    """Write the sums anew from the postings, after something wrote past the triggers; return how many.

    Lines and contracts are not touched: a difference there wants a person. Acts as the machinery.
    """
    written = 0
    with acting(SYSTEM, Right.TICK, None) as act, connection.cursor() as cursor:
        for table, (keys, where) in _sums().items():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            names = ", ".join([*keys, *_VALUES])
            cursor.execute(f"INSERT INTO {table} ({names}) {_computed(keys, where)}")
            written += cursor.rowcount
        act.record("money.sums-rebuilt", figures=written)
    return written
