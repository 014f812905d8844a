import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # A database of an earlier version has all of these: it takes this one over without a change.
    replaces = [
        ('mailboxes', '0001_initial'),
        ('mailboxes', '0002_sent_today'),
    ]

    initial = True

    dependencies = [
        ('workspaces', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('first_name', models.CharField(blank=True, max_length=120)),
                ('last_name', models.CharField(blank=True, max_length=120)),
                ('status', models.IntegerField(null=True)),
                ('warmup_status', models.IntegerField(null=True)),
                ('warmup_score', models.FloatField(null=True)),
                ('daily_limit', models.IntegerField(null=True)),
                ('setup_pending', models.BooleanField(default=False)),
                ('sent_today', models.IntegerField(help_text='campaign e-mails on the UTC day of sent_read_at', null=True)),
                ('sent_read_at', models.DateTimeField(null=True)),
                ('synced_at', models.DateTimeField(null=True)),
                ('vanished_at', models.DateTimeField(null=True)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mailboxes', to='workspaces.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'email'), name='mailbox_one_per_address')],
            },
        ),
    ]
