"""SuperSearch: people who can be found by filters, and the enrichment of lists and campaigns."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import Listing, understood
from iexdg.clients.instantly.model import (
    OBJECTS,
    Code,
    Count,
    Flag,
    Identifier,
    Model,
    Object,
    Text,
    TextOrEmpty,
)

_PATH = "supersearch-enrichment"
# Source: OpenAPI enrichLeadsFromSuperSearch.
MOST_LEADS = 1_000_000
CAMPAIGN, LIST = 1, 2


class _Found(Model):
    required = ("count",)

    count: Count = Field(None, validation_alias="number_of_leads")


class FoundPerson(Model):
    """One person of a preview; without an address, which only an enrichment finds."""

    first_name: Text = Field(None, validation_alias="firstName")
    last_name: Text = Field(None, validation_alias="lastName")
    job_title: Text = Field(None, validation_alias="jobTitle")
    company_name: Text = Field(None, validation_alias="companyName")
    location: Text = None
    is_owned: Flag = Field(None, validation_alias="isOwned")


class Preview(Model):
    """The first people of a search, and how many there are in all."""

    required = ("count",)
    checked = ("people",)

    count: Count = Field(None, validation_alias="number_of_leads")
    people: Annotated[tuple[FoundPerson, ...], OBJECTS] = Field((), validation_alias="leads")


class EnrichmentOrder(Model):
    """What was ordered: the list or campaign that is enriched, and the job that imports leads, if there is one."""

    required = ("remote_id", "resource_remote_id")

    remote_id: TextOrEmpty = Field("", validation_alias="id")
    resource_remote_id: Identifier = Field("", validation_alias="resource_id")
    list_name: Text = None
    job_remote_id: Text = Field(None, validation_alias="background_job_id")
    payload: Object = Field(default_factory=dict, validation_alias="enrichment_payload")


class EnrichmentState(Model):
    """What is being done for a list or campaign. Shapes: has_no_leads - the search found nobody."""

    required = ("resource_remote_id",)
    checked = ("exists", "in_progress", "has_no_leads")

    resource_remote_id: Identifier = Field("", validation_alias="resource_id")
    exists: Flag = None
    in_progress: Flag = None
    has_no_leads: Flag = None
    payload: Object = Field(default_factory=dict, validation_alias="enrichment_payload")


class PastEnrichment(Model):
    """One entry of the history, whose fields the vendor does not publish; `raw` has all of them."""

    remote_id: TextOrEmpty = Field("", validation_alias="id")


class ColumnEnrichment(Model):
    """One column that AI fills. Shapes: status - the vendor's number, whose meaning it does not publish."""

    required = ("resource_remote_id", "column")

    remote_id: Text = Field(None, validation_alias="id")
    resource_remote_id: Identifier = Field("", validation_alias="resource_id")
    column: TextOrEmpty = Field("", validation_alias="output_column")
    status: Code = None


class Keyword(Model):
    """One word of a signal, and how often it occurs."""

    required = ("word",)

    word: TextOrEmpty = Field("", validation_alias="keyword")
    count: Count = None


class _Keywords(Model):
    checked = ("keywords",)

    keywords: Annotated[tuple[Keyword, ...], OBJECTS] = ()


