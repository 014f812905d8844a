"""Campaigns: read, write, pause, activate; with status codes, schedule, sequence and sending status."""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Annotated, Any, TypeAlias

from pydantic import AliasPath, BeforeValidator, Field, PlainValidator

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.limiter import Lane
from iexdg.clients.instantly.analytics import AnalyticsReads
from iexdg.clients.instantly.answers import MOST_PER_PAGE, identified, listed, one, page_of, partly_unread, understood
from iexdg.clients.instantly.model import (
    OBJECTS,
    Code,
    Count,
    Flag,
    Identifier,
    Integer,
    Model,
    Moment,
    Number,
    Raw,
    Text,
    Texts,
    count,
    flag,
    is_misread,
    mapping,
    mappings,
    text,
)

_PATH = "campaigns"


class CampaignStatus(IntEnum):
    """The codes we know; a campaign keeps its code as an int, so an unknown one survives.

    Source: docs/api/instantly-facts.md §2.0, and Law 12 for 1, 2, 3 (read 2026-11-22).
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


def _enabled_days(value: object) -> frozenset[int]:
    days = mapping(value)
    return frozenset(day for day in range(7) if days.get(str(day)) is True)


def _is_true(value: object) -> bool:
    return flag(value) is True


def _unit(value: object) -> str:
    return text(value) or "days"


def _date_text(value: object) -> str | None:
    # Live data shows "" as well as null for "no date".
    return text(value) or None


def _first_steps(value: object) -> tuple[Raw, ...]:
    # Only the first sequence is used by the vendor.
    sequence = next(iter(mappings(value)), {})
    return mappings(sequence.get("steps"))


def _object_or_none(value: object) -> Raw | None:
    return mapping(value) or None


def _are_misread(sequences: object, steps: tuple["SequenceStep", ...]) -> bool:
    if not sequences:
        return False
    first = next(iter(sequences)) if isinstance(sequences, list) else None
    return not isinstance(first, Mapping) or is_misread(first.get("steps"), steps)


# What is compared with what was approved, and shown to those who approve.
_SETTINGS = (
    "name", "start_date", "end_date", "windows", "senders", "daily_limit", "daily_max_leads", "email_gap_minutes",
    "stop_on_reply", "stop_on_auto_reply", "open_tracking", "link_tracking", "text_only", "insert_unsubscribe_header",
    "allow_risky_contacts", "disable_bounce_protect",
)  # fmt: skip
DateText = Annotated[str | None, PlainValidator(_date_text)]


class ScheduleWindow(Model):
    """One sending window; `days` holds the enabled days as the vendor numbers them, 0 = Sunday."""

    checked = ("name", "opens", "closes", "timezone", "days")

    name: Text = None
    opens: Text = Field(None, validation_alias=AliasPath("timing", "from"))
    closes: Text = Field(None, validation_alias=AliasPath("timing", "to"))
    timezone: Text = None
    days: Annotated[frozenset[int], PlainValidator(_enabled_days)] = frozenset()


class Variant(Model):
    """One wording of a step; one without a word about it is enabled."""

    checked = ("subject", "body", "is_disabled")

    subject: Text = None
    body: Text = None
    is_disabled: Annotated[bool, PlainValidator(_is_true)] = Field(False, validation_alias="v_disabled")


class SequenceStep(Model):
    """One e-mail of the sequence; `delay` is the wait after it, in `delay_unit` (days if absent)."""

    checked = ("delay", "delay_unit", "variants")

    delay: Number = None
    delay_unit: Annotated[str, PlainValidator(_unit)] = "days"
    variants: Annotated[tuple[Variant, ...], OBJECTS] = ()


class Campaign(Model):
    """One campaign; `remote_id` is the vendor's id."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    name: Text = None
    status: Code = None
    not_sending_status: Code = None
    start_date: DateText = Field(None, validation_alias=AliasPath("campaign_schedule", "start_date"))
    end_date: DateText = Field(None, validation_alias=AliasPath("campaign_schedule", "end_date"))
    windows: Annotated[tuple[ScheduleWindow, ...], OBJECTS] = Field(
        (), validation_alias=AliasPath("campaign_schedule", "schedules")
    )
    steps: Annotated[tuple[SequenceStep, ...], BeforeValidator(_first_steps)] = Field((), validation_alias="sequences")
    senders: Texts = Field((), validation_alias="email_list")
    daily_limit: Count = None
    daily_max_leads: Count = None
    email_gap_minutes: Integer = Field(None, validation_alias="email_gap")
    stop_on_reply: Flag = None
    stop_on_auto_reply: Flag = None
    open_tracking: Flag = None
    link_tracking: Flag = None
    text_only: Flag = None
    insert_unsubscribe_header: Flag = None
    allow_risky_contacts: Flag = None
    disable_bounce_protect: Flag = None
    created_at: Moment = Field(None, validation_alias="timestamp_created")
    updated_at: Moment = Field(None, validation_alias="timestamp_updated")

    @property
    def status_label(self) -> str:
        return campaign_status_label(self.status)

    @property
    def misread(self) -> tuple[str, ...]:
        """Return Instantly's names of the settings that could not be understood; what was read before them counts."""
        names = [name for name in _SETTINGS if self._is_misread(name)]
        if _are_misread(self.raw.get("sequences"), self.steps):
            names.append("steps")
        return tuple(dict.fromkeys(self._name_of(name) for name in names))


