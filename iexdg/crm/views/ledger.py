"""The ledger: the list with filters, one entry with what was sent, replaying, and the list as a file."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from iexdg.crm.facts import backlog_facts
from iexdg.crm.ledger import leave_out as leave_it_out
from iexdg.crm.ledger import replay as replay_of
from iexdg.crm.models import EntryState, LedgerEntry
from iexdg.crm.pages.ledger import chips_of, csv_rows, entry_page, menus
from iexdg.crm.queries import LedgerFilters, entries_of
from iexdg.crm.tasks import carry_out_ledger
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in, query_of
from iexdg.ui.formatting import plural
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspaces.connected import current_workspace

_PER_PAGE = 50
_MOST_REPLAYED = 500


@require_GET
@member_may(Action.READ)
def ledger(request: HttpRequest) -> HttpResponse:
    """Show what automations did, the newest first."""
    workspace, filters = current_workspace(), LedgerFilters.read(request.GET)
    found = entries_of(workspace, filters).defer("request", "answer")
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "crm",
        "query": query_of(filters.named()),
        "filters": filters,
        "chips": chips_of(filters, workspace),
        "page_obj": page,
        "may_replay": member_of(request).may(Action.CONNECT, workspace) and any(one.is_replayable for one in page),
        "may_export": member_of(request).may(Action.SYNC, workspace),
        "read_at": timezone.now(),
        **menus(filters, workspace),
        **backlog_facts(workspace),
    }
    return render(request, "crm/ledger.html", context)


@require_GET
@member_may(Action.SYNC)
def ledger_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download everything that matches the filters, without what was sent."""
    found = entries_of(current_workspace(), LedgerFilters.read(request.GET)).defer("request", "answer")
    return csv_download("crm-ledger.csv", csv_lines(csv_rows(found.iterator(chunk_size=500))))


@require_GET
@member_may(Action.READ)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry with its request and answer."""
    page = entry_page(_entry(pk), member_of(request))
    return render(request, "crm/entry.html", {"nav": "crm", "page": page, "read_at": timezone.now()})


@posted_from("crm:entry")
@member_may(Action.CONNECT)
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one entry again."""
    _replay(request, [_entry(pk)])
    return redirect("crm:entry", pk)


@posted_from("crm:entry")
@member_may(Action.CONNECT)
def leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an entry wait for nobody any more."""
    if leave_it_out(_entry(pk), by=member_of(request)):
        messages.success(request, "The entry was left out.")
    else:
        messages.info(request, "The entry does not wait for anyone. Nothing was changed.")
    return redirect("crm:entry", pk)


@posted_from("crm:ledger")
@member_may(Action.CONNECT)
def replay_many(request: HttpRequest) -> HttpResponse:
    """Ask those that were chosen again, or all of a list of refused or unknown ones."""
    filters = LedgerFilters.read(request.POST)
    found = entries_of(current_workspace(), filters)
    # All of a list of what is done, or was left out, is never meant.
    if request.POST.get("all") != "yes" or filters.state not in {EntryState.REFUSED, EntryState.UNKNOWN}:
        pks = [pk for word in request.POST.getlist("entry") if (pk := number_in(word)) is not None]
        found = found.filter(pk__in=pks[:_MOST_REPLAYED])
    _replay(request, list(found[:_MOST_REPLAYED]))
    back = redirect("crm:ledger")
    back["Location"] += query_of(filters.named())
    return back


def _replay(request: HttpRequest, found: list[LedgerEntry]) -> None:
    pks = replay_of(found, by=member_of(request))
    if pks:
        enqueue(carry_out_ledger, current_workspace().pk)
        messages.success(request, f"{plural(len(pks), 'entry', 'entries')} replayed.")
    else:
        messages.info(request, "Nothing was chosen that can be replayed. Nothing was changed.")


def _entry(pk: int) -> LedgerEntry:
    found = LedgerEntry.objects.filter(workspace=current_workspace(), pk=pk).select_related("workspace", "automation")
    one = found.first()
    if one is None:
        raise Http404("There is no such entry in this workspace.")
    return one
