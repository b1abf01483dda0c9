import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('money', '0004_statement_guards'),
        ('projects', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='IatiActivity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(max_length=150, unique=True)),
                ('publisher', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64)),
                ('statement', models.TextField()),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='iati_activity', to='projects.project')),
            ],
            options={
                'indexes': [models.Index(fields=['publisher'], name='opendata_activity_publisher')],
                'constraints': [models.CheckConstraint(condition=models.Q(('identifier', ''), _negated=True), name='opendata_activity_identified')],
            },
        ),
        migrations.CreateModel(
            name='IatiTransaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('n', models.PositiveIntegerField(default=1)),
                ('statement', models.TextField()),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transactions', to='opendata.iatiactivity')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='iati_transaction', to='money.entry')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('activity', 'digest', 'n'), name='opendata_transaction_once')],
            },
        ),
    ]
