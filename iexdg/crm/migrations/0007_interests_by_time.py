from django.db import migrations
from django.utils import timezone


def count_from_the_last_walk_on(apps, schema_editor):
    """Changes of interest that were found under the conversation's key are none again under the lead's.

    Whatever the inbox had at the last walk was found then; what changed later is found now. An automation that was
    activated and not walked yet counts from now on.
    """
    automations = apps.get_model("crm", "Automation").objects
    for one in automations.filter(trigger="interest", active_since__isnull=False):
        since = max(one.active_since, one.walked_to or timezone.now())
        automations.filter(pk=one.pk).update(active_since=since, walked_lead_event=0)


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0006_test_runs'),
    ]

    operations = [
        migrations.RunPython(count_from_the_last_walk_on, migrations.RunPython.noop),
        migrations.DeleteModel(
            name='KnownInterest',
        ),
    ]
