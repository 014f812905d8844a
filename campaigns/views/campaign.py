"""The tabs of one campaign, and its days as a file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from campaigns.models import Campaign, DailyStat
from campaigns.pages.activity import activity_page
from campaigns.pages.campaign_copy import copy_page
from campaigns.pages.campaign_settings import settings_page
from campaigns.pages.head import campaign_head
from campaigns.pages.overview import daily_cells, overview
from campaigns.views.access import campaign_or_404
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.spreadsheet import csv_download, csv_lines


def frame_of(
    request: HttpRequest, campaign: Campaign, tab: str, sent: Mapping[date, int] | None = None
) -> dict[str, Any]:
    """Return what `campaigns/tabbed.html` needs around the content of a tab.

    Shapes: tab - a name in `head.TABS`; sent - e-mails by day, where the tab has read them.
    """
    head = campaign_head(campaign, tab, member=member_of(request), now=timezone.now(), sent=sent)
    return {"nav": "campaigns", "campaign": campaign, "head": head, "row": head.row, "place": "head"}


@member_may(Action.READ)
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The overview: figures, days, funnel, steps."""
    campaign = campaign_or_404(pk)
    page = overview(campaign, request.GET.get("period", ""))
    context = frame_of(request, campaign, "overview", page.sent) | {"page": page}
    return render(request, "campaigns/overview.html", context)


@member_may(Action.READ)
@require_GET
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The copy as its reader will see it, with findings on the line."""
    campaign = campaign_or_404(pk)
    context = frame_of(request, campaign, "copy") | {"page": copy_page(campaign, member=member_of(request))}
    return render(request, "campaigns/copy.html", context)


@member_may(Action.READ)
@require_GET
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Schedule, senders, guardrails and watch."""
    campaign = campaign_or_404(pk)
    context = frame_of(request, campaign, "settings") | {"page": settings_page(campaign, now=timezone.now())}
    return render(request, "campaigns/settings.html", context)


@member_may(Action.READ)
@require_GET
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Go-live requests and the timeline."""
    campaign = campaign_or_404(pk)
    context = frame_of(request, campaign, "activity") | {"page": activity_page(campaign)}
    return render(request, "campaigns/activity.html", context)


@member_may(Action.READ)
@require_GET
def daily_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every day Instantly has counted, oldest first; numbers and dates only."""
    campaign = campaign_or_404(pk)
    days = DailyStat.objects.filter(campaign=campaign).order_by("date")
    name = slugify(campaign.name) or f"campaign-{campaign.pk}"
    # Numbers and dates need no byte order mark.
    return csv_download(f"{name}-daily.csv", csv_lines(daily_cells(campaign, days.iterator()), with_mark=False))
