"""What of this app would be cut off if a workspace were disconnected."""

from collections.abc import Iterator

from iexdg.ui.formatting import plural
from iexdg.workspaces.dependants import declare
from iexdg.workspaces.models import Workspace
from leads.models import Import
from leads.models.importing import WORKING


def _running(workspace: Workspace) -> Iterator[str]:
    running = Import.objects.filter(workspace=workspace, state__in=WORKING).count()
    if running:
        yield f"{plural(running, 'import')} would stop in the middle"


declare("imports", _running)
