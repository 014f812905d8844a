"""The leads list, its export, and the fragments that other pages embed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campaigns.views.access import campaign_or_404
from campaigns.views.campaign import frame_of
from iexdg.team.audit.record import record
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.fragments import part_of
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspaces.connected import current_workspace
from leads.pages.leads_list import leads_page
from leads.pages.panels import imports_panel, verified_figure
from leads.pages.people import VERIFICATION, export_cells
from leads.pages.receipts import receipts_page
from leads.selection import LeadFilters, filtered_leads

_LIST = "leads/_leads_list.html"
_VERIFICATIONS = [(key, label) for key, (label, _) in VERIFICATION.items()]


@require_GET
@member_may(Action.READ)
def leads(request: HttpRequest) -> HttpResponse:
    """People in campaigns, with search and filters in the query string."""
    context = {"nav": "leads", "verifications": _VERIFICATIONS, "shows_campaign": True}
    context["page"] = leads_page(current_workspace(), request.GET)
    if _is_for_the_list(request):
        return render(request, _LIST, context | {"is_fragment": True})
    return render(request, "leads/leads.html", context)


def _is_for_the_list(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "leads-list"


@require_GET
@member_may(Action.IMPORT)
def leads_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered leads as a CSV file; the export is recorded in the audit log."""
    filters, workspace = LeadFilters.read(request.GET), current_workspace()
    found = filtered_leads(workspace, filters)
    record(
        "lead:list:exported",
        "Downloaded the list of leads",
        subject=f"workspace:{workspace.pk}",
        by=member_of(request),
        after={name: value for name, value in filters.named().items() if name != "q"},
    )
    return csv_download("leads.csv", csv_lines(export_cells(found)))


@require_GET
@member_may(Action.READ)
def campaign_tab(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab of a campaign with its leads and its imports."""
    campaign = campaign_or_404(pk)
    context: dict[str, Any] = {"page": leads_page(campaign.workspace, request.GET, campaign)}
    context["verifications"] = _VERIFICATIONS
    if _is_for_the_list(request):
        return render(request, _LIST, context)
    context["lines"] = imports_panel(campaign, campaign.workspace)
    return render(request, "leads/campaign.html", context | frame_of(request, campaign, "leads"))


@require_GET
@member_may(Action.READ)
def receipts(request: HttpRequest) -> HttpResponse:
    """The verifications of the last seven days, with their outcome in the query string."""
    page = receipts_page(current_workspace(), request.GET)
    return render(request, "leads/receipts.html", {"nav": "leads", "page": page})


@require_GET
@member_may(Action.READ)
@part_of("campaigns:control-room")
def verified_kpi(request: HttpRequest) -> HttpResponse:
    """Fragment: how many addresses passed in the last seven days."""
    return render(request, "leads/_verified_kpi.html", {"figure": verified_figure(current_workspace())})
