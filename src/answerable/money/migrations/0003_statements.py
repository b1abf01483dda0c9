import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_bookkeeper'),
        ('money', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='money.account')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
            ],
        ),
        migrations.CreateModel(
            name='BankStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('opening_units', models.BigIntegerField()),
                ('closing_units', models.BigIntegerField()),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('lines_count', models.PositiveIntegerField()),
                ('file_digest', models.CharField(max_length=64)),
                ('key_digest', models.CharField(max_length=64)),
                ('account_digest', models.CharField(blank=True, default='', max_length=64)),
                ('kept_on', models.DateField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='money.account')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
            ],
            options={
                'indexes': [models.Index(fields=['file_digest'], name='money_statement_file')],
                'constraints': [models.UniqueConstraint(fields=('account', 'n'), name='money_statement_numbered'), models.UniqueConstraint(fields=('account', 'key_digest'), name='money_statement_once'), models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on')), ('n__gte', 1)), name='money_statement_order')],
            },
        ),
        migrations.CreateModel(
            name='BankLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('on', models.DateField()),
                ('units', models.BigIntegerField()),
                ('reference', models.CharField(blank=True, default='', max_length=40)),
                ('digest', models.CharField(max_length=64)),
                ('statement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='money.bankstatement')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('statement', 'n'), name='money_bankline_numbered'), models.CheckConstraint(condition=models.Q(('units__gte', -9000000000000000), ('units__lte', 9000000000000000)), name='money_bankline_units')],
            },
        ),
        migrations.CreateModel(
            name='MatchedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='matched', to='money.bankline')),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='money.bankmatch')),
            ],
        ),
        migrations.CreateModel(
            name='MatchedPosting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='postings', to='money.bankmatch')),
                ('posting', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='matched', to='money.posting')),
            ],
        ),
        migrations.CreateModel(
            name='PostedMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('posted_on', models.DateField()),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posted_months', to='money.book')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('book', 'month'), name='money_month_once'), models.CheckConstraint(condition=models.Q(('posted_on__gt', models.F('month'))), name='money_month_over')],
            },
        ),
    ]
