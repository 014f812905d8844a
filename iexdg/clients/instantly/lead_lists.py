"""Lead lists: leads that are in no campaign, and how their addresses were verified."""

from collections.abc import Iterator

from pydantic import AliasPath, Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, identified, listed, understood
from iexdg.clients.instantly.model import Count, Flag, Identifier, Model, Moment, Text

_PATH = "lead-lists"


class LeadList(Model):
    """One list of leads."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    name: Text = None
    enriches_leads: Flag = Field(None, validation_alias="has_enrichment_task")
    owned_by: Text = None
    created_at: Moment = Field(None, validation_alias="timestamp_created")


class VerificationStats(Model):
    """How many leads of a list have which verdict; None is a count that was not reported, and never 0.

    Source: docs/api/instantly-facts.md §2.3: leads that nobody had verified are only in the total.
    """

    required = ("total",)

    total: Count = Field(None, validation_alias="total_leads")
    verified: Count = Field(None, validation_alias=AliasPath("stats", "verified"))
    invalid: Count = Field(None, validation_alias=AliasPath("stats", "invalid"))
    risky: Count = Field(None, validation_alias=AliasPath("stats", "risky"))
    catch_all: Count = Field(None, validation_alias=AliasPath("stats", "catch_all"))
    job_change: Count = Field(None, validation_alias=AliasPath("stats", "job_change"))
    pending: Count = Field(None, validation_alias=AliasPath("stats", "verification_job_pending_user"))
    pending_in_search: Count = Field(None, validation_alias=AliasPath("stats", "verification_job_pending_leadfinder"))


class LeadLists:
    """Source: docs/api/instantly-facts.md §2.3 (read 2026-11-27)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self, *, search: str | None = None, limit: int = MOST_PER_PAGE, lane: Lane = Lane.BULK
    ) -> Iterator[LeadList]:
        """Yield all lists, page by page."""
        return listed(self._transport, _PATH, LeadList, {"limit": limit, "search": search}, lane=lane)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> LeadList:
        answer = self._transport.request("GET", f"{_PATH}/{remote_id}", lane=lane)
        return LeadList.model_validate(identified(answer, remote_id))

    def create(self, name: str, *, enriches_leads: bool = False, lane: Lane = Lane.BULK) -> LeadList:
        """Make an empty list. Shapes: enriches_leads - every lead that is added is enriched, for credits."""
        body = {"name": name, "has_enrichment_task": enriches_leads}
        return LeadList.model_validate(identified(self._transport.request("POST", _PATH, body=body, lane=lane)))

    def rename(self, remote_id: str, name: str, *, lane: Lane = Lane.BULK) -> LeadList:
        answer = self._transport.request("PATCH", f"{_PATH}/{remote_id}", body={"name": name}, lane=lane)
        return LeadList.model_validate(identified(answer, remote_id))

    def delete(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Remove a list; its leads are presumably gone with it."""
        self._transport.request("DELETE", f"{_PATH}/{remote_id}", lane=lane)

    def verification_stats(self, remote_id: str, *, lane: Lane = Lane.BULK) -> VerificationStats:
        answer = self._transport.request("GET", f"{_PATH}/{remote_id}/verification-stats", lane=lane)
        return understood(answer, VerificationStats)
