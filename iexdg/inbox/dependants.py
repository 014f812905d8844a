"""What of this app would be cut off if a workspace were disconnected."""

from collections.abc import Iterator

from iexdg.inbox.models import Reply, ReplyState
from iexdg.ui.formatting import plural
from iexdg.workspaces.dependants import declare
from iexdg.workspaces.models import Workspace


def _on_their_way(workspace: Workspace) -> Iterator[str]:
    open_states = [ReplyState.WAITING, ReplyState.SENDING, ReplyState.UNKNOWN]
    waiting = Reply.objects.filter(thread__workspace=workspace, state__in=open_states).count()
    if waiting:
        yield f"{plural(waiting, 'answer')} would not leave or not be confirmed"


declare("inbox", _on_their_way)
