"""API keys: the list with what each missing scope costs, creating and deleting; for admins alone."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.team.sign_in_again import recent_sign_in
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspace_objects.forms import DeleteForm, KeyForm
from iexdg.workspace_objects.keys import create_key, delete_key, missing_of
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.pages.exports import key_cells
from iexdg.workspace_objects.tasks import read_workspace_lists
from iexdg.workspace_objects.views.access import REFUSALS, item_or_404, requested_by_form
from iexdg.workspaces.connected import current_workspace

_MOST_CHANGES = 5


@require_GET
@member_may(Action.KEYS)
def keys(request: HttpRequest) -> HttpResponse:
    """Show the keys of the workspace, and what each cannot do."""
    return _list(request, KeyForm())


@require_GET
@member_may(Action.KEYS)
def keys_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download the names and scopes of the keys as CSV."""
    (read,) = kept(current_workspace(), ObjectKind.KEY)
    return csv_download("keys.csv", csv_lines(key_cells(read.items)))


@posted_from("objects:keys")
@member_may(Action.KEYS)
@recent_sign_in
@never_cache
def key_create(request: HttpRequest) -> HttpResponse:
    """Create a key and show it once, to this person alone."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    workspace, entered = current_workspace(), form.cleaned_data
    try:
        new = create_key(workspace, entered["name"], entered["scopes"], by=member_of(request))
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return _list(request, form, status=422)
    enqueue(read_workspace_lists, workspace.pk)
    return render(request, "workspace_objects/key_created.html", {"nav": "keys", "new": new})


@require_http_methods(["GET", "POST"])
@member_may(Action.KEYS)
@recent_sign_in
def key_delete(request: HttpRequest, remote_id: str) -> HttpResponse:
    """Ask, then delete a key."""
    item = item_or_404(ObjectKind.KEY, remote_id)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = requested_by_form(form, lambda: delete_key(current_workspace(), item, by=member_of(request)))
        if done is not None:
            return done
    context = {"nav": "keys", "item": item, "form": form}
    return render(request, "workspace_objects/key_delete.html", context, status=422 if form.errors else 200)


def _list(request: HttpRequest, form: KeyForm, *, status: int = 200) -> HttpResponse:
    workspace = current_workspace()
    (read,) = kept(workspace, ObjectKind.KEY)
    changes = ObjectChange.objects.filter(workspace=workspace, kind=ObjectKind.KEY).select_related("by")
    context = {
        "nav": "keys",
        "read": read,
        "lines": [(one, missing_of(one["scopes"])) for one in read.items],
        "form": form,
        "changes": list(changes[:_MOST_CHANGES]),
        "may_change": workspace.may_write,
    }
    return render(request, "workspace_objects/keys.html", context, status=status)
