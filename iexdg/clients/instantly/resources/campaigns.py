"""Campaigns: read, write, pause, activate, and their analytics."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport, QueryValue
from iexdg.clients.instantly.answers import MOST_PER_PAGE, Page, checked_limit, identified, many, one, page_of, walk
from iexdg.clients.instantly.types.analytics import CampaignAnalytics, DailyAnalytics, StepAnalytics
from iexdg.clients.instantly.types.campaigns import Campaign, SendingStatus

_PATH = "/api/v2/campaigns"
_ANALYTICS = f"{_PATH}/analytics"

# Named here because inside the class `list` is the method.
CampaignAnalyticsRows: TypeAlias = list[CampaignAnalytics]
DailyAnalyticsRows: TypeAlias = list[DailyAnalytics]
StepAnalyticsRows: TypeAlias = list[StepAnalytics]

# Assumed: a query of 50 ids (about 2 KB) passes every proxy on the way.
_IDS_PER_CALL = 50


class Campaigns:
    """Source: instantly-api.md §2.1 (read 2026-11-22)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        search: str | None = None,
        status: int | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[Campaign]:
        """Yield all campaigns, page by page."""
        checked_limit(limit)

        def fetch(cursor: str | None) -> Page[Campaign]:
            query = {"limit": limit, "starting_after": cursor, "search": search, "status": status}
            answer = self._transport.request("GET", _PATH, query=query, lane=lane)
            return page_of(answer, Campaign.from_raw, "GET", _PATH)

        return walk(fetch, _PATH)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Campaign:
        path = f"{_PATH}/{remote_id}"
        return Campaign.from_raw(identified(self._transport.request("GET", path, lane=lane), "GET", path))

    def create(self, body: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> Campaign:
        """Create a campaign; it starts as a draft (0) and sends nothing."""
        answer = self._transport.request("POST", _PATH, body=body, lane=lane)
        return Campaign.from_raw(identified(answer, "POST", _PATH, is_write=True))

    def patch(self, remote_id: str, body: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> Campaign:
        """Change the fields given; lists such as email_list are replaced, not extended."""
        path = f"{_PATH}/{remote_id}"
        answer = self._transport.request("PATCH", path, body=body, lane=lane)
        return Campaign.from_raw(identified(answer, "PATCH", path, is_write=True))

    def activate(self, remote_id: str, *, lane: Lane = Lane.SAFETY) -> Campaign:
        """Start sending. Read the status back: 200 does not mean that it is 1.

        Source: Law 6, the body has to be an empty object.
        """
        return self._switch(remote_id, "activate", lane)

    def pause(self, remote_id: str, *, lane: Lane = Lane.SAFETY) -> Campaign:
        """Stop sending. Read the status back until it says 2."""
        return self._switch(remote_id, "pause", lane)

    def sending_status(self, remote_id: str, *, lane: Lane = Lane.BULK) -> SendingStatus:
        path = f"{_PATH}/{remote_id}/sending-status"
        return SendingStatus.from_raw(one(self._transport.request("GET", path, lane=lane), "GET", path))

    def analytics(
        self,
        ids: Sequence[str] | None = None,
        *,
        start: date | None = None,
        end: date | None = None,
        lane: Lane = Lane.BULK,
    ) -> CampaignAnalyticsRows:
        """Return a row per campaign the vendor has figures for; None asks for all campaigns.

        A campaign without a row is unknown, not zero (Law 10 and instantly-api.md §5 "Lead count").
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
        path = f"{_ANALYTICS}/overview"
        query = {"id": remote_id, **_between(start, end)}
        return CampaignAnalytics.from_raw(
            one(self._transport.request("GET", path, query=query, lane=lane), "GET", path)
        )

    def daily(
        self, remote_id: str, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK
    ) -> DailyAnalyticsRows:
        path = f"{_ANALYTICS}/daily"
        # `campaign_id`, not `id`: an unknown key is ignored and the answer covers all campaigns.
        query = {"campaign_id": remote_id, **_between(start, end)}
        answer = self._transport.request("GET", path, query=query, lane=lane)
        return [DailyAnalytics.from_raw(row) for row in many(answer, "GET", path)]

    def steps(
        self, remote_id: str, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK
    ) -> StepAnalyticsRows:
        path = f"{_ANALYTICS}/steps"
        query = {"campaign_id": remote_id, **_between(start, end)}
        answer = self._transport.request("GET", path, query=query, lane=lane)
        return [StepAnalytics.from_raw(row) for row in many(answer, "GET", path)]

    def _switch(self, remote_id: str, action: str, lane: Lane) -> Campaign:
        path = f"{_PATH}/{remote_id}/{action}"
        # Switching twice leaves the campaign as switching once, so a lost answer may be asked for again.
        answer = self._transport.request("POST", path, body={}, lane=lane, repeatable=True)
        return Campaign.from_raw(identified(answer, "POST", path, is_write=True))

    def _analytics_rows(
        self, which: Mapping[str, QueryValue], start: date | None, end: date | None, lane: Lane
    ) -> CampaignAnalyticsRows:
        query = {**which, **_between(start, end)}
        answer = self._transport.request("GET", _ANALYTICS, query=query, lane=lane)
        return [CampaignAnalytics.from_raw(row) for row in many(answer, "GET", _ANALYTICS)]


def _between(start: date | None, end: date | None) -> dict[str, QueryValue]:
    return {
        "start_date": start.isoformat() if start else None,
        "end_date": end.isoformat() if end else None,
    }
