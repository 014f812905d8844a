"""Inbox placement tests, where their mails landed, and what block lists say about the sending domains."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, Listing, identified, listed, understood
from iexdg.clients.instantly.model import (
    Code,
    Count,
    Day,
    Flag,
    Identifier,
    Integer,
    Model,
    Moment,
    Number,
    Object,
    Text,
    Texts,
)

_TESTS = "inbox-placement-tests"
_RESULTS = "inbox-placement-analytics"
_REPORTS = "inbox-placement-reports"


class PlacementTest(Model):
    """One test. Shapes: status 1 active, 2 paused, 3 completed; kind 1 one-time, 2 automated."""

    required = ("remote_id",)
    checked = ("status", "kind")

    remote_id: Identifier = Field("", validation_alias="id")
    name: Text = None
    status: Code = None
    kind: Code = Field(None, validation_alias="type")
    sending_method: Code = None
    campaign_remote_id: Text = Field(None, validation_alias="campaign_id")
    senders: Texts = Field((), validation_alias="emails")
    recipients: Texts = ()
    schedule: Object = Field(default_factory=dict)
    created_at: Moment = Field(None, validation_alias="timestamp_created")
    next_run_at: Moment = Field(None, validation_alias="timestamp_next_run")


class SeedKind(Model):
    """A kind of mailbox that a test can be sent to."""

    checked = ("region", "sub_region", "kind", "provider")

    region: Text = None
    sub_region: Text = None
    kind: Text = Field(None, validation_alias="type")
    provider: Text = Field(None, validation_alias="esp")


class PlacementResult(Model):
    """One mail of a test, as it was sent (record_type 1) or as it arrived (2); codes as in the facts."""

    required = ("remote_id", "record_type")
    checked = ("is_spam", "has_category")

    remote_id: Identifier = Field("", validation_alias="id")
    record_type: Code = None
    is_spam: Flag = None
    has_category: Flag = None
    sender_email: Text = None
    recipient_email: Text = None
    recipient_esp: Code = None
    spf_pass: Flag = None
    dkim_pass: Flag = None
    dmarc_pass: Flag = None
    created_at: Moment = Field(None, validation_alias="timestamp_created")


class PlacementStats(Model):
    """Where the mails of one test landed. Units: percentages 0-100."""

    required = ("test_remote_id",)
    checked = ("received", "inbox", "spam", "category")

    test_remote_id: Identifier = Field("", validation_alias="test_id")
    received: Count = Field(None, validation_alias="count")
    inbox: Count = Field(None, validation_alias="inbox_count")
    spam: Count = Field(None, validation_alias="spam_count")
    category: Count = Field(None, validation_alias="category_count")
    inbox_pct: Number = Field(None, validation_alias="inbox_percent")
    spam_pct: Number = Field(None, validation_alias="spam_percent")
    category_pct: Number = Field(None, validation_alias="category_percent")


class PlacementDay(Model):
    """Where the mails of one test landed on one UTC day."""

    required = ("day",)
    checked = ("sent", "received", "inbox", "spam", "category")

    day: Day = Field(None, validation_alias="timestamp_created_date")
    sent: Count = Field(None, validation_alias="sent_count")
    received: Count = Field(None, validation_alias="received_count")
    inbox: Count = Field(None, validation_alias="inbox_count")
    spam: Count = Field(None, validation_alias="spam_count")
    category: Count = Field(None, validation_alias="category_count")


class PlacementInsight(Model):
    """How mails from one provider land at another. Units: percentages 0-100; None is without a mail."""

    checked = ("sender_esp", "recipient_esp", "inbox_pct", "spam_pct", "category_pct")

    sender_esp: Code = None
    recipient_esp: Code = None
    inbox_pct: Number = Field(None, validation_alias="inbox_percentage")
    spam_pct: Number = Field(None, validation_alias="spam_percentage")
    category_pct: Number = Field(None, validation_alias="category_percentage")
    previous_inbox_pct: Number = Field(None, validation_alias="prev_inbox_percentage")
    previous_spam_pct: Number = Field(None, validation_alias="prev_spam_percentage")
    previous_category_pct: Number = Field(None, validation_alias="prev_category_percentage")


class DomainReport(Model):
    """What block lists and a spam filter say about one sending domain."""

    required = ("remote_id", "domain")
    checked = ("domain_listings", "spam_score")

    remote_id: Identifier = Field("", validation_alias="id")
    domain: Text = None
    domain_ip: Text = None
    domain_listings: Integer = Field(None, validation_alias="domain_blacklist_count")
    ip_listings: Integer = Field(None, validation_alias="domain_ip_blacklist_count")
    spam_score: Number = Field(None, validation_alias="spam_assassin_score")
    block_lists: Object = Field(default_factory=dict, validation_alias="blacklist_report")
    spam_report: Object = Field(default_factory=dict, validation_alias="spam_assassin_report")
    created_at: Moment = Field(None, validation_alias="timestamp_created")


# Names of their own: inside the class `list` is the method.
SeedKinds: TypeAlias = list[SeedKind]
Stats: TypeAlias = list[PlacementStats]
Days: TypeAlias = list[PlacementDay]
Insights: TypeAlias = list[PlacementInsight]


class Placement:
    """Source: docs/api/instantly-facts.md §2.6 inbox placement. The sums are POSTs by name, reads by nature."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        search: str | None = None,
        status: int | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[PlacementTest]:
        """Yield the tests of the workspace, page by page."""
        query = {"limit": limit, "search": search, "status": status}
        return listed(self._transport, _TESTS, PlacementTest, query, lane=lane)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> PlacementTest:
        answer = self._transport.request("GET", f"{_TESTS}/{remote_id}", lane=lane)
        return PlacementTest.model_validate(identified(answer, remote_id))

    def create(self, fields: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> PlacementTest:
        """Make a test, which sends mails from the named accounts; not repeated when its answer is lost.

        Shapes: fields - name, type, sending_method, email_subject, email_body and emails at least.
        """
        answer = self._transport.request("POST", _TESTS, body=dict(fields), lane=lane)
        return PlacementTest.model_validate(identified(answer))

    def patch(self, remote_id: str, changes: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> PlacementTest:
        """Change name, schedule, automations or status; not repeated, since a resumed test may send."""
        answer = self._transport.request("PATCH", f"{_TESTS}/{remote_id}", body=dict(changes), lane=lane)
        return PlacementTest.model_validate(identified(answer, remote_id))

    def delete(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Delete a test with its results; neither body nor Content-Type (Law 8)."""
        self._transport.request("DELETE", f"{_TESTS}/{remote_id}", lane=lane)

    def seed_kinds(self, *, lane: Lane = Lane.BULK) -> SeedKinds:
        """Return the kinds of mailboxes that a test can be sent to."""
        rows = Listing(SeedKind)
        rows.add(self._transport.request("GET", f"{_TESTS}/email-service-provider-options", lane=lane))
        return rows.result()

    def results(
        self, test_remote_id: str, *, sender: str | None = None, limit: int = MOST_PER_PAGE, lane: Lane = Lane.BULK
    ) -> Iterator[PlacementResult]:
        """Yield every mail of a test, as sent and as arrived, page by page."""
        query = {"limit": limit, "test_id": test_remote_id, "sender_email": sender}
        return listed(self._transport, _RESULTS, PlacementResult, query, lane=lane)

    def result(self, remote_id: str, *, lane: Lane = Lane.BULK) -> PlacementResult:
        return understood(self._transport.request("GET", f"{_RESULTS}/{remote_id}", lane=lane), PlacementResult)

    def stats(self, test_remote_ids: Sequence[str], *, lane: Lane = Lane.BULK) -> Stats:
        """Return the sums of several tests.

        Raises: ValueError - no test is named; PartlyUnreadError - some sums were not understood.
        """
        if not test_remote_ids:
            raise ValueError("name the tests")
        body = {"test_ids": [*test_remote_ids]}
        rows = Listing(PlacementStats)
        path = f"{_RESULTS}/stats-by-test-id"
        rows.add(self._transport.request("POST", path, body=body, lane=lane, is_write=False))
        return rows.result()

    def days(
        self,
        test_remote_id: str,
        *,
        start: date | None = None,
        end: date | None = None,
        lane: Lane = Lane.BULK,
    ) -> Days:
        """Return the sums of a test day by day; days in UTC."""
        rows = Listing(PlacementDay)
        body = {"test_id": test_remote_id, **_dates(start, end)}
        path = f"{_RESULTS}/stats-by-date"
        rows.add(self._transport.request("POST", path, body=body, lane=lane, is_write=False))
        return rows.result()

    def insights(
        self,
        test_remote_id: str,
        *,
        start: date | None = None,
        end: date | None = None,
        lane: Lane = Lane.BULK,
    ) -> Insights:
        """Return how mails land by pair of providers."""
        rows = Listing(PlacementInsight)
        body = {"test_id": test_remote_id, **_dates(start, end)}
        path = f"{_RESULTS}/deliverability-insights"
        rows.add(self._transport.request("POST", path, body=body, lane=lane, is_write=False))
        return rows.result()

    def reports(
        self, test_remote_id: str, *, limit: int = MOST_PER_PAGE, lane: Lane = Lane.BULK
    ) -> Iterator[DomainReport]:
        """Yield what was found out about the sending domains of a test, page by page."""
        query = {"limit": limit, "test_id": test_remote_id}
        return listed(self._transport, _REPORTS, DomainReport, query, lane=lane)

    def report(self, remote_id: str, *, lane: Lane = Lane.BULK) -> DomainReport:
        return understood(self._transport.request("GET", f"{_REPORTS}/{remote_id}", lane=lane), DomainReport)


def _dates(start: date | None, end: date | None) -> dict[str, str]:
    named = {"date_from": start, "date_to": end}
    return {name: day.isoformat() for name, day in named.items() if day is not None}
