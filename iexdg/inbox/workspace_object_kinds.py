"""Declares what the page of a label knows of the inbox: how many conversations have it."""

from iexdg.inbox.models import Thread
from iexdg.ui.formatting import plural
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspace_objects.uses import declare_use
from iexdg.workspaces.models import Workspace


def _conversations(workspace: Workspace, item: Item) -> list[str]:
    count = Thread.objects.filter(workspace=workspace, interest=item["interest"]).count()
    return [f"{plural(count, 'conversation')} in the inbox"] if count else []


declare_use(ObjectKind.LABEL, _conversations)
