# ruff: noqa: ISC004, S608 - SQL of our own names, put together from pieces
"""What the database itself refuses in this room, and the sums that it keeps, on SQLite and on PostgreSQL.

An entry says how many postings it has; they come in order, 1 to that number. So none can be added later, and when the
transaction ends all are there and each currency adds up to nothing, or nothing of it stays.

- PostgreSQL: a deferred constraint trigger on the entry counts and adds at COMMIT.
- SQLite knows no such trigger, but deferred foreign keys: the entry opens a row that points at a table which stays
  empty; the last posting takes that row away, if the entry balances. What is open at COMMIT is refused.

SQLite's REPLACE deletes without asking a trigger: hence the checks for ids that are there already. A connection with
foreign keys off can't write entries at all.
"""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only

#: The same in both: is the entry `e` what it says? Each condition and its code.
SAME = " AND ".join(
    f"o.{column} IS NOT DISTINCT FROM r.{column}"
    for column in ("account_id", "currency", "fund_id", "line_id", "project_id", "area_id", "payee_id")
)
WHOLE = (
    (
        "(SELECT COUNT(*) FROM money_posting p WHERE p.entry_id = e.id) <> e.postings_count",
        "money-entry-incomplete",
    ),
    (
        "EXISTS (SELECT 1 FROM money_posting p WHERE p.entry_id = e.id GROUP BY p.currency HAVING SUM(p.units) <> 0)",
        "money-unbalanced",
    ),
    (
        "e.reverses_id IS NOT NULL AND ((SELECT COUNT(*) FROM money_entry f WHERE f.id = e.reverses_id "
        "AND f.book_id = e.book_id AND f.stage = e.stage AND f.reverses_id IS NULL "
        "AND f.postings_count = e.postings_count) = 0 OR "
        "(SELECT COUNT(*) FROM money_posting r JOIN money_posting o ON o.entry_id = e.reverses_id "
        f"AND o.n = e.postings_count + 1 - r.n AND o.units = -r.units AND {SAME} "
        "WHERE r.entry_id = e.id) <> e.postings_count)",
        "money-reversal-differs",
    ),
)
#: Of a new entry.
ENTRY = (
    (
        "NEW.number <> 1 + COALESCE((SELECT MAX(x.number) FROM money_entry x WHERE x.book_id = NEW.book_id), 0)",
        "money-number-out-of-order",
    ),
    (
        'NEW."on" <= (SELECT b.closed_through FROM money_book b WHERE b.id = NEW.book_id) '
        'OR NEW."on" < (SELECT b.opened_on FROM money_book b WHERE b.id = NEW.book_id)',
        "money-day-closed",
    ),
)
#: Of a new posting.
POSTING = (
    (
        "NOT EXISTS (SELECT 1 FROM money_entry e WHERE e.id = NEW.entry_id AND NEW.n BETWEEN 1 AND e.postings_count)",
        "money-entry-closed",
    ),
    (
        "NEW.n <> 1 + COALESCE((SELECT MAX(x.n) FROM money_posting x WHERE x.entry_id = NEW.entry_id), 0)",
        "money-posting-out-of-order",
    ),
    (
        "NOT EXISTS (SELECT 1 FROM money_account a JOIN money_entry e ON e.book_id = a.book_id "
        "WHERE a.id = NEW.account_id AND e.id = NEW.entry_id AND a.closed_on IS NULL "
        "AND (a.currency = '' OR a.currency = NEW.currency))",
        "money-account-does-not-fit",
    ),
    (
        "NEW.fund_id IS NOT NULL AND EXISTS "
        "(SELECT 1 FROM money_fund f WHERE f.id = NEW.fund_id AND f.closed_on IS NOT NULL)",
        "money-fund-closed",
    ),
    (
        "NEW.line_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM money_budgetline l JOIN money_entry e "
        "ON e.book_id = l.book_id WHERE l.id = NEW.line_id AND e.id = NEW.entry_id "
        "AND l.currency = NEW.currency AND l.fund_id = NEW.fund_id)",
        "money-line-does-not-fit",
    ),
)


