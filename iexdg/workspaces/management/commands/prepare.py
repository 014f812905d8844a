"""`manage.py prepare`: everything that has to be true before a process of the product starts."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from iexdg.clients.instantly.keyfile import KeyFileError
from iexdg.workspaces.connection import connect_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(BaseCommand):
    """Run once before the processes of a new version start; running it again changes nothing."""

    help = "Collect static files, migrate, and make the row of the configured connection."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            call_command("migrate", interactive=False, verbosity=0)
            workspace = connect_workspace()
        except (WorkspaceError, KeyFileError) as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The database cannot be prepared: {_first_line(error)}. Check DATABASE_URL.") from None
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"Prepared: {workspace.name} at {workspace.base_url}, {workspace.get_mode_display()}")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["unknown error"])[0].rstrip(". ")
