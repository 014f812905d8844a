"""Changing one mailbox or many at once, and the outcome for each of them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from iexdg.mailboxes.errors import MailboxError
from iexdg.mailboxes.models import Mailbox, Wanted
from iexdg.mailboxes.orders import order
from iexdg.mailboxes.pages.group import GroupPage, group_page
from iexdg.mailboxes.tasks import carry_out_group, queue_of
from iexdg.mailboxes.views.access import chosen_in
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.ui.fragments import part_of
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

# What the buttons send; limits, connecting and deleting have pages of their own.
_VERBS = (Wanted.WARMUP_ON, Wanted.WARMUP_OFF, Wanted.RESUME, Wanted.FIX)
_MOST_REFUSALS = 3


@posted_from("mailboxes:list")
@member_may(Action.PAUSE)
def pause(request: HttpRequest) -> HttpResponse:
    """Pause the chosen mailboxes; open to everyone who is signed in, as pausing a campaign is."""
    return requested(request, chosen_in(current_workspace(), request.POST), Wanted.PAUSE)


@posted_from("mailboxes:list")
@member_may(Action.MAILBOXES)
def change(request: HttpRequest) -> HttpResponse:
    """Turn the warm-up of the chosen mailboxes on or off, resume them, or mark them as fixed."""
    verb = request.POST.get("verb", "")
    if verb not in _VERBS:
        messages.error(request, "Choose what to do with the mailboxes.")
        return redirect("mailboxes:list")
    return requested(request, chosen_in(current_workspace(), request.POST), Wanted(verb))


def requested(
    request: HttpRequest, boxes: list[Mailbox], wanted: Wanted, values: dict[str, Any] | None = None
) -> HttpResponse:
    """Record the request, start it, and lead to its outcome."""
    if not boxes:
        messages.error(request, "Choose at least one mailbox.")
        return redirect("mailboxes:list")
    emails = [box.email for box in boxes]
    try:
        ordered = order(current_workspace(), emails, wanted, by=member_of(request), values=values)
    except (MailboxError, WorkspaceError) as refusal:
        messages.error(request, str(refusal))
        return redirect("mailboxes:list")
    for refused in ordered.refusals[:_MOST_REFUSALS]:
        messages.error(request, refused)
    if len(ordered.refusals) > _MOST_REFUSALS:
        messages.error(request, f"{plural(len(ordered.refusals) - _MOST_REFUSALS, 'more')} for the same reason.")
    if not ordered.changes:
        return redirect("mailboxes:list")
    for group_number in {one.group for one in ordered.changes}:
        enqueue(carry_out_group, group_number, queue=queue_of(wanted))
    return redirect("mailboxes:group", ordered.group)


@require_GET
@member_may(Action.READ)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a request came to, mailbox by mailbox."""
    return render(request, "mailboxes/group.html", {"nav": "mailboxes", "page": _group_or_404(pk)})


@require_GET
@member_may(Action.READ)
@part_of("mailboxes:group")
def group_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The outcomes alone: 204 while nothing has changed, 286 once all of them are known."""
    page = _group_or_404(pk)
    if request.GET.get("seen") == page.version:
        return HttpResponse(status=204)
    return render(request, "mailboxes/_group_state.html", {"page": page}, status=286 if page.is_over else 200)


def _group_or_404(pk: int) -> GroupPage:
    page = group_page(current_workspace(), pk)
    if page is None:
        raise Http404("There is no such request in this workspace.")
    return page
