"""A campaign as Instantly describes it: status codes, schedule, sequence, sending status."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Self

from iexdg.clients.instantly.types import reading
from iexdg.clients.instantly.types.reading import Raw


class CampaignStatus(IntEnum):
    """The codes we know; a campaign keeps its code as an int, so an unknown one survives.

    Source: instantly-api.md §2.0, and Law 12 for 1, 2, 3 (read 2026-11-22).
    """

    DRAFT = 0
    ACTIVE = 1
    PAUSED = 2
    COMPLETED = 3
    RUNNING_SUBSEQUENCES = 4
    ACCOUNTS_UNHEALTHY = -1
    BOUNCE_PROTECT = -2
    ACCOUNT_SUSPENDED = -99


def campaign_status_label(status: int | None) -> str:
    """Name a status code for people; 42 -> "Unknown status 42"."""
    if status is None:
        return "Unknown status"
    try:
        return CampaignStatus(status).name.replace("_", " ").capitalize()
    except ValueError:
        return f"Unknown status {status}"


@dataclass(frozen=True)
class ScheduleWindow:
    """One sending window; `days` holds the enabled days as the vendor numbers them, 0 = Sunday."""

    name: str | None
    opens: str | None
    closes: str | None
    timezone: str | None
    days: frozenset[int]
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        timing = reading.mapping(raw, "timing")
        days = reading.mapping(raw, "days")
        return cls(
            name=reading.text(raw, "name"),
            opens=reading.text(timing, "from"),
            closes=reading.text(timing, "to"),
            timezone=reading.text(raw, "timezone"),
            days=frozenset(day for day in range(7) if days.get(str(day)) is True),
            raw=raw,
        )


@dataclass(frozen=True)
class Variant:
    subject: str | None
    body: str | None
    is_disabled: bool


@dataclass(frozen=True)
class SequenceStep:
    """One e-mail of the sequence; `delay` is the wait after it, in `delay_unit` (days if absent)."""

    delay: float | None
    delay_unit: str
    variants: tuple[Variant, ...]
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        return cls(
            delay=reading.number(raw, "delay"),
            delay_unit=reading.text(raw, "delay_unit") or "days",
            variants=tuple(
                Variant(reading.text(v, "subject"), reading.text(v, "body"), reading.flag(v, "v_disabled") is True)
                for v in reading.mappings(raw, "variants")
            ),
            raw=raw,
        )


@dataclass(frozen=True)
class Campaign:
    """One campaign; `remote_id` is the vendor's id and `raw` everything it said."""

    remote_id: str
    name: str | None
    status: int | None
    not_sending_status: int | None
    start_date: str | None
    end_date: str | None
    windows: tuple[ScheduleWindow, ...]
    steps: tuple[SequenceStep, ...]
    senders: tuple[str, ...]
    daily_limit: int | None
    daily_max_leads: int | None
    email_gap_minutes: int | None
    stop_on_reply: bool | None
    stop_on_auto_reply: bool | None
    open_tracking: bool | None
    link_tracking: bool | None
    text_only: bool | None
    insert_unsubscribe_header: bool | None
    allow_risky_contacts: bool | None
    disable_bounce_protect: bool | None
    created_at: datetime | None
    updated_at: datetime | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        schedule = reading.mapping(raw, "campaign_schedule")
        # Only the first sequence is used by the vendor.
        sequence = next(iter(reading.mappings(raw, "sequences")), {})
        return cls(
            remote_id=reading.text(raw, "id") or "",
            name=reading.text(raw, "name"),
            status=reading.integer(raw, "status"),
            not_sending_status=reading.integer(raw, "not_sending_status"),
            # Live data shows "" as well as null for "no date".
            start_date=reading.text(schedule, "start_date") or None,
            end_date=reading.text(schedule, "end_date") or None,
            windows=tuple(ScheduleWindow.from_raw(item) for item in reading.mappings(schedule, "schedules")),
            steps=tuple(SequenceStep.from_raw(item) for item in reading.mappings(sequence, "steps")),
            senders=reading.texts(raw, "email_list"),
            daily_limit=reading.integer(raw, "daily_limit"),
            daily_max_leads=reading.integer(raw, "daily_max_leads"),
            email_gap_minutes=reading.integer(raw, "email_gap"),
            stop_on_reply=reading.flag(raw, "stop_on_reply"),
            stop_on_auto_reply=reading.flag(raw, "stop_on_auto_reply"),
            open_tracking=reading.flag(raw, "open_tracking"),
            link_tracking=reading.flag(raw, "link_tracking"),
            text_only=reading.flag(raw, "text_only"),
            insert_unsubscribe_header=reading.flag(raw, "insert_unsubscribe_header"),
            allow_risky_contacts=reading.flag(raw, "allow_risky_contacts"),
            disable_bounce_protect=reading.flag(raw, "disable_bounce_protect"),
            created_at=reading.moment(raw, "timestamp_created"),
            updated_at=reading.moment(raw, "timestamp_updated"),
            raw=raw,
        )

    @property
    def status_label(self) -> str:
        return campaign_status_label(self.status)


@dataclass(frozen=True)
class SendingStatus:
    """Why a campaign sends or not; draft and paused ones carry no diagnostics, only a summary."""

    status: str | None
    message: str | None
    issue_started_at: datetime | None
    last_healthy_send_at: datetime | None
    diagnostics: Raw | None
    raw: Raw = field(repr=False)

    @classmethod
    def from_raw(cls, raw: Raw) -> Self:
        summary = reading.mapping(raw, "summary")
        diagnostics = reading.mapping(raw, "diagnostics")
        return cls(
            status=reading.text(summary, "status") or reading.text(diagnostics, "status"),
            message=reading.text(summary, "status_message"),
            issue_started_at=reading.moment(summary, "issue_started_at"),
            last_healthy_send_at=reading.moment(summary, "last_healthy_send_at"),
            diagnostics=diagnostics or None,
            raw=raw,
        )
