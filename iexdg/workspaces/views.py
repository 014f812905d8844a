"""Views of the connection: what has changed, the facts of the top bar, and the settings page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from iexdg.team.audit.already import already
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.team.sign_in_again import recent_sign_in_when
from iexdg.ui.fragments import part_of
from iexdg.ui.posting import posted_from
from iexdg.workspaces.changes import recent_changes
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.context import workspace_of_frame
from iexdg.workspaces.errors import NotConnectedError
from iexdg.workspaces.forms import ModeForm
from iexdg.workspaces.mode import set_mode
from iexdg.workspaces.models import Mode
from iexdg.workspaces.pages import workspace_page
from iexdg.workspaces.queries import workspace_bar_facts


@require_GET
@member_may(Action.READ)
@part_of("/")
def changes(request: HttpRequest) -> HttpResponse:
    """Tell an open page what has changed since `seen`: 204 for nothing, else the shell's own parts and an event each.

    The events ("history-changed") make the parts of the page that follow the topic load themselves. `nav` names a page
    without alarms and top bar, as in base.html.
    """
    now = recent_changes()
    changed = now.since(request.GET.get("seen", ""))
    if not changed:
        return HttpResponse(status=204)
    shown = {"changes": now, "changed": changed, "nav": request.GET.get("nav", "")}
    response = render(request, "_changes_answer.html", shown)
    response["HX-Trigger"] = ", ".join(f"{topic}-changed" for topic in changed)
    return response


@require_GET
@member_may(Action.READ)
@part_of("/")
def bar(request: HttpRequest) -> HttpResponse:
    """Return the facts of the top bar, for a page that stays open; 204 while they are those of `seen`."""
    workspace = workspace_of_frame(request)
    facts = workspace_bar_facts(workspace) if workspace is not None else None
    if facts is not None and request.GET.get("seen") == facts.version:
        return HttpResponse(status=204)
    return render(request, "_workspace_bar.html", {"workspace_bar": facts})


@require_GET
@member_may(Action.READ)
def workspace_settings(request: HttpRequest) -> HttpResponse:
    """Show the connection; an admin may change the mode."""
    return _page(request, ModeForm())


@posted_from("workspaces:settings")
@member_may(Action.SETTINGS)
@recent_sign_in_when(lambda request: request.POST.get("mode") != Mode.OBSERVE)
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
        done = already(f"put in {words}", f"workspace:{workspace.pk}", "workspace:mode:changed")
        messages.info(request, done or f"{workspace.name} is in {words}. Nothing was changed.")
    return redirect("workspaces:settings")


def _page(request: HttpRequest, form: ModeForm, status: int = 200) -> HttpResponse:
    context = {"nav": "settings", "tab": "workspace", "form": form, "page": None}
    try:
        context["page"] = workspace_page(current_workspace(), member_of(request))
    except NotConnectedError as error:
        context["refusal"] = str(error)
    return render(request, "workspaces/settings.html", context, status=status)
