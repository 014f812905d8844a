"""`manage.py incidents`: what needs attention."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from iexdg.incidents.models import Incident
from iexdg.incidents.queries import Filters, incidents, open_incidents
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """List the unresolved incidents; with --all the resolved ones too."""

    help = "List the incidents that are not resolved."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError,)

    def arguments(self, parser: ArgumentParser) -> None:
        """Add --all."""
        parser.add_argument("--all", action="store_true", help="also what is resolved")

    def work(self, **options: Any) -> Outcome:
        """Read and list; an open incident is no failure of this command."""
        workspace = current_workspace()
        found = list(incidents(workspace, Filters()) if options["all"] else open_incidents(workspace))
        words = "\n".join(_line(incident) for incident in found)
        return Outcome({"incidents": [_facts(incident) for incident in found]}, words or "Nothing needs attention.")


def _facts(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.pk,
        "kind": incident.kind,
        "campaign": incident.campaign_name or None,
        "state": incident.state,
        "opened_at": incident.opened_at,
        "resolved_at": incident.resolved_at,
        "summary": incident.summary,
        "details": incident.details,
    }


def _line(incident: Incident) -> str:
    return f"{incident.pk}  {incident.opened_at:%Y-%m-%d %H:%M} UTC  {incident.state}  {incident.summary}"
