"""The control room, the list of campaigns, and the button that syncs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from campaigns.ordering import COLUMNS, in_order, status_counts
from campaigns.pages.control_room import control_room as build_control_room
from campaigns.pages.rows import rows_of
from campaigns.queries import STATUS_FILTERS, campaigns_of
from campaigns.tasks import sync_campaign as sync_campaign_task
from campaigns.tasks import sync_workspace as sync_workspace_task
from campaigns.views.access import campaign_or_404, connected_workspace
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import counted_choices, menu_of
from iexdg.ui.posting import posted_from
from iexdg.ui.sorting import Sorting
from iexdg.workspace_objects.tags import tags_of
from iexdg.workspaces.models import Workspace

# A screen or two; rendering more rows would be slow.
PER_PAGE = 20


@member_may(Action.READ)
@require_GET
def control_room(request: HttpRequest) -> HttpResponse:
    """What needs attention, then every campaign."""
    workspace = connected_workspace()
    if workspace is None:
        return render(request, "workspaces/not_connected.html", {"nav": "control-room"})
    now = timezone.now()
    room = build_control_room(workspace, member=member_of(request), now=now, hour=timezone.localtime(now).hour)
    return render(
        request, "campaigns/control_room.html", {"nav": "control-room", "room": room} | _table(request, workspace)
    )


@member_may(Action.READ)
@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    """The results of every campaign, to compare them."""
    workspace = connected_workspace()
    if workspace is None:
        return render(request, "workspaces/not_connected.html", {"nav": "campaigns"})
    member = member_of(request)
    context = {"nav": "campaigns", "may_sync": member.may(Action.SYNC), "may_import": member.may(Action.IMPORT)}
    return render(request, "campaigns/list.html", context | _table(request, workspace))


@member_may(Action.SYNC)
@posted_from("campaigns:control-room")
def sync(request: HttpRequest) -> HttpResponse:
    """Start a sync of the workspace."""
    workspace = connected_workspace()
    if workspace is not None:
        enqueue(sync_workspace_task, workspace.pk)
        messages.success(request, "Reading from Instantly. The times on this page say when it is done.")
    return redirect("campaigns:control-room")


@member_may(Action.SYNC)
@posted_from("campaigns:detail")
def sync_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a sync of one campaign."""
    campaign = campaign_or_404(pk)
    enqueue(sync_campaign_task, campaign.pk)
    messages.success(request, f"Reading {campaign.name} from Instantly. The times on this page say when it is done.")
    return redirect("campaigns:detail", pk=pk)


def _table(request: HttpRequest, workspace: Workspace) -> dict[str, object]:
    search, status = request.GET.get("q", "").strip()[:100], request.GET.get("status", "")
    status = status if status in STATUS_FILTERS else ""
    sorting, now = Sorting.read(request.GET, COLUMNS), timezone.now()
    tag, (_, tags) = request.GET.get("tag", "")[:64], tags_of(workspace)
    counts = status_counts(campaigns_of(workspace, search=search, tag=tag, with_archived=True))
    found = in_order(campaigns_of(workspace, search=search, status=status, tag=tag), sorting)
    # A row shows nothing of the copy, which is most of what is stored of a campaign.
    page = Paginator(found.defer("sequences", "custom_variables"), PER_PAGE).get_page(request.GET.get("page"))
    on = {"q": search, "status": status, "tag": tag, "sort": sorting.text}
    return {
        "page_obj": page,
        "rows": rows_of(list(page.object_list), member=member_of(request), now=now),
        "search": search,
        "status": status,
        "sorting": sorting,
        "choices": counted_choices(on, "status", [(name, STATUS_FILTERS[name][0], counts[name]) for name in counts]),
        "is_filtered": bool(search or status or tag),
        "tag": tag,
        "tags": menu_of(tags.items(), tag),
    }
