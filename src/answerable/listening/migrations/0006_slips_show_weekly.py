from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('listening', '0005_slip_pads'),
    ]

    operations = [
        migrations.AddField(
            model_name='slip',
            name='shows_from',
            field=models.DateField(null=True),
        ),
    ]
