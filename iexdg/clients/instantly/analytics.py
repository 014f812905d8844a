"""The counters of campaigns as Instantly reports them; a counter that was not reported is None, never 0."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport, QueryValue
from iexdg.clients.instantly.answers import Listing, understood
from iexdg.clients.instantly.model import Amount, Code, Count, Day, Model, Ordinal, Text

_PATH = "campaigns/analytics"

# Assumed: a query of 50 ids (about 2 KB) passes every proxy on the way.
_IDS_PER_CALL = 50


_COUNTERS = (
    "leads_count", "contacted_count", "sent_count", "new_leads_contacted_count", "open_count", "unique_open_count",
    "reply_count", "unique_reply_count", "auto_reply_count", "unique_auto_reply_count", "click_count",
    "unique_click_count", "bounced_count", "unsubscribed_count", "completed_count", "opportunity_count",
    "interested_count", "meeting_booked_count",
)  # fmt: skip
_ENGAGEMENT = (
    "sent", "opened", "unique_opened", "replies", "unique_replies", "auto_replies", "unique_auto_replies",
    "clicks", "unique_clicks",
)  # fmt: skip


class CampaignAnalytics(Model):
    """The counters of one campaign, or of several together for an overview (then without id and leads_count)."""

    checked = ("remote_id", *_COUNTERS)

    remote_id: Text = Field(None, validation_alias="campaign_id")
    name: Text = Field(None, validation_alias="campaign_name")
    status: Code = Field(None, validation_alias="campaign_status")
    leads_count: Count = None
    contacted_count: Count = None
    sent_count: Count = Field(None, validation_alias="emails_sent_count")
    new_leads_contacted_count: Count = None
    open_count: Count = None
    unique_open_count: Count = Field(None, validation_alias="open_count_unique")
    reply_count: Count = None
    unique_reply_count: Count = Field(None, validation_alias="reply_count_unique")
    auto_reply_count: Count = Field(None, validation_alias="reply_count_automatic")
    unique_auto_reply_count: Count = Field(None, validation_alias="reply_count_automatic_unique")
    click_count: Count = Field(None, validation_alias="link_click_count")
    unique_click_count: Count = Field(None, validation_alias="link_click_count_unique")
    bounced_count: Count = None
    unsubscribed_count: Count = None
    completed_count: Count = None
    opportunity_count: Count = Field(None, validation_alias="total_opportunities")
    opportunity_value: Amount = Field(None, validation_alias="total_opportunity_value")
    interested_count: Count = Field(None, validation_alias="total_interested")
    meeting_booked_count: Count = Field(None, validation_alias="total_meeting_booked")


class _Engagement(Model):
    sent: Count = None
    opened: Count = None
    unique_opened: Count = None
    replies: Count = None
    unique_replies: Count = None
    auto_replies: Count = Field(None, validation_alias="replies_automatic")
    unique_auto_replies: Count = Field(None, validation_alias="unique_replies_automatic")
    clicks: Count = None
    unique_clicks: Count = None


class DailyAnalytics(_Engagement):
    """What one day brought."""

    required = ("day",)
    checked = (*_ENGAGEMENT, "contacted", "new_leads_contacted")

    day: Day = Field(None, validation_alias="date")
    contacted: Count = None
    new_leads_contacted: Count = None


class StepAnalytics(_Engagement):
    """What one step and variant brought; `step` counts from 1, `variant` from 0 (0 = A)."""

    checked = ("step", "variant", *_ENGAGEMENT)

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
        of_every_campaign: bool = False,
        start: date | None = None,
        end: date | None = None,
        lane: Lane = Lane.BULK,
    ) -> CampaignAnalyticsRows:
        """Return a row per campaign the vendor has figures for.

        A campaign without a row is unknown, not zero (Law 10 and docs/api/instantly-facts.md §5 "Lead count").
        Shapes: of_every_campaign - needed where no ids are given: then all campaigns are meant.
        Raises: PartlyUnreadError - some rows were not understood; it carries the others. ValueError - an id is blank,
            or it does not say whose figures are meant; nothing was sent.
        """
        if of_every_campaign is not (ids is None):
            raise ValueError("name the campaigns whose figures are meant, or say of_every_campaign=True")
        if ids is None:
            return self._analytics_rows([{}], start, end, lane)
        for remote_id in ids:
            _named(remote_id)
        portions = [ids[first : first + _IDS_PER_CALL] for first in range(0, len(ids), _IDS_PER_CALL)]
        return self._analytics_rows([{"ids": portion} for portion in portions], start, end, lane)

    def leads_count(self, remote_id: str, *, lane: Lane = Lane.BULK) -> int | None:
        """Return how many leads the campaign holds; None is unknown, which an empty answer means too."""
        rows = self._analytics_rows([{"id": _named(remote_id)}], None, None, lane)
        return next((row.leads_count for row in rows if row.remote_id == remote_id), None)

    def overview(
        self, remote_id: str, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK
    ) -> CampaignAnalytics:
        path = f"{_PATH}/overview"
        query = {"id": _named(remote_id), **_between(start, end)}
        return understood(self._transport.request("GET", path, query=query, lane=lane), CampaignAnalytics)

    def daily(
        self, remote_id: str, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK
    ) -> DailyAnalyticsRows:
        path = f"{_PATH}/daily"
        # `campaign_id`, not `id`: an unknown key is ignored and the answer covers all campaigns.
        query = {"campaign_id": _named(remote_id), **_between(start, end)}
        rows = Listing(DailyAnalytics)
        rows.add(self._transport.request("GET", path, query=query, lane=lane))
        return rows.result()

    def steps(
        self, remote_id: str, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK
    ) -> StepAnalyticsRows:
        path = f"{_PATH}/steps"
        query = {"campaign_id": _named(remote_id), **_between(start, end)}
        rows = Listing(StepAnalytics)
        rows.add(self._transport.request("GET", path, query=query, lane=lane))
        return rows.result()

    def _analytics_rows(
        self, portions: Sequence[Mapping[str, QueryValue]], start: date | None, end: date | None, lane: Lane
    ) -> CampaignAnalyticsRows:
        rows = Listing(CampaignAnalytics)
        for which in portions:
            query = {**which, **_between(start, end)}
            rows.add(self._transport.request("GET", _PATH, query=query, lane=lane))
        return rows.result()


def _named(remote_id: str) -> str:
    """Refuse a blank id: without one the vendor adds up every campaign of the workspace."""
    if not remote_id.strip():
        raise ValueError("figures are read of a campaign that has an id")
    return remote_id


def _between(start: date | None, end: date | None) -> dict[str, QueryValue]:
    return {
        "start_date": start.isoformat() if start else None,
        "end_date": end.isoformat() if end else None,
    }
