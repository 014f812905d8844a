"""Counters as Instantly reports them; a counter that was not reported is None, never 0."""

from dataclasses import dataclass, field
from datetime import date
from typing import Self

from iexdg.clients.instantly.types import reading
from iexdg.clients.instantly.types.reading import Raw


@dataclass(frozen=True)
class CampaignAnalytics:
    """The counters of one campaign, or of several together for an overview (then without id and leads_count)."""

    remote_id: str | None
    name: str | None
    status: int | None
    leads_count: int | None
    contacted_count: int | None
    sent_count: int | None
    new_leads_contacted_count: int | None
    open_count: int | None
    unique_open_count: int | None
    reply_count: int | None
    unique_reply_count: int | None
    auto_reply_count: int | None
    click_count: int | None
    unique_click_count: int | None
    bounced_count: int | None
    unsubscribed_count: int | None
    completed_count: int | None
    opportunity_count: int | None
    interested_count: int | None
    meeting_booked_count: int | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        return cls(
            remote_id=reading.text(raw, "campaign_id"),
            name=reading.text(raw, "campaign_name"),
            status=reading.integer(raw, "campaign_status"),
            leads_count=reading.integer(raw, "leads_count"),
            contacted_count=reading.integer(raw, "contacted_count"),
            sent_count=reading.integer(raw, "emails_sent_count"),
            new_leads_contacted_count=reading.integer(raw, "new_leads_contacted_count"),
            open_count=reading.integer(raw, "open_count"),
            unique_open_count=reading.integer(raw, "open_count_unique"),
            reply_count=reading.integer(raw, "reply_count"),
            unique_reply_count=reading.integer(raw, "reply_count_unique"),
            auto_reply_count=reading.integer(raw, "reply_count_automatic"),
            click_count=reading.integer(raw, "link_click_count"),
            unique_click_count=reading.integer(raw, "link_click_count_unique"),
            bounced_count=reading.integer(raw, "bounced_count"),
            unsubscribed_count=reading.integer(raw, "unsubscribed_count"),
            completed_count=reading.integer(raw, "completed_count"),
            opportunity_count=reading.integer(raw, "total_opportunities"),
            interested_count=reading.integer(raw, "total_interested"),
            meeting_booked_count=reading.integer(raw, "total_meeting_booked"),
            raw=raw,
        )


@dataclass(frozen=True)
class _Engagement:
    sent: int | None
    opened: int | None
    unique_opened: int | None
    replies: int | None
    unique_replies: int | None
    auto_replies: int | None
    clicks: int | None
    unique_clicks: int | None


def _engagement(raw: Raw) -> dict[str, int | None]:
    return {
        "sent": reading.integer(raw, "sent"),
        "opened": reading.integer(raw, "opened"),
        "unique_opened": reading.integer(raw, "unique_opened"),
        "replies": reading.integer(raw, "replies"),
        "unique_replies": reading.integer(raw, "unique_replies"),
        "auto_replies": reading.integer(raw, "replies_automatic"),
        "clicks": reading.integer(raw, "clicks"),
        "unique_clicks": reading.integer(raw, "unique_clicks"),
    }


@dataclass(frozen=True)
class DailyAnalytics(_Engagement):
    """What one day brought."""

    day: date | None
    contacted: int | None
    new_leads_contacted: int | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        return cls(
            day=reading.day(raw, "date"),
            contacted=reading.integer(raw, "contacted"),
            new_leads_contacted=reading.integer(raw, "new_leads_contacted"),
            raw=raw,
            **_engagement(raw),
        )


@dataclass(frozen=True)
class StepAnalytics(_Engagement):
    """What one step and variant brought; `step` counts from 1, `variant` from 0 (0 = A)."""

    step: int | None
    variant: int | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        return cls(
            step=_ordinal(raw, "step"),
            variant=_ordinal(raw, "variant"),
            raw=raw,
            **_engagement(raw),
        )


def _ordinal(raw: Raw, key: str) -> int | None:
    value = reading.text(raw, key)
    if value is None:
        return reading.integer(raw, key)
    return int(value) if value.isascii() and value.isdigit() else None
