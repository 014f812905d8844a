"""Deliveries: the list with filters, one of them with its payload, replaying, and the list as a file."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in, query_of
from iexdg.ui.formatting import plural
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.webhooks.models import Delivery
from iexdg.webhooks.pages.deliveries import chips_of, csv_rows, delivery_page, menus
from iexdg.webhooks.queries import DeliveryFilters, deliveries_of
from iexdg.webhooks.receivers import receiver_of
from iexdg.webhooks.routing import replay as replay_of
from iexdg.webhooks.tasks import QUEUE, route_delivery
from iexdg.workspaces.connected import current_workspace

_PER_PAGE = 50
# So many are replayed at once, from a selection or from everything that a filter leaves.
_MOST_REPLAYED = 500


@require_GET
@member_may(Action.READ)
def deliveries(request: HttpRequest) -> HttpResponse:
    """Show what came, the newest first."""
    workspace, filters = current_workspace(), DeliveryFilters.read(request.GET)
    member = member_of(request)
    found = deliveries_of(workspace, filters).defer("body")
    context = {
        "nav": "webhooks",
        "query": query_of(filters.named()),
        "filters": filters,
        "chips": chips_of(filters),
        "page_obj": Paginator(found, _PER_PAGE).get_page(request.GET.get("page")),
        "may_replay": member.may(Action.SYNC, workspace),
        "read_at": timezone.now(),
        "receiver": receiver_of(workspace),
        **menus(filters),
    }
    return render(request, "webhooks/deliveries.html", context)


@require_GET
@member_may(Action.SYNC)
def deliveries_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download everything that matches the filters, without the payloads."""
    found = deliveries_of(current_workspace(), DeliveryFilters.read(request.GET)).defer("body")
    return csv_download("deliveries.csv", csv_lines(csv_rows(found.iterator(chunk_size=500))))


@require_GET
@member_may(Action.READ)
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one delivery with its payload."""
    member = member_of(request)
    page = delivery_page(_delivery(pk), may_replay=member.may(Action.SYNC, current_workspace()))
    return render(request, "webhooks/delivery.html", {"nav": "webhooks", "page": page})


@posted_from("webhooks:delivery")
@member_may(Action.SYNC)
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Route one delivery once more."""
    _replay(request, [_delivery(pk)])
    return redirect("webhooks:delivery", pk)


@posted_from("webhooks:deliveries")
@member_may(Action.SYNC)
def replay_many(request: HttpRequest) -> HttpResponse:
    """Route those that were chosen once more; without a choice everything that the filters leave."""
    filters = DeliveryFilters.read(request.POST)
    found = deliveries_of(current_workspace(), filters).defer("body").select_related("workspace")
    if request.POST.get("all") != "yes":
        pks = [pk for word in request.POST.getlist("delivery") if (pk := number_in(word)) is not None]
        found = found.filter(pk__in=pks[:_MOST_REPLAYED])
    _replay(request, list(found[:_MOST_REPLAYED]))
    back = redirect("webhooks:deliveries")
    back["Location"] += query_of(filters.named())
    return back


def _replay(request: HttpRequest, found: list[Delivery]) -> None:
    pks = replay_of(found, by=member_of(request))
    for pk in pks:
        enqueue(route_delivery, pk, queue=QUEUE)
    if pks:
        messages.success(request, f"{plural(len(pks), 'delivery', 'deliveries')} replayed.")
    else:
        messages.info(request, "Nothing was chosen that is not waiting already. Nothing was changed.")


def _delivery(pk: int) -> Delivery:
    found = Delivery.objects.filter(workspace=current_workspace(), pk=pk).select_related("workspace").first()
    if found is None:
        raise Http404("There is no such delivery in this workspace. Deliveries are kept for 30 days.")
    return found
