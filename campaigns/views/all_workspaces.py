"""The page of all workspaces that a member may see."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from campaigns.pages.all_workspaces import all_workspaces as build_page
from campaigns.pages.all_workspaces import choices_of
from campaigns.views import control_room
from iexdg.team.permissions import member_of, signed_in
from iexdg.ui.fragments import part_of
from iexdg.workspaces.connected import seen_by


@signed_in
@require_GET
def all_workspaces(request: HttpRequest) -> HttpResponseBase:
    """What every workspace does; with a single one its own control room, which also says where there is none."""
    workspaces = seen_by(member_of(request))
    if len(workspaces) == 1:
        return redirect("campaigns:control-room")
    if not workspaces:
        return control_room.control_room(request)
    page = build_page(workspaces, timezone.now())
    return render(request, "campaigns/all_workspaces.html", {"nav": "all-workspaces", "page": page})


@signed_in
@require_GET
@part_of("/")
def choices(request: HttpRequest) -> HttpResponse:
    """Return the list of the switcher in the header with what each workspace does and needs."""
    found = choices_of(seen_by(member_of(request)), request.GET.get("here", ""), timezone.now())
    return render(request, "_switcher_choices.html", {"choices": found})
