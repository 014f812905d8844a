import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # A database of an earlier version has all of these: it takes this one over without a change.
    replaces = [
        ('incidents', '0001_initial'),
        ('incidents', '0002_kinds_owner_acknowledged'),
        ('incidents', '0003_notifications'),
        ('incidents', '0004_waiting_kinds'),
    ]

    initial = True

    dependencies = [
        ('workspaces', '0001_squashed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='code of a declared kind (kinds.py)', max_length=32)),
                ('state', models.CharField(choices=[('open', 'open'), ('acknowledged', 'acknowledged'), ('resolved', 'resolved')], default='open', max_length=16)),
                ('dedupe_key', models.CharField(max_length=120)),
                ('campaign_ref', models.BigIntegerField(help_text='our id of the campaign it is about', null=True)),
                ('campaign_name', models.CharField(blank=True, max_length=300)),
                ('summary', models.CharField(max_length=300)),
                ('detail', models.TextField(blank=True)),
                ('details', models.JSONField(default=dict)),
                ('url', models.CharField(blank=True, help_text='page on which it is dealt with', max_length=200)),
                ('opened_at', models.DateTimeField()),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resolved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='incidents', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['opened_at'],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('webhook', 'webhook')], max_length=8)),
                ('state', models.CharField(choices=[('due', 'on its way'), ('sent', 'sent'), ('failed', 'not delivered')], default='due', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField()),
                ('next_try_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('incident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='incidents.incident')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='NotificationPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='code of a declared kind (kinds.py)', max_length=32)),
                ('email', models.BooleanField()),
                ('webhook', models.BooleanField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['campaign_ref', '-opened_at'], name='incident_campaign_timeline'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['workspace', 'state', '-opened_at'], name='incident_list'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('open', 'acknowledged'))), fields=('workspace', 'dedupe_key'), name='incident_one_unresolved_per_cause'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['state', 'next_try_at'], name='notification_due'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('incident', 'member', 'channel'), name='notification_one_per_cause'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(condition=models.Q(('channel', 'webhook'), ('incident__isnull', False)), fields=('incident',), name='notification_one_webhook_per_cause'),
        ),
        migrations.AddConstraint(
            model_name='notificationpreference',
            constraint=models.UniqueConstraint(fields=('member', 'kind'), name='notification_preference_one_per_kind'),
        ),
    ]
