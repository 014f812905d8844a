"""Sending accounts, which the product calls mailboxes: connected, changed, paused, checked, disconnected."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import quote

from pydantic import Field, PlainValidator

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, Listing, listed, one, understood
from iexdg.clients.instantly.model import (
    Code,
    Count,
    Day,
    Flag,
    Identifier,
    Integer,
    Model,
    Moment,
    Object,
    Text,
    Texts,
    address,
)

_PATH = "accounts"
_MAPPINGS = "account-campaign-mappings"
# Source: docs/api/instantly-facts.md §2.4 (read 2026-11-26).
_MOST_ACCOUNTS = 200
_MOST_PAUSED = 100

# Source: docs/api/instantly-facts.md §2.4, the filters of the list.
AccountFilter: TypeAlias = Literal[
    "ACC_FILTER_PAUSED", "ACC_FILTER_ERROR", "ACC_FILTER_NO_CTD", "ACC_FILTER_PW_ACCOUNTS", "ACC_FILTER_DFY",
    "ACC_FILTER_DFY_SETUP_PENDING", "ACC_FILTER_W_ACTIVE", "ACC_FILTER_W_PAUSED", "ACC_FILTER_W_ERROR",
]  # fmt: skip


def _lower_case(value: object) -> str:
    return address(value).lower()


@dataclass(frozen=True)
class ServerLogin:
    """How Instantly signs in at a mail server; the password is in no repr."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """A mailbox to connect by its servers. Shapes: more - settings under Instantly's names, such as daily_limit.

    Source: docs/api/instantly-facts.md §2.0, provider_code: a wrong one makes the account useless.
    """

    email: str
    first_name: str
    last_name: str
    provider_code: int
    imap: ServerLogin
    smtp: ServerLogin
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """Return the request that connects it."""
        named = {name: getattr(self, name) for name in ("email", "first_name", "last_name", "provider_code")}
        logins = {
            f"{protocol}_{part}": getattr(login, part)
            for protocol, login in (("imap", self.imap), ("smtp", self.smtp))
            for part in ("host", "port", "username", "password")
        }
        return {**self.more, **named, **logins}


class Account(Model):
    """One sending account; status 1 is connected and sending."""

    required = ("email",)
    checked = ("status", "daily_limit")

    email: Annotated[str, PlainValidator(address)] = ""
    first_name: Text = None
    last_name: Text = None
    status: Code = None
    warmup_status: Integer = None
    warmup_score: Integer = Field(None, validation_alias="stat_warmup_score")
    daily_limit: Count = None
    sending_gap_minutes: Integer = Field(None, validation_alias="sending_gap")
    provider_code: Integer = None
    is_setup_pending: Flag = Field(None, validation_alias="setup_pending")
    is_managed: Flag = Field(None, validation_alias="is_managed_account")
    tracking_domain: Text = Field(None, validation_alias="tracking_domain_name")
    tracking_domain_status: Text = None
    warmup: Object = Field(default_factory=dict)
    status_message: Object = Field(default_factory=dict)
    created_at: Moment = Field(None, validation_alias="timestamp_created")
    updated_at: Moment = Field(None, validation_alias="timestamp_updated")
    warmup_started_at: Moment = Field(None, validation_alias="timestamp_warmup_start")


class AccountDay(Model):
    """What one sending account did on one day, campaigns and subsequences together; a day in UTC (assumed).

    Source: OpenAPI, getDailyAccountAnalytics (read 2026-11-26).
    """

    required = ("email", "day")
    checked = ("sent", "bounced")

    email: Annotated[str, PlainValidator(_lower_case)] = Field("", validation_alias="email_account")
    day: Day = Field(None, validation_alias="date")
    sent: Count = None
    bounced: Count = None


class PausedAccounts(Model):
    """What pausing several accounts came to: each address is in one of the two."""

    checked = ("paused", "failed")

    paused: Texts = Field((), validation_alias="paused_emails")
    failed: Texts = Field((), validation_alias="failed_emails")


class AccountCampaign(Model):
    """One campaign that an account sends for."""

    required = ("campaign_remote_id",)
    checked = ("status",)

    campaign_remote_id: Identifier = Field("", validation_alias="campaign_id")
    name: Text = Field(None, validation_alias="campaign_name")
    status: Code = None
    created_at: Moment = Field(None, validation_alias="timestamp_created")


class TrackingDomain(Model):
    """Whether a tracking domain leads to Instantly and has a certificate."""

    checked = ("is_working", "has_certificate", "has_cname")

    host: Text = None
    is_working: Flag = Field(None, validation_alias="success")
    has_certificate: Flag = Field(None, validation_alias="ssl")
    has_cname: Flag = Field(None, validation_alias="cname")


class DomainVitals(Model):
    """Which mail records a sending domain has; None is not reported."""

    required = ("domain",)
    checked = ("is_complete", "mx", "spf", "dkim", "dmarc")

    domain: Text = None
    is_complete: Flag = Field(None, validation_alias="allPass")
    mx: Flag = None
    spf: Flag = None
    dkim: Flag = None
    dmarc: Flag = None


# Names of their own: inside the class `list` is the method.
AccountDays: TypeAlias = list[AccountDay]
Vitals: TypeAlias = list[DomainVitals]


class Accounts:
    """Source: docs/api/instantly-facts.md §2.4."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        search: str | None = None,
        status: int | None = None,
        account_filter: AccountFilter | None = None,
        tag_ids: Sequence[str] = (),
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[Account]:
        """Yield all sending accounts, page by page. Shapes: tag_ids - accounts that have one of these tags."""
        query = {
            "limit": limit,
            "search": search,
            "status": status,
            "filter": account_filter,
            "tag_ids": ",".join(tag_ids) or None,
        }
        return listed(self._transport, _PATH, Account, query, lane=lane)

    def get(self, email: str, *, lane: Lane = Lane.BULK) -> Account:
        return _account(email, self._transport.request("GET", _path(email), lane=lane))

    def create(self, account: NewAccount, *, lane: Lane = Lane.BULK) -> Account:
        """Connect a mailbox by its servers; not repeated when its answer is lost. No error shows the passwords."""
        secrets = (account.imap.password, account.smtp.password)
        answer = self._transport.request("POST", _PATH, body=account.body, lane=lane, secrets=secrets)
        return _account(account.email, answer)

    def patch(self, email: str, changes: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> Account:
        """Change settings, under Instantly's names; setting them twice is setting them once."""
        answer = self._transport.request("PATCH", _path(email), body=dict(changes), lane=lane, repeatable=True)
        return _account(email, answer)

    def delete(self, email: str, *, lane: Lane = Lane.BULK) -> None:
        """Disconnect an account, which also takes it out of campaigns; neither body nor Content-Type (Law 8)."""
        self._transport.request("DELETE", _path(email), lane=lane)

    def pause(self, email: str, *, lane: Lane = Lane.BULK) -> Account:
        return self._switch(email, "pause", lane)

    def resume(self, email: str, *, lane: Lane = Lane.BULK) -> Account:
        return self._switch(email, "resume", lane)

    def mark_fixed(self, email: str, *, lane: Lane = Lane.BULK) -> Account:
        """Let an account in trouble send again."""
        return self._switch(email, "mark-fixed", lane)

    def pause_many(self, emails: Sequence[str], *, lane: Lane = Lane.BULK) -> PausedAccounts:
        """Pause up to 100 accounts at once.

        Raises: ValueError - none or too many, nothing was sent.
        """
        if not 1 <= len(emails) <= _MOST_PAUSED:
            raise ValueError(f"1 to {_MOST_PAUSED} accounts can be paused at once, not {len(emails)}")
        body = {"emails": [*emails]}
        answer = self._transport.request("POST", f"{_PATH}/pause", body=body, lane=lane, repeatable=True)
        return understood(answer, PausedAccounts)

    def move(self, emails: Sequence[str], *, from_workspace: str, to_workspace: str, lane: Lane = Lane.BULK) -> None:
        """Move accounts between two workspaces; needs the key of the admin workspace of both.

        Raises: ValueError - no accounts are named, nothing was sent.
        """
        if not emails:
            raise ValueError("name the accounts to move")
        body = {
            "emails": [*emails],
            "source_workspace_id": from_workspace,
            "destination_workspace_id": to_workspace,
        }
        self._transport.request("POST", f"{_PATH}/move", body=body, lane=lane)

    def campaigns_of(
        self, email: str, *, limit: int = MOST_PER_PAGE, lane: Lane = Lane.BULK
    ) -> Iterator[AccountCampaign]:
        """Yield the campaigns that an account sends for."""
        return listed(self._transport, _path(email, _MAPPINGS), AccountCampaign, {"limit": limit}, lane=lane)

    def tracking_domain(self, host: str, *, lane: Lane = Lane.BULK) -> TrackingDomain:
        """Check a tracking domain.

        Raises: ValidationError - it leads nowhere; the vendor says so with a 400.
        """
        answer = self._transport.request("GET", f"{_PATH}/ctd/status", query={"host": host}, lane=lane)
        return understood(answer, TrackingDomain)

    def vitals(self, emails: Sequence[str], *, lane: Lane = Lane.BULK) -> Vitals:
        """Read which mail records the domains of these accounts have: a POST by name, a read by nature.

        Raises: ValueError - no accounts are named; PartlyUnreadError - some domains were not understood.
        """
        if not emails:
            raise ValueError("name the accounts to check")
        body = {"accounts": [*emails]}
        answer = self._transport.request("POST", f"{_PATH}/test/vitals", body=body, lane=lane, is_write=False)
        raw = one(answer)
        rows = Listing(DomainVitals)
        for name in ("success_list", "failure_list"):
            rows.add(replace(answer, value=raw.get(name)))
        return rows.result()

    def daily(
        self, emails: Sequence[str], *, start: date, end: date | None = None, lane: Lane = Lane.BULK
    ) -> AccountDays:
        """Return what these accounts did, a row per account and day on which something happened.

        Shapes: emails - any number, asked about in portions; start to end - at most 31 days, end defaults to today.
        Raises: PartlyUnreadError - some rows were not understood; it carries the others.
        Source: docs/api/instantly-facts.md §2.4: at most 200 addresses a call, and 413 without any.
        """
        path = f"{_PATH}/analytics/daily"
        rows = Listing(AccountDay)
        for first in range(0, len(emails), _MOST_ACCOUNTS):
            query = {
                "emails": [*emails[first : first + _MOST_ACCOUNTS]],
                "start_date": start.isoformat(),
                "end_date": end.isoformat() if end else None,
            }
            rows.add(self._transport.request("GET", path, query=query, lane=lane))
        return rows.result()

    def _switch(self, email: str, action: str, lane: Lane) -> Account:
        # Switching twice leaves the account as switching once, so a lost answer may be asked for again.
        answer = self._transport.request("POST", f"{_path(email)}/{action}", lane=lane, repeatable=True)
        return _account(email, answer)


def _path(email: str, under: str = _PATH) -> str:
    return f"{under}/{quote(email, safe='')}"


def _account(email: str, answer: Answer) -> Account:
    """Read an answer about one account.

    Raises: UnexpectedAnswerError - it is about another one, or cannot be understood.
    """
    read = understood(answer, Account)
    if read.email.lower() != email.lower():
        raise answer.unexpected("expected the account that was asked for, got another one")
    return read
