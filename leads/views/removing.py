"""Removing people from a campaign: what it does, the request, and the page of what came of it."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.views.access import campaign_or_404
from iexdg.operations.enqueue import enqueue
from iexdg.team.audit.record import record
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in, query_of
from iexdg.ui.formatting import plural
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from leads.changing.ask import remove_people, stop_group
from leads.errors import LeadsError
from leads.imports.moving import People, one_person, people_of_campaign, people_of_list
from leads.pages.changes import RemovalPlan, group_cells, group_page, requests_page
from leads.queries import lead_of
from leads.selection import LeadFilters
from leads.tasks import change_people
from leads.views.lists import list_or_404


@require_http_methods(["GET", "POST"])
@member_may(Action.PEOPLE)
def remove_from_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the people that a filter leaves of a campaign. The filter is in the query string."""
    campaign, filters = campaign_or_404(pk), LeadFilters.read(request.GET)
    return _remove(request, people_of_campaign(campaign, filters), f"../leads/{query_of(filters.named())}")


@require_http_methods(["GET", "POST"])
@member_may(Action.PEOPLE)
def remove_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one person from a campaign."""
    lead = lead_of(current_workspace(), pk)
    if lead is None or lead.vanished_at is not None:
        raise Http404("There is no such person in a campaign of this workspace.")
    return _remove(request, one_person(lead), "../")


@require_http_methods(["GET", "POST"])
@member_may(Action.PEOPLE)
def remove_from_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the people that a search leaves of a lead list. The search is in the query string."""
    words = request.GET.get("q", "").strip()[:200]
    return _remove(request, people_of_list(list_or_404(pk), words), f"../{query_of({'q': words})}")


def _remove(request: HttpRequest, people: People, back: str) -> HttpResponse:
    campaign, workspace = people.source.campaign, current_workspace()
    error = ""
    if request.method == "POST":
        try:
            shown = number_in(request.POST.get("people", ""))
            group, number = remove_people(
                workspace, people.rows, by=member_of(request), expected=-1 if shown is None else shown
            )
        except (LeadsError, WorkspaceError) as refusal:
            error = str(refusal)
        else:
            enqueue(change_people, workspace.pk)
            messages.info(request, f"Removing {plural(number, 'person', 'people')} is requested.")
            return redirect("leads:people-changes", pk=group)
    plan = RemovalPlan(
        people=people.rows.order_by().count(),
        contacted=_contacted(people),
        campaign=campaign,
        is_sending=campaign is not None and campaign.is_sending,
        place=people.source.name,
    )
    context = {"nav": "leads", "plan": plan, "back": back, "error": error}
    return render(request, "leads/people_remove.html", context, status=422 if error else 200)


def _contacted(people: People) -> int:
    """How many had an e-mail; no campaign writes to those in a list."""
    if people.source.campaign is None:
        return 0
    return people.rows.order_by().filter(Q(last_contact_at__isnull=False)).count()


@require_GET
@member_may(Action.READ)
def all_changes(request: HttpRequest) -> HttpResponse:
    """What was requested for lists and people, the newest first."""
    page = requests_page(current_workspace(), request.GET.get("page"))
    return render(request, "leads/people_requests.html", {"nav": "leads", "page": page, "page_obj": page.page_obj})


@require_GET
@member_may(Action.READ)
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of a group of changes that was requested at once."""
    page = group_page(current_workspace(), pk, request.GET.get("page"), member_of(request))
    if page is None:
        raise Http404("There is no such request in this workspace.")
    context = {"nav": "leads", "page": page, "page_obj": page.page_obj}
    return render(request, "leads/people_changes.html", context)


@posted_from("leads:people-changes")
@member_may(Action.PEOPLE)
def stop_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop what was not sent yet."""
    stopped = stop_group(current_workspace(), pk, by=member_of(request))
    if stopped:
        messages.info(request, f"Stopped: {plural(stopped, 'person stays', 'people stay')} where they are.")
    else:
        messages.info(request, "Nothing was left to stop.")
    return redirect("leads:people-changes", pk=pk)


@require_GET
@member_may(Action.IMPORT)
def changes_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The outcome of each change as a CSV file; the export is recorded in the audit log."""
    workspace = current_workspace()
    if group_page(workspace, pk, None, member_of(request)) is None:
        raise Http404("There is no such request in this workspace.")
    record(
        "lead:list:exported",
        "Downloaded what came of a request",
        subject=f"workspace:{workspace.pk}",
        by=member_of(request),
    )
    return csv_download("people-changes.csv", csv_lines(group_cells(workspace, pk)))
