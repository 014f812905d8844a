"""Turning the weekly report on or off for oneself."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from iexdg.analytics.models import WeeklyReport
from iexdg.analytics.weekly import choose, wants_weekly
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.workspaces.connected import current_workspace

_LAST = 8


@require_http_methods(["GET", "POST"])
@member_may(Action.READ)
def weekly(request: HttpRequest) -> HttpResponse:
    """Show and store whether a member gets the report of this workspace; everyone decides for themselves."""
    workspace, member = current_workspace(), member_of(request)
    if request.method == "POST":
        wants = request.POST.get("weekly") == "on"
        choose(member, workspace, wants=wants)
        messages.success(request, f"The weekly report is {'on' if wants else 'off'} for you.")
        return redirect("analytics:weekly")
    context = {
        "nav": "settings",
        "tab": "weekly",
        "workspace": workspace,
        "wants": wants_weekly(member, workspace),
        "email_is_on": bool(settings.EMAIL_HOST),
        "reports": WeeklyReport.objects.filter(workspace=workspace, member=member).order_by("-week")[:_LAST],
    }
    return render(request, "analytics/weekly.html", context)
