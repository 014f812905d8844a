"""`manage.py prepare`: everything that must be done before a process of the product starts."""

from typing import Any

from django.core.management import call_command

from iexdg.connections.access import Access
from iexdg.connections.configured import configured_connection
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.connected import connect_workspace
from iexdg.workspaces.errors import NotConnectedError, WorkspaceError
from iexdg.workspaces.starting import refused_at_start


class Command(PlainCommand):
    """Run once before the processes of a new version start; running it again changes nothing."""

    help = "Migrate, collect static files, connect the workspace that the key opens, and check the stored connections."
    expected = (WorkspaceError,)

    def work(self, **options: Any) -> Outcome:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        prepared = _connected()
        refused = refused_at_start()
        facts = {**prepared.facts, "refused": refused}
        return Outcome(facts=facts, words="\n".join([prepared.words, *refused]))


def _connected() -> Outcome:
    try:
        workspace = connect_workspace()
    except NotConnectedError as error:
        return _not_connected(configured_connection(), str(error))
    mode = workspace.get_mode_display()
    return Outcome(
        facts={"workspace": workspace.name, "base_url": workspace.base_url, "mode": workspace.mode},
        words=f"Prepared: {workspace.name} at {workspace.base_url}, {mode}",
    )


def _not_connected(connection: Access, reason: str) -> Outcome:
    """Instantly may be away, and the sandbox starts after this: beat connects as soon as it answers."""
    words = f"Prepared. Not connected to {connection.base_url} yet; that follows as soon as it answers. {reason}"
    if connection.is_sandbox:
        words = f"Prepared. The sandbox at {connection.base_url} is connected as soon as it runs."
    return Outcome(facts={"workspace": None, "base_url": connection.base_url, "mode": None}, words=words)
