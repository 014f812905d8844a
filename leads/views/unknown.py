"""Requests that await confirmation by Instantly: the page, and the line on the control room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from iexdg.team.permissions import member_may
from iexdg.team.roles import Action
from iexdg.ui.fragments import part_of
from iexdg.workspaces.connected import current_workspace
from leads.pages.unknown import pending_outcomes


@require_GET
@member_may(Action.READ)
def unknown(request: HttpRequest) -> HttpResponse:
    """The whole list."""
    return render(
        request, "leads/unknown.html", {"nav": "control-room", "found": pending_outcomes(current_workspace())}
    )


@require_GET
@member_may(Action.READ)
@part_of("leads:unknown")
def panel(request: HttpRequest) -> HttpResponse:
    """Fragment: one line for the control room; empty if nothing awaits confirmation."""
    return render(request, "leads/_unknown_panel.html", {"found": pending_outcomes(current_workspace())})
