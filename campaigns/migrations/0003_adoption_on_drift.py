"""Campaigns that were sending before we were connected, and what happens when a live one changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_custom_variables")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="awaits_adoption_since",
            field=models.DateTimeField(
                help_text="was sending when we first looked; nobody has decided about it yet", null=True
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="on_drift",
            field=models.CharField(
                choices=[("pause", "pause it"), ("report", "only report it")], default="pause", max_length=8
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="adopted",
            field=models.BooleanField(
                default=False, help_text="was sending before we were connected; one person decided"
            ),
        ),
        migrations.RemoveConstraint(model_name="approval", name="approval_not_by_requester"),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    ("adopted", True),
                    _connector="OR",
                ),
                name="approval_not_by_requester",
            ),
        ),
    ]
