import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0003_bookkeeper'),
        ('listening', '0002_guards'),
        ('places', '0002_guards'),
        ('projects', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('texts', models.JSONField(default=dict)),
                ('made_on', models.DateField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(default='open', max_length=12)),
                ('reason', models.CharField(blank=True, default='', max_length=40)),
                ('expected_on', models.DateField(null=True)),
                ('kept_on', models.DateField(null=True)),
                ('late_from', models.DateField(null=True)),
                ('last_word_on', models.DateField()),
                ('next_due_on', models.DateField(null=True)),
                ('escalations', models.PositiveSmallIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='places.area')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises_made', to='access.post')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='access.post')),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='projects.project')),
                ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='listening.session')),
            ],
            options={
                'indexes': [models.Index(fields=['area', 'due_on'], name='promise_area_due'), models.Index(fields=['owner', 'state', 'due_on'], name='promise_owner_due'), models.Index(condition=models.Q(('next_due_on__isnull', False)), fields=['next_due_on'], name='promise_next_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'kept', 'declined', 'taken-up'])), name='promises_promise_state'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('made_on'))), name='promises_promise_order'), models.CheckConstraint(condition=models.Q(models.Q(('project__isnull', False), ('state', 'taken-up')), models.Q(models.Q(('state', 'taken-up'), _negated=True), ('project__isnull', True)), _connector='OR'), name='promises_promise_taken_up_by'), models.CheckConstraint(condition=models.Q(models.Q(('kept_on__isnull', False), ('state', 'kept')), models.Q(models.Q(('state', 'kept'), _negated=True), ('kept_on__isnull', True)), _connector='OR'), name='promises_promise_kept_dated'), models.CheckConstraint(condition=models.Q(models.Q(('reason__in', ('no-money', 'not-allowed', 'not-feasible', 'not-a-priority', 'already-served', 'other-explained')), ('state', 'declined')), models.Q(('reason__in', ['', 'residents-say-no', 'said-too-early', 'project-cancelled']), ('state', 'open')), models.Q(('reason', ''), ('state__in', ['kept', 'taken-up'])), _connector='OR'), name='promises_promise_no_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Saying',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('language', models.CharField(max_length=20)),
                ('text', models.TextField()),
                ('erased_on', models.DateField(null=True)),
                ('promise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sayings', to='promises.promise')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('erased_on__isnull', True), ('text', ''), _connector='OR'), name='promises_saying_erased_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='PromiseStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('step', models.CharField(max_length=12)),
                ('on', models.DateField()),
                ('by', models.CharField(max_length=8)),
                ('state', models.CharField(max_length=12)),
                ('reason', models.CharField(blank=True, default='', max_length=40)),
                ('until', models.DateField(null=True)),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project')),
                ('promise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='promises.promise')),
                ('to_post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('saying', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='promises.saying')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('promise', 'n'), name='promises_step_numbered'), models.CheckConstraint(condition=models.Q(('step__in', ['made', 'told', 'nudged', 'escalated', 'moved', 'kept', 'declined', 'taken-up', 'reopened'])), name='promises_step_known'), models.CheckConstraint(condition=models.Q(models.Q(('by', 'office'), ('post__isnull', False)), models.Q(('by', 'system'), ('post__isnull', True)), _connector='OR'), name='promises_step_by_whom')],
            },
        ),
    ]
