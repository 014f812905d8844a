"""Every total that is shown is the one that Instantly answers for the same campaigns and days."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict

from campaigns.models import Campaign
from iexdg.analytics.days import Days
from iexdg.analytics.filters import filters_of
from iexdg.analytics.pages.compare import compare_page, frame_of
from iexdg.analytics.queries import days_of
from iexdg.clients.instantly.analytics import CampaignAnalytics
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from tests.iexdg.analytics.conftest import LATELY, TODAY

pytestmark = pytest.mark.django_db

# Our name of a total -> Instantly's.
SAME = {
    "sent": "sent_count",
    "contacted": "contacted_count",
    "opened": "unique_open_count",
    "replied": "unique_reply_count",
    "replied_automatic": "unique_auto_reply_count",
    "interested": "interested_count",
    "bounced": "bounced_count",
    "clicked": "unique_click_count",
    "unsubscribed": "unsubscribed_count",
    "opportunities": "opportunity_count",
    "opportunity_value": "opportunity_value",
}


def answered(workspace: Workspace, campaign: Campaign, days: Days | None) -> CampaignAnalytics:
    if days is None:
        return client_for(workspace).campaigns.overview(campaign.remote_id)
    end = days.last + timedelta(days=1)
    return client_for(workspace).campaigns.overview(campaign.remote_id, start=days.first, end=end)


@pytest.mark.parametrize(("query", "days"), [("", LATELY), ("days=all", None)])
def test_every_figure_and_every_total_is_instantlys(
    query: str, days: Days | None, read: list[Campaign], workspace: Workspace
) -> None:
    chosen = "&".join(f"campaign={campaign.pk}" for campaign in read)
    frame = frame_of(workspace, filters_of(QueryDict(f"{chosen}&{query}"), TODAY, ["replied"]), TODAY)
    page = compare_page(frame)
    expected = {row.campaign.pk: answered(workspace, row.campaign, days) for row in page.rows}
    sums: dict[str, Decimal] = dict.fromkeys(SAME, Decimal(0))
    checked = 0
    for row in page.rows:
        for cell in row.cells:
            if cell.is_untracked:
                continue
            theirs = getattr(expected[row.campaign.pk], SAME[cell.metric.name])
            assert cell.count == theirs, (row.campaign.name, cell.metric.name)
            sums[cell.metric.name] += theirs
            checked += 1
    assert {cell.metric.name: cell.count for cell in page.totals} == sums
    assert checked > 60
    assert sums["sent"] > 0
    assert sums["replied"] > 0
    assert sums["bounced"] > 0


def test_the_days_add_up_to_the_range(read: list[Campaign], workspace: Workspace) -> None:
    """Instantly's days, its range, and our sums of the days all count the same e-mails."""
    days = days_of([campaign.pk for campaign in read], LATELY)
    theirs = [answered(workspace, campaign, LATELY) for campaign in read]
    assert sum(day.sent for day in days) == sum(one.sent_count or 0 for one in theirs)


def test_the_steps_add_up_to_what_was_sent(read: list[Campaign]) -> None:
    for campaign in read:
        reading = campaign.range_readings.get(first=LATELY.first)
        assert sum(step["sent"] for step in reading.steps) == reading.sent
