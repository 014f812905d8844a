import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0015_triggers_without_joins'),
        ('workspaces', '0007_plan_and_scopes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BlockListPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('takes_bounced', models.BooleanField(default=False)),
                ('takes_unsubscribed', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Unblocked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.CharField(max_length=320)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='suppression',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suppression',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='suppression',
            name='error',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='suppression',
            name='is_leaving',
            field=models.BooleanField(default=False, help_text='it is to be taken off the list'),
        ),
        migrations.AddField(
            model_name='suppression',
            name='remote_id',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='suppression',
            name='sent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='suppression',
            name='since',
            field=models.DateTimeField(help_text='asked for here, or added at Instantly', null=True),
        ),
        migrations.AddField(
            model_name='suppression',
            name='source',
            field=models.CharField(choices=[('instantly', 'found at Instantly'), ('typed', 'typed or pasted'), ('file', 'a file'), ('person', "a person's page"), ('command', 'the command line'), ('bounce', 'policy: bounced'), ('unsubscribe', 'policy: unsubscribed')], default='instantly', max_length=16),
        ),
        migrations.AddField(
            model_name='suppression',
            name='state',
            field=models.CharField(choices=[('asked', 'asked for'), ('sent', 'sent, not read back yet'), ('confirmed', 'on the list'), ('refused', 'refused'), ('unknown', 'outcome unknown')], default='confirmed', max_length=16),
        ),
        migrations.AddField(
            model_name='suppression',
            name='why',
            field=models.CharField(blank=True, max_length=300),
        ),
        # What was mirrored before is on the list; a row made from now on is asked for first.
        migrations.AlterField(
            model_name='suppression',
            name='state',
            field=models.CharField(choices=[('asked', 'asked for'), ('sent', 'sent, not read back yet'), ('confirmed', 'on the list'), ('refused', 'refused'), ('unknown', 'outcome unknown')], default='asked', max_length=16),
        ),
        migrations.AlterField(
            model_name='suppression',
            name='synced_at',
            field=models.DateTimeField(help_text='when Instantly last listed it', null=True),
        ),
        migrations.AddIndex(
            model_name='suppression',
            index=models.Index(fields=['workspace', 'state'], name='suppression_by_state'),
        ),
        migrations.AddIndex(
            model_name='suppression',
            index=models.Index(fields=['workspace', 'source'], name='suppression_by_source'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'sent', 'confirmed', 'refused', 'unknown'])), name='suppression_known_state'),
        ),
        migrations.AddField(
            model_name='blocklistpolicy',
            name='workspace',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='block_list_policy', to='workspaces.workspace'),
        ),
        migrations.AddField(
            model_name='unblocked',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unblocked',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unblocked', to='workspaces.workspace'),
        ),
        migrations.AddConstraint(
            model_name='unblocked',
            constraint=models.UniqueConstraint(fields=('workspace', 'value'), name='unblocked_once_per_value'),
        ),
    ]
