"""`manage.py campaign_pull NAME_OR_ID > FILE.yaml`: a campaign of Instantly as a blueprint."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from iexdg.blueprints.errors import BlueprintError
from iexdg.blueprints.pull import pull
from iexdg.clients.http.errors import ClientError
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Prints YAML; a plan of it changes nothing."""

    help = "Print a campaign of Instantly as a blueprint."
    expected: ClassVar[tuple[type[Exception], ...]] = (BlueprintError, WorkspaceError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Name the campaign."""
        parser.add_argument("campaign", metavar="CAMPAIGN", help="name or remote id")

    def work(self, **options: Any) -> Outcome:
        """Read the campaign, and write it as YAML. What is refused is an object for --json too."""
        try:
            text = pull(current_workspace(), options["campaign"])
        except (BlueprintError, WorkspaceError, ClientError) as error:
            return Outcome({"error": {"code": getattr(error, "code", "error"), "message": str(error)}}, "", str(error))
        return Outcome({"yaml": text}, text.rstrip("\n"))
