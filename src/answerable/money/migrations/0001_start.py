import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0003_bookkeeper'),
        ('places', '0002_guards'),
        ('programme', '0003_organisations'),
        ('projects', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=12)),
                ('on', models.DateField()),
                ('token', models.UUIDField(unique=True)),
                ('made_on', models.DateField()),
                ('document_digest', models.CharField(blank=True, default='', max_length=64)),
                ('document_part', models.PositiveSmallIntegerField(default=0)),
                ('reference', models.CharField(blank=True, default='', max_length=40)),
                ('payees_count', models.PositiveIntegerField(null=True)),
                ('payees_digest', models.CharField(blank=True, default='', max_length=64)),
                ('rate', models.CharField(blank=True, default='', max_length=26)),
                ('rate_on', models.DateField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=20)),
                ('number', models.PositiveIntegerField()),
                ('postings_count', models.PositiveSmallIntegerField()),
                ('posted_on', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['document_digest'], name='money_entry_document')],
                'constraints': [models.CheckConstraint(condition=models.Q(('stage__in', ['pledge', 'receipt', 'allocation', 'commitment', 'release', 'payment', 'return', 'contribution', 'conversion', 'charge', 'opening', 'income', 'spending', 'distribution'])), name='money_entry_stage'), models.CheckConstraint(condition=models.Q(models.Q(('payees_count__isnull', True), ('payees_digest', '')), models.Q(('payees_count__gte', 1), models.Q(('payees_digest', ''), _negated=True)), _connector='OR'), name='money_entry_payees_with_list'), models.CheckConstraint(condition=models.Q(models.Q(('rate', ''), ('rate_on__isnull', True)), models.Q(('rate_on__isnull', False), ('stage', 'conversion'), models.Q(('rate', ''), _negated=True)), _connector='OR'), name='money_entry_rate_with_day'), models.CheckConstraint(condition=models.Q(('postings_count__gte', 2), ('postings_count__lte', 1000)), name='money_entry_postings')],
            },
        ),
        migrations.CreateModel(
            name='AccountSum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('debit_units', models.BigIntegerField()),
                ('credit_units', models.BigIntegerField()),
                ('postings', models.BigIntegerField()),
                ('account_id', models.BigIntegerField()),
                ('month', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account_id', 'currency', 'month'), name='money_accountsum_once')],
            },
        ),
        migrations.CreateModel(
            name='Book',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('kind', models.CharField(default='office', max_length=8)),
                ('names', models.JSONField(default=dict)),
                ('opened_on', models.DateField()),
                ('closed_through', models.DateField(null=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='books', to='places.area')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['office', 'village'])), name='money_book_kind')],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('kind', models.CharField(max_length=9)),
                ('role', models.CharField(default='other', max_length=14)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('names', models.JSONField(default=dict)),
                ('closed_on', models.DateField(null=True)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='money.book')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('book', 'key'), name='money_account_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['asset', 'liability', 'equity', 'income', 'expense']), ('role', 'other')), models.Q(('kind', 'asset'), ('role', 'cash')), models.Q(('kind', 'asset'), ('role', 'pledges-due')), models.Q(('kind', 'equity'), ('role', 'pledges-given')), models.Q(('kind', 'income'), ('role', 'received')), models.Q(('kind', 'equity'), ('role', 'allocated-in')), models.Q(('kind', 'equity'), ('role', 'allocated-out')), models.Q(('kind', 'equity'), ('role', 'committed')), models.Q(('kind', 'equity'), ('role', 'reserve')), models.Q(('kind', 'expense'), ('role', 'spent')), models.Q(('kind', 'income'), ('role', 'contributed')), models.Q(('kind', 'expense'), ('role', 'charges')), models.Q(('kind', 'equity'), ('role', 'conversion')), models.Q(('kind', 'equity'), ('role', 'opening')), _connector='OR'), name='money_account_role_and_kind'), models.UniqueConstraint(condition=models.Q(('role__in', ['cash', 'other']), _negated=True), fields=('book', 'role'), name='money_account_role_once')],
            },
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('names', models.JSONField(default=dict)),
                ('currency', models.CharField(max_length=3)),
                ('original_units', models.BigIntegerField()),
                ('units', models.BigIntegerField()),
                ('committed_units', models.BigIntegerField(default=0)),
                ('paid_units', models.BigIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='money.book')),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='budget_lines', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('book', 'key'), name='money_line_once'), models.CheckConstraint(condition=models.Q(('committed_units__gte', 0), ('original_units__gte', 0), ('paid_units__gte', 0), ('units__gte', 0)), name='money_line_units'), models.CheckConstraint(condition=models.Q(('units__gte', django.db.models.expressions.CombinedExpression(models.F('committed_units'), '+', models.F('paid_units')))), name='money_line_not_exceeded')],
            },
        ),
        migrations.CreateModel(
            name='BudgetRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('on', models.DateField()),
                ('units', models.BigIntegerField()),
                ('reason', models.CharField(max_length=12)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='money.budgetline')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('line', 'n'), name='money_revision_once'), models.CheckConstraint(condition=models.Q(('n__gte', 1), ('reason__in', ['original', 'price', 'scope', 'moved', 'fund-changed', 'correction']), ('units__gte', 0)), name='money_revision_plain')],
            },
        ),
        migrations.CreateModel(
            name='OpenEntry',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='money.entry')),
            ],
        ),
        migrations.AddField(
            model_name='entry',
            name='book',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='money.book'),
        ),
        migrations.AddField(
            model_name='entry',
            name='checker_post',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post'),
        ),
        migrations.AddField(
            model_name='entry',
            name='commitment',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='under', to='money.entry'),
        ),
        migrations.AddField(
            model_name='entry',
            name='counterpart',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='received_by', to='money.entry'),
        ),
        migrations.AddField(
            model_name='entry',
            name='maker_post',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post'),
        ),
        migrations.AddField(
            model_name='entry',
            name='reverses',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='money.entry'),
        ),
        migrations.AddField(
            model_name='entry',
            name='to_book',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent_to', to='money.book'),
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.BigIntegerField()),
                ('open_units', models.BigIntegerField(default=0)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='money.budgetline')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='contract', to='money.entry')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('open_units__gte', 0), ('open_units__lte', models.F('units')), ('units__gt', 0)), name='money_commitment_not_exceeded')],
            },
        ),
        migrations.CreateModel(
            name='Fund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('names', models.JSONField(default=dict)),
                ('currency', models.CharField(max_length=3)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('closed_on', models.DateField(null=True)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='money.book')),
                ('sponsor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='programme.sponsor')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='money_fund_order')],
            },
        ),
        migrations.AddField(
            model_name='budgetline',
            name='fund',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='money.fund'),
        ),
        migrations.CreateModel(
            name='FundArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='money.fund')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('fund', 'area'), name='money_fund_area_once')],
            },
        ),
        migrations.CreateModel(
            name='FundSector',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vocabulary', models.CharField(max_length=8)),
                ('code', models.CharField(max_length=60)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sectors', to='money.fund')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('fund', 'vocabulary', 'code'), name='money_fund_sector_once')],
            },
        ),
        migrations.CreateModel(
            name='FundSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subjects', to='money.fund')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.subject')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('fund', 'subject'), name='money_fund_subject_once')],
            },
        ),
        migrations.CreateModel(
            name='FundSum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('debit_units', models.BigIntegerField()),
                ('credit_units', models.BigIntegerField()),
                ('postings', models.BigIntegerField()),
                ('fund_id', models.BigIntegerField()),
                ('account_id', models.BigIntegerField()),
                ('stage', models.CharField(max_length=12)),
            ],
            options={
                'indexes': [models.Index(fields=['account_id'], name='money_fundsum_account')],
                'constraints': [models.UniqueConstraint(fields=('fund_id', 'account_id', 'stage', 'currency'), name='money_fundsum_once')],
            },
        ),
        migrations.CreateModel(
            name='NeverHere',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id__isnull', True)), name='money_neverhere_empty')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveSmallIntegerField()),
                ('units', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.account')),
                ('area', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='money.entry')),
                ('fund', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.fund')),
                ('line', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.budgetline')),
                ('payee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.organisation')),
                ('project', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project')),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'entry'], name='money_posting_account'), models.Index(condition=models.Q(('fund__isnull', False)), fields=['fund'], name='money_posting_fund'), models.Index(condition=models.Q(('line__isnull', False)), fields=['line'], name='money_posting_line'), models.Index(condition=models.Q(('project__isnull', False)), fields=['project'], name='money_posting_project'), models.Index(condition=models.Q(('area__isnull', False)), fields=['area'], name='money_posting_area')],
                'constraints': [models.UniqueConstraint(fields=('entry', 'n'), name='money_posting_once'), models.CheckConstraint(condition=models.Q(models.Q(('units', 0), _negated=True), ('units__gte', -9000000000000000), ('units__lte', 9000000000000000)), name='money_posting_units')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=12)),
                ('on', models.DateField()),
                ('token', models.UUIDField(unique=True)),
                ('made_on', models.DateField()),
                ('document_digest', models.CharField(blank=True, default='', max_length=64)),
                ('document_part', models.PositiveSmallIntegerField(default=0)),
                ('reference', models.CharField(blank=True, default='', max_length=40)),
                ('payees_count', models.PositiveIntegerField(null=True)),
                ('payees_digest', models.CharField(blank=True, default='', max_length=64)),
                ('rate', models.CharField(blank=True, default='', max_length=26)),
                ('rate_on', models.DateField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=20)),
                ('state', models.CharField(default='waiting', max_length=9)),
                ('decided_on', models.DateField(null=True)),
                ('refusal', models.CharField(blank=True, default='', max_length=16)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='money.book')),
                ('commitment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.entry')),
                ('counterpart', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.entry')),
                ('decided_post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('entry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposal', to='money.entry')),
                ('maker_post', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.post')),
                ('reverses', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.entry')),
                ('to_book', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.book')),
            ],
            options={
                'indexes': [models.Index(fields=['book', 'state'], name='money_proposal_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('stage__in', ['pledge', 'receipt', 'allocation', 'commitment', 'release', 'payment', 'return', 'contribution', 'conversion', 'charge', 'opening', 'income', 'spending', 'distribution'])), name='money_proposal_stage'), models.CheckConstraint(condition=models.Q(models.Q(('payees_count__isnull', True), ('payees_digest', '')), models.Q(('payees_count__gte', 1), models.Q(('payees_digest', ''), _negated=True)), _connector='OR'), name='money_proposal_payees_with_list'), models.CheckConstraint(condition=models.Q(models.Q(('rate', ''), ('rate_on__isnull', True)), models.Q(('rate_on__isnull', False), ('stage', 'conversion'), models.Q(('rate', ''), _negated=True)), _connector='OR'), name='money_proposal_rate_with_day'), models.CheckConstraint(condition=models.Q(models.Q(('decided_on__isnull', True), ('entry__isnull', True), ('refusal', ''), ('state', 'waiting')), models.Q(('decided_on__isnull', False), ('entry__isnull', False), ('refusal', ''), ('state', 'posted')), models.Q(('decided_on__isnull', False), ('entry__isnull', True), ('state', 'refused'), models.Q(('refusal', ''), _negated=True)), models.Q(('decided_on__isnull', False), ('entry__isnull', True), ('refusal', ''), ('state', 'withdrawn')), _connector='OR'), name='money_proposal_state'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'posted', 'refused', 'withdrawn'])), name='money_proposal_state_known')],
            },
        ),
        migrations.CreateModel(
            name='ProposalLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveSmallIntegerField()),
                ('units', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.account')),
                ('area', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('fund', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.fund')),
                ('line', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.budgetline')),
                ('payee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.organisation')),
                ('project', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project')),
                ('proposal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='money.proposal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('proposal', 'n'), name='money_proposalline_once'), models.CheckConstraint(condition=models.Q(models.Q(('units', 0), _negated=True), ('units__gte', -9000000000000000), ('units__lte', 9000000000000000)), name='money_proposalline_units')],
            },
        ),
        migrations.CreateModel(
            name='Threshold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('units', models.BigIntegerField()),
                ('valid_from', models.DateField()),
                ('level', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.arealevel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('level', 'currency', 'valid_from'), name='money_threshold_once'), models.CheckConstraint(condition=models.Q(('units__gte', 0)), name='money_threshold_units')],
            },
        ),
        migrations.CreateModel(
            name='WorkSum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('debit_units', models.BigIntegerField()),
                ('credit_units', models.BigIntegerField()),
                ('postings', models.BigIntegerField()),
                ('area_id', models.BigIntegerField(default=0)),
                ('project_id', models.BigIntegerField(default=0)),
                ('line_id', models.BigIntegerField(default=0)),
                ('fund_id', models.BigIntegerField(default=0)),
                ('account_id', models.BigIntegerField()),
                ('stage', models.CharField(max_length=12)),
                ('month', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['project_id'], name='money_worksum_project')],
                'constraints': [models.UniqueConstraint(fields=('area_id', 'project_id', 'line_id', 'fund_id', 'account_id', 'stage', 'month', 'currency'), name='money_worksum_once')],
            },
        ),
        migrations.AddField(
            model_name='openentry',
            name='never',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.neverhere'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('reverses',), name='money_entry_reversed_once'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['book', 'on', 'number'], name='money_entry_journal'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['book', 'stage', 'on'], name='money_entry_stage_on'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('counterpart__isnull', False)), fields=['counterpart'], name='money_entry_counterpart'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('to_book__isnull', False)), fields=['to_book'], name='money_entry_to_book'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('commitment__isnull', False)), fields=['commitment'], name='money_entry_commitment'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('book', 'number'), name='money_entry_number_once'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('reverses__isnull', True), ('stage', 'payment'), models.Q(('document_digest', ''), _negated=True)), fields=('book', 'document_digest', 'document_part'), name='money_entry_document_once'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('checker_post__isnull', True), models.Q(('checker_post', models.F('maker_post')), _negated=True), _connector='OR'), name='money_entry_two_posts'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('reverses__isnull', True)), models.Q(('reverses__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='money_entry_reversal_with_reason'),
        ),
    ]
