import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0003_bookkeeper'),
        ('evidence', '0002_guards'),
        ('places', '0002_guards'),
        ('programme', '0003_organisations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveSmallIntegerField()),
                ('names', models.JSONField(default=dict)),
                ('planned_on', models.DateField()),
                ('revised_on', models.DateField(null=True)),
                ('actual_on', models.DateField(null=True)),
                ('dropped_on', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('actual_on__isnull', True), ('dropped_on__isnull', True), _connector='OR'), name='projects_milestone_reached_or_dropped')],
            },
        ),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('names', models.JSONField(default=dict)),
                ('on', models.DateField()),
                ('way', models.CharField(max_length=6)),
                ('each', models.PositiveSmallIntegerField(default=1)),
                ('present', models.PositiveIntegerField()),
                ('spoiled', models.PositiveIntegerField(default=0)),
                ('unused', models.PositiveIntegerField(default=0)),
                ('hands', models.PositiveIntegerField()),
                ('how', models.JSONField(default=list)),
                ('texts', models.JSONField(blank=True, default=dict)),
                ('recorded_on', models.DateField()),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='places.area')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='projects.choice')),
            ],
            options={
                'indexes': [models.Index(fields=['area', '-on'], name='choice_area_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(('way__in', ['hands', 'paper'])), name='projects_choice_way'), models.CheckConstraint(condition=models.Q(('each__gte', 1), ('present__gte', 1)), name='projects_choice_some'), models.CheckConstraint(condition=models.Q(models.Q(('each', 1), ('present', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('hands'), '+', models.F('spoiled')), '+', models.F('unused')))), models.Q(('each__gt', 1), ('present__gte', django.db.models.expressions.CombinedExpression(models.F('spoiled'), '+', models.F('unused'))), ('hands__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('present'), '-', models.F('spoiled')), '-', models.F('unused'))), ('hands__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('present'), '-', models.F('spoiled')), '-', models.F('unused')), '*', models.F('each')))), _connector='OR'), name='projects_choice_adds_up')],
            },
        ),
        migrations.CreateModel(
            name='ChoiceEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='projects.choice')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='evidence.item')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('choice', 'item'), name='projects_choice_item_once')],
            },
        ),
        migrations.CreateModel(
            name='MilestoneRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveSmallIntegerField()),
                ('before_on', models.DateField()),
                ('after_on', models.DateField()),
                ('reason', models.CharField(max_length=40)),
                ('on', models.DateField()),
                ('milestone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='projects.milestone')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('milestone', 'n'), name='projects_revision_numbered'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='projects_revision_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('names', models.JSONField(default=dict)),
                ('descriptions', models.JSONField(default=dict)),
                ('phase', models.CharField(default='identification', max_length=14)),
                ('phase_since', models.DateField()),
                ('active_since', models.DateField(null=True)),
                ('suspended_phase', models.CharField(blank=True, default='', max_length=14)),
                ('weight', models.PositiveIntegerField(null=True)),
                ('depth', models.PositiveSmallIntegerField(default=1)),
                ('no_linked_need', models.BooleanField(default=False)),
                ('planned_start_on', models.DateField(null=True)),
                ('planned_end_on', models.DateField(null=True)),
                ('actual_start_on', models.DateField(null=True)),
                ('actual_end_on', models.DateField(null=True)),
                ('recorded_on', models.DateField()),
                ('first_claimed_on', models.DateField(null=True)),
                ('claimed_on', models.DateField(null=True)),
                ('claims', models.PositiveSmallIntegerField(default=0)),
                ('confirmed_on', models.DateField(null=True)),
                ('verdict', models.CharField(blank=True, default='', max_length=6)),
                ('last_word_on', models.DateField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='places.area')),
                ('implementer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='implements', to='programme.organisation')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='projects.project')),
                ('sponsor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='programme.sponsor')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='programme.subject')),
            ],
            options={
                'indexes': [models.Index(fields=['phase', 'active_since', 'last_word_on'], name='project_phase_word'), models.Index(fields=['area', 'phase'], name='project_area_phase'), models.Index(condition=models.Q(('first_claimed_on__isnull', False)), fields=['area', 'first_claimed_on', 'confirmed_on'], name='project_claimed')],
                'constraints': [models.CheckConstraint(condition=models.Q(('phase__in', ['identification', 'preparation', 'implementation', 'completion', 'completed', 'cancelled', 'suspended'])), name='projects_project_phase'), models.CheckConstraint(condition=models.Q(models.Q(('phase', 'suspended'), models.Q(('suspended_phase', ''), _negated=True)), models.Q(models.Q(('phase', 'suspended'), _negated=True), ('suspended_phase', '')), _connector='OR'), name='projects_project_suspended_from'), models.CheckConstraint(condition=models.Q(models.Q(('depth', 1), ('parent__isnull', True), ('weight__isnull', True)), models.Q(('depth__gt', 1), ('parent__isnull', False), ('weight__gte', 1)), _connector='OR'), name='projects_project_part_has_weight'), models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='projects_project_not_own_parent'), models.CheckConstraint(condition=models.Q(('planned_start_on__isnull', True), ('planned_end_on__isnull', True), ('planned_end_on__gte', models.F('planned_start_on')), _connector='OR'), name='projects_project_planned_order'), models.CheckConstraint(condition=models.Q(('actual_start_on__isnull', True), ('actual_end_on__isnull', True), ('actual_end_on__gte', models.F('actual_start_on')), _connector='OR'), name='projects_project_actual_order'), models.CheckConstraint(condition=models.Q(('claimed_on__isnull', True), models.Q(('claimed_on__gte', models.F('first_claimed_on')), ('claims__gte', 1), ('first_claimed_on__isnull', False)), _connector='OR'), name='projects_project_claim_dated'), models.CheckConstraint(condition=models.Q(('confirmed_on__isnull', True), models.Q(('claimed_on__isnull', False), ('confirmed_on__gte', models.F('claimed_on')), ('verdict', 'done')), _connector='OR'), name='projects_project_confirmed_after_claim'), models.CheckConstraint(condition=models.Q(('verdict__in', ['', 'done', 'partly', 'not']), models.Q(models.Q(('verdict__in', ['done', 'partly']), _negated=True), ('claimed_on__isnull', False), _connector='OR'), models.Q(models.Q(('verdict', 'done'), _negated=True), ('confirmed_on__isnull', False), _connector='OR')), name='projects_project_verdict')],
            },
        ),
        migrations.AddField(
            model_name='milestone',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='projects.project'),
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('quantity', models.PositiveIntegerField()),
                ('measure', models.CharField(max_length=16)),
                ('value_units', models.BigIntegerField(null=True)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('on', models.DateField()),
                ('texts', models.JSONField(blank=True, default=dict)),
                ('key', models.UUIDField(unique=True)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='programme.organisation')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('takes_back', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_back_by', to='projects.contribution')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='projects.project')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['labour', 'goods', 'land', 'tools', 'other'])), name='projects_contribution_kind'), models.CheckConstraint(condition=models.Q(('measure__in', ['work-days', 'pieces', 'bags', 'kilograms', 'cubic-metres', 'square-metres', 'days-of-use', 'meals'])), name='projects_contribution_measure'), models.CheckConstraint(condition=models.Q(models.Q(('currency', ''), ('value_units__isnull', True)), models.Q(('value_units__gte', 0), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='projects_contribution_value_whole'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='projects_contribution_some')],
            },
        ),
        migrations.CreateModel(
            name='ChoiceOption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveSmallIntegerField()),
                ('hands', models.PositiveIntegerField()),
                ('choice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='options', to='projects.choice')),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chosen_in', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('choice', 'n'), name='projects_option_numbered'), models.UniqueConstraint(fields=('choice', 'project'), name='projects_option_once'), models.UniqueConstraint(condition=models.Q(('project__isnull', True)), fields=('choice',), name='projects_option_none_once')],
            },
        ),
        migrations.CreateModel(
            name='ProjectArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='project_areas', to='places.area')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'area'), name='projects_area_once')],
            },
        ),
        migrations.CreateModel(
            name='ProjectBudget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('budget_units', models.BigIntegerField()),
                ('funded_units', models.BigIntegerField(null=True)),
                ('on', models.DateField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budgets', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'currency'), name='projects_budget_once'), models.CheckConstraint(condition=models.Q(('budget_units__gte', 0), models.Q(('funded_units__isnull', True), ('funded_units__gte', 0), _connector='OR')), name='projects_budget_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='ProjectEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=6)),
                ('spot', models.SlugField(blank=True, default='', max_length=40)),
                ('grade', models.CharField(max_length=9)),
                ('texts', models.JSONField(blank=True, default=dict)),
                ('on', models.DateField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='evidence.item')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'item'), name='projects_evidence_once'), models.CheckConstraint(condition=models.Q(('stage__in', ['before', 'during', 'after'])), name='projects_evidence_stage'), models.CheckConstraint(condition=models.Q(('grade__in', ['statement', 'document', 'picture', 'visit'])), name='projects_evidence_grade')],
            },
        ),
        migrations.CreateModel(
            name='ProjectSector',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vocabulary', models.CharField(max_length=8)),
                ('code', models.CharField(max_length=60)),
                ('share', models.PositiveSmallIntegerField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sectors', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'vocabulary', 'code'), name='projects_sector_once'), models.CheckConstraint(condition=models.Q(('vocabulary__in', ['dac-5', 'dac-3', 'own'])), name='projects_sector_vocabulary'), models.CheckConstraint(condition=models.Q(('share__gte', 1), ('share__lte', 10000)), name='projects_sector_share')],
            },
        ),
        migrations.CreateModel(
            name='ProjectStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('step', models.CharField(max_length=20)),
                ('on', models.DateField()),
                ('phase', models.CharField(max_length=14)),
                ('reason', models.CharField(blank=True, default='', max_length=40)),
                ('number', models.IntegerField(null=True)),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'n'), name='projects_step_numbered'), models.CheckConstraint(condition=models.Q(('step__in', ['made', 'imported', 'moved', 'changed', 'part-of', 'word', 'milestone', 'revised', 'reached', 'dropped', 'evidence', 'contribution', 'claimed', 'heard', 'confirmed', 'reopened', 'snag', 'repaired'])), name='projects_step_known'), models.CheckConstraint(condition=models.Q(('phase__in', ['identification', 'preparation', 'implementation', 'completion', 'completed', 'cancelled', 'suspended'])), name='projects_step_phase')],
            },
        ),
        migrations.CreateModel(
            name='ProjectWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('on', models.DateField()),
                ('texts', models.JSONField(default=dict)),
                ('key', models.UUIDField(unique=True)),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='projects.project')),
            ],
            options={
                'indexes': [models.Index(fields=['project', '-on'], name='project_word_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['start', 'progress', 'delay', 'money', 'done', 'answer', 'stopped'])), name='projects_word_kind')],
            },
        ),
        migrations.CreateModel(
            name='ResidentsWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claim', models.PositiveSmallIntegerField()),
                ('way', models.CharField(max_length=8)),
                ('on', models.DateField()),
                ('verdict', models.CharField(max_length=6)),
                ('said_done', models.PositiveIntegerField(default=0)),
                ('said_partly', models.PositiveIntegerField(default=0)),
                ('said_not', models.PositiveIntegerField(default=0)),
                ('key', models.UUIDField(unique=True)),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='residents_words', to='projects.project')),
            ],
            options={
                'indexes': [models.Index(fields=['project', 'claim'], name='project_residents_claim')],
                'constraints': [models.CheckConstraint(condition=models.Q(('way__in', ['codes', 'meeting', 'visit'])), name='projects_residents_way'), models.CheckConstraint(condition=models.Q(('verdict__in', ['done', 'partly', 'not'])), name='projects_residents_verdict'), models.CheckConstraint(condition=models.Q(('claim__gte', 1)), name='projects_residents_claim'), models.CheckConstraint(condition=models.Q(models.Q(('said_done__gt', django.db.models.expressions.CombinedExpression(models.F('said_partly'), '+', models.F('said_not'))), ('verdict', 'done')), models.Q(('said_not__gte', django.db.models.expressions.CombinedExpression(models.F('said_partly'), '+', models.F('said_done'))), ('verdict', 'not')), models.Q(('said_done__lte', django.db.models.expressions.CombinedExpression(models.F('said_partly'), '+', models.F('said_not'))), ('said_not__lt', django.db.models.expressions.CombinedExpression(models.F('said_partly'), '+', models.F('said_done'))), ('verdict', 'partly')), _connector='OR'), name='projects_residents_counts'), models.CheckConstraint(condition=models.Q(('said_done__gte', 1), ('said_partly__gte', 1), ('said_not__gte', 1), _connector='OR'), name='projects_residents_some')],
            },
        ),
        migrations.CreateModel(
            name='Snag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(max_length=12)),
                ('texts', models.JSONField(default=dict)),
                ('found_on', models.DateField()),
                ('repaired_on', models.DateField(null=True)),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snags', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'n'), name='projects_snag_numbered'), models.CheckConstraint(condition=models.Q(('kind__in', ['broken', 'unfinished', 'not-as-agreed', 'unsafe', 'other'])), name='projects_snag_kind'), models.CheckConstraint(condition=models.Q(('repaired_on__isnull', True), ('repaired_on__gte', models.F('found_on')), _connector='OR'), name='projects_snag_order')],
            },
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.UniqueConstraint(fields=('project', 'n'), name='projects_milestone_numbered'),
        ),
    ]
