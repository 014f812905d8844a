from itertools import count

from django.db import migrations, models
from django.utils.text import slugify


def fill(apps, schema_editor):
    """Give every row the slug that a new one gets today; the connected rows choose first."""
    Workspace = apps.get_model('workspaces', 'Workspace')
    taken = set()
    for row in sorted(Workspace.objects.all(), key=lambda row: (not row.connected_as, row.pk)):
        wanted = slugify(row.name)[:50].strip('-_') or 'workspace'
        if row.key_source == 'sandbox':
            wanted = 'demo'
        numbered = (f'{wanted}-{number}' for number in count(2))
        slug = wanted if wanted not in taken else next(one for one in numbered if one not in taken)
        taken.add(slug)
        Workspace.objects.filter(pk=row.pk).update(slug=slug)


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0005_plan_room'),
    ]

    operations = [
        migrations.AddField(
            model_name='workspace',
            name='slug',
            field=models.SlugField(default='', db_index=False, max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='workspace',
            name='slug',
            field=models.SlugField(help_text='names it in addresses and commands; set once, whatever the name becomes', max_length=64, unique=True),
        ),
        migrations.AddConstraint(
            model_name='workspace',
            constraint=models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='workspace_has_slug'),
        ),
    ]
