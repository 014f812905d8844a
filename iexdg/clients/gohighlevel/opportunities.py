"""Opportunities and the pipelines that they are in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, AliasPath, Field

from iexdg.clients.gohighlevel.answers import without_nones, wrapped, wrapped_list
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import one
from iexdg.clients.instantly.model import OBJECTS, Identifier, Model, Number, Text

_PATH = "opportunities"
# Source: docs/api/gohighlevel-facts.md §5: the most that the search answers with at once.
_MOST = 100
OpportunityStatus = Literal["open", "won", "lost", "abandoned"]


class Stage(Model):
    """One stage of a pipeline."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    name: Text = None


class Pipeline(Model):
    """One pipeline with its stages, in order."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    name: Text = None
    stages: Annotated[tuple[Stage, ...], OBJECTS] = ()


class Opportunity(Model):
    """One opportunity. Units: value in the currency of the location."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    name: Text = None
    status: Text = None
    pipeline_id: Text = Field(None, validation_alias="pipelineId")
    stage_id: Text = Field(None, validation_alias="pipelineStageId")
    contact_id: Text = Field(None, validation_alias=AliasChoices("contactId", AliasPath("contact", "id")))
    value: Number = Field(None, validation_alias="monetaryValue")


@dataclass(frozen=True)
class UpsertedOpportunity:
    """What an upsert came to. Shapes: is_new - None where the answer did not say."""

    opportunity: Opportunity
    is_new: bool | None


class Opportunities:
    """Source: docs/api/gohighlevel-facts.md §5 (read 2026-11-28)."""

    def __init__(self, transport: HttpTransport, location_id: str) -> None:
        self._transport = transport
        self._location_id = location_id

    def list_pipelines(self) -> list[Pipeline]:
        """Return all pipelines of the location."""
        answer = self._transport.request("GET", f"{_PATH}/pipelines", query={"locationId": self._location_id})
        return wrapped_list(answer, "pipelines", Pipeline)

    def opportunities_of(self, contact_id: str, pipeline_id: str) -> list[Opportunity]:
        """Return those of a contact in a pipeline, whatever their status; an index, so a new one may be missing.

        Raises: UnexpectedAnswerError - it has others too, so whether all of the contact's are there is not known.
            ValueError - an id is missing; nothing was asked.
        """
        if not contact_id.strip() or not pipeline_id.strip():
            raise ValueError("the ids of a contact and of a pipeline are needed to find an opportunity")
        query: dict[str, str | int] = {
            "location_id": self._location_id,
            "contact_id": contact_id,
            "pipeline_id": pipeline_id,
            "status": "all",
            "limit": _MOST,
        }
        answer = self._transport.request("GET", f"{_PATH}/search", query=query)
        found = wrapped_list(answer, "opportunities", Opportunity)
        if any((one.contact_id or contact_id, one.pipeline_id or pipeline_id) != (contact_id, pipeline_id)
               for one in found):  # fmt: skip
            raise answer.unexpected("expected the opportunities of one contact in one pipeline, got others")
        return found

    def create_opportunity(
        self,
        contact_id: str,
        pipeline_id: str,
        name: str,
        *,
        status: OpportunityStatus = "open",
        stage_id: str | None = None,
        value: float | None = None,
    ) -> Opportunity:
        """Make an opportunity; never repeated automatically."""
        body = self._body(contact_id, pipeline_id, name=name, status=status, stage_id=stage_id, value=value)
        return wrapped(self._transport.request("POST", f"{_PATH}/", body=body), "opportunity", Opportunity)

    def upsert_opportunity(
        self,
        contact_id: str,
        pipeline_id: str,
        *,
        name: str | None = None,
        status: OpportunityStatus | None = None,
        stage_id: str | None = None,
        value: float | None = None,
    ) -> UpsertedOpportunity:
        """Make the opportunity of a contact in a pipeline, or change it.

        Never repeated automatically: a location that allows duplicates may make a second one.
        """
        body = self._body(contact_id, pipeline_id, name=name, status=status, stage_id=stage_id, value=value)
        answer = self._transport.request("POST", f"{_PATH}/upsert", body=body)
        is_new = one(answer).get("new")
        found = wrapped(answer, "opportunity", Opportunity)
        return UpsertedOpportunity(found, is_new if isinstance(is_new, bool) else None)

    def _body(self, contact_id: str, pipeline_id: str, **more: Any) -> Mapping[str, Any]:
        return without_nones(
            {
                "locationId": self._location_id,
                "pipelineId": pipeline_id,
                "contactId": contact_id,
                "name": more["name"],
                "status": more["status"],
                "pipelineStageId": more["stage_id"],
                "monetaryValue": more["value"],
            }
        )
