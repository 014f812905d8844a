"""The page of one campaign, and its days as a file."""

from itertools import chain

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from campaigns.models import DailyStat
from campaigns.models.stats import DAY_FIELDS
from campaigns.pages.campaign import campaign_page
from campaigns.views.access import campaign_or_404
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.spreadsheet import csv_download, csv_lines

_COLUMNS = ("date", *DAY_FIELDS)


@member_may(Action.READ)
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one campaign."""
    campaign = campaign_or_404(pk)
    page = campaign_page(campaign, member=member_of(request), now=timezone.now())
    context = {"nav": "campaigns", "campaign": campaign, "page": page, "row": page.row, "place": "head"}
    context["may_adopt"] = member_of(request).may(Action.ADOPT)
    return render(request, "campaigns/detail.html", context)


@member_may(Action.READ)
@require_GET
def daily_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every day Instantly has counted, oldest first; numbers and dates only."""
    campaign = campaign_or_404(pk)
    days = DailyStat.objects.filter(campaign=campaign).order_by("date").values_list(*_COLUMNS)
    name = slugify(campaign.name) or f"campaign-{campaign.pk}"
    # Numbers and dates need no byte order mark.
    return csv_download(f"{name}-daily.csv", csv_lines(chain([_COLUMNS], days.iterator()), with_mark=False))
