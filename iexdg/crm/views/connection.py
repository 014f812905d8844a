"""Views of the connection to GoHighLevel. A token that was entered is in no answer."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.clients.http.errors import ClientError
from iexdg.connections.errors import StoredConnectionError
from iexdg.crm.errors import CrmError
from iexdg.crm.forms import TokenForm
from iexdg.crm.pages.connection import connection_page
from iexdg.crm.sign_in import begin, finish, redirect_uri
from iexdg.crm.verbs import check, connect_by_sign_in, connect_by_token, disconnect
from iexdg.team.permissions import member_may, member_of, signed_in
from iexdg.team.roles import Action
from iexdg.team.sign_in_again import recent_sign_in
from iexdg.ui.posting import posted_from
from iexdg.ui.workspace_urls import urls_of
from iexdg.workspaces.connected import connected_workspaces, current_workspace

_REFUSALS = (CrmError, StoredConnectionError, ClientError)


@require_GET
@member_may(Action.READ)
def connection(request: HttpRequest) -> HttpResponse:
    """Show the location, its scopes and limits."""
    return _page(request, TokenForm())


@posted_from("crm:connection")
@member_may(Action.SYNC)
def check_now(request: HttpRequest) -> HttpResponse:
    """Ask the location again."""
    try:
        found = check(current_workspace())
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{found} answered.")
    return redirect("crm:connection")


@sensitive_post_parameters("token")
@posted_from("crm:connection")
@member_may(Action.CONNECT)
@recent_sign_in
def connect(request: HttpRequest) -> HttpResponse:
    """Connect by a private integration token."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    entered = form.cleaned_data
    workspace = current_workspace()
    try:
        made = connect_by_token(workspace, entered["location_id"], entered["token"], by=member_of(request))
    except _REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=422)
    messages.success(request, f"{workspace.name} is connected to {made}.")
    return redirect("crm:connection")


@posted_from("crm:connection")
@member_may(Action.CONNECT)
@recent_sign_in
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to GoHighLevel by a link: a form may not be sent on to another site."""
    if not (settings.GHL_CLIENT_ID and settings.GHL_CLIENT_SECRET):
        messages.error(request, "There is no app. Set GHL_CLIENT_ID and GHL_CLIENT_SECRET, and restart.")
        return redirect("crm:connection")
    link = begin(request, current_workspace())
    return render(request, "crm/sign_in.html", {"nav": "crm", "link": link})


@require_http_methods(["GET", "POST"])
@member_may(Action.CONNECT)
@recent_sign_in
def disconnect_location(request: HttpRequest) -> HttpResponse:
    """Ask, then end the connection."""
    workspace = current_workspace()
    if request.method == "POST" and request.POST.get("confirmed") == "yes":
        was_connected = disconnect(workspace, by=member_of(request))
        words = (
            "was disconnected; its token was deleted here" if was_connected else "was not connected by a stored token"
        )
        messages.success(request, f"{workspace.name} {words}.")
        return redirect("crm:connection")
    page = connection_page(workspace, member_of(request))
    status = 422 if request.method == "POST" else 200
    return render(request, "crm/disconnect.html", {"nav": "crm", "page": page}, status=status)


@require_GET
@signed_in
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    """Take a person back from GoHighLevel: the kept state says which workspace is meant, and that they asked."""
    pk = finish(request)
    workspace = connected_workspaces().filter(pk=pk).first() if pk is not None else None
    member = member_of(request)
    if workspace is None or not member.may(Action.CONNECT, workspace):
        messages.error(request, "This browser did not ask GoHighLevel for that, or too long ago. Nothing was changed.")
        return redirect("all-workspaces")
    try:
        code = request.GET.get("code", "")[:2000]
        if not code:
            messages.error(request, "GoHighLevel was not authorised. Nothing was changed.")
        else:
            made = connect_by_sign_in(workspace, code, redirect_uri(request), by=member)
            messages.success(request, f"{workspace.name} is connected to {made}.")
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("crm:connection", urls_of(workspace.slug)))  # type: ignore[arg-type]


def _page(request: HttpRequest, form: TokenForm, status: int = 200) -> HttpResponse:
    page = connection_page(current_workspace(), member_of(request))
    return render(request, "crm/connection.html", {"nav": "crm", "page": page, "form": form}, status=status)
