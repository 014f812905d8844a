"""Lead lists: their page, the page of one, what is done with them, and their exports."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.clients.http.errors import ClientError
from iexdg.operations.enqueue import enqueue
from iexdg.team.audit.record import record
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from leads.changing.ask import create_list, delete_list, rename_list
from leads.errors import LeadsError
from leads.forms import ListForm
from leads.lists.mirror import mirror_people, read_stats
from leads.models import LeadList
from leads.pages.lists import list_cells, list_page, lists_cells, lists_page
from leads.tasks import change_people


@require_GET
@member_may(Action.READ)
def lists(request: HttpRequest) -> HttpResponse:
    """Show all lists."""
    return _all(request, ListForm())


def _all(request: HttpRequest, form: ListForm, status: int = 200) -> HttpResponse:
    page = lists_page(current_workspace(), member_of(request))
    return render(request, "leads/lists.html", {"nav": "lists", "page": page, "form": form}, status=status)


@posted_from("leads:lists")
@member_may(Action.PEOPLE)
def create(request: HttpRequest) -> HttpResponse:
    """Request a new list."""
    form, workspace = ListForm(request.POST), current_workspace()
    if not form.is_valid():
        return _all(request, form, status=422)
    try:
        create_list(workspace, form.cleaned_data["name"], by=member_of(request))
    except (LeadsError, WorkspaceError) as error:
        form.add_error("name", str(error))
        return _all(request, form, status=422)
    enqueue(change_people, workspace.pk)
    messages.info(request, "The list is requested. It appears once Instantly has confirmed it.")
    return redirect("leads:lists")


@require_GET
@member_may(Action.READ)
def lead_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list with its people, searched and sorted by the query string."""
    found = list_or_404(pk)
    return _one(request, found, ListForm(initial={"name": found.name}))


def _one(request: HttpRequest, found: LeadList, form: ListForm, status: int = 200) -> HttpResponse:
    page = list_page(found, request.GET, member_of(request))
    context = {"nav": "lists", "page": page, "page_obj": page.page_obj, "form": form}
    return render(request, "leads/list.html", context, status=status)


@posted_from("leads:lead-list")
@member_may(Action.PEOPLE)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Request another name."""
    found, form = list_or_404(pk), ListForm(request.POST)
    if not form.is_valid():
        return _one(request, found, form, status=422)
    try:
        rename_list(found, form.cleaned_data["name"], by=member_of(request))
    except (LeadsError, WorkspaceError) as error:
        form.add_error("name", str(error))
        return _one(request, found, form, status=422)
    enqueue(change_people, found.workspace_id)
    messages.info(request, "The new name is requested.")
    return redirect("leads:lead-list", pk=pk)


@require_http_methods(["GET", "POST"])
@member_may(Action.PEOPLE)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what deleting a list does; request it once that is confirmed."""
    found = list_or_404(pk)
    if request.method == "GET":
        page = list_page(found, {}, member_of(request))
        return render(request, "leads/list_delete.html", {"nav": "lists", "page": page})
    try:
        delete_list(found, by=member_of(request))
    except (LeadsError, WorkspaceError) as error:
        messages.error(request, str(error))
        return redirect("leads:lead-list", pk=pk)
    enqueue(change_people, found.workspace_id)
    messages.info(request, f"Deleting {found} is requested. It goes once Instantly has confirmed it.")
    return redirect("leads:lists")


@posted_from("leads:lead-list")
@member_may(Action.SYNC)
def read_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the people of a list and their counts now."""
    found = list_or_404(pk)
    try:
        read_stats(found)
        mirror_people(found)
    except (ClientError, WorkspaceError) as error:
        messages.error(request, f"The list could not be read. {error}")
    return redirect("leads:lead-list", pk=pk)


@require_GET
@member_may(Action.IMPORT)
def lists_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All lists as a CSV file."""
    page = lists_page(current_workspace(), member_of(request))
    return csv_download("lead-lists.csv", csv_lines(lists_cells(page.lines)))


@require_GET
@member_may(Action.IMPORT)
def list_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The people of a list as a CSV file; the export is recorded in the audit log."""
    found, words = list_or_404(pk), request.GET.get("q", "").strip()[:200]
    record(
        "lead:list:exported",
        "Downloaded a lead list",
        subject=f"workspace:{found.workspace_id}",
        by=member_of(request),
        after={"list": found.pk},
    )
    return csv_download("lead-list.csv", csv_lines(list_cells(found, words)))


def list_or_404(pk: int) -> LeadList:
    """The list with this id in the current workspace. Raises: Http404."""
    workspace = current_workspace()
    lists = LeadList.objects.filter(pk=pk, workspace=workspace, vanished_at__isnull=True)
    found = lists.select_related("workspace").first()
    if found is None:
        raise Http404("There is no such list in this workspace.")
    return found
