"""The approval policy under Settings: everyone reads it, an admin changes it."""

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from campaigns.views.access import connected_workspace
from iexdg.golive.forms import PolicyForm
from iexdg.golive.policy import Policy, change_policy, policy_of
from iexdg.team.audit.already import already
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.workspaces.models import Workspace


@require_GET
@member_may(Action.READ)
def policy(request: HttpRequest) -> HttpResponse:
    """Show the policy."""
    return _page(request, _workspace())


@posted_from("golive:approval-policy")
@member_may(Action.SETTINGS)
def change(request: HttpRequest) -> HttpResponse:
    """Store what an admin chose."""
    workspace = _workspace()
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _page(request, workspace, form, status=422)
    wanted = form.cleaned_data
    chosen = Policy(int(wanted["approvers"]), wanted["life_h"], wanted["who_asks"], wanted["who_decides"])
    if change_policy(workspace, chosen, by=member_of(request)):
        messages.success(request, "Saved. Go-lives requested from now on follow it.")
    else:
        done = already("set", f"workspace:{workspace.pk}", "workspace:approval_policy:changed")
        messages.info(request, f"{done or 'It is set like this.'} Nothing was changed.")
    return redirect("golive:approval-policy")


def _workspace() -> Workspace:
    workspace = connected_workspace()
    if workspace is None:
        raise Http404("No workspace is connected yet.")
    return workspace


def _page(
    request: HttpRequest, workspace: Workspace, form: PolicyForm | None = None, status: int = 200
) -> HttpResponse:
    now = policy_of(workspace)
    initial = asdict(now) | {"approvers": str(now.approvers)}
    context = {
        "nav": "settings",
        "tab": "approvals",
        "policy": now,
        "form": form or PolicyForm(initial=initial),
        "may_change": member_of(request).may(Action.SETTINGS),
    }
    return render(request, "golive/approval_policy.html", context, status=status)
