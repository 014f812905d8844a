"""Giving tags to one mailbox or many, and taking them away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.views.access import chosen_in
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspace_objects.errors import ObjectError
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspace_objects.tags import assign_tag, labels_of_accounts, tags_of
from iexdg.workspace_objects.tasks import carry_out_change, queue_of
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


@require_http_methods(["GET", "POST"])
@member_may(Action.TAGS)
def tag_mailboxes(request: HttpRequest) -> HttpResponse:
    """Ask which tags the chosen mailboxes get or lose; each tag is a request of its own."""
    posted = request.POST if request.method == "POST" else request.GET
    boxes = chosen_in(current_workspace(), posted)
    if not boxes and request.method == "POST":
        messages.error(request, "Choose at least one mailbox.")
        return redirect("mailboxes:list")
    step = posted.get("step", "") if request.method == "POST" else ""
    if step not in {"add", "remove"}:
        return _page(request, boxes)
    read, _ = tags_of(current_workspace())
    wanted = set(posted.getlist("tag"))
    chosen = [one for one in read.items if str(one["id"]) in wanted]
    if not chosen:
        return _page(request, boxes, problem="Choose at least one tag.", status=422)
    return _requested(request, boxes, chosen, is_off=step == "remove")


def _requested(request: HttpRequest, boxes: list[Mailbox], tags: list[Item], *, is_off: bool) -> HttpResponse:
    workspace, by, emails = current_workspace(), member_of(request), [box.email for box in boxes]
    changes: list[ObjectChange] = []
    refusals: list[str] = []
    for tag in tags:
        try:
            change = assign_tag(workspace, tag, TaggedKind.ACCOUNT, emails, is_off=is_off, by=by)
        except (ObjectError, WorkspaceError) as refusal:
            refusals.append(str(refusal))
            continue
        changes.append(change)
        enqueue(carry_out_change, change.pk, queue=queue_of(change.verb))
    if not changes:
        return _page(request, boxes, problem=" ".join(dict.fromkeys(refusals)), status=422)
    for refused in refusals:
        messages.error(request, refused)
    if len(changes) == 1:
        return redirect("objects:change", changes[0].pk)
    messages.success(request, f"{plural(len(changes), 'request')} recorded. Their outcomes appear below.")
    return redirect("objects:tags")


def _page(request: HttpRequest, boxes: list[Mailbox], *, problem: str = "", status: int = 200) -> HttpResponse:
    workspace = current_workspace()
    read, _ = tags_of(workspace)
    labels = labels_of_accounts(workspace)
    context = {
        "nav": "mailboxes",
        "lines": [(box, labels.get(box.email, [])) for box in boxes],
        "read": read,
        "may_change": workspace.may_write,
        "problem": problem,
    }
    return render(request, "mailboxes/tags.html", context, status=status)
