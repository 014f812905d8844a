"""Verifications, sending accounts, audit logs, the workspace and its plan, as Instantly describes them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Literal, Self, TypeAlias

from iexdg.clients.instantly.types import reading
from iexdg.clients.instantly.types.reading import Raw

CatchAll: TypeAlias = Literal[True, False, "pending"] | None

PENDING = "pending"
VERIFIED = "verified"
INVALID = "invalid"


@dataclass(frozen=True)
class Verification:
    """What the vendor says about one address.

    Shapes: status - pending, verified, invalid, or any other text kept as it came; `request_status` tells only
        whether the request worked and is never a verdict.
    Source: instantly-api.md §2.3 and Law 11 (read 2026-11-22).
    """

    email: str | None
    status: str | None
    catch_all: CatchAll
    credits: Decimal | None
    credits_used: Decimal | None
    request_status: str | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        catch_all = raw.get("catch_all")
        return cls(
            email=reading.text(raw, "email"),
            status=reading.text(raw, "verification_status"),
            catch_all=catch_all if isinstance(catch_all, bool) or catch_all == PENDING else None,
            credits=reading.decimal(raw, "credits"),
            credits_used=reading.decimal(raw, "credits_used"),
            request_status=reading.text(raw, "status"),
            raw=raw,
        )

    @property
    def is_pending(self) -> bool:
        """Say whether asking again can still change the answer."""
        return self.status == PENDING or (self.status == VERIFIED and self.catch_all == PENDING)


@dataclass(frozen=True)
class Account:
    """One sending account, which the product calls a mailbox; status 1 is connected and sending."""

    email: str
    first_name: str | None
    last_name: str | None
    status: int | None
    warmup_status: int | None
    warmup_score: int | None
    daily_limit: int | None
    sending_gap_minutes: int | None
    provider_code: int | None
    is_setup_pending: bool | None
    status_message: Raw
    updated_at: datetime | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        return cls(
            email=reading.text(raw, "email") or "",
            first_name=reading.text(raw, "first_name"),
            last_name=reading.text(raw, "last_name"),
            status=reading.integer(raw, "status"),
            warmup_status=reading.integer(raw, "warmup_status"),
            warmup_score=reading.integer(raw, "stat_warmup_score"),
            daily_limit=reading.integer(raw, "daily_limit"),
            sending_gap_minutes=reading.integer(raw, "sending_gap"),
            provider_code=reading.integer(raw, "provider_code"),
            is_setup_pending=reading.flag(raw, "setup_pending"),
            status_message=reading.mapping(raw, "status_message"),
            updated_at=reading.moment(raw, "timestamp_updated"),
            raw=raw,
        )


@dataclass(frozen=True)
class AccountDay:
    """What one sending account did on one day, campaigns and subsequences together; a day in UTC (assumed).

    Source: OpenAPI, getDailyAccountAnalytics (read 2026-11-26).
    """

    email: str
    day: date | None
    sent: int | None
    bounced: int | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        return cls(
            email=(reading.text(raw, "email_account") or "").lower(),
            day=reading.day(raw, "date"),
            sent=reading.integer(raw, "sent"),
            bounced=reading.integer(raw, "bounced"),
            raw=raw,
        )


class AuditActivity(IntEnum):
    """The activities we look for. Source: instantly-api.md §2.6 audit-logs (read 2026-11-22)."""

    LEAD_DELETION = 2
    CAMPAIGN_DELETION = 3
    CAMPAIGN_LAUNCH = 4
    CAMPAIGN_PAUSE = 5
    LEAD_MOVED = 8
    LEAD_ADDED = 9
    CAMPAIGN_UPDATE = 11


@dataclass(frozen=True)
class AuditLog:
    """One thing that somebody did in the workspace, in Instantly's app or through a key."""

    remote_id: str
    at: datetime | None
    activity_type: int | None
    campaign_remote_id: str | None
    is_from_api: bool | None
    api_key_id: str | None
    user_id: str | None
    user_name: str | None
    affected_count: int | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        return cls(
            remote_id=reading.text(raw, "id") or "",
            at=reading.moment(raw, "timestamp"),
            activity_type=reading.integer(raw, "activity_type"),
            campaign_remote_id=reading.text(raw, "campaign_id"),
            is_from_api=reading.flag(raw, "from_api"),
            api_key_id=reading.text(raw, "api_key_id"),
            user_id=reading.text(raw, "user_id"),
            user_name=reading.text(raw, "user_name"),
            affected_count=reading.integer(raw, "affected_count"),
            raw=raw,
        )


@dataclass(frozen=True)
class BlockEntry:
    """One address or domain that Instantly writes to no more; `value` is in lower case."""

    remote_id: str
    value: str
    is_domain: bool
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        value = (reading.text(raw, "bl_value") or "").strip().lower()
        is_domain = reading.flag(raw, "is_domain")
        return cls(
            remote_id=reading.text(raw, "id") or "",
            value=value,
            is_domain="@" not in value if is_domain is None else is_domain,
            raw=raw,
        )


@dataclass(frozen=True)
class WorkspaceInfo:
    remote_id: str
    name: str | None
    owner_id: str | None
    plan_id: str | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        return cls(
            remote_id=reading.text(raw, "id") or "",
            name=reading.text(raw, "name"),
            owner_id=reading.text(raw, "owner"),
            plan_id=reading.text(raw, "plan_id"),
            raw=raw,
        )


@dataclass(frozen=True)
class PlanDetails:
    """What the plan allows and what is left of it; None is "not reported"."""

    organization_id: str | None
    organization_name: str | None
    available_credits: Decimal | None
    total_credits: Decimal | None
    lead_limit: int | None
    lead_count: int | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        # One first-party source shows the parts without the `subscriptions` level (instantly-api.md §5 Balance).
        parts = reading.mapping(raw, "subscriptions") or raw
        credit, outreach = reading.mapping(parts, "credits"), reading.mapping(parts, "outreach")
        return cls(
            organization_id=reading.text(raw, "organization_id"),
            organization_name=reading.text(raw, "organization_name"),
            available_credits=reading.decimal(credit, "available_credits"),
            total_credits=reading.decimal(credit, "total_credits"),
            lead_limit=reading.integer(outreach, "total_lead_limit"),
            lead_count=reading.integer(outreach, "current_lead_count"),
            raw=raw,
        )
