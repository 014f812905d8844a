from django.db import migrations, models


class Migration(migrations.Migration):
    """A workspace is known by its id at Instantly, and by no other means."""

    dependencies = [
        ('workspaces', '0001_squashed'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='workspace', name='workspace_one_per_connection'),
        migrations.AddField(
            model_name='workspace',
            name='connected_as',
            field=models.CharField(blank=True, help_text='digest of the connection that was identified as this workspace', max_length=64),
        ),
    ]
