"""The receipts of an import as a file, and the page on which an admin imports such a file."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.team.sign_in_again import recent_sign_in
from iexdg.ui.spreadsheet import csv_download
from iexdg.workspaces.connected import current_workspace
from leads.errors import LeadsError
from leads.forms import ReceiptsForm
from leads.importing.receipts import ReceiptsImported, import_receipts
from leads.importing.verified_rows import receipts_csv, record_export
from leads.models import ReceiptFile
from leads.views.lookup import import_of

_MOST_FILES = 20


@require_GET
@member_may(Action.IMPORT)
def receipts_file(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Download what each address of an import came to; the export is recorded in the audit log."""
    imported = import_of(pk)
    record_export(imported, by=member_of(request))
    stem = imported.file_name.rpartition(".")[0] or imported.file_name
    return csv_download(f"{stem}-receipts.csv", receipts_csv(imported))


@require_http_methods(["GET", "POST"])
@member_may(Action.IMPORT_RECEIPTS)
@recent_sign_in
def receipts_import(request: HttpRequest) -> HttpResponse:
    """Show the form and the files so far; import a file, and show what became of its lines."""
    if request.method == "GET":
        return _page(request, ReceiptsForm())
    form = ReceiptsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        done = import_receipts(current_workspace(), form.cleaned_data["file"], by=member_of(request))
    except LeadsError as error:
        form.add_error("file", str(error))
        return _page(request, form, status=422)
    return _page(request, ReceiptsForm(), done=done)


def _page(
    request: HttpRequest, form: ReceiptsForm, *, done: ReceiptsImported | None = None, status: int = 200
) -> HttpResponse:
    files = ReceiptFile.objects.filter(workspace=current_workspace()).select_related("by")[:_MOST_FILES]
    context = {"nav": "leads", "form": form, "done": done, "files": list(files)}
    return render(request, "leads/receipts_import.html", context, status=status)
