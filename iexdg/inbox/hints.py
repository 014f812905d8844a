"""What webhooks hint at: replies are read at once, and the conversation that they name before others.

A hint is one list call, at most every six seconds, whatever the number of deliveries: the budget of 20 a minute also
serves the people who open conversations. What does not fit is read by the next tick, as without webhooks.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from iexdg.inbox.models import InboxReading, Thread
from iexdg.workspaces.models import Workspace

READ_EVERY = timedelta(seconds=6)


def want_replies(workspace: Workspace) -> None:
    """Have the newest replies of a workspace read."""
    InboxReading.objects.get_or_create(workspace=workspace)
    InboxReading.objects.filter(workspace=workspace).update(wanted_at=timezone.now())


def want_conversation(workspace: Workspace, lead: str) -> bool:
    """Have the newest conversation with an address read before others; False where there is none yet."""
    threads = Thread.objects.filter(workspace=workspace, lead=lead).order_by("-listed_at", "-pk") if lead else ()
    newest = next((thread.pk for thread in threads[:1]), None)
    if newest is None:
        return False
    Thread.objects.filter(pk=newest, wanted_at__isnull=True).update(wanted_at=timezone.now())
    return True


def take_turn(workspace: Workspace) -> bool:
    """Whether replies are to be read now because of a hint; the next turn is six seconds later."""
    now = timezone.now()
    free = Q(hint_read_at__isnull=True) | Q(hint_read_at__lte=now - READ_EVERY) | Q(hint_read_at__gt=now)
    waiting = InboxReading.objects.filter(free, workspace=workspace, wanted_at__isnull=False)
    return bool(waiting.update(hint_read_at=now))


def waits(workspace: Workspace) -> bool:
    """Whether a hint waits for its turn."""
    return InboxReading.objects.filter(workspace=workspace, wanted_at__isnull=False).exists()
