"""The leads list, its export, and the fragments that other pages embed."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campaigns.views.access import campaign_or_404
from campaigns.views.campaign import frame_of
from iexdg.team.audit.record import record
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspaces.connected import current_workspace
from leads.models import LeadStatus
from leads.pages.panels import imports_panel, leads_panel, verified_figure
from leads.pages.people import VERIFICATION, LeadFilters, export_cells, filtered_leads, leads_page


@require_GET
@member_may(Action.READ)
def leads(request: HttpRequest) -> HttpResponse:
    """People in campaigns, with search and filters in the query string."""
    before = request.GET.get("before", "")
    known = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    page = leads_page(current_workspace(), LeadFilters.read(request.GET), known)
    context = {
        "nav": "leads",
        "page": page,
        "statuses": LeadStatus.choices,
        "verifications": [(key, label) for key, (label, _) in VERIFICATION.items()],
    }
    template = "leads/_leads_list.html" if _is_for_the_list(request) else "leads/leads.html"
    return render(request, template, context)


def _is_for_the_list(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "leads-list"


@require_GET
@member_may(Action.IMPORT)
def leads_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered leads as a CSV file; the export is recorded in the audit log."""
    filters = LeadFilters.read(request.GET)
    found = filtered_leads(current_workspace(), filters)
    record(
        "lead:list:exported",
        "Downloaded the list of leads",
        subject="lead:list",
        by=member_of(request),
        after={"campaign": filters.campaign, "status": filters.status, "verification": filters.verification},
    )
    return csv_download("leads.csv", csv_lines(export_cells(found)))


@require_GET
@member_may(Action.READ)
def campaign_tab(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab of a campaign with its leads and its imports."""
    campaign = campaign_or_404(pk)
    context = frame_of(request, campaign, "leads")
    context["panel"] = leads_panel(campaign, campaign.workspace)
    context["lines"] = imports_panel(campaign, campaign.workspace)
    return render(request, "leads/campaign.html", context)


@require_GET
@member_may(Action.READ)
def verified_kpi(request: HttpRequest) -> HttpResponse:
    """Fragment: how many addresses passed in the last seven days."""
    return render(request, "leads/_verified_kpi.html", {"figure": verified_figure(current_workspace())})
