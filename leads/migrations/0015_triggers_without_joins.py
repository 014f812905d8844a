"""Changes no table: triggers of this app are created again after any of its migrations, see leads/derived/install.py."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0014_other_tables_and_notes'),
    ]

    operations = []
