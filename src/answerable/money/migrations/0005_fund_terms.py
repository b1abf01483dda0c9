import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_bookkeeper'),
        ('money', '0004_statement_guards'),
        ('places', '0002_guards'),
        ('programme', '0003_organisations'),
    ]

    operations = [
        migrations.CreateModel(
            name='FundTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('through', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('rules_count', models.PositiveIntegerField()),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='money.fund')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('fund', 'through'), name='money_fund_term_once')],
            },
        ),
        migrations.CreateModel(
            name='FundTermRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vocabulary', models.CharField(blank=True, default='', max_length=8)),
                ('code', models.CharField(blank=True, default='', max_length=60)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.subject')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='money.fundterm')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('area__isnull', True), ('code', ''), ('subject__isnull', False), ('vocabulary', '')), models.Q(('area__isnull', False), ('code', ''), ('subject__isnull', True), ('vocabulary', '')), models.Q(('area__isnull', True), ('subject__isnull', True), models.Q(('vocabulary', ''), _negated=True), models.Q(('code', ''), _negated=True)), _connector='OR'), name='money_fund_term_rule_of_one_kind')],
            },
        ),
    ]
