from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0003_join_rows_of_one_workspace'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='workspace',
            constraint=models.UniqueConstraint(condition=models.Q(('remote_id', ''), _negated=True), fields=('remote_id', 'is_sandbox'), name='workspace_one_per_remote_id'),
        ),
        migrations.AddConstraint(
            model_name='workspace',
            constraint=models.UniqueConstraint(condition=models.Q(('connected_as', ''), _negated=True), fields=('connected_as',), name='workspace_one_per_connection'),
        ),
        migrations.AddConstraint(
            model_name='workspace',
            constraint=models.CheckConstraint(condition=models.Q(('connected_as', ''), models.Q(('remote_id', ''), _negated=True), _connector='OR'), name='workspace_connected_is_identified'),
        ),
    ]
