"""The kill switch: turning it on, lifting it, and following its progress."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.forms import ALL, LiftForm, StopForm
from campaigns.pages.stop import other_workspaces, stop_page
from campaigns.tasks import carry_out_request, read_statuses, send_pauses
from campaigns.views.access import connected_workspace
from campaigns.watch.stopping import lift as lift_switch
from campaigns.watch.stopping import stop_all
from iexdg.operations.enqueue import enqueue
from iexdg.team.audit.already import already
from iexdg.team.models import Member
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.team.sign_in_again import recent_sign_in
from iexdg.ui.fragments import part_of
from iexdg.ui.posting import posted_from
from iexdg.workspace_objects.sending import open_pauses
from iexdg.workspace_objects.tasks import carry_out_change
from iexdg.workspaces.connected import seen_by
from iexdg.workspaces.errors import KillSwitchError
from iexdg.workspaces.models import Workspace

_DONE_WHEN = "Each campaign is done when Instantly reads back as paused."
_AGAIN = "Whatever can send now is paused again."


@member_may(Action.PAUSE)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation, stop everything, or show the progress. Open to everyone who is signed in."""
    workspace = connected_workspace()
    if workspace is None:
        return render(request, "workspaces/not_connected.html", {"nav": ""})
    if request.method == "GET":
        return _page(request, _form(request, workspace), LiftForm())
    form = _form(request, workspace, request.POST)
    if not form.is_valid():
        return _page(request, form, LiftForm(), status=422)
    was_on = workspace.kill_switch_at is not None
    stopped = seen_by(member_of(request)) if form.cleaned_data.get("where") == ALL else [workspace]
    for one in stopped:
        _stop(one, by=member_of(request), reason=form.cleaned_data["reason"].strip())
    words = f"All sending is being stopped. {_DONE_WHEN}"
    if len(stopped) > 1:
        words = f"All sending is being stopped in {', '.join(one.name for one in stopped)}. {_DONE_WHEN}"
    elif was_on:
        words = f"{already('stopped', f'workspace:{workspace.pk}', 'workspace:kill_switch:on')} {_AGAIN}"
    messages.success(request, words)
    return redirect("all-workspaces" if len(stopped) > 1 else "campaigns:stop")


@member_may(Action.LIFT_KILL_SWITCH)
@posted_from("campaigns:stop")
@recent_sign_in
def lift(request: HttpRequest) -> HttpResponse:
    """Lift the switch; every campaign stays paused."""
    workspace = connected_workspace()
    if workspace is None:
        return render(request, "workspaces/not_connected.html", {"nav": ""})
    form = LiftForm(request.POST)
    if not form.is_valid():
        return _page(request, _form(request, workspace), form, status=422)
    try:
        lifted = lift_switch(workspace, by=member_of(request), reason=form.cleaned_data["reason"].strip())
    except KillSwitchError as refusal:
        form.add_error("reason", str(refusal))
        return _page(request, _form(request, workspace), form, status=422)
    if lifted:
        messages.success(request, "The kill switch is lifted. Every campaign stays paused until its next go-live.")
    else:
        done = already("lifted", f"workspace:{workspace.pk}", "workspace:kill_switch:lifted")
        messages.info(request, f"{done or 'The kill switch is off.'} Nothing was changed.")
    return redirect("campaigns:stop")


@member_may(Action.READ)
@require_GET
@part_of("campaigns:stop")
def state(request: HttpRequest) -> HttpResponse:
    """The list of campaigns alone: 204 while nothing has changed, 286 once all of them are read back."""
    workspace = connected_workspace()
    if workspace is None:
        return HttpResponse(status=286)
    page = stop_page(workspace, member=member_of(request))
    if request.GET.get("seen") == page.version:
        return HttpResponse(status=204)
    is_over = not page.is_on or not page.unconfirmed
    return render(request, "campaigns/_stop_state.html", {"page": page}, status=286 if is_over else 200)


def _stop(workspace: Workspace, *, by: Member, reason: str) -> None:
    status_requests = stop_all(workspace, by=by, reason=reason)
    enqueue(send_pauses, workspace.pk, queue="safety")
    for status_request in status_requests:
        enqueue(carry_out_request, status_request.pk, queue="safety")
    for pk in open_pauses(workspace).values_list("pk", flat=True):
        enqueue(carry_out_change, pk, queue="safety")
    # A campaign that just turned active and is mirrored as paused is found by reading again at once.
    enqueue(read_statuses, workspace.pk, queue="watch")


def _form(request: HttpRequest, workspace: Workspace, data: QueryDict | None = None) -> StopForm:
    names = [one.name for one in seen_by(member_of(request))]
    # Where this one is stopped already, only the others are left to be stopped.
    where = ALL if workspace.is_stopped else request.GET.get("where", "")
    return StopForm(data, here=workspace.name, names=names, where=where)


def _page(request: HttpRequest, form: StopForm, lift_form: LiftForm, status: int = 200) -> HttpResponse:
    workspace = connected_workspace()
    page = stop_page(workspace, member=member_of(request)) if workspace else None
    others = other_workspaces([one for one in seen_by(member_of(request)) if one != workspace and not one.is_stopped])
    context = {"nav": "", "page": page, "form": form, "lift_form": lift_form, "others": others}
    return render(request, "campaigns/stop.html", context, status=status)
