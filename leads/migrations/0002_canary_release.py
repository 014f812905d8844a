"""Load a few people first, the rest when nobody bounced."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0005_approval_policy"),
        ("leads", "0001_initial"),
        ("workspaces", "0002_kill_switch_watchers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="canary_asks",
            field=models.BooleanField(default=False, help_text="a person says go on, instead of the sweep"),
        ),
        migrations.AddField(
            model_name="import",
            name="canary_hours",
            field=models.PositiveIntegerField(default=0, help_text="hours after the go-live before the rest"),
        ),
        migrations.AddField(
            model_name="import",
            name="canary_released_at",
            field=models.DateTimeField(help_text="the rest may load since", null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="canary_rows",
            field=models.PositiveIntegerField(help_text="policy canary: how many people are loaded first", null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="canary_sends",
            field=models.PositiveIntegerField(default=0, help_text="first e-mails without a bounce before the rest"),
        ),
        migrations.AlterField(
            model_name="import",
            name="policy",
            field=models.CharField(
                choices=[
                    ("now", "load as soon as everything is verified"),
                    ("hold", "hold here until the go-live is approved"),
                    ("canary", "load a few, the rest when nobody bounced"),
                ],
                default="now",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("policy", "canary"), _negated=True),
                    models.Q(("canary_rows__gt", 0), ("canary_rows__isnull", False)),
                    _connector="OR",
                ),
                name="import_canary_has_a_size",
            ),
        ),
    ]
