"""How a view finds its mailboxes: only in the current workspace."""

from django.http import Http404, QueryDict

from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.pages.listing import filters_of, served_in
from iexdg.mailboxes.queries import mailboxes
from iexdg.ui.filters import number_in
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.models import Workspace

# More are chosen by a filter in several steps.
MOST_CHOSEN = 1000


def mailbox_or_404(pk: int) -> Mailbox:
    """Return a mailbox of the current workspace.

    Raises: Http404 - there is none with this number.
    """
    found = Mailbox.objects.select_related("workspace").filter(workspace=current_workspace(), pk=pk).first()
    if found is None:
        raise Http404("There is no such mailbox in this workspace.")
    return found


def chosen_in(workspace: Workspace, posted: QueryDict) -> list[Mailbox]:
    """Return the mailboxes that a form names: those that were ticked, or all that match its filters."""
    there = Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=True)
    if posted.get("all") == "yes":
        matching = mailboxes(workspace, filters_of(workspace, posted, served_in(workspace)))
        return list(matching.filter(vanished_at__isnull=True).order_by("email")[:MOST_CHOSEN])
    numbers = [pk for value in posted.getlist("mailbox")[:MOST_CHOSEN] if (pk := number_in(value)) is not None]
    return list(there.filter(pk__in=numbers).order_by("email"))
