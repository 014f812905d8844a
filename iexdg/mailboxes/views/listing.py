"""The list of mailboxes and its file."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.pages.listing import csv_rows, filters_of, list_filters, rows_of, served_in
from iexdg.mailboxes.queries import COLUMNS, Filters, mailboxes
from iexdg.mailboxes.served import by_mailbox
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.sorting import Sorting
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.models import Workspace

# A screen or two; rendering more rows would be slow.
PER_PAGE = 25


@require_GET
@member_may(Action.READ)
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """Show the mailboxes of the workspace, with what can be done with those that are chosen."""
    workspace, member = current_workspace(), member_of(request)
    campaigns, sorting = served_in(workspace), Sorting.read(request.GET, COLUMNS)
    filters = filters_of(workspace, request.GET, campaigns)
    page = Paginator(_found(workspace, filters, sorting), PER_PAGE).get_page(request.GET.get("page"))
    boxes = list(page.object_list)
    context = {
        "nav": "mailboxes",
        "page_obj": page,
        "rows": rows_of(workspace, boxes, campaigns, timezone.now()),
        "as_of": min((box.synced_at for box in boxes if box.synced_at), default=None),
        "sent_as_of": min((box.sent_read_at for box in boxes if box.sent_read_at), default=None),
        "page": list_filters(workspace, filters, campaigns, sorting),
        "sorting": sorting,
        "may_change": member.may(Action.MAILBOXES),
        "may_connect": member.may(Action.CONNECT_MAILBOXES),
        "may_tag": member.may(Action.TAGS),
    }
    if request.headers.get("HX-Target") == "mailbox-list":
        return render(request, "mailboxes/_list.html", context | {"is_fragment": True})
    return render(request, "mailboxes/list.html", context)


@require_GET
@member_may(Action.READ)
def mailbox_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download everything that matches the filters as CSV."""
    workspace = current_workspace()
    campaigns = served_in(workspace)
    found = list(_found(workspace, filters_of(workspace, request.GET, campaigns), Sorting.read(request.GET, COLUMNS)))
    rows = rows_of(workspace, found, campaigns, timezone.now())
    served = by_mailbox(campaigns, [box.email for box in found])
    return csv_download("mailboxes.csv", csv_lines(csv_rows(rows, served)))


def _found(workspace: Workspace, filters: Filters, sorting: Sorting) -> QuerySet[Mailbox]:
    return mailboxes(workspace, filters).order_by(*sorting.order("email", "pk"))