class SuperSearch:
    """Source: docs/api/instantly-facts.md §2.6 supersearch-enrichment (read 2026-11-27).

    A value of a closed filter that is misspelt finds nobody and is no error: a count of 0 can mean that.
    """

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def count(
        self,
        filters: Mapping[str, Any],
        *,
        skip_owned: bool = False,
        one_per_company: bool = False,
        lane: Lane = Lane.BULK,
    ) -> int:
        """Return how many people a search finds; costs no credits."""
        body = _search(filters, skip_owned, one_per_company)
        path = f"{_PATH}/count-leads-from-supersearch"
        answer = self._transport.request("POST", path, body=body, lane=lane, is_write=False)
        return understood(answer, _Found).count or 0

    def preview(
        self,
        filters: Mapping[str, Any],
        *,
        skip_owned: bool = False,
        one_per_company: bool = False,
        lane: Lane = Lane.BULK,
    ) -> Preview:
        """Return the first people of a search; costs no credits."""
        body = _search(filters, skip_owned, one_per_company)
        path = f"{_PATH}/preview-leads-from-supersearch"
        return understood(self._transport.request("POST", path, body=body, lane=lane, is_write=False), Preview)

    def import_leads(
        self,
        filters: Mapping[str, Any],
        *,
        most: int,
        list_name: str | None = None,
        resource_remote_id: str | None = None,
        find_addresses: bool = False,
        fields: Mapping[str, Any] | None = None,
        lane: Lane = Lane.BULK,
    ) -> EnrichmentOrder:
        """Put the people of a search into a list, a new one unless it is named; spends credits, is not repeated.

        Shapes: most - leads, 1 to 1,000,000; resource_remote_id - an existing list or campaign; find_addresses - pay
            for the address of each; fields - further ones by Instantly's names.
        Raises: ValueError - `most` is out of bounds, or both a new list and an existing one: nothing was sent.
        """
        if not 1 <= most <= MOST_LEADS:
            raise ValueError(f"most must be between 1 and {MOST_LEADS}, not {most}")
        if list_name and resource_remote_id:
            raise ValueError("leads go to a new list or to one that is there, not to both")
        body: dict[str, Any] = {**(fields or {}), "search_filters": dict(filters), "limit": most}
        body |= {"work_email_enrichment": True} if find_addresses else {}
        body |= {"list_name": list_name} if list_name else {}
        body |= {"resource_id": resource_remote_id} if resource_remote_id else {}
        path = f"{_PATH}/enrich-leads-from-supersearch"
        return understood(self._transport.request("POST", path, body=body, lane=lane), EnrichmentOrder)

    def enrich(
        self, resource_remote_id: str, kind: str, *, most: int | None = None, lane: Lane = Lane.BULK
    ) -> EnrichmentOrder:
        """Order one type of enrichment for a list or campaign; it runs at once, spends credits, is not repeated.

        Shapes: kind - "work_email_enrichment", "email_verification" and others; most - leads, 1 to 50,000.
        """
        body: dict[str, Any] = {"resource_id": resource_remote_id, "type": kind}
        body |= {"limit": most} if most is not None else {}
        return understood(self._transport.request("POST", f"{_PATH}/", body=body, lane=lane), EnrichmentOrder)

    def run(
        self,
        resource_remote_id: str,
        *,
        lead_remote_ids: Sequence[str] | None = None,
        run_for_every_lead: bool = False,
        most: int | None = None,
        lane: Lane = Lane.BULK,
    ) -> EnrichmentOrder:
        """Run again what was ordered; spends credits, is not repeated.

        Shapes: run_for_every_lead - needed where neither leads nor a limit are named.
        Raises: ValueError - nothing says how many leads are meant: nothing was sent.
        """
        if not lead_remote_ids and most is None and not run_for_every_lead:
            raise ValueError("this would run for every lead: say run_for_every_lead=True if it should")
        body: dict[str, Any] = {"resource_id": resource_remote_id}
        body |= {"lead_ids": [*lead_remote_ids]} if lead_remote_ids else {}
        body |= {"limit": most} if most is not None else {}
        return understood(self._transport.request("POST", f"{_PATH}/run", body=body, lane=lane), EnrichmentOrder)

    def get(self, resource_remote_id: str, *, lane: Lane = Lane.BULK) -> EnrichmentState:
        """Read how far the enrichment of a list or campaign is."""
        answer = self._transport.request("GET", f"{_PATH}/{resource_remote_id}", lane=lane)
        return understood(answer, EnrichmentState)

    def change_settings(
        self, resource_remote_id: str, settings: Mapping[str, bool], *, lane: Lane = Lane.BULK
    ) -> EnrichmentOrder:
        """Set auto_update, is_evergreen or skip_rows_without_email; may be repeated."""
        path = f"{_PATH}/{resource_remote_id}/settings"
        answer = self._transport.request("PATCH", path, body=dict(settings), lane=lane, repeatable=True)
        return understood(answer, EnrichmentOrder)

    def history(
        self, resource_remote_id: str, *, limit: int | None = None, offset: int | None = None, lane: Lane = Lane.BULK
    ) -> tuple[PastEnrichment, ...]:
        """Return what was ordered for a list or campaign before."""
        found = Listing(PastEnrichment)
        query = {"limit": limit, "offset": offset}
        found.add(self._transport.request("GET", f"{_PATH}/history/{resource_remote_id}", query=query, lane=lane))
        return tuple(found.result())

    def fill_column(
        self,
        resource_remote_id: str,
        resource_type: int,
        *,
        column: str,
        model: str,
        fields: Mapping[str, Any] | None = None,
        lane: Lane = Lane.BULK,
    ) -> ColumnEnrichment:
        """Let AI fill a column of a list (2) or campaign (1); spends credits, is not repeated.

        Shapes: fields - prompt, input_columns, limit, overwrite and others by Instantly's names.
        """
        body: dict[str, Any] = {
            **(fields or {}),
            "resource_id": resource_remote_id,
            "resource_type": resource_type,
            "output_column": column,
            "model_version": model,
        }
        return understood(self._transport.request("POST", f"{_PATH}/ai", body=body, lane=lane), ColumnEnrichment)

    def columns_in_progress(self, resource_remote_id: str, *, lane: Lane = Lane.BULK) -> tuple[ColumnEnrichment, ...]:
        """Return the columns of a list or campaign that AI is filling now."""
        found = Listing(ColumnEnrichment)
        found.add(self._transport.request("GET", f"{_PATH}/ai/{resource_remote_id}/in-progress", lane=lane))
        return tuple(found.result())

    def signal_keywords(
        self, category: str, field: str, *, prefix: str | None = None, limit: int = 20, lane: Lane = Lane.BULK
    ) -> tuple[Keyword, ...]:
        """Return the most frequent words of a signal; an unknown category or field is a ValidationError."""
        body: dict[str, Any] = {"category": category, "field": field, "limit": limit}
        body |= {"prefix": prefix} if prefix else {}
        path = f"{_PATH}/signal-keywords-facet"
        return understood(
            self._transport.request("POST", path, body=body, lane=lane, is_write=False), _Keywords
        ).keywords


def _search(filters: Mapping[str, Any], skip_owned: bool, one_per_company: bool) -> dict[str, Any]:
    return {
        "search_filters": dict(filters),
        "skip_owned_leads": skip_owned,
        "show_one_lead_per_company": one_per_company,
    }
