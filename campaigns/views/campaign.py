"""The page of one campaign, and its days as a file."""

import csv
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from campaigns.models import DailyStat
from campaigns.pages.campaign import campaign_page
from campaigns.views.access import campaign_or_404
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action

_DAY_FIELDS = (
    "date",
    "sent",
    "contacted",
    "new_leads_contacted",
    "opened",
    "unique_opened",
    "replies",
    "unique_replies",
    "replies_automatic",
    "unique_replies_automatic",
    "clicks",
    "unique_clicks",
)


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
    """Every day Instantly has counted, oldest first; numbers and dates only, so no formula can hide in it."""
    campaign = campaign_or_404(pk)
    days = DailyStat.objects.filter(campaign=campaign).order_by("date").values_list(*_DAY_FIELDS)
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield writer.writerow(_DAY_FIELDS)
        for day in days.iterator():
            yield writer.writerow(day)

    name = slugify(campaign.name) or f"campaign-{campaign.pk}"
    headers = {"Content-Disposition": f'attachment; filename="{name}-daily.csv"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    """A file that hands every written line straight back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line