#: What a row was made as stays: another role or book would give its postings another meaning.
STAYS = {
    "money_account": ("book_id", "role", "kind"),
    "money_budgetline": ("book_id", "fund_id", "currency", "original_units"),
    "money_commitment": ("entry_id", "line_id", "units"),
    "money_book": ("area_id", "kind"),
}


def _stays(table: str, vendor: str) -> list[str]:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in STAYS[table])
    name, message = f"{table}_stays", f"{table} stays what it was made as"
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {changed} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ]
    return [
        _function(name, _postgresql_checks(((changed, message),)), "NEW"),
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _sqlite_checks(checks: tuple[tuple[str, str], ...]) -> str:
    return "SELECT CASE " + " ".join(f"WHEN {c} THEN RAISE(ABORT, '{code}')" for c, code in checks) + " END;"


ADDED = (
    "DO UPDATE SET debit_units = debit_units + excluded.debit_units, "
    "credit_units = credit_units + excluded.credit_units, postings = postings + 1;"
)
SQLITE = [
    # REPLACE takes away what has an equal unique key, whichever it is, and asks no trigger of DELETE.
    "CREATE TRIGGER money_entry_checked BEFORE INSERT ON money_entry BEGIN "
    + _sqlite_checks(
        (
            ("(SELECT foreign_keys FROM pragma_foreign_keys) = 0", "money-foreign-keys-off"),
            ("EXISTS (SELECT 1 FROM money_entry x WHERE x.id = NEW.id)", "money_entry is append-only"),
            ("EXISTS (SELECT 1 FROM money_entry x WHERE x.token = NEW.token)", "money_entry is append-only"),
            (
                "NEW.reverses_id IS NOT NULL AND EXISTS (SELECT 1 FROM money_entry x "
                "WHERE x.reverses_id = NEW.reverses_id AND x.reverses_id IS NOT NULL)",
                "money_entry is append-only",
            ),
            (
                "NEW.stage = 'payment' AND NEW.reverses_id IS NULL AND NEW.document_digest <> '' AND EXISTS "
                "(SELECT 1 FROM money_entry x WHERE x.book_id = NEW.book_id AND x.stage = 'payment' "
                "AND x.reverses_id IS NULL AND x.document_digest = NEW.document_digest AND x.document_digest <> '' "
                "AND x.document_part = NEW.document_part)",
                "money-document-twice",
            ),
            *ENTRY,
        )
    )
    + " END",
    "CREATE TRIGGER money_entry_opened AFTER INSERT ON money_entry "
    "BEGIN INSERT INTO money_openentry (entry_id, never_id) VALUES (NEW.id, 1); END",
    "CREATE TRIGGER money_openentry_done BEFORE DELETE ON money_openentry BEGIN SELECT CASE "
    + " ".join(
        f"WHEN EXISTS (SELECT 1 FROM money_entry e WHERE e.id = OLD.entry_id AND {condition}) THEN RAISE(ABORT, '{code}')"
        for condition, code in WHOLE
    )
    + " END; END",
    "CREATE TRIGGER money_openentry_stays BEFORE UPDATE ON money_openentry "
    "BEGIN SELECT RAISE(ABORT, 'money_openentry is kept by triggers'); END",
    "CREATE TRIGGER money_posting_checked BEFORE INSERT ON money_posting BEGIN "
    + _sqlite_checks(
        (
            ("(SELECT foreign_keys FROM pragma_foreign_keys) = 0", "money-foreign-keys-off"),
            ("EXISTS (SELECT 1 FROM money_posting x WHERE x.id = NEW.id)", "money_posting is append-only"),
            *POSTING,
        )
    )
    + " END",
    # One trigger, as SQLite does not say in which order it runs several.
    "CREATE TRIGGER money_posting_added AFTER INSERT ON money_posting BEGIN "
    "INSERT INTO money_accountsum (account_id, currency, month, debit_units, credit_units, postings) "
    "SELECT NEW.account_id, NEW.currency, substr(e.\"on\", 1, 8) || '01', MAX(NEW.units, 0), MAX(-NEW.units, 0), 1 "
    "FROM money_entry e WHERE e.id = NEW.entry_id "
    f"ON CONFLICT (account_id, currency, month) {ADDED} "
    "INSERT INTO money_fundsum (fund_id, account_id, stage, currency, debit_units, credit_units, postings) "
    "SELECT NEW.fund_id, NEW.account_id, e.stage, NEW.currency, MAX(NEW.units, 0), MAX(-NEW.units, 0), 1 "
    "FROM money_entry e WHERE e.id = NEW.entry_id AND NEW.fund_id IS NOT NULL "
    f"ON CONFLICT (fund_id, account_id, stage, currency) {ADDED} "
    "INSERT INTO money_worksum (area_id, project_id, line_id, fund_id, account_id, stage, month, currency, "
    "debit_units, credit_units, postings) "
    "SELECT COALESCE(NEW.area_id, 0), COALESCE(NEW.project_id, 0), COALESCE(NEW.line_id, 0), COALESCE(NEW.fund_id, 0), "
    "NEW.account_id, e.stage, substr(e.\"on\", 1, 8) || '01', NEW.currency, MAX(NEW.units, 0), MAX(-NEW.units, 0), 1 "
    "FROM money_entry e WHERE e.id = NEW.entry_id AND COALESCE(NEW.area_id, NEW.project_id, NEW.line_id) IS NOT NULL "
    f"ON CONFLICT (area_id, project_id, line_id, fund_id, account_id, stage, month, currency) {ADDED} "
    "UPDATE money_budgetline SET "
    "committed_units = committed_units + CASE a.role WHEN 'committed' THEN NEW.units ELSE 0 END, "
    "paid_units = paid_units + CASE a.role WHEN 'spent' THEN NEW.units ELSE 0 END "
    "FROM money_account a WHERE a.id = NEW.account_id AND a.role IN ('committed', 'spent') "
    "AND money_budgetline.id = NEW.line_id; "
    "UPDATE money_commitment SET open_units = open_units + NEW.units "
    "FROM money_entry e, money_account a WHERE e.id = NEW.entry_id AND a.id = NEW.account_id "
    "AND a.role = 'committed' AND money_commitment.entry_id = COALESCE(e.commitment_id, e.id); "
    "DELETE FROM money_openentry WHERE entry_id = NEW.entry_id "
    "AND NEW.n = (SELECT e.postings_count FROM money_entry e WHERE e.id = NEW.entry_id); END",
]


def _postgresql_checks(checks: tuple[tuple[str, str], ...]) -> str:
    return " ".join(
        f"IF {condition} THEN RAISE EXCEPTION '{code}' USING ERRCODE = 'check_violation'; END IF;"
        for condition, code in checks
    )


def _function(name: str, body: str, returns: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN {returns}; END $$"


def _postgresql_sum(table: str, keys: dict[str, str], where: str = "TRUE") -> str:
    """Add what came in one statement, key by key in their order: two writers never wait for each other crosswise."""
    names, places = ", ".join(keys), ", ".join(str(n) for n in range(1, len(keys) + 1))
    return (
        f"INSERT INTO {table} AS s ({names}, debit_units, credit_units, postings) "
        f"SELECT {', '.join(keys.values())}, SUM(GREATEST(p.units, 0)), SUM(GREATEST(-p.units, 0)), COUNT(*) "
        f"FROM fresh p JOIN money_entry e ON e.id = p.entry_id WHERE {where} GROUP BY {places} ORDER BY {places} "
        f"ON CONFLICT ({names}) DO UPDATE SET debit_units = s.debit_units + excluded.debit_units, "
        "credit_units = s.credit_units + excluded.credit_units, postings = s.postings + excluded.postings; "
    )


MONTH = "date_trunc('month', e.\"on\")::date"
POSTGRESQL = [
    _function("money_entry_checked", _postgresql_checks(ENTRY), "NEW"),
    "CREATE TRIGGER money_entry_checked BEFORE INSERT ON money_entry "
    "FOR EACH ROW EXECUTE FUNCTION money_entry_checked()",
    _function(
        "money_entry_whole",
        "".join(
            f"IF EXISTS (SELECT 1 FROM money_entry e WHERE e.id = NEW.id AND {condition}) THEN "
            f"RAISE EXCEPTION '{code}' USING ERRCODE = 'check_violation'; END IF; "
            for condition, code in WHOLE
        ),
        "NULL",
    ),
    "CREATE CONSTRAINT TRIGGER money_entry_whole AFTER INSERT ON money_entry DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION money_entry_whole()",
    _function("money_posting_checked", _postgresql_checks(POSTING), "NEW"),
    "CREATE TRIGGER money_posting_checked BEFORE INSERT ON money_posting "
    "FOR EACH ROW EXECUTE FUNCTION money_posting_checked()",
    _function(
        "money_posting_added",
        _postgresql_sum(
            "money_accountsum", {"account_id": "p.account_id", "currency": "p.currency", "month": MONTH}
        )
        + _postgresql_sum(
            "money_fundsum",
            {
                "fund_id": "p.fund_id",
                "account_id": "p.account_id",
                "stage": "e.stage",
                "currency": "p.currency",
            },
            "p.fund_id IS NOT NULL",
        )
        + _postgresql_sum(
            "money_worksum",
            {
                "area_id": "COALESCE(p.area_id, 0)",
                "project_id": "COALESCE(p.project_id, 0)",
                "line_id": "COALESCE(p.line_id, 0)",
                "fund_id": "COALESCE(p.fund_id, 0)",
                "account_id": "p.account_id",
                "stage": "e.stage",
                "month": MONTH,
                "currency": "p.currency",
            },
            "COALESCE(p.area_id, p.project_id, p.line_id) IS NOT NULL",
        )
        + "UPDATE money_budgetline l SET committed_units = l.committed_units + t.committed, "
        "paid_units = l.paid_units + t.paid FROM (SELECT p.line_id, "
        "COALESCE(SUM(p.units) FILTER (WHERE a.role = 'committed'), 0) AS committed, "
        "COALESCE(SUM(p.units) FILTER (WHERE a.role = 'spent'), 0) AS paid "
        "FROM fresh p JOIN money_account a ON a.id = p.account_id AND a.role IN ('committed', 'spent') "
        "WHERE p.line_id IS NOT NULL GROUP BY p.line_id) t WHERE l.id = t.line_id; "
        "UPDATE money_commitment c SET open_units = c.open_units + t.units FROM (SELECT "
        "COALESCE(e.commitment_id, e.id) AS entry_id, SUM(p.units) AS units FROM fresh p "
        "JOIN money_entry e ON e.id = p.entry_id JOIN money_account a ON a.id = p.account_id "
        "AND a.role = 'committed' GROUP BY 1) t WHERE c.entry_id = t.entry_id; ",
        "NULL",
    ),
    "CREATE TRIGGER money_posting_added AFTER INSERT ON money_posting REFERENCING NEW TABLE AS fresh "
    "FOR EACH STATEMENT EXECUTE FUNCTION money_posting_added()",
]
NAMES = {
    "sqlite": (
        "money_entry_checked",
        "money_entry_opened",
        "money_openentry_done",
        "money_openentry_stays",
        "money_posting_checked",
        "money_posting_added",
    ),
    "postgresql": (
        "money_entry_checked",
        "money_entry_whole",
        "money_posting_checked",
        "money_posting_added",
    ),
}


def _guard(_apps, editor):
    vendor = editor.connection.vendor
    statements = list(SQLITE if vendor == "sqlite" else POSTGRESQL)
    for table in STAYS:
        statements += _stays(table, vendor)
    for statement in statements:
        editor.execute(statement, params=None)


def _unguard(_apps, editor):
    vendor = editor.connection.vendor
    for name in (*NAMES[vendor], *(f"{table}_stays" for table in STAYS)):
        editor.execute(
            f"DROP TRIGGER {name}" if vendor == "sqlite" else f"DROP FUNCTION {name}() CASCADE", params=None
        )


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("money", "0001_start")]
    operations: ClassVar = [
        append_only("money_entry"),
        append_only("money_posting"),
        append_only("money_budgetrevision"),
        migrations.RunPython(_guard, _unguard),
    ]
