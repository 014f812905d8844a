"""Views of the connections, for admins of every workspace only. A key that was entered is in no answer."""

import time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.keyfile import KeyFileError
from iexdg.connections.addresses import checked_base_url
from iexdg.connections.credentials import decrypted, encrypted
from iexdg.connections.errors import StoredConnectionError
from iexdg.connections.maton import Account
from iexdg.connections.models import Transport
from iexdg.connections.stored import stored_connections
from iexdg.team.permissions import member_may_everywhere, member_of
from iexdg.team.roles import Action
from iexdg.team.sign_in_again import recent_sign_in
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connecting import NewConnection, connect, disconnect
from iexdg.workspaces.connection_forms import ConnectForm, MatonConnectionForm
from iexdg.workspaces.connection_pages import connection_lines, maton_page
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.first_sync import queue_first_sync
from iexdg.workspaces.maton_account import create_connection, delete_connection
from iexdg.workspaces.models import Workspace

# An account whose connections are being looked at: its key is kept encrypted in the session, for so long.
_ACCOUNT = "maton_account"
_ACCOUNT_LIFE_S = 1800
_REFUSALS = (WorkspaceError, StoredConnectionError, ClientError, KeyFileError)


@require_GET
@member_may_everywhere(Action.CONNECT)
def connections(request: HttpRequest) -> HttpResponse:
    """List the connected workspaces."""
    return _page(request, ConnectForm())


@sensitive_post_parameters("key")
@posted_from("connections:list")
@member_may_everywhere(Action.CONNECT)
@recent_sign_in
def connect_workspace(request: HttpRequest) -> HttpResponse:
    """Connect directly, or go on to the connections of the Maton account."""
    form = ConnectForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    name, key, way = form.cleaned_data["name"], form.cleaned_data["key"].strip(), form.chosen
    try:
        if way.transport == Transport.MATON:
            account = Account(checked_base_url(way.transport, way.base_url), key)
            maton_page(account)
            _keep(request, account, name)
            return redirect("connections:maton")
        workspace = connect(NewConnection(name, way.transport, key, way.base_url), by=member_of(request))
    except _REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=422)
    return _connected(request, workspace)


@posted_from("connections:list")
@member_may_everywhere(Action.CONNECT)
@recent_sign_in
def disconnect_workspace(request: HttpRequest, pk: int) -> HttpResponse:
    """Disconnect a workspace; the form names what depends on it, so that sending it confirms that."""
    workspace = get_object_or_404(Workspace, pk=pk)
    try:
        is_confirmed = request.POST.get("confirmed") == "yes"
        was_connected = disconnect(workspace, by=member_of(request), is_confirmed=is_confirmed)
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return _page(request, ConnectForm(), status=422)
    words = "was disconnected; its key was deleted here" if was_connected else "was not connected. Nothing was changed"
    messages.success(request, f"{workspace.name} {words}.")
    return redirect("connections:list")


@posted_from("connections:list")
@member_may_everywhere(Action.CONNECT)
@recent_sign_in
def open_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the Maton account that a stored connection goes through."""
    stored = get_object_or_404(stored_connections(), pk=pk, transport=Transport.MATON)
    request.session[_ACCOUNT] = {
        "base_url": stored.base_url,
        "credential": stored.credential,
        "name": "",
        "at": time.time(),
    }
    return redirect("connections:maton")


@require_GET
@member_may_everywhere(Action.CONNECT)
def maton(request: HttpRequest) -> HttpResponse:
    """List the connections of the Maton account; 204 while they are those of `seen`."""
    return _maton_page(request)


@posted_from("connections:maton")
@member_may_everywhere(Action.CONNECT)
@recent_sign_in
def maton_create(request: HttpRequest) -> HttpResponse:
    """Create a connection; its link is in the list."""
    kept = _kept(request)
    if kept is None:
        return redirect("connections:maton")
    account, _ = kept
    try:
        made = create_connection(account, by=member_of(request))
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Created the connection {made.remote_id}. Open its page and authorise it.")
    return redirect("connections:maton")


@posted_from("connections:maton")
@member_may_everywhere(Action.CONNECT)
@recent_sign_in
def maton_connect(request: HttpRequest) -> HttpResponse:
    """Connect the workspace behind one connection of the account."""
    kept = _kept(request)
    if kept is None:
        return redirect("connections:maton")
    account, _ = kept
    form = MatonConnectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the workspace a name of at most 120 characters.")
        return _maton_page(request, status=422)
    new = NewConnection(
        form.cleaned_data["name"], Transport.MATON, account.key, account.base_url, form.cleaned_data["maton_connection"]
    )
    try:
        workspace = connect(new, by=member_of(request))
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return _maton_page(request, status=422)
    del request.session[_ACCOUNT]
    return _connected(request, workspace)


@posted_from("connections:maton")
@member_may_everywhere(Action.CONNECT)
@recent_sign_in
def maton_delete(request: HttpRequest) -> HttpResponse:
    """Delete a connection at Maton; the form names what goes through it."""
    kept = _kept(request)
    if kept is None:
        return redirect("connections:maton")
    account, _ = kept
    remote_id = request.POST.get("maton_connection", "")[:64]
    try:
        is_confirmed = request.POST.get("confirmed") == "yes"
        delete_connection(account, remote_id, by=member_of(request), is_confirmed=is_confirmed)
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Deleted the connection {remote_id} at Maton.")
    return redirect("connections:maton")


def _connected(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    queue_first_sync(workspace)
    messages.success(request, f"{workspace.name} is connected, in {workspace.get_mode_display()}.")
    return redirect("connections:list")


def _keep(request: HttpRequest, account: Account, name: str) -> None:
    """Keep an account for the next steps. The session is encrypted, and the key in it once more."""
    request.session[_ACCOUNT] = {
        "base_url": account.base_url,
        "credential": encrypted(account.key),
        "name": name,
        "at": time.time(),
    }


def _kept(request: HttpRequest) -> tuple[Account, str] | None:
    """Return the account whose connections are looked at and the name that was entered; None where that is over."""
    kept: dict[str, Any] = request.session.get(_ACCOUNT, {})
    if not kept or abs(time.time() - kept["at"]) > _ACCOUNT_LIFE_S:
        return None
    try:
        return Account(kept["base_url"], decrypted(kept["credential"])), kept["name"]
    except ClientError:
        return None


def _maton_page(request: HttpRequest, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"nav": "settings", "tab": "connections", "page": None}
    kept = _kept(request)
    if kept is None:
        return render(request, "workspaces/maton.html", context, status=status)
    account, context["name"] = kept
    try:
        context["page"] = page = maton_page(account)
    except ClientError as error:
        context["refusal"] = str(error)
    else:
        if request.GET.get("seen") == page.version:
            return HttpResponse(status=204)
    return render(request, "workspaces/maton.html", context, status=status)


def _page(request: HttpRequest, form: ConnectForm, status: int = 200) -> HttpResponse:
    context = {"nav": "settings", "tab": "connections", "form": form, "lines": connection_lines()}
    return render(request, "workspaces/connections.html", context, status=status)
