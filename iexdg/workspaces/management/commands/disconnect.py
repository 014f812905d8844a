"""`manage.py disconnect`: ends the connection of a workspace and deletes its key here."""

from argparse import ArgumentParser
from typing import Any

from iexdg.connections.errors import StoredConnectionError
from iexdg.team.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, add_member_argument
from iexdg.team.permissions import require_everywhere
from iexdg.team.queries import active_member
from iexdg.team.roles import Action
from iexdg.workspaces.connecting import disconnect
from iexdg.workspaces.errors import InUseError, NotConnectedError, WorkspaceError
from iexdg.workspaces.models import Workspace


class Command(PlainCommand):
    """Sends nothing to Instantly: a campaign that is sending continues."""

    help = "Disconnect a workspace: its key is deleted here, its history stays. Exit code 2: it is in use, add --yes."
    expected = (WorkspaceError, StoredConnectionError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Name the workspace."""
        parser.add_argument("slug", metavar="SLUG", help="as `manage.py workspaces` lists it")
        parser.add_argument("--yes", action="store_true", help="also while something depends on it")
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Disconnect, or name what depends on it."""
        member = active_member(options["acting"])
        require_everywhere(member, Action.CONNECT)
        slug = options["slug"]
        workspace = Workspace.objects.filter(slug=slug).first()
        if workspace is None:
            raise NotConnectedError(f"There is no workspace {slug}. `manage.py workspaces` lists them.")
        try:
            was_connected = disconnect(workspace, by=member, is_confirmed=options["yes"], via=Via.CLI)
        except InUseError as error:
            return Outcome({"slug": slug, "disconnected": False}, "", f"{error} Add --yes.", failure_code=2)
        words = "Disconnected {}; its key was deleted here." if was_connected else "{} was not connected."
        return Outcome({"slug": slug, "disconnected": was_connected}, words.format(workspace.name))
