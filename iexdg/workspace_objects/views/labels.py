"""Labels: the list, creating, changing and deleting."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspace_objects.forms import DeleteLabelForm, LabelForm
from iexdg.workspace_objects.interests import interest_choices
from iexdg.workspace_objects.labels import create_label, delete_label, edit_label
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.pages.exports import label_cells
from iexdg.workspace_objects.uses import uses_of
from iexdg.workspace_objects.views.access import item_or_404, requested_by_form
from iexdg.workspaces.connected import current_workspace

_MOST_CHANGES = 5


@require_GET
@member_may(Action.READ)
def labels(request: HttpRequest) -> HttpResponse:
    """Show the workspace's own interests."""
    return _list(request, LabelForm())


@require_GET
@member_may(Action.READ)
def labels_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download the labels as CSV."""
    (read,) = kept(current_workspace(), ObjectKind.LABEL)
    return csv_download("labels.csv", csv_lines(label_cells(read.items)))


@posted_from("objects:labels")
@member_may(Action.TAGS)
def label_create(request: HttpRequest) -> HttpResponse:
    """Create a label."""
    form = LabelForm(request.POST)
    if form.is_valid():
        entered, by = form.cleaned_data, member_of(request)
        words = (entered["label"], entered["kind"], entered["description"])
        done = requested_by_form(form, lambda: create_label(current_workspace(), *words, by=by))
        if done is not None:
            return done
    return _list(request, form, status=422)


@require_http_methods(["GET", "POST"])
@member_may(Action.TAGS)
def label(request: HttpRequest, remote_id: str) -> HttpResponse:
    """Change the words of a label."""
    item = item_or_404(ObjectKind.LABEL, remote_id)
    initial = {"label": item["label"], "kind": item["kind"], "description": item["description"]}
    form = LabelForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        entered, by = form.cleaned_data, member_of(request)
        words = (entered["label"], entered["kind"], entered["description"])
        done = requested_by_form(form, lambda: edit_label(current_workspace(), item, *words, by=by))
        if done is not None:
            return done
    context = {"nav": "labels", "item": item, "form": form}
    return render(request, "workspace_objects/label.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_may(Action.TAGS)
def label_delete(request: HttpRequest, remote_id: str) -> HttpResponse:
    """Show what uses a label, and delete it once that is confirmed."""
    item, workspace = item_or_404(ObjectKind.LABEL, remote_id), current_workspace()
    left = [one for one in interest_choices(workspace) if one[0] != item["interest"]]
    form = DeleteLabelForm(request.POST if request.method == "POST" else None, interests=left)
    if request.method == "POST" and form.is_valid():
        instead, by = form.cleaned_data["reassign_to"], member_of(request)
        done = requested_by_form(form, lambda: delete_label(workspace, item, instead, by=by))
        if done is not None:
            return done
    context = {"nav": "labels", "item": item, "uses": uses_of(workspace, ObjectKind.LABEL, item), "form": form}
    return render(request, "workspace_objects/label_delete.html", context, status=422 if form.errors else 200)


def _list(request: HttpRequest, form: LabelForm, *, status: int = 200) -> HttpResponse:
    workspace, member = current_workspace(), member_of(request)
    (read,) = kept(workspace, ObjectKind.LABEL)
    changes = ObjectChange.objects.filter(workspace=workspace, kind=ObjectKind.LABEL).select_related("by")
    context = {
        "nav": "labels",
        "read": read,
        "form": form,
        "changes": list(changes[:_MOST_CHANGES]),
        "may_change": member.may(Action.TAGS) and workspace.may_write,
    }
    return render(request, "workspace_objects/labels.html", context, status=status)
