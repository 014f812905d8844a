"""Connecting and deleting mailboxes."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from iexdg.clients.instantly.oauth import Provider
from iexdg.mailboxes.connecting import connect_by_servers, start_sign_in
from iexdg.mailboxes.errors import MailboxError
from iexdg.mailboxes.forms import ConnectByServersForm, DeleteForm
from iexdg.mailboxes.models import Wanted
from iexdg.mailboxes.pages.group import group_page
from iexdg.mailboxes.pages.listing import served_in
from iexdg.mailboxes.views.access import mailbox_or_404
from iexdg.mailboxes.views.changing import requested
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.team.sign_in_again import recent_sign_in
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

_PROVIDERS = ("google", "microsoft")


@require_http_methods(["GET", "POST"])
@member_may(Action.CONNECT_MAILBOXES)
@sensitive_post_parameters("imap_password", "smtp_password")
def connect(request: HttpRequest) -> HttpResponse:
    """Take the login of a mailbox and hand it to Instantly at once; it is stored nowhere."""
    form = ConnectByServersForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            group = connect_by_servers(current_workspace(), form.account, by=member_of(request))
            return redirect("mailboxes:group", group)
        except (MailboxError, WorkspaceError) as refusal:
            form.add_error(None, str(refusal))
    status = 422 if form.errors else 200
    return render(request, "mailboxes/connect.html", {"nav": "mailboxes", "form": form}, status=status)


@posted_from("mailboxes:connect")
@member_may(Action.CONNECT_MAILBOXES)
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open a session at the provider and show its link to this person alone."""
    provider = request.POST.get("provider", "")
    if provider not in _PROVIDERS:
        messages.error(request, "Choose Google or Microsoft.")
        return redirect("mailboxes:connect")
    workspace = current_workspace()
    try:
        link = start_sign_in(workspace, cast(Provider, provider), by=member_of(request))
    except (MailboxError, WorkspaceError) as refusal:
        messages.error(request, str(refusal))
        return redirect("mailboxes:connect")
    page = group_page(workspace, link.group)
    context = {"nav": "mailboxes", "link": link, "page": page, "provider": provider.title()}
    return render(request, "mailboxes/sign_in.html", context)


@require_http_methods(["GET", "POST"])
@member_may(Action.CONNECT_MAILBOXES)
@recent_sign_in
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which campaigns would lose the mailbox, and delete it once that is confirmed."""
    box = mailbox_or_404(pk)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return requested(request, [box], Wanted.DELETE)
    campaigns = [one for one in served_in(box.workspace) if box.email in one.senders]
    context = {"nav": "mailboxes", "box": box, "form": form, "campaigns": campaigns}
    return render(request, "mailboxes/delete.html", context, status=422 if form.errors else 200)
