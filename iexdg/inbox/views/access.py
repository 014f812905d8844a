"""How a view finds its conversation: only in the current workspace."""

from django.http import Http404

from iexdg.inbox.models import Message, Thread
from iexdg.inbox.queries import thread_of
from iexdg.workspaces.connected import current_workspace


def thread_or_404(pk: int) -> Thread:
    """Return a conversation of the current workspace.

    Raises: Http404 - there is none with this number.
    """
    found = thread_of(current_workspace(), pk)
    if found is None:
        raise Http404("There is no such conversation in this workspace.")
    return found


def message_or_404(pk: int) -> Message:
    """Return an e-mail of the current workspace.

    Raises: Http404 - there is none with this number.
    """
    found = Message.objects.filter(pk=pk, thread__workspace=current_workspace()).first()
    if found is None:
        raise Http404("There is no such e-mail in this workspace.")
    return found
