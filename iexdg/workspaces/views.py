"""Requests about the connection: the facts of the top bar and the settings page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from iexdg.team.permissions import member_may
from iexdg.team.roles import Action


@require_GET
@member_may(Action.READ)
def bar(request: HttpRequest) -> HttpResponse:
    """Answer the facts of the top bar, for a page that stays open."""
    return render(request, "_workspace_bar.html")
