"""Addresses of webhooks are no longer stored in clear: lists are read again, open changes get theirs encrypted."""

from django.db import migrations, models

from iexdg.workspace_objects.addresses import digest_of, sealed, shown_address

_OPEN = ("asked", "sent", "unknown")


def seal(apps, schema_editor):
    lists = apps.get_model("workspace_objects", "ListReading").objects.filter(kind__in=["webhook", "webhook_event"])
    lists.update(items=None, read_at=None)
    changes = apps.get_model("workspace_objects", "ObjectChange").objects.filter(kind="webhook")
    for change in changes.filter(values__has_key="url"):
        url = str(change.values["url"])
        values = {**change.values, "url": shown_address(url), "digest": digest_of(url)}
        stored = sealed(url) if change.state in _OPEN else ""
        changes.filter(pk=change.pk).update(values=values, sealed=stored)


class Migration(migrations.Migration):
    dependencies = [("workspace_objects", "0002_placement_kinds")]

    operations = [
        migrations.AddField(
            model_name="objectchange",
            name="sealed",
            field=models.TextField(
                blank=True,
                default="",
                help_text="the address of a webhook, encrypted, until the change is closed",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
