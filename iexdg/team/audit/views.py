"""Views of the audit list and its CSV."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from iexdg.team.audit import pages
from iexdg.team.audit.queries import events
from iexdg.team.permissions import member_may
from iexdg.team.roles import Action
from iexdg.ui.spreadsheet import csv_download, csv_lines

_PER_PAGE = 50


@require_GET
@member_may(Action.READ)
def audit_list(request: HttpRequest) -> HttpResponse:
    """Show who did what, the newest first."""
    filters = pages.filters_of(request.GET)
    page_obj = Paginator(events(filters), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "audit",
        "filters": filters,
        "query": pages.as_query(filters),
        "chips": pages.chips_of(filters),
        "page_obj": page_obj,
        "lines": pages.lines_of(page_obj),
        **pages.menus(filters),
    }
    name = "audit/_list.html" if request.headers.get("HX-Target") == "audit-list" else "audit/list.html"
    return render(request, name, context)


@require_GET
@member_may(Action.READ)
def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download everything that matches the filters as CSV."""
    found = events(pages.filters_of(request.GET)).iterator(chunk_size=500)
    return csv_download("audit.csv", csv_lines(pages.csv_rows(found)))