class SendingStatus(Model):
    """Why a campaign sends or not; draft and paused ones carry no diagnostics, only a summary."""

    checked = ("summary_status", "message")

    summary_status: Text = Field(None, validation_alias=AliasPath("summary", "status"))
    message: Text = Field(None, validation_alias=AliasPath("summary", "status_message"))
    issue_started_at: Moment = Field(None, validation_alias=AliasPath("summary", "issue_started_at"))
    last_healthy_send_at: Moment = Field(None, validation_alias=AliasPath("summary", "last_healthy_send_at"))
    diagnostics: Annotated[Raw | None, PlainValidator(_object_or_none)] = None

    @property
    def status(self) -> str | None:
        """Return the summary's status, or the diagnostics' where the summary has none."""
        return self.summary_status or text((self.diagnostics or {}).get("status"))


# A name of its own: inside the class `list` is the method.
CampaignsFound: TypeAlias = tuple[Campaign, ...]


def _new_one(answer: Answer, source_remote_id: str) -> Campaign:
    """Return the campaign that was made from another; the other itself is no new one."""
    made = Campaign.model_validate(identified(answer))
    if made.remote_id == source_remote_id:
        raise answer.unexpected("expected a new campaign, got the one that it was made from")
    return made


class Campaigns(AnalyticsReads):
    """Source: docs/api/instantly-facts.md §2.1 (read 2026-11-22)."""

    def list(
        self,
        *,
        search: str | None = None,
        status: int | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[Campaign]:
        """Yield all campaigns, page by page."""
        query = {"limit": limit, "search": search, "status": status}
        return listed(self._transport, _PATH, Campaign, query, lane=lane)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Campaign:
        path = f"{_PATH}/{remote_id}"
        return Campaign.model_validate(identified(self._transport.request("GET", path, lane=lane), remote_id))

    def create(self, body: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> Campaign:
        """Create a campaign; it starts as a draft (0) and sends nothing."""
        answer = self._transport.request("POST", _PATH, body=body, lane=lane)
        return Campaign.model_validate(identified(answer))

    def patch(self, remote_id: str, body: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> Campaign:
        """Change the fields given; lists such as email_list are replaced, not extended."""
        path = f"{_PATH}/{remote_id}"
        answer = self._transport.request("PATCH", path, body=body, lane=lane)
        return Campaign.model_validate(identified(answer))

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
        return understood(self._transport.request("GET", path, lane=lane), SendingStatus)

    def delete(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Remove a campaign, and with it its leads; the request carries neither body nor Content-Type (Law 8)."""
        self._transport.request("DELETE", f"{_PATH}/{remote_id}", lane=lane)

    def duplicate(self, remote_id: str, *, name: str | None = None, lane: Lane = Lane.BULK) -> Campaign:
        """Make a draft with the same settings and without leads. Shapes: name - "... (copy)" where there is none."""
        body = {} if name is None else {"name": name}
        answer = self._transport.request("POST", f"{_PATH}/{remote_id}/duplicate", body=body, lane=lane)
        return _new_one(answer, remote_id)

    def share(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Let others make campaigns from this one for 7 days; sharing again starts the 7 days anew."""
        self._transport.request("POST", f"{_PATH}/{remote_id}/share", lane=lane, repeatable=True)

    def export(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Campaign:
        """Read the whole campaign in the form that it is exported in; a POST that changes nothing."""
        path = f"{_PATH}/{remote_id}/export"
        return Campaign.model_validate(identified(self._transport.request("POST", path, lane=lane, is_write=False)))

    def create_from_shared(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Campaign:
        """Make a draft from a campaign that was shared, in this workspace or in another.

        Raises: ScopeError - it is not shared, or no longer.
        """
        answer = self._transport.request("POST", f"{_PATH}/{remote_id}/from-export", lane=lane)
        return _new_one(answer, remote_id)

    def add_variables(self, remote_id: str, names: Sequence[str], *, lane: Lane = Lane.BULK) -> Campaign:
        """Let the leads of a campaign have these variables; adding twice is as adding once."""
        path = f"{_PATH}/{remote_id}/variables"
        body = {"variables": [*names]}
        answer = self._transport.request("POST", path, body=body, lane=lane, repeatable=True)
        return Campaign.model_validate(identified(answer, remote_id))

    def with_contact(self, email: str, *, lane: Lane = Lane.BULK) -> CampaignsFound:
        """Return the campaigns that a person is in, the oldest first.

        Raises: PartlyUnreadError - some were not understood; it carries the others.
        """
        query = {"search": email, "sort_column": "timestamp_created", "sort_order": "asc"}
        answer = self._transport.request("GET", f"{_PATH}/search-by-contact", query=query, lane=lane)
        page = page_of(answer, Campaign)
        if page.unread:
            raise partly_unread(answer, page.unread, len(page.items), page.items)
        return page.items

    def count_launched(self, *, lane: Lane = Lane.BULK) -> int:
        """Return how many campaigns are launched.

        Raises: UnexpectedAnswerError - the answer holds no count.
        """
        answer = self._transport.request("GET", f"{_PATH}/count-launched", lane=lane)
        launched = count(one(answer).get("count"))
        if launched is None:
            raise answer.unexpected("expected a count, got none")
        return launched

    def _switch(self, remote_id: str, action: str, lane: Lane) -> Campaign:
        path = f"{_PATH}/{remote_id}/{action}"
        # Switching twice leaves the campaign as switching once, so a lost answer may be asked for again.
        answer = self._transport.request("POST", path, body={}, lane=lane, repeatable=True)
        return Campaign.model_validate(identified(answer))
