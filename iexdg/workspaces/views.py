"""Views of the connection: the facts of the top bar and the settings page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.team.sign_in_again import recent_sign_in
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import NotConnectedError
from iexdg.workspaces.forms import ModeForm
from iexdg.workspaces.mode import set_mode
from iexdg.workspaces.models import Mode
from iexdg.workspaces.pages import workspace_page


@require_GET
@member_may(Action.READ)
def bar(request: HttpRequest) -> HttpResponse:
    """Return the facts of the top bar, for a page that stays open."""
    return render(request, "_workspace_bar_answer.html")


@require_GET
@member_may(Action.READ)
def workspace_settings(request: HttpRequest) -> HttpResponse:
    """Show the connection; an admin may change the mode."""
    return _page(request, ModeForm())


@require_POST
@member_may(Action.SETTINGS)
@recent_sign_in("turn writing on", when=lambda request: request.POST.get("mode") != Mode.OBSERVE)
def change_mode(request: HttpRequest) -> HttpResponse:
    """Turn writing on or off."""
    form = ModeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    workspace = current_workspace()
    mode = form.cleaned_data["mode"]
    words = Mode(mode).label
    if set_mode(workspace, mode, by=member_of(request), note=form.cleaned_data["note"].strip()):
        messages.success(request, f"{workspace.name} is in {words} now.")
    else:
        messages.info(request, f"{workspace.name} was in {words} already. Nothing was changed.")
    return redirect("workspaces:settings")


def _page(request: HttpRequest, form: ModeForm, status: int = 200) -> HttpResponse:
    context = {"nav": "settings", "tab": "workspace", "form": form, "page": None}
    try:
        context["page"] = workspace_page(current_workspace(), member_of(request))
    except NotConnectedError as error:
        context["refusal"] = str(error)
    return render(request, "workspaces/settings.html", context, status=status)
