"""What the database itself refuses of statements, matches and posted months, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only, refuse_when


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("money", "0003_statements")]
    operations: ClassVar = [
        append_only("money_bankstatement"),
        append_only("money_bankline"),
        append_only("money_postedmonth"),
        # A statement opens with what the one before it closed with, in the same currency, on its last day or later.
        refuse_when(
            "money_bankstatement",
            "NEW.n > 1 AND NOT EXISTS (SELECT 1 FROM money_bankstatement s WHERE s.account_id = NEW.account_id "
            "AND s.n = NEW.n - 1 AND s.closing_units = NEW.opening_units AND s.currency = NEW.currency "
            "AND s.last_on <= NEW.first_on)",
            "statement-does-not-follow",
        ),
        refuse_when(
            "money_matchedline",
            "NOT EXISTS (SELECT 1 FROM money_bankmatch m JOIN money_bankstatement s ON s.account_id = m.account_id "
            "JOIN money_bankline l ON l.statement_id = s.id WHERE m.id = NEW.match_id AND l.id = NEW.line_id)",
            "line-of-another-account",
        ),
        refuse_when(
            "money_matchedposting",
            "NOT EXISTS (SELECT 1 FROM money_bankmatch m JOIN money_posting p ON p.account_id = m.account_id "
            "WHERE m.id = NEW.match_id AND p.id = NEW.posting_id)",
            "posting-of-another-account",
        ),
        # Months are posted for a village's own books, one after the other.
        refuse_when(
            "money_postedmonth",
            "NOT EXISTS (SELECT 1 FROM money_book b WHERE b.id = NEW.book_id AND b.kind = 'village') "
            "OR EXISTS (SELECT 1 FROM money_postedmonth o WHERE o.book_id = NEW.book_id AND o.month > NEW.month)",
            "month-out-of-order",
        ),
    ]
