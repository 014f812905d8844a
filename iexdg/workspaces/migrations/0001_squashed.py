import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # A database of an earlier version has all of these: it takes this one over without a change.
    replaces = [
        ('workspaces', '0001_initial'),
        ('workspaces', '0002_kill_switch_watchers'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Workspace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('base_url', models.CharField(max_length=200)),
                ('transport', models.CharField(default='direct', max_length=16)),
                ('key_source', models.CharField(help_text='file, environment or sandbox', max_length=16)),
                ('is_sandbox', models.BooleanField(default=False)),
                ('remote_id', models.CharField(blank=True, max_length=64)),
                ('mode', models.CharField(choices=[('observe', 'observe mode'), ('write', 'write mode')], default='observe', max_length=8)),
                ('credits_left', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('credits_read_at', models.DateTimeField(null=True)),
                ('credits_error', models.CharField(blank=True, max_length=300)),
                ('synced_at', models.DateTimeField(null=True)),
                ('sync_started_at', models.DateTimeField(null=True)),
                ('sync_error', models.CharField(blank=True, max_length=300)),
                ('unknown_since', models.DateTimeField(help_text='first failed sync since the last good one', null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('first_look_at', models.DateTimeField(help_text='when its campaigns were listed for the first time', null=True)),
                ('kill_switch_at', models.DateTimeField(help_text='set while all sending is stopped', null=True)),
                ('kill_switch_reason', models.CharField(blank=True, max_length=300)),
                ('kill_switch_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('base_url', 'key_source'), name='workspace_one_per_connection'), models.CheckConstraint(condition=models.Q(('mode__in', ['observe', 'write'])), name='workspace_known_mode')],
            },
        ),
    ]
