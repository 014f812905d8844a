"""The workspace that a key belongs to, and its plan: read only."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import identified, one
from iexdg.clients.instantly.model import AN_OBJECT, Amount, Integer, Model, Text, TextOrEmpty

_CURRENT = "workspaces/current"
_PLAN = "workspace-billing/plan-details"


class WorkspaceInfo(Model):
    """The workspace that the key belongs to."""

    remote_id: TextOrEmpty = Field("", validation_alias="id")
    name: Text = None
    owner_id: Text = Field(None, validation_alias="owner")
    plan_id: Text = None


class _Credits(Model):
    available_credits: Amount = None
    total_credits: Amount = None


class _Outreach(Model):
    total_lead_limit: Integer = None
    current_lead_count: Integer = None


class _Parts(Model):
    credits: Annotated[_Credits, AN_OBJECT] = _Credits()
    outreach: Annotated[_Outreach, AN_OBJECT] = _Outreach()


class PlanDetails(_Parts):
    """What the plan allows and what is left of it; None is "not reported"."""

    organization_id: Text = None
    organization_name: Text = None
    subscriptions: Annotated[_Parts, AN_OBJECT] = _Parts()

    @property
    def available_credits(self) -> Decimal | None:
        return self._parts.credits.available_credits

    @property
    def total_credits(self) -> Decimal | None:
        return self._parts.credits.total_credits

    @property
    def lead_limit(self) -> int | None:
        return self._parts.outreach.total_lead_limit

    @property
    def lead_count(self) -> int | None:
        return self._parts.outreach.current_lead_count

    @property
    def _parts(self) -> _Parts:
        # One first-party source shows the parts without the `subscriptions` level
        # (docs/api/instantly-facts.md §5 Balance).
        return self.subscriptions if self.subscriptions.raw else self


class Workspace:
    """Source: docs/api/instantly-facts.md §2.6 workspaces and workspace-billing."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def current(self, *, lane: Lane = Lane.BULK) -> WorkspaceInfo:
        answer = self._transport.request("GET", _CURRENT, lane=lane)
        return WorkspaceInfo.model_validate(identified(answer))

    def plan_details(self, *, lane: Lane = Lane.BULK) -> PlanDetails:
        """Read the credits and the lead allowance that are left."""
        return PlanDetails.model_validate(one(self._transport.request("GET", _PLAN, lane=lane)))
