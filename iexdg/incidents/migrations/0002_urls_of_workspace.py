from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Concat


def add_workspace(apps, schema_editor):
    """The page of an incident stands below /w/<slug>/ of its workspace."""
    incidents = apps.get_model("incidents", "Incident").objects
    for workspace in apps.get_model("workspaces", "Workspace").objects.all():
        prefix = f"/w/{workspace.slug}"
        old = incidents.filter(workspace=workspace, url__startswith="/").exclude(url__startswith="/w/")
        old.update(url=Concat(Value(prefix), "url"))


class Migration(migrations.Migration):

    dependencies = [("incidents", "0001_squashed"), ("workspaces", "0006_slug")]

    operations = [migrations.RunPython(add_workspace, migrations.RunPython.noop)]
