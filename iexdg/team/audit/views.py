"""Views of the audit list and its CSV."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from iexdg.team.audit import pages
from iexdg.team.audit.queries import Scope, events
from iexdg.team.current import among, connected
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.spreadsheet import csv_download, csv_lines

_PER_PAGE = 50
_SEVERAL = 2


@require_GET
@member_may(Action.READ)
def audit_list(request: HttpRequest) -> HttpResponse:
    """Show who did what, the newest first."""
    filters = pages.filters_of(request.GET)
    page_obj = Paginator(events(filters, _scope_of(request)), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "audit",
        "filters": filters,
        "query": pages.as_query(filters),
        "chips": pages.chips_of(filters),
        "page_obj": page_obj,
        "lines": pages.lines_of(page_obj),
        **pages.menus(filters),
    }
    if request.headers.get("HX-Target") == "audit-list":
        return render(request, "audit/_list.html", context | {"is_fragment": True})
    return render(request, "audit/list.html", context)


@require_GET
@member_may(Action.READ)
def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download everything that matches the filters as CSV."""
    found = events(pages.filters_of(request.GET), _scope_of(request)).iterator(chunk_size=500)
    return csv_download("audit.csv", csv_lines(pages.csv_rows(found)))


def _scope_of(request: HttpRequest) -> Scope | None:
    """The events of the current workspace, where there are several."""
    rows = connected()
    workspace = among(rows)
    if workspace is None or len(rows) < _SEVERAL:
        return None
    return Scope(workspace.pk, sees_team=bool(member_of(request).role))
