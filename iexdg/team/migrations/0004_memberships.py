import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROLES = [('viewer', 'Viewer'), ('operator', 'Operator'), ('approver', 'Approver'), ('admin', 'Admin')]


class Migration(migrations.Migration):

    dependencies = [
        ('team', '0003_cache_table'),
        ('workspaces', '0006_slug'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='member', name='member_known_role'),
        migrations.AlterField(
            model_name='member',
            name='role',
            field=models.CharField(blank=True, choices=ROLES, default='viewer', max_length=16),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(
                condition=models.Q(('role__in', ['', 'viewer', 'operator', 'approver', 'admin'])),
                name='member_known_role',
            ),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=ROLES, max_length=16)),
                (
                    'member',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name='memberships',
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    'workspace',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name='memberships',
                        to='workspaces.workspace',
                    ),
                ),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('member', 'workspace'), name='membership_one_per_workspace'),
                    models.CheckConstraint(
                        condition=models.Q(('role__in', ['viewer', 'operator', 'approver', 'admin'])),
                        name='membership_known_role',
                    ),
                ],
            },
        ),
    ]
