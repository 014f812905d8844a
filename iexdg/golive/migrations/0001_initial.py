import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def create_or_take_over(apps, schema_editor):
    """Create the tables, or rename those that an earlier version kept under the label `campaigns`: no row is lost."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
    for name in ['approvalpolicy', 'approvalvote']:
        model = apps.get_model('golive', name)
        if f'campaigns_{name}' in existing:
            schema_editor.alter_db_table(model, f'campaigns_{name}', model._meta.db_table)
        else:
            schema_editor.create_model(model)


def drop(apps, schema_editor):
    for name in ['approvalvote', 'approvalpolicy']:
        schema_editor.delete_model(apps.get_model('golive', name))


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('campaigns', '0001_squashed'),
        ('workspaces', '0001_squashed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='ApprovalPolicy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('approvers', models.PositiveSmallIntegerField(default=1)),
                        ('life_h', models.PositiveSmallIntegerField(help_text='hours a request is valid; None: APPROVAL_LIFE_H', null=True)),
                        ('who_asks', models.CharField(choices=[('operator', 'operators, approvers and admins'), ('approver', 'approvers and admins'), ('admin', 'admins')], default='operator', max_length=16)),
                        ('who_decides', models.CharField(choices=[('approver', 'approvers and admins'), ('admin', 'admins')], default='approver', max_length=16)),
                        ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='approval_policy', to='workspaces.workspace')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('approvers__gte', 1), ('approvers__lte', 2)), name='approval_policy_one_or_two'), models.CheckConstraint(condition=models.Q(('life_h__isnull', True), models.Q(('life_h__gte', 1), ('life_h__lte', 168)), _connector='OR'), name='approval_policy_life_of_a_week'), models.CheckConstraint(condition=models.Q(('who_asks__in', ['operator', 'approver', 'admin'])), name='approval_policy_known_role'), models.CheckConstraint(condition=models.Q(('who_decides__in', ['approver', 'admin'])), name='approval_policy_known_decider')],
                    },
                ),
                migrations.CreateModel(
                    name='ApprovalVote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                        ('note', models.TextField(blank=True)),
                        ('approval', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='campaigns.approval')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [models.UniqueConstraint(fields=('approval', 'member'), name='approval_vote_once_per_member')],
                    },
                ),
            ],
        ),
        migrations.RunPython(create_or_take_over, drop),
    ]
