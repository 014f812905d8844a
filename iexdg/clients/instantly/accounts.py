"""Sending accounts, which the product calls mailboxes: read only."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field, PlainValidator

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, Listing, listed
from iexdg.clients.instantly.model import (
    Code,
    Count,
    Day,
    Flag,
    Integer,
    Model,
    Moment,
    Object,
    Text,
    address,
)

_PATH = "accounts"
# Source: docs/api/instantly-facts.md §2.4 (read 2026-11-26).
_MOST_ACCOUNTS = 200


def _lower_case(value: object) -> str:
    return address(value).lower()


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
    status_message: Object = Field(default_factory=dict)
    updated_at: Moment = Field(None, validation_alias="timestamp_updated")


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


# A name of its own: inside the class `list` is the method.
AccountDays: TypeAlias = list[AccountDay]


class Accounts:
    """Source: docs/api/instantly-facts.md §2.4."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        search: str | None = None,
        status: int | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[Account]:
        """Yield all sending accounts, page by page."""
        query = {"limit": limit, "search": search, "status": status}
        return listed(self._transport, _PATH, Account, query, lane=lane)

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
                "emails": list(emails[first : first + _MOST_ACCOUNTS]),
                "start_date": start.isoformat(),
                "end_date": end.isoformat() if end else None,
            }
            rows.add(self._transport.request("GET", path, query=query, lane=lane))
        return rows.result()
