"""A cover leaf can be shown to be one: without that, a leaf whose event was deleted could pass for a cover."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies: ClassVar = [("register", "0006_events_of_matter")]
    operations: ClassVar = [migrations.AddField("leaf", "cover", models.BinaryField(max_length=32, null=True))]
