"""From a file to a checked import: list, upload, choose columns, check."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.models import Campaign
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connected import current_workspace
from leads.errors import CampaignRefusedError, LeadsError
from leads.forms import UploadForm, mapping_from
from leads.importing.errors import OpenQuestionError, UnreadableFileError
from leads.importing.flagged import leave_out_flagged, put_back
from leads.importing.upload import choose_columns, guess_again, store_upload
from leads.models import Import, LeadList
from leads.pages.imports import imports_page
from leads.pages.mapping import mapping_asks
from leads.tasks import advance_import
from leads.views.imports import show
from leads.views.lists import list_or_404
from leads.views.lookup import import_of


@require_GET
@member_may(Action.READ)
def imports(request: HttpRequest) -> HttpResponse:
    """All imports, newest first or in the order of the address, with filters in the address."""
    page = imports_page(current_workspace(), request.GET)
    return render(request, "leads/imports.html", {"nav": "imports", "page": page, "page_obj": page.page_obj})


@require_http_methods(["GET", "POST"])
@member_may(Action.IMPORT)
def upload(request: HttpRequest) -> HttpResponse:
    """Upload a file, for a lead list where the address names one; a read error is shown on the file field."""
    lead_list = _list_of(request)
    campaigns = None
    if lead_list is None:
        campaigns = Campaign.objects.filter(workspace=current_workspace(), vanished_at__isnull=True)
    context: dict[str, object] = {"nav": "imports", "lead_list": lead_list}
    if request.method == "GET":
        form = UploadForm(campaigns=campaigns, initial={"campaign": request.GET.get("campaign")})
        return render(request, "leads/upload.html", context | {"form": form})
    form = UploadForm(request.POST, request.FILES, campaigns=campaigns)
    imported = _stored(form, request, lead_list) if form.is_valid() else None
    if imported is None:
        return render(request, "leads/upload.html", context | {"form": form}, status=422)
    return redirect("leads:import", pk=imported.pk)


def _list_of(request: HttpRequest) -> LeadList | None:
    """The list that the query names. Raises: Http404 - the workspace has no such list."""
    named = request.GET.get("list", "")
    return list_or_404(number_in(named) or 0) if named else None


def _stored(form: UploadForm, request: HttpRequest, lead_list: LeadList | None) -> Import | None:
    campaign = form.cleaned_data.get("campaign")
    try:
        return store_upload(form.cleaned_data["file"], campaign=campaign, lead_list=lead_list, by=member_of(request))
    except CampaignRefusedError as refusal:
        form.add_error(None if lead_list else "campaign", str(refusal))
    except UnreadableFileError as error:
        form.add_error("file", str(error))
    return None


@posted_from("leads:import")
@member_may(Action.IMPORT)
def map_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the mapping and check the file."""
    imported = import_of(pk)
    try:
        choose_columns(imported, _chosen(request, imported), by=member_of(request), remember=True)
    except OpenQuestionError as error:
        imported.mapping = _chosen(request, imported)
        return show(request, imported, error=" ".join(ask.say for ask in error.asks), choosing=True)
    except LeadsError as error:
        imported.mapping = _chosen(request, imported)
        return show(request, imported, error=str(error), choosing=True)
    enqueue(advance_import, imported.pk)
    return redirect("leads:import", pk=pk)


def _chosen(request: HttpRequest, imported: Import) -> dict[str, str]:
    return mapping_from(request.POST, imported.header, mapping_asks(imported))


@posted_from("leads:import")
@member_may(Action.IMPORT)
def guess_columns_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the guess from the column names instead of what was remembered."""
    imported = import_of(pk)
    try:
        guess_again(imported)
    except LeadsError as error:
        return show(request, imported, error=str(error), choosing=True)
    messages.info(request, "The columns were guessed from their names. Review them, then check the file.")
    return redirect("leads:import", pk=pk)


@posted_from("leads:import")
@member_may(Action.IMPORT)
def leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave out the rows with the chosen kinds of remark."""
    imported = import_of(pk)
    try:
        count = leave_out_flagged(imported, request.POST.getlist("flag"), by=member_of(request))
    except LeadsError as error:
        return show(request, imported, error=str(error))
    messages.info(request, f"{count:,} {'line was' if count == 1 else 'lines were'} left out.")
    return redirect("leads:import", pk=pk)


@posted_from("leads:import")
@member_may(Action.IMPORT)
def put_rows_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in again the rows that were left out for a remark."""
    imported = import_of(pk)
    try:
        count = put_back(imported, by=member_of(request))
    except LeadsError as error:
        return show(request, imported, error=str(error))
    messages.info(request, f"{count:,} {'line was' if count == 1 else 'lines were'} put back.")
    return redirect("leads:import", pk=pk)
