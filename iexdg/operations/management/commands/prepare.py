"""`manage.py prepare`: everything that has to be true before a process of the product starts."""

from typing import Any

from django.core.management import call_command

from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.connection import connect_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Run once before the processes of a new version start; running it again changes nothing."""

    help = "Migrate, collect static files, and make the row of the configured connection."
    expected = (WorkspaceError,)

    def work(self, **options: Any) -> Outcome:
        call_command("migrate", interactive=False, verbosity=0)
        workspace = connect_workspace()
        call_command("collectstatic", interactive=False, verbosity=0)
        mode = workspace.get_mode_display()
        return Outcome(
            facts={"workspace": workspace.name, "base_url": workspace.base_url, "mode": workspace.mode},
            words=f"Prepared: {workspace.name} at {workspace.base_url}, {mode}",
        )
