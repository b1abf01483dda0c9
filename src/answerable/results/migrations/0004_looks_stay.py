"""What was said of a committee on a day stays; the last word counts."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("results", "0003_capacity")]
    operations: ClassVar = [append_only("results_abilitylook"), append_only("results_facilitylook")]
