"""Tags: the list, creating, changing, deleting, and what has them."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspace_objects.forms import DeleteForm, TagForm
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspace_objects.pages.exports import tag_cells
from iexdg.workspace_objects.pages.tags import tag_page, tags_page
from iexdg.workspace_objects.tags import assign_tag, create_tag, delete_tag, edit_tag
from iexdg.workspace_objects.uses import taggable
from iexdg.workspace_objects.views.access import item_or_404, requested_by_form, requested_or_refused
from iexdg.workspaces.connected import current_workspace

_MOST_CHOSEN = 1000


@require_GET
@member_may(Action.READ)
def tags(request: HttpRequest) -> HttpResponse:
    """Show the tags of the workspace and how many have each."""
    return _list(request, TagForm())


@require_GET
@member_may(Action.READ)
def tags_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download the tags as CSV."""
    page = tags_page(current_workspace(), member=member_of(request))
    return csv_download("tags.csv", csv_lines(tag_cells(page.lines)))


@posted_from("objects:tags")
@member_may(Action.TAGS)
def tag_create(request: HttpRequest) -> HttpResponse:
    """Create a tag."""
    form = TagForm(request.POST)
    if form.is_valid():
        entered = form.cleaned_data
        done = requested_by_form(
            form,
            lambda: create_tag(current_workspace(), entered["label"], entered["description"], by=member_of(request)),
        )
        if done is not None:
            return done
    return _list(request, form, status=422)


@require_http_methods(["GET", "POST"])
@member_may(Action.READ)
def tag(request: HttpRequest, remote_id: str) -> HttpResponse:
    """Show one tag: its words, and which mailboxes and campaigns have it."""
    item = item_or_404(ObjectKind.TAG, remote_id)
    if request.method == "POST":
        return redirect("objects:tag", remote_id)
    form = TagForm(initial={"label": item["label"], "description": item["description"]})
    return _tag(request, remote_id, form)


@posted_from("objects:tag")
@member_may(Action.TAGS)
def tag_edit(request: HttpRequest, remote_id: str) -> HttpResponse:
    """Change label and description."""
    item, form = item_or_404(ObjectKind.TAG, remote_id), TagForm(request.POST)
    if form.is_valid():
        entered = form.cleaned_data
        done = requested_by_form(
            form,
            lambda: edit_tag(
                current_workspace(), item, entered["label"], entered["description"], by=member_of(request)
            ),
        )
        if done is not None:
            return done
    return _tag(request, remote_id, form, status=422)


@posted_from("objects:tag")
@member_may(Action.TAGS)
def tag_assign(request: HttpRequest, remote_id: str) -> HttpResponse:
    """Give the tag to the chosen mailboxes or campaigns, or take it from them."""
    item, workspace = item_or_404(ObjectKind.TAG, remote_id), current_workspace()
    kind = TaggedKind.CAMPAIGN if request.POST.get("kind") == "2" else TaggedKind.ACCOUNT
    known = {one.id for one in taggable(workspace, kind)}
    chosen = [one for one in request.POST.getlist("resource")[:_MOST_CHOSEN] if one in known]
    is_off = request.POST.get("verb") == "unassign"
    return requested_or_refused(
        request,
        lambda: assign_tag(workspace, item, kind, chosen, is_off=is_off, by=member_of(request)),
        back=request.path.removesuffix("assign/"),
    )


@require_http_methods(["GET", "POST"])
@member_may(Action.TAGS)
def tag_delete(request: HttpRequest, remote_id: str) -> HttpResponse:
    """Show what loses the tag, and delete it once that is confirmed."""
    item, workspace = item_or_404(ObjectKind.TAG, remote_id), current_workspace()
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = requested_by_form(form, lambda: delete_tag(workspace, item, by=member_of(request)))
        if done is not None:
            return done
    context = {"nav": "tags", "page": tag_page(workspace, item, member=member_of(request)), "form": form}
    return render(request, "workspace_objects/tag_delete.html", context, status=422 if form.errors else 200)


def _list(request: HttpRequest, form: TagForm, *, status: int = 200) -> HttpResponse:
    member = member_of(request)
    context = {"nav": "tags", "page": tags_page(current_workspace(), member=member), "form": form}
    return render(request, "workspace_objects/tags.html", context, status=status)


def _tag(request: HttpRequest, remote_id: str, form: TagForm, *, status: int = 200) -> HttpResponse:
    item, member = item_or_404(ObjectKind.TAG, remote_id), member_of(request)
    context = {"nav": "tags", "page": tag_page(current_workspace(), item, member=member), "form": form}
    return render(request, "workspace_objects/tag.html", context, status=status)
