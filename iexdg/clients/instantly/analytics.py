"""The counters of campaigns as Instantly reports them; a counter that was not reported is None, never 0."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport, QueryValue
from iexdg.clients.instantly.answers import many, one
from iexdg.clients.instantly.model import Amount, Day, Integer, Model, Ordinal, Text

_PATH = "campaigns/analytics"

# Assumed: a query of 50 ids (about 2 KB) passes every proxy on the way.
_IDS_PER_CALL = 50


class CampaignAnalytics(Model):
    """The counters of one campaign, or of several together for an overview (then without id and leads_count)."""

    remote_id: Text = Field(None, validation_alias="campaign_id")
    name: Text = Field(None, validation_alias="campaign_name")
    status: Integer = Field(None, validation_alias="campaign_status")
    leads_count: Integer = None
    contacted_count: Integer = None
    sent_count: Integer = Field(None, validation_alias="emails_sent_count")
    new_leads_contacted_count: Integer = None
    open_count: Integer = None
    unique_open_count: Integer = Field(None, validation_alias="open_count_unique")
    reply_count: Integer = None
    unique_reply_count: Integer = Field(None, validation_alias="reply_count_unique")
    auto_reply_count: Integer = Field(None, validation_alias="reply_count_automatic")
    unique_auto_reply_count: Integer = Field(None, validation_alias="reply_count_automatic_unique")
    click_count: Integer = Field(None, validation_alias="link_click_count")
    unique_click_count: Integer = Field(None, validation_alias="link_click_count_unique")
    bounced_count: Integer = None
    unsubscribed_count: Integer = None
    completed_count: Integer = None
    opportunity_count: Integer = Field(None, validation_alias="total_opportunities")
    opportunity_value: Amount = Field(None, validation_alias="total_opportunity_value")
    interested_count: Integer = Field(None, validation_alias="total_interested")
    meeting_booked_count: Integer = Field(None, validation_alias="total_meeting_booked")


class _Engagement(Model):
    sent: Integer = None
    opened: Integer = None
    unique_opened: Integer = None
    replies: Integer = None
    unique_replies: Integer = None
    auto_replies: Integer = Field(None, validation_alias="replies_automatic")
    clicks: Integer = None
    unique_clicks: Integer = None


class DailyAnalytics(_Engagement):
    """What one day brought."""

    day: Day = Field(None, validation_alias="date")
    contacted: Integer = None
    new_leads_contacted: Integer = None


class StepAnalytics(_Engagement):
    """What one step and variant brought; `step` counts from 1, `variant` from 0 (0 = A)."""

    step: Ordinal = None
    variant: Ordinal = None


# Named here because inside `Campaigns` `list` is a method.
CampaignAnalyticsRows: TypeAlias = list[CampaignAnalytics]
DailyAnalyticsRows: TypeAlias = list[DailyAnalytics]
StepAnalyticsRows: TypeAlias = list[StepAnalytics]


class AnalyticsReads:
    """The part of `client.campaigns` that reads counters.

    Source: docs/api/instantly-facts.md §2.1 (read 2026-11-22).
    """

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def analytics(
        self,
        ids: Sequence[str] | None = None,
        *,
        start: date | None = None,
        end: date | None = None,
        lane: Lane = Lane.BULK,
    ) -> CampaignAnalyticsRows:
        """Return a row per campaign the vendor has figures for; None asks for all campaigns.

        A campaign without a row is unknown, not zero (Law 10 and docs/api/instantly-facts.md §5 "Lead count").
        """
        if ids is None:
            return self._analytics_rows({}, start, end, lane)
        rows: CampaignAnalyticsRows = []
        for first in range(0, len(ids), _IDS_PER_CALL):
            rows += self._analytics_rows({"ids": ids[first : first + _IDS_PER_CALL]}, start, end, lane)
        return rows

    def leads_count(self, remote_id: str, *, lane: Lane = Lane.BULK) -> int | None:
        """Return how many leads the campaign holds; None is unknown, which an empty answer means too."""
        rows = self._analytics_rows({"id": remote_id}, None, None, lane)
        return next((row.leads_count for row in rows if row.remote_id == remote_id), None)

    def overview(
        self, remote_id: str, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK
    ) -> CampaignAnalytics:
        path = f"{_PATH}/overview"
        query = {"id": remote_id, **_between(start, end)}
        return CampaignAnalytics.model_validate(one(self._transport.request("GET", path, query=query, lane=lane)))

    def daily(
        self, remote_id: str, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK
    ) -> DailyAnalyticsRows:
        path = f"{_PATH}/daily"
        # `campaign_id`, not `id`: an unknown key is ignored and the answer covers all campaigns.
        query = {"campaign_id": remote_id, **_between(start, end)}
        answer = self._transport.request("GET", path, query=query, lane=lane)
        return [DailyAnalytics.model_validate(row) for row in many(answer)]

    def steps(
        self, remote_id: str, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK
    ) -> StepAnalyticsRows:
        path = f"{_PATH}/steps"
        query = {"campaign_id": remote_id, **_between(start, end)}
        answer = self._transport.request("GET", path, query=query, lane=lane)
        return [StepAnalytics.model_validate(row) for row in many(answer)]

    def _analytics_rows(
        self, which: Mapping[str, QueryValue], start: date | None, end: date | None, lane: Lane
    ) -> CampaignAnalyticsRows:
        query = {**which, **_between(start, end)}
        answer = self._transport.request("GET", _PATH, query=query, lane=lane)
        return [CampaignAnalytics.model_validate(row) for row in many(answer)]


def _between(start: date | None, end: date | None) -> dict[str, QueryValue]:
    return {
        "start_date": start.isoformat() if start else None,
        "end_date": end.isoformat() if end else None,
    }
