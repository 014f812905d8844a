"""Views of incidents: the list, one incident, and the actions on it."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from iexdg.incidents import pages
from iexdg.incidents.forms import OwnerForm, ResolveForm
from iexdg.incidents.models import Incident
from iexdg.incidents.queries import campaigns_with_incidents, incidents, undelivered
from iexdg.incidents.record import acknowledge_incident, assign_incident, reopen_incident, resolve_incident
from iexdg.incidents.runbook import runbook
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspaces.connected import current_workspace

_PER_PAGE = 50
_LATELY = timedelta(days=1)


@require_GET
@member_may(Action.READ)
def incident_list(request: HttpRequest) -> HttpResponse:
    """Show the list: unresolved incidents first."""
    workspace = current_workspace()
    filters = pages.filters_of(request.GET)
    names = campaigns_with_incidents(workspace)
    context = {
        "nav": "incidents",
        "query": pages.as_query(filters),
        "undelivered": undelivered(workspace, timezone.now() - _LATELY).first(),
        "chips": pages.chips_of(filters, names),
        "page_obj": Paginator(incidents(workspace, filters), _PER_PAGE).get_page(request.GET.get("page")),
        **pages.menus(filters, names),
    }
    if request.headers.get("HX-Target") == "incident-list":
        return render(request, "incidents/_list.html", context | {"is_fragment": True})
    return render(request, "incidents/list.html", context)


@require_GET
@member_may(Action.READ)
def incident_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download everything that matches the filters as CSV."""
    found = incidents(current_workspace(), pages.filters_of(request.GET)).iterator(chunk_size=500)
    return csv_download("incidents.csv", csv_lines(pages.csv_rows(found)))


@require_GET
@member_may(Action.READ)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one incident."""
    return _page(request, _incident(pk), ResolveForm())


@posted_from("incidents:detail")
@member_may(Action.RESOLVE_INCIDENT)
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge it."""
    incident = _incident(pk)
    return _notified(request, incident, acknowledge_incident(incident, by=member_of(request)), "Acknowledged")


@posted_from("incidents:detail")
@member_may(Action.RESOLVE_INCIDENT)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Become the owner."""
    incident, member = _incident(pk), member_of(request)
    return _notified(request, incident, assign_incident(incident, to=member, by=member), "Taken")


@posted_from("incidents:detail")
@member_may(Action.RESOLVE_INCIDENT)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Assign it to another member."""
    incident = _incident(pk)
    form = OwnerForm(request.POST, workspace=incident.workspace)
    if not form.is_valid():
        messages.error(request, "Choose an owner.")
        return redirect("incidents:detail", incident.pk)
    owner = form.cleaned_data["owner"]
    if not owner.may(Action.RESOLVE_INCIDENT, incident.workspace):
        raise PermissionDenied(f"{owner.name} may not close incidents, so cannot own one.")
    return _notified(
        request, incident, assign_incident(incident, to=owner, by=member_of(request)), f"Handed to {owner.name}"
    )


@posted_from("incidents:detail")
@member_may(Action.RESOLVE_INCIDENT)
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an incident; the second of two people gets a message instead."""
    incident, form = _incident(pk), ResolveForm(request.POST)
    if form.is_valid() and incident.declared.needs_note and not form.cleaned_data["note"].strip():
        form.add_error("note", incident.declared.needs_note)
    if not form.is_valid():
        return _page(request, incident, form, status=422)
    if incident.closes_itself:
        messages.info(request, "This closes automatically once its next step is done. Nothing was changed.")
        return _back(incident)
    if resolve_incident(incident, by=member_of(request), note=form.cleaned_data["note"].strip()):
        # The tag of the message is the address that undoes it (templates/_messages.html).
        messages.success(request, f"Resolved: {incident.summary}", reverse("incidents:reopen", args=[incident.pk]))
    else:
        messages.info(request, pages.done_before(incident))
    return redirect("campaigns:control-room") if request.POST.get("next") != "incident" else _back(incident)


@posted_from("incidents:detail")
@member_may(Action.RESOLVE_INCIDENT)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Reopen a resolved incident."""
    incident = _incident(pk)
    return _notified(request, incident, reopen_incident(incident, by=member_of(request)), "Opened again")


@require_GET
@member_may(Action.READ)
def runbook_page(request: HttpRequest) -> HttpResponse:
    """Show what to do when something is red."""
    return render(request, "incidents/runbook.html", {"nav": "incidents", "blocks": runbook()})


def _incident(pk: int) -> Incident:
    found = Incident.objects.select_related("workspace", "owner", "acknowledged_by", "resolved_by")
    return get_object_or_404(found, pk=pk, workspace=current_workspace())


def _page(request: HttpRequest, incident: Incident, form: ResolveForm, status: int = 200) -> HttpResponse:
    page = pages.incident_page(incident, member_of(request))
    context = {"nav": "incidents", "page": page, "incident": incident, "form": form}
    return render(request, "incidents/detail.html", context, status=status)


def _notified(request: HttpRequest, incident: Incident, happened: bool, verb: str) -> HttpResponse:
    if happened:
        messages.success(request, f"{verb}: {incident.summary}")
    else:
        messages.info(request, pages.done_before(incident))
    return _back(incident)


def _back(incident: Incident) -> HttpResponse:
    return redirect("incidents:detail", incident.pk)
