"""What an organisation was paid is looked up by the organisation."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index."""

    dependencies: ClassVar = [
        ("money", "0006_fund_term_guards"),
        ("programme", "0003_organisations"),
    ]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("payee__isnull", False)), fields=["payee"], name="money_posting_payee"
            ),
        ),
    ]
