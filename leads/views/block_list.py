"""The block list: its page, what goes on it and off it, its export, and the policy."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.operations.enqueue import enqueue
from iexdg.team.audit.record import record
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from leads.blocklist.ask import CHANGES, ask_to_block, ask_to_unblock
from leads.blocklist.policy import set_policy
from leads.blocklist.queries import BlockFilters
from leads.errors import LeadsError
from leads.forms import BlockForm, BlockPersonForm, BlockPolicyForm
from leads.importing.block_values import BlockFile, entries_in_text, values_in_file
from leads.models import BlockSource, Suppression
from leads.pages.block_list import Entered, block_list_page, csv_cells, entered, removal_page
from leads.queries import lead_of
from leads.tasks import send_block_list


@require_GET
@member_may(Action.READ)
def block_list(request: HttpRequest) -> HttpResponse:
    """Show the list, with search and filters in the query string."""
    return _page(request, BlockForm())


def _page(request: HttpRequest, form: BlockForm, *, result: Entered | None = None, status: int = 200) -> HttpResponse:
    page = block_list_page(current_workspace(), request.GET, member_of(request))
    context = {"nav": "block-list", "page": page, "page_obj": page.page_obj, "form": form, "result": result}
    if request.headers.get("HX-Target") == "blocked-values":
        return render(request, "leads/_block_list.html", context | {"is_fragment": True})
    return render(request, "leads/block_list.html", context, status=status)


@posted_from("leads:block-list")
@member_may(Action.BLOCK)
def add_values(request: HttpRequest) -> HttpResponse:
    """Put what was typed, pasted or uploaded on the list; the answer says what became of each line."""
    form = BlockForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    workspace, by = current_workspace(), member_of(request)
    try:
        found, source = _entered(form)
        entries = found.entries
        values = [entry.value for entry in entries if entry.value]
        outcomes = ask_to_block(workspace, values, by=by, source=source, why=form.cleaned_data["why"])
    except (LeadsError, WorkspaceError) as error:
        form.add_error(None, str(error))
        return _page(request, form, status=422)
    enqueue(send_block_list, workspace.pk)
    result = entered(entries, outcomes, unread=found.unread)
    return _page(request, BlockForm(), result=result, status=200 if values else 422)


def _entered(form: BlockForm) -> tuple[BlockFile, str]:
    typed = form.cleaned_data["values"]
    if form.cleaned_data["file"] is None:
        return BlockFile(entries_in_text(typed), []), BlockSource.TYPED
    found = values_in_file(form.cleaned_data["file"].read())
    above = entries_in_text(typed) if typed.strip() else []
    return BlockFile([*above, *found.entries], found.unread), BlockSource.FILE


@require_http_methods(["GET", "POST"])
@member_may(Action.BLOCK)
def remove_value(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what taking a value off would do; take it off once that is confirmed."""
    row = _row(pk)
    if row is None and request.method == "POST":
        messages.info(request, "It is not on the list any more. Nothing was changed.")
        return redirect("leads:block-list")
    if row is None:
        raise Http404("There is no such value on the block list of this workspace.")
    if request.method == "GET":
        return render(request, "leads/block_remove.html", {"nav": "block-list", "page": removal_page(row)})
    try:
        outcome = ask_to_unblock(row.workspace, [row.value], by=member_of(request))[row.value]
    except (LeadsError, WorkspaceError) as error:
        messages.error(request, str(error))
        return redirect("leads:block-list")
    enqueue(send_block_list, row.workspace_id)
    say = messages.success if outcome in CHANGES else messages.info
    say(request, f"{row.value} {outcome.value}.")
    return redirect("leads:block-list")


@posted_from("leads:block-list")
@member_may(Action.BLOCK)
def add_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again for a value that was refused, or keep one that is to be taken off."""
    row = _row(pk)
    if row is None:
        raise Http404("There is no such value on the block list of this workspace.")
    try:
        outcome = ask_to_block(row.workspace, [row.value], by=member_of(request), source=row.source)[row.value]
    except (LeadsError, WorkspaceError) as error:
        messages.error(request, str(error))
        return redirect("leads:block-list")
    enqueue(send_block_list, row.workspace_id)
    messages.info(request, f"{row.value}: {outcome.value}.")
    return redirect("leads:block-list")


@require_GET
@member_may(Action.BLOCK)
def block_list_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered values as a CSV file; the export is recorded in the audit log."""
    filters, workspace = BlockFilters.read(request.GET), current_workspace()
    record(
        "blocklist:list:exported",
        "Downloaded the block list",
        subject=f"workspace:{workspace.pk}",
        by=member_of(request),
        after={name: value for name, value in filters.named().items() if name != "q"},
    )
    found = filters.matching(workspace).select_related("asked_by").order_by("value")
    return csv_download("block-list.csv", csv_lines(csv_cells(found.iterator(chunk_size=2000))))


@posted_from("leads:block-list")
@member_may(Action.SETTINGS)
def change_policy(request: HttpRequest) -> HttpResponse:
    """Set whether bounces and unsubscribes go on the list by themselves."""
    form = BlockPolicyForm(request.POST)
    form.is_valid()
    changed = set_policy(
        current_workspace(),
        bounced=form.cleaned_data["bounced"],
        unsubscribed=form.cleaned_data["unsubscribed"],
        by=member_of(request),
    )
    messages.info(request, "The policy was changed." if changed else "The policy is set so already.")
    return redirect("leads:block-list")


@posted_from("leads:person")
@member_may(Action.BLOCK)
def block_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Block the address of a lead, or everyone at its domain."""
    workspace = current_workspace()
    lead = lead_of(workspace, pk)
    if lead is None:
        raise Http404("There is no such lead in this workspace.")
    form = BlockPersonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose the address or its domain. Nothing was changed.")
        return redirect("leads:person", pk=pk)
    value = lead.email if form.cleaned_data["what"] == "address" else lead.email.rpartition("@")[2]
    try:
        outcome = ask_to_block(
            workspace, [value], by=member_of(request), source=BlockSource.PERSON, why=form.cleaned_data["why"]
        )[value]
    except (LeadsError, WorkspaceError) as error:
        messages.error(request, str(error))
        return redirect("leads:person", pk=pk)
    enqueue(send_block_list, workspace.pk)
    messages.info(request, f"{value}: {outcome.value}. It blocks here from now on; Instantly is asked at once.")
    return redirect("leads:person", pk=pk)


def _row(pk: int) -> Suppression | None:
    found = Suppression.objects.filter(pk=pk, workspace=current_workspace())
    return found.select_related("workspace", "asked_by").first()
