"""What the views of this app share: finding an item of a list, and leading to the outcome of a request."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from iexdg.operations.enqueue import enqueue
from iexdg.workspace_objects.errors import ObjectError
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.tasks import carry_out_change, queue_of
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

REFUSALS = (ObjectError, WorkspaceError)


def item_or_404(kind: ObjectKind, remote_id: str) -> Item:
    """Return an item of a list of the current workspace, as it was last read.

    Raises: Http404 - the list has none with this id.
    """
    (found,) = kept(current_workspace(), kind)
    item = next((one for one in found.items if str(one.get("id")) == remote_id), None)
    if item is None:
        raise Http404(f"There is no such {kind.label} in this workspace, or it was not read yet.")
    return item


def requested(change: ObjectChange) -> HttpResponse:
    """Start a change and lead to its outcome."""
    enqueue(carry_out_change, change.pk, queue=queue_of(change.verb))
    return redirect("objects:change", change.pk)


def requested_or_refused(request: HttpRequest, ask: Callable[[], ObjectChange], back: str) -> HttpResponse:
    """Record a request and start it; a refusal is shown on the page that `back` names."""
    try:
        return requested(ask())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect(back)


def requested_by_form(form: Form, ask: Callable[[], ObjectChange]) -> HttpResponse | None:
    """Record what a valid form asks for and start it; None where it was refused: the form then says why."""
    try:
        return requested(ask())
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return None
