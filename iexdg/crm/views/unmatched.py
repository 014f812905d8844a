"""The queue of unmatched replies: the list with filters, one of them, what is decided, and the list as a file."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from campaigns.models import Campaign
from iexdg.crm.errors import CrmError
from iexdg.crm.models import UnmatchedReason, UnmatchedReply, UnmatchedState
from iexdg.crm.pages.unmatched import chips_of, csv_rows, menus, unmatched_page
from iexdg.crm.queries import ALL, UnmatchedFilters, unmatched_of
from iexdg.crm.tasks import sweep_ledger
from iexdg.crm.unmatched import assign as assign_it
from iexdg.crm.unmatched import put_back as put_it_back
from iexdg.crm.unmatched import send_anyway
from iexdg.crm.unmatched import set_aside as set_them_aside
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in, query_of
from iexdg.ui.formatting import plural
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspaces.connected import current_workspace

_PER_PAGE = 50
_MOST_AT_ONCE = 500


@require_GET
@member_may(Action.READ)
def unmatched(request: HttpRequest) -> HttpResponse:
    """Show the replies that reach no CRM by themselves, the newest first."""
    workspace, filters = current_workspace(), UnmatchedFilters.read(request.GET)
    found = unmatched_of(workspace, filters)
    waits = filters.state == UnmatchedState.WAITING and filters.reason != UnmatchedReason.CONTACT
    context = {
        "nav": "crm-unmatched",
        "query": query_of(filters.named()),
        "filters": filters,
        "chips": chips_of(filters),
        "page_obj": Paginator(found, _PER_PAGE).get_page(request.GET.get("page")),
        "may_choose": waits and member_of(request).may(Action.ANSWER, workspace),
        "may_export": member_of(request).may(Action.SYNC, workspace),
        "read_at": timezone.now(),
        **menus(filters),
    }
    return render(request, "crm/unmatched.html", context)


@require_GET
@member_may(Action.SYNC)
def unmatched_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download everything that matches the filters, without what was written."""
    found = unmatched_of(current_workspace(), UnmatchedFilters.read(request.GET))
    return csv_download("unmatched-replies.csv", csv_lines(csv_rows(found.iterator(chunk_size=500))))


@require_GET
@member_may(Action.READ)
def unmatched_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one with what was written and what can be decided."""
    page = unmatched_page(_row(pk), member_of(request))
    context = {"nav": "crm-unmatched", "page": page, "read_at": timezone.now()}
    return render(request, "crm/unmatched_reply.html", context)


@posted_from("crm:unmatched-reply")
@member_may(Action.ANSWER)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Assign it to a campaign, and to a lead where an address is given."""
    row, wanted = _row(pk), number_in(request.POST.get("campaign", ""))
    campaign = Campaign.objects.filter(workspace=current_workspace(), pk=wanted).first() if wanted else None
    if campaign is None:
        messages.error(request, "Choose a campaign.")
        return redirect("crm:unmatched-reply", pk)
    try:
        assign_it(row, campaign, request.POST.get("lead", "")[:320], by=member_of(request))
    except CrmError as refusal:
        messages.error(request, str(refusal))
        return redirect("crm:unmatched-reply", pk)
    return _decided(request, f"It was assigned to {campaign.name}.")


@posted_from("crm:unmatched-reply")
@member_may(Action.ANSWER)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it to the CRM with the address alone."""
    try:
        send_anyway(_row(pk), by=member_of(request))
    except CrmError as refusal:
        messages.error(request, str(refusal))
        return redirect("crm:unmatched-reply", pk)
    return _decided(request, "It goes to the CRM with the address alone.")


@posted_from("crm:unmatched-reply")
@member_may(Action.ANSWER)
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Set it aside with a reason."""
    if not _set_aside(request, [_row(pk)]):
        return redirect("crm:unmatched-reply", pk)
    return redirect("crm:unmatched")


@posted_from("crm:unmatched")
@member_may(Action.ANSWER)
def set_many_aside(request: HttpRequest) -> HttpResponse:
    """Set those that were chosen aside, or all of the list."""
    filters = UnmatchedFilters.read(request.POST)
    found = unmatched_of(current_workspace(), filters)
    if request.POST.get("all") != "yes":
        pks = [pk for word in request.POST.getlist("reply") if (pk := number_in(word)) is not None]
        found = found.filter(pk__in=pks[:_MOST_AT_ONCE])
    _set_aside(request, list(found[:_MOST_AT_ONCE]))
    back = redirect("crm:unmatched")
    back["Location"] += query_of(filters.named())
    return back


@posted_from("crm:unmatched-reply")
@member_may(Action.ANSWER)
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Have what was set aside wait again."""
    if put_it_back(_row(pk), by=member_of(request)):
        messages.success(request, "It waits again.")
    else:
        messages.info(request, "It was not set aside. Nothing was changed.")
    return redirect("crm:unmatched-reply", pk)


def _set_aside(request: HttpRequest, rows: list[UnmatchedReply]) -> int:
    try:
        number = set_them_aside(rows, request.POST.get("why", ""), by=member_of(request))
    except CrmError as refusal:
        messages.error(request, str(refusal))
        return 0
    if number:
        messages.success(request, f"{plural(number, 'reply', 'replies')} set aside.")
    else:
        messages.info(request, "Nothing was chosen that waits. Nothing was changed.")
    return number


def _decided(request: HttpRequest, words: str) -> HttpResponse:
    # Whoever waits for it does not wait for the sweep too.
    enqueue(sweep_ledger, current_workspace().pk, queue="watch")
    messages.success(request, f"{words} The ledger shows what becomes of it.")
    return redirect("crm:unmatched")


def _row(pk: int) -> UnmatchedReply:
    one = unmatched_of(current_workspace(), UnmatchedFilters(state=ALL)).filter(pk=pk).first()
    if one is None:
        raise Http404("There is no such reply in this workspace.")
    return one
