"""Instantly's audit log: the list and its file."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from iexdg.team.permissions import member_may
from iexdg.team.roles import Action
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspace_objects.pages.vendor_audit import entry_rows, vendor_audit_page
from iexdg.workspaces.connected import current_workspace

_PER_PAGE = 50


@require_GET
@member_may(Action.READ)
def vendor_audit(request: HttpRequest) -> HttpResponse:
    """Show what was done in the workspace at Instantly, the newest first."""
    page = vendor_audit_page(current_workspace(), request.GET)
    page_obj = Paginator(page.lines, _PER_PAGE).get_page(request.GET.get("page"))
    context = {"nav": "audit", "page": page, "page_obj": page_obj, "query": page.query}
    return render(request, "workspace_objects/vendor_audit.html", context)


@require_GET
@member_may(Action.READ)
def vendor_audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download the entries that match the filters as CSV."""
    page = vendor_audit_page(current_workspace(), request.GET)
    return csv_download("audit-instantly.csv", csv_lines(entry_rows(page.lines)))
