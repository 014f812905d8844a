"""`manage.py connect`: connects a further workspace by its own key, directly or through the Maton gateway."""

from argparse import ArgumentParser
from typing import Any

from iexdg.connections.entered_key import entered_key
from iexdg.connections.errors import StoredConnectionError
from iexdg.connections.models import Transport
from iexdg.team.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, add_member_argument
from iexdg.team.permissions import require_everywhere
from iexdg.team.queries import active_member
from iexdg.team.roles import Action
from iexdg.workspaces.connecting import NewConnection, connect
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.first_sync import queue_first_sync
from iexdg.workspaces.models import Workspace


class Command(PlainCommand):
    """The key is never an argument, which others could list."""

    help = (
        "Connect a workspace. The key is read from --key-file, else from INSTANTLY_API_KEY or MATON_API_KEY, else from "
        "standard input; it is tried, and stored encrypted."
    )
    expected = (WorkspaceError, StoredConnectionError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Name the workspace and the way to it."""
        parser.add_argument("name", metavar="NAME", help="what the workspace is called here; its slug follows from it")
        parser.add_argument("--transport", choices=Transport.values, default=Transport.DIRECT)
        parser.add_argument("--key-file", metavar="FILE", help="holds Instantly's key, or Maton's; # comments allowed")
        parser.add_argument(
            "--base-url", metavar="URL", default="", help="Instantly's or the gateway's; else the usual"
        )
        parser.add_argument(
            "--maton-connection", metavar="ID", default="", help="which of the account's; else the only active one"
        )
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Connect, and have the workspace read for the first time."""
        member = active_member(options["acting"])
        require_everywhere(member, Action.CONNECT)
        new = NewConnection(
            name=options["name"],
            transport=options["transport"],
            key=entered_key(options["transport"], options["key_file"]),
            base_url=options["base_url"],
            maton_connection=options["maton_connection"],
        )
        workspace = connect(new, by=member, via=Via.CLI)
        workspace.refresh_from_db()
        queue_first_sync(workspace)
        return Outcome(_facts(workspace), _words(workspace))


def _facts(workspace: Workspace) -> dict[str, Any]:
    return {
        "slug": workspace.slug,
        "name": workspace.name,
        "transport": workspace.transport,
        "mode": workspace.mode,
        "connected": True,
        "plan": workspace.plan,
        "scopes": workspace.scopes,
        "credits_left": workspace.credits_left,
    }


def _words(workspace: Workspace) -> str:
    left = "unknown" if workspace.credits_left is None else f"{workspace.credits_left:,}"
    return (
        f"Connected {workspace.name} as {workspace.slug}, {workspace.get_mode_display()}. Its key {workspace.scopes}. "
        f"Credits left: {left}."
    )
