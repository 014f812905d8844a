"""How many approvers, how long, who asks; and breaking the glass with a written reason."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0004_guardrails"),
        ("workspaces", "0002_kill_switch_watchers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovalPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("approvers", models.PositiveSmallIntegerField(default=1)),
                (
                    "life_h",
                    models.PositiveSmallIntegerField(
                        help_text="hours a request is good for; None: APPROVAL_LIFE_H", null=True
                    ),
                ),
                (
                    "who_asks",
                    models.CharField(
                        choices=[
                            ("operator", "operators, approvers and admins"),
                            ("approver", "approvers and admins"),
                            ("admin", "admins"),
                        ],
                        default="operator",
                        max_length=16,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApprovalVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="approval",
            name="approval_not_by_requester",
        ),
        migrations.AddField(
            model_name="approval",
            name="approvals_needed",
            field=models.PositiveSmallIntegerField(default=1, help_text="how many approvers, when it was asked for"),
        ),
        migrations.AddField(
            model_name="approval",
            name="break_glass_reason",
            field=models.TextField(blank=True, help_text="an admin approved alone and typed this; kept for good"),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    ("adopted", True),
                    models.Q(("break_glass_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="approval_not_by_requester",
            ),
        ),
        migrations.AddField(
            model_name="approvalpolicy",
            name="workspace",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="approval_policy", to="workspaces.workspace"
            ),
        ),
        migrations.AddField(
            model_name="approvalvote",
            name="approval",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="campaigns.approval"
            ),
        ),
        migrations.AddField(
            model_name="approvalvote",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("approvers__gte", 1), ("approvers__lte", 2)), name="approval_policy_one_or_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("life_h__isnull", True), models.Q(("life_h__gte", 1), ("life_h__lte", 168)), _connector="OR"
                ),
                name="approval_policy_life_of_a_week",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("who_asks__in", ["operator", "approver", "admin"])),
                name="approval_policy_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalvote",
            constraint=models.UniqueConstraint(fields=("approval", "member"), name="approval_vote_once_per_member"),
        ),
    ]
