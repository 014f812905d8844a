"""What a request came to, and reading the lists again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may
from iexdg.team.roles import Action
from iexdg.ui.addresses import page_url
from iexdg.ui.fragments import part_of
from iexdg.ui.posting import posted_from
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.tasks import read_workspace_lists
from iexdg.workspaces.connected import current_workspace

_PAGES = {
    ObjectKind.TAG: ("objects:tags", "Tags"),
    ObjectKind.LABEL: ("objects:labels", "Labels"),
    ObjectKind.KEY: ("objects:keys", "API keys"),
    ObjectKind.WEBHOOK: ("objects:webhooks", "Webhooks"),
    ObjectKind.JOB: ("objects:jobs", "Background jobs"),
    ObjectKind.AUDIT: ("objects:vendor-audit", "Audit at Instantly"),
}
# Kinds of apps above: the name of their page, which is that of their entry in the navigation.
_OF_OTHER_APPS = {
    ObjectKind.SUBSEQUENCE: ("subsequences", "Subsequences"),
    ObjectKind.PLACEMENT: ("placement-tests", "Placement tests"),
    ObjectKind.CAMPAIGN: ("campaigns", "Campaigns"),
}


@require_GET
@member_may(Action.READ)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a request came to."""
    return render(request, "workspace_objects/change.html", _context(pk))


@require_GET
@member_may(Action.READ)
@part_of("objects:change")
def change_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The outcome alone: 204 while nothing has changed, 286 once it is known."""
    context = _context(pk)
    found = context["change"]
    if request.GET.get("seen") == found.state:
        return HttpResponse(status=204)
    return render(request, "workspace_objects/_change.html", context, status=200 if found.is_open else 286)


@posted_from("objects:tags")
@member_may(Action.SYNC)
def read_now(request: HttpRequest) -> HttpResponse:
    """Read the lists of the workspace; a worker does it."""
    enqueue(read_workspace_lists, current_workspace().pk)
    messages.success(request, "Reading from Instantly. The times on this page say when it is done.")
    back = request.POST.get("back", "")
    names = {reverse(name): name for name, _ in _PAGES.values()}
    return redirect(names.get(back, "objects:tags"))


def _context(pk: int) -> dict[str, Any]:
    found = ObjectChange.objects.filter(workspace=current_workspace(), pk=pk).select_related("by", "workspace").first()
    if found is None:
        raise Http404("There is no such request in this workspace.")
    kind = ObjectKind(found.kind)
    if kind in _PAGES:
        name, label = _PAGES[kind]
        return {"nav": f"{kind}s", "change": found, "back": reverse(name), "back_label": label}
    nav, label = _OF_OTHER_APPS[kind]
    return {"nav": nav, "change": found, "back": page_url(nav), "back_label": label}
