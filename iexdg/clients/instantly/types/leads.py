"""A lead, and the vendor's accounting of what became of a batch of them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Self

from iexdg.clients.instantly.types import reading
from iexdg.clients.instantly.types.reading import Raw


class LeadStatus(IntEnum):
    """Source: instantly-api.md §2.0; a lead keeps its code as an int, so an unknown one survives."""

    ACTIVE = 1
    PAUSED = 2
    COMPLETED = 3
    BOUNCED = -1
    UNSUBSCRIBED = -2
    SKIPPED = -3


def lead_status_label(status: int | None) -> str:
    """Name a status code for people; 42 -> "Unknown status 42"."""
    if status is None:
        return "Unknown status"
    try:
        return LeadStatus(status).name.capitalize()
    except ValueError:
        return f"Unknown status {status}"


@dataclass(frozen=True)
class Lead:
    """One lead; `campaign_remote_id` is None for a lead that sits in a list only."""

    remote_id: str
    campaign_remote_id: str | None
    email: str | None
    first_name: str | None
    last_name: str | None
    company_name: str | None
    job_title: str | None
    status: int | None
    verification_status: int | None
    interest_status: int | None
    open_count: int | None
    reply_count: int | None
    click_count: int | None
    payload: Raw
    created_at: datetime | None
    last_contact_at: datetime | None
    last_reply_at: datetime | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        return cls(
            remote_id=reading.text(raw, "id") or "",
            campaign_remote_id=reading.text(raw, "campaign"),
            email=reading.text(raw, "email"),
            first_name=reading.text(raw, "first_name"),
            last_name=reading.text(raw, "last_name"),
            company_name=reading.text(raw, "company_name"),
            job_title=reading.text(raw, "job_title"),
            status=reading.integer(raw, "status"),
            verification_status=reading.integer(raw, "verification_status"),
            interest_status=reading.integer(raw, "lt_interest_status"),
            open_count=reading.integer(raw, "email_open_count"),
            reply_count=reading.integer(raw, "email_reply_count"),
            click_count=reading.integer(raw, "email_click_count"),
            payload=reading.mapping(raw, "payload"),
            created_at=reading.moment(raw, "timestamp_created"),
            last_contact_at=reading.moment(raw, "timestamp_last_contact"),
            last_reply_at=reading.moment(raw, "timestamp_last_reply"),
            raw=raw,
        )


@dataclass(frozen=True)
class CreatedLead:
    """One lead that was made; `index` is its place in the list that was sent."""

    index: int | None
    id: str | None
    email: str | None


@dataclass(frozen=True)
class LoadAccounting:
    """The vendor's own account of one batch.

    Source: instantly-api.md §2.2, the answer of POST /leads/add (read 2026-11-22).
    """

    total_sent: int | None
    leads_uploaded: int | None
    in_blocklist: int | None
    duplicated_leads: int | None
    skipped_count: int | None
    invalid_email_count: int | None
    incomplete_count: int | None
    duplicate_email_count: int | None
    remaining_in_plan: int | None
    created_leads: tuple[CreatedLead, ...]
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        return cls(
            total_sent=reading.integer(raw, "total_sent"),
            leads_uploaded=reading.integer(raw, "leads_uploaded"),
            in_blocklist=reading.integer(raw, "in_blocklist"),
            duplicated_leads=reading.integer(raw, "duplicated_leads"),
            skipped_count=reading.integer(raw, "skipped_count"),
            invalid_email_count=reading.integer(raw, "invalid_email_count"),
            incomplete_count=reading.integer(raw, "incomplete_count"),
            duplicate_email_count=reading.integer(raw, "duplicate_email_count"),
            remaining_in_plan=reading.integer(raw, "remaining_in_plan"),
            created_leads=tuple(
                CreatedLead(reading.integer(item, "index"), reading.text(item, "id"), reading.text(item, "email"))
                for item in reading.mappings(raw, "created_leads")
            ),
            raw=raw,
        )

    @property
    def accounted(self) -> int | None:
        """Return uploaded plus every skip class; None while one of them is not reported."""
        classes = (
            self.leads_uploaded,
            self.in_blocklist,
            self.duplicated_leads,
            self.skipped_count,
            self.invalid_email_count,
            self.incomplete_count,
            self.duplicate_email_count,
        )
        known = [count for count in classes if count is not None]
        return sum(known) if len(known) == len(classes) else None

    @property
    def adds_up(self) -> bool:
        """Say whether every lead that was sent is in exactly one class."""
        return self.total_sent is not None and self.accounted == self.total_sent

    @property
    def is_itemised(self) -> bool:
        """Say whether every uploaded lead is named, so that outcomes can be recorded lead by lead."""
        named = [lead for lead in self.created_leads if lead.id and lead.index is not None]
        return self.leads_uploaded == len(named) == len(self.created_leads)
