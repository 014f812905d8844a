"""The form of an automation: a new one, and one that is changed; and the lists of GoHighLevel that it offers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from iexdg.clients.http.errors import ClientError
from iexdg.connections.errors import StoredConnectionError
from iexdg.crm.automation_forms import AutomationForm, initial_of
from iexdg.crm.automations import change, create, new_draft
from iexdg.crm.errors import CrmError
from iexdg.crm.lists import read_lists
from iexdg.crm.models import Automation
from iexdg.crm.queries import automations_of, connection_of, lists_of
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connected import current_workspace


@require_http_methods(["GET", "POST"])
@member_may(Action.CONNECT)
def new(request: HttpRequest) -> HttpResponse:
    """Make another automation; it is a draft."""
    workspace = current_workspace()
    draft = new_draft(workspace, in_crm=connection_of(workspace) is not None)
    form = _form(request, draft)
    if request.method == "POST" and form.is_valid():
        try:
            made = create(workspace, by=member_of(request), facts=form.facts)
        except CrmError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{made} is a draft. Test it before you activate it.")
            return redirect("crm:automation", made.pk)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@member_may(Action.CONNECT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change it; it is a draft then."""
    found = automations_of(current_workspace()).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such automation in this workspace.")
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            change(found, by=member_of(request), facts=form.facts)
        except CrmError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{found} was changed. Test it again before you activate it.")
            return redirect("crm:automation", pk)
    return _page(request, form, found)


@posted_from("crm:automations")
@member_may(Action.SYNC)
def read_again(request: HttpRequest) -> HttpResponse:
    """Read the workflows and pipelines of the location now."""
    try:
        lists = read_lists(current_workspace())
    except (CrmError, StoredConnectionError, ClientError) as refusal:
        messages.error(request, str(refusal))
    else:
        errors = [error for error in (lists.workflows_error, lists.pipelines_error) if error]
        if errors:
            messages.error(request, " ".join(errors))
        else:
            messages.success(request, "The workflows and pipelines of the location were read.")
    return _back(request.POST.get("automation", ""))


def _back(automation: str) -> HttpResponse:
    """To the form that asked. Shapes: automation - its id, "new" for a new one; else to the list."""
    pk = number_in(automation)
    if pk is not None:
        return redirect("crm:edit", pk)
    return redirect("crm:new" if automation == "new" else "crm:automations")


def _form(request: HttpRequest, automation: Automation) -> AutomationForm:
    workspace = automation.workspace
    return AutomationForm(
        request.POST or None, workspace=workspace, lists=lists_of(workspace), initial=initial_of(automation)
    )


def _page(request: HttpRequest, form: AutomationForm, automation: Automation | None) -> HttpResponse:
    is_connected = connection_of(current_workspace()) is not None
    context: dict[str, Any] = {"nav": "crm", "automation": automation, "form": form, "is_connected": is_connected}
    return render(request, "crm/automation_edit.html", context, status=422 if request.method == "POST" else 200)
