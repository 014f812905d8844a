import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # A database of an earlier version has all of these: it takes this one over without a change.
    replaces = [
        ('leads', '0001_initial'),
        ('leads', '0002_canary_release'),
        ('leads', '0003_suppression'),
    ]

    initial = True

    dependencies = [
        ('campaigns', '0001_squashed'),
        ('workspaces', '0001_squashed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BlockListLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField()),
                ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='block_list_look', to='workspaces.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('uploaded', 'Uploaded'), ('checking', 'Checking'), ('mapped', 'Checked'), ('verifying', 'Verifying'), ('verified', 'Held'), ('loading', 'Loading'), ('settling', 'Settle watch'), ('done', 'Done'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='uploaded', max_length=16)),
                ('resume_to', models.CharField(blank=True, max_length=16)),
                ('stop_reason', models.CharField(blank=True, max_length=300)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('file_name', models.CharField(max_length=255)),
                ('file_path', models.CharField(help_text='relative to MEDIA_ROOT', max_length=300)),
                ('file_size', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('encoding', models.CharField(blank=True, max_length=32)),
                ('delimiter', models.CharField(blank=True, help_text='one character; empty for a workbook', max_length=8)),
                ('header', models.JSONField(default=list, help_text='column names as in the file')),
                ('mapping', models.JSONField(default=dict, help_text='column name -> field; see leads.importing.mapping')),
                ('rows_total', models.IntegerField(default=0, help_text='lines staged, header and blank lines apart')),
                ('policy', models.CharField(choices=[('now', 'load as soon as everything is verified'), ('hold', 'hold here until the go-live is approved'), ('canary', 'load a few, the rest if no one bounced')], default='now', max_length=8)),
                ('accept_catch_all', models.BooleanField(default=False)),
                ('canary_rows', models.PositiveIntegerField(help_text='policy canary: how many people are loaded first', null=True)),
                ('canary_hours', models.PositiveIntegerField(default=0, help_text='hours after the go-live before the rest')),
                ('canary_sends', models.PositiveIntegerField(default=0, help_text='first e-mails without a bounce before the rest')),
                ('canary_asks', models.BooleanField(default=False, help_text='a person resumes it, instead of the sweep')),
                ('canary_released_at', models.DateTimeField(help_text='since when the rest may be loaded', null=True)),
                ('credit_ceiling', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('uploaded_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('verified_at', models.DateTimeField(null=True)),
                ('loaded_at', models.DateTimeField(null=True)),
                ('settle_until', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('flips', models.IntegerField(default=0)),
                ('due_at', models.DateTimeField(help_text='when a worker should process it next', null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('lease_token', models.CharField(blank=True, max_length=32)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='campaigns.campaign')),
                ('catch_all_accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_canary', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('planned', 'planned'), ('sending', 'sending'), ('sent', 'sent'), ('unknown', 'unknown'), ('refused', 'refused'), ('reconciled', 'reconciled')], default='planned', max_length=16)),
                ('size', models.IntegerField()),
                ('planned_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('checked_at', models.DateTimeField(help_text='tripwire passed: status read after it and allowed', null=True)),
                ('reads', models.IntegerField(default=0, help_text='how often the list was read to learn its outcome')),
                ('next_read_at', models.DateTimeField(null=True)),
                ('accounting', models.JSONField(default=dict, help_text="Instantly's counts as they came, without the leads")),
                ('adds_up', models.BooleanField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('imported', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='leads.import')),
            ],
            options={
                'ordering': ['imported', 'number'],
            },
        ),
        migrations.CreateModel(
            name='ImportEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('tone', models.CharField(default='idle', help_text='ok, idle, warn, bad', max_length=8)),
                ('text', models.CharField(max_length=300)),
                ('imported', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='leads.import')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(max_length=64)),
                ('email', models.CharField(max_length=320)),
                ('first_name', models.CharField(blank=True, max_length=200)),
                ('last_name', models.CharField(blank=True, max_length=200)),
                ('company_name', models.CharField(blank=True, max_length=300)),
                ('job_title', models.CharField(blank=True, max_length=300)),
                ('company_domain', models.CharField(blank=True, max_length=255)),
                ('variables', models.JSONField(default=dict, help_text='payload: merge variables in camelCase')),
                ('status', models.IntegerField(null=True)),
                ('verification_status', models.IntegerField(null=True)),
                ('opens', models.IntegerField(default=0)),
                ('replies', models.IntegerField(default=0)),
                ('clicks', models.IntegerField(default=0)),
                ('last_contact_at', models.DateTimeField(null=True)),
                ('synced_at', models.DateTimeField()),
                ('vanished_at', models.DateTimeField(null=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leads', to='campaigns.campaign')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leads', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=320)),
                ('verdict', models.CharField(choices=[('asked', 'asked'), ('pending', 'no verdict in time'), ('verified', 'verified'), ('invalid', 'invalid'), ('other', 'an unknown verdict'), ('refused', 'Instantly refused to check it')], default='asked', max_length=16)),
                ('remote_verdict', models.CharField(blank=True, help_text="Instantly's own word", max_length=32)),
                ('catch_all', models.CharField(choices=[('no', 'no'), ('yes', 'yes'), ('pending', 'pending'), ('unknown', 'not reported')], default='unknown', max_length=8)),
                ('credits_used', models.DecimalField(decimal_places=2, default=0, max_digits=8)),
                ('asked_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(help_text='when the paid request may first have been sent', null=True)),
                ('posted_at', models.DateTimeField(help_text='when an answer to the paid request was first seen', null=True)),
                ('next_poll_at', models.DateTimeField(null=True)),
                ('claim', models.CharField(blank=True, help_text='the worker that is verifying it now', max_length=32)),
                ('polls', models.IntegerField(default=0)),
                ('answered_at', models.DateTimeField(null=True)),
                ('path', models.CharField(blank=True, help_text='which request answered: post or get', max_length=8)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('paid_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='paid_receipts', to='leads.import')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='workspaces.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Row',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.IntegerField(help_text='line of the file on which the record begins; the header is line 1')),
                ('raw', models.JSONField(help_text='list of cells as in the file')),
                ('email', models.CharField(blank=True, help_text='lower case, normalised; empty where unusable', max_length=320)),
                ('first_name', models.CharField(blank=True, max_length=200)),
                ('last_name', models.CharField(blank=True, max_length=200)),
                ('company_name', models.CharField(blank=True, max_length=300)),
                ('job_title', models.CharField(blank=True, max_length=300)),
                ('phone', models.CharField(blank=True, max_length=100)),
                ('website', models.CharField(blank=True, max_length=300)),
                ('personalization', models.TextField(blank=True)),
                ('custom_variables', models.JSONField(default=dict)),
                ('flags', models.JSONField(default=list, help_text='remarks that do not stop it: role, company')),
                ('state', models.CharField(choices=[('new', 'waiting'), ('skipped', 'skipped'), ('verifying', 'checking'), ('verified', 'verified, ready to load'), ('rejected', 'refused'), ('loading', 'loading'), ('loaded', 'loaded'), ('unknown', 'outcome unknown'), ('load_failed', 'not loaded')], default='new', max_length=16)),
                ('reason', models.CharField(blank=True, choices=[('no_email', 'no e-mail address'), ('bad_email', 'not an e-mail address'), ('bad_encoding', 'unreadable characters'), ('bad_shape', 'more or fewer columns than the header'), ('cell_too_long', 'a cell is too long'), ('duplicate_in_file', 'the same address is earlier in the file'), ('in_campaign', 'already in this campaign'), ('in_other_campaign', 'already in another campaign'), ('invalid', 'mailbox does not exist'), ('catch_all', 'domain accepts everything'), ('pending', 'no verdict in time'), ('unknown_verdict', 'an unknown verdict'), ('verify_refused', 'Instantly refused to check it'), ('in_blocklist', "on Instantly's block list"), ('duplicate_at_instantly', 'Instantly has it already'), ('invalid_at_instantly', 'Instantly calls it invalid'), ('load_refused', 'Instantly refused the batch'), ('not_accounted', 'Instantly did not report its outcome')], max_length=32)),
                ('reason_detail', models.CharField(blank=True, max_length=300)),
                ('remote_id', models.CharField(blank=True, help_text="Instantly's id of the lead", max_length=64)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='leads.batch')),
                ('imported', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='leads.import')),
                ('receipt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='leads.receipt')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SavedMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('header_sha256', models.CharField(max_length=64)),
                ('mapping', models.JSONField(default=dict)),
                ('used_at', models.DateTimeField()),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.CharField(help_text='address or domain, lower case', max_length=320)),
                ('is_domain', models.BooleanField()),
                ('synced_at', models.DateTimeField()),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suppressions', to='workspaces.workspace')),
            ],
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(fields=['state', 'due_at'], name='import_due_for_work'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('accept_catch_all', False), ('catch_all_accepted_by__isnull', False), _connector='OR'), name='import_catch_all_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('policy', 'canary'), _negated=True), models.Q(('canary_rows__gt', 0), ('canary_rows__isnull', False)), _connector='OR'), name='import_canary_has_a_size'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(fields=('imported', 'number'), name='batch_number_per_import'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='batch_not_empty'),
        ),
        migrations.AddIndex(
            model_name='importevent',
            index=models.Index(fields=['imported', '-id'], name='event_latest_of_import'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['workspace', 'email'], name='lead_collision_by_address'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['workspace', 'company_domain'], name='lead_collision_by_company'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['workspace', '-id'], name='lead_list_newest'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.UniqueConstraint(fields=('campaign', 'email'), name='lead_once_per_campaign'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['workspace', 'email', '-answered_at'], name='receipt_freshest_of_address'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['next_poll_at'], name='receipt_due'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True)), fields=('workspace', 'email'), name='receipt_one_open_per_address'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('workspace', 'email', 'asked_at'), name='receipt_per_address_and_time'),
        ),
        migrations.AddIndex(
            model_name='row',
            index=models.Index(fields=['imported', 'state', 'reason'], name='row_counts_of_import'),
        ),
        migrations.AddIndex(
            model_name='row',
            index=models.Index(fields=['imported', 'email'], name='row_by_address'),
        ),
        migrations.AddConstraint(
            model_name='row',
            constraint=models.UniqueConstraint(fields=('imported', 'line'), name='row_one_per_line'),
        ),
        migrations.AddConstraint(
            model_name='row',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['verified', 'loading', 'loaded']), _negated=True), ('receipt__isnull', False), _connector='OR'), name='row_loaded_only_with_receipt'),
        ),
        migrations.AddConstraint(
            model_name='savedmapping',
            constraint=models.UniqueConstraint(fields=('workspace', 'header_sha256'), name='saved_mapping_per_header'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.UniqueConstraint(fields=('workspace', 'value'), name='suppression_once_per_value'),
        ),
    ]
