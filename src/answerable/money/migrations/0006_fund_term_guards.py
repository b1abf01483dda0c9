"""What the database itself refuses of the rules that a fund had: they are kept in their order, whole, for good."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only, refuse_when


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("money", "0005_fund_terms")]
    operations: ClassVar = [
        append_only("money_fundterm"),
        append_only("money_fundtermrule"),
        refuse_when(
            "money_fundterm",
            "EXISTS (SELECT 1 FROM money_fundterm t WHERE t.fund_id = NEW.fund_id AND t.through >= NEW.through)",
            "fund-term-out-of-order",
        ),
        # No rule is added to a term later.
        refuse_when(
            "money_fundtermrule",
            "(SELECT COUNT(*) FROM money_fundtermrule r WHERE r.term_id = NEW.term_id) >= "
            "(SELECT t.rules_count FROM money_fundterm t WHERE t.id = NEW.term_id)",
            "fund-term-closed",
        ),
    ]
