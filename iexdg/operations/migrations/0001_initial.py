import django.db.models.deletion
from django.db import migrations, models


def create_or_take_over(apps, schema_editor):
    """Create the tables, or rename those that an earlier version kept under the label `workspaces`: no row is lost."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
    for name in ['watcher']:
        model = apps.get_model('operations', name)
        if f'workspaces_{name}' in existing:
            schema_editor.alter_db_table(model, f'workspaces_{name}', model._meta.db_table)
        else:
            schema_editor.create_model(model)


def drop(apps, schema_editor):
    for name in ['watcher']:
        schema_editor.delete_model(apps.get_model('operations', name))


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('workspaces', '0001_squashed'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Watcher',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=32)),
                        ('looked_at', models.DateTimeField()),
                        ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watchers', to='workspaces.workspace')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='watcher_one_per_name')],
                    },
                ),
            ],
        ),
        migrations.RunPython(create_or_take_over, drop),
    ]
