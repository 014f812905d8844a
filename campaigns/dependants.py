"""What of this app would be cut off if a workspace were disconnected."""

from collections.abc import Iterator

from campaigns.models import Campaign, Subsequence
from campaigns.models.campaign import SENDING
from iexdg.ui.formatting import plural
from iexdg.workspaces.dependants import declare
from iexdg.workspaces.models import Workspace

_MOST_NAMED = 5


def _sending(workspace: Workspace) -> Iterator[str]:
    live = Campaign.objects.filter(workspace=workspace, remote_status__in=SENDING, vanished_at__isnull=True)
    names = list(live.order_by("name").values_list("name", flat=True))
    if not names:
        return
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    verb = "is" if len(names) == 1 else "are"
    named = f"{', '.join(names[:_MOST_NAMED])}{more}"
    yield f"{plural(len(names), 'campaign')} {verb} sending and would not be watched any more ({named})"


declare("campaigns", _sending)


def _running(workspace: Workspace) -> Iterator[str]:
    running = Subsequence.objects.filter(workspace=workspace, remote_status__in=SENDING, vanished_at__isnull=True)
    count = running.count()
    if count:
        verb = "is" if count == 1 else "are"
        yield f"{plural(count, 'subsequence')} {verb} running and would not be watched any more"


declare("subsequences", _running)
