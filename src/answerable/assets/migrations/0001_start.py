import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0003_bookkeeper'),
        ('evidence', '0002_guards'),
        ('places', '0002_guards'),
        ('programme', '0003_organisations'),
        ('projects', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('names', models.JSONField(default=dict)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('handed_over_on', models.DateField()),
                ('struck_on', models.DateField(null=True)),
                ('struck_for', models.CharField(blank=True, default='', max_length=10)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='places.area')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='projects.project')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('water-point', 'latrine', 'road', 'bridge', 'school', 'clinic', 'lamp', 'power-line', 'canal', 'field-works', 'building', 'machine', 'other'))), name='assets_asset_kind'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__gte', -90), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='assets_asset_point_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('struck_for', ''), ('struck_on__isnull', True)), models.Q(('struck_for__in', ('mistake', 'twice')), ('struck_on__isnull', False)), _connector='OR'), name='assets_asset_struck')],
            },
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('months', models.PositiveSmallIntegerField()),
                ('on', models.DateField()),
                ('result', models.CharField(max_length=7)),
                ('fault', models.CharField(blank=True, default='', max_length=10)),
                ('way', models.CharField(max_length=10)),
                ('grade', models.CharField(max_length=9)),
                ('recorded_on', models.DateField()),
                ('key', models.UUIDField(unique=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='assets.asset')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('takes_back', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_back_by', to='assets.check')),
            ],
            options={
                'indexes': [models.Index(fields=['asset', '-on'], name='assets_check_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(('months', 0), ('months', 3), ('months', 6), ('months', 12), ('months', 24), _connector='OR'), name='assets_check_months'), models.CheckConstraint(condition=models.Q(('result__in', ('working', 'partly', 'not'))), name='assets_check_result'), models.CheckConstraint(condition=models.Q(models.Q(('fault', ''), ('result', 'working')), models.Q(models.Q(('result', 'working'), _negated=True), ('fault__in', ('broken', 'worn', 'no-parts', 'no-money', 'no-keeper', 'no-supply', 'season', 'not-used', 'gone', 'other'))), _connector='OR'), name='assets_check_fault'), models.CheckConstraint(condition=models.Q(('way__in', ('residents', 'cohort', 'visit'))), name='assets_check_way'), models.CheckConstraint(condition=models.Q(('grade__in', ('statement', 'document', 'picture', 'visit'))), name='assets_check_grade')],
            },
        ),
        migrations.CreateModel(
            name='CheckEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='assets.check')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asset_checks', to='evidence.item')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('check_row', 'item'), name='assets_evidence_once')],
            },
        ),
        migrations.CreateModel(
            name='Keeper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keepers', to='assets.asset')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='keeps', to='programme.organisation')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='keeps', to='access.post')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('post__isnull', True)), models.Q(('organisation__isnull', True), ('post__isnull', False)), _connector='OR'), name='assets_keeper_one'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='assets_keeper_order')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('names', models.JSONField(default=dict)),
                ('every_months', models.PositiveSmallIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('payer', models.CharField(max_length=10)),
                ('expected_units', models.BigIntegerField(null=True)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='assets.asset')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('every_months__gte', 1), ('every_months__lte', 120)), name='assets_task_interval'), models.CheckConstraint(condition=models.Q(('payer__in', ('community', 'keeper', 'government', 'sponsor', 'nobody'))), name='assets_task_payer'), models.CheckConstraint(condition=models.Q(models.Q(('currency', ''), ('expected_units__isnull', True)), models.Q(('expected_units__gte', 0), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='assets_task_expected'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='assets_task_order')],
            },
        ),
        migrations.CreateModel(
            name='Work',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('on', models.DateField()),
                ('cost_units', models.BigIntegerField(null=True)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('payer', models.CharField(max_length=10)),
                ('recorded_on', models.DateField()),
                ('key', models.UUIDField(unique=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='works', to='assets.asset')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('takes_back', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_back_by', to='assets.work')),
                ('task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='works', to='assets.task')),
            ],
            options={
                'indexes': [models.Index(fields=['asset', '-on'], name='assets_work_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('maintenance', 'repair'))), name='assets_work_kind'), models.CheckConstraint(condition=models.Q(('payer__in', ('community', 'keeper', 'government', 'sponsor', 'nobody'))), name='assets_work_payer'), models.CheckConstraint(condition=models.Q(models.Q(('cost_units__isnull', True), ('currency', '')), models.Q(('cost_units__gte', 0), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='assets_work_cost'), models.CheckConstraint(condition=models.Q(('kind', 'maintenance'), ('task__isnull', True), _connector='OR'), name='assets_work_task_is_maintenance')],
            },
        ),
    ]
