"""The workspace that a key belongs to, its plan and its people."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, identified, listed, one, understood
from iexdg.clients.instantly.model import (
    AN_OBJECT,
    OBJECTS,
    Amount,
    Flag,
    Identifier,
    Integer,
    Model,
    Moment,
    Object,
    Text,
    TextOrEmpty,
)

_CURRENT = "workspaces/current"
_PLAN = "workspace-billing/plan-details"
_SUBSCRIPTIONS = "workspace-billing/subscription-details"
_MEMBERS = "workspace-members"


class WorkspaceInfo(Model):
    """The workspace that the key belongs to."""

    remote_id: TextOrEmpty = Field("", validation_alias="id")
    name: Text = None
    owner_id: Text = Field(None, validation_alias="owner")
    plan_id: Text = None
    logo_url: Text = Field(None, validation_alias="org_logo_url")
    removal_at: Moment = Field(None, validation_alias="scheduled_for_removal_at")


class Subscription(Model):
    """One thing that the workspace pays for.

    Units: price in US dollars per interval; period_ends_at in epoch seconds.
    """

    checked = ("price", "period_ends_at")

    product_id: Text = None
    product_type: Text = None
    interval: Text = None
    price: Amount = Field(None, validation_alias="price_in_dollars")
    quantity: Integer = None
    period_ends_at: Integer = Field(None, validation_alias="current_period_end")


class Subscriptions(Model):
    """Everything that the workspace pays for."""

    checked = ("are_all_cancelled", "items")

    are_all_cancelled: Flag = Field(None, validation_alias="all_subs_cancelled")
    items: Annotated[tuple[Subscription, ...], OBJECTS] = Field((), validation_alias="subscriptions")


class WorkspaceMember(Model):
    """One person of the workspace at Instantly; not a member of this product."""

    required = ("remote_id",)
    checked = ("has_accepted",)

    remote_id: Identifier = Field("", validation_alias="id")
    email: Text = None
    user_remote_id: Text = Field(None, validation_alias="user_id")
    name: Object = Field(default_factory=dict)
    role: Text = None
    has_accepted: Flag = Field(None, validation_alias="accepted")


class _Credits(Model):
    available_credits: Amount = None
    total_credits: Amount = None


class _Outreach(Model):
    plan_name: Text = None
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
    def plan_name(self) -> str | None:
        return self._parts.outreach.plan_name

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
    def lead_room(self) -> int | None:
        """How many more leads the plan takes; None where Instantly does not say both numbers."""
        if self.lead_limit is None or self.lead_count is None:
            return None
        return max(0, self.lead_limit - self.lead_count)

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

    def patch(self, *, name: str | None = None, logo_url: str | None = None, lane: Lane = Lane.BULK) -> WorkspaceInfo:
        """Rename the workspace or change its logo; None leaves one as it is. Setting twice is setting once.

        Raises: ValueError - nothing is to be changed, nothing was sent.
        """
        wanted: dict[str, Any] = {"name": name, "org_logo_url": logo_url}
        body = {key: value for key, value in wanted.items() if value is not None}
        if not body:
            raise ValueError("name what to change")
        answer = self._transport.request("PATCH", _CURRENT, body=body, lane=lane, repeatable=True)
        return WorkspaceInfo.model_validate(identified(answer))

    def subscriptions(self, *, lane: Lane = Lane.BULK) -> Subscriptions:
        return understood(self._transport.request("GET", _SUBSCRIPTIONS, lane=lane), Subscriptions)

    def members(
        self, *, search: str | None = None, limit: int = MOST_PER_PAGE, lane: Lane = Lane.BULK
    ) -> Iterator[WorkspaceMember]:
        """Yield the people of the workspace at Instantly, page by page."""
        return listed(self._transport, _MEMBERS, WorkspaceMember, {"limit": limit, "search": search}, lane=lane)

    def plan_details(self, *, lane: Lane = Lane.BULK) -> PlanDetails:
        """Read the credits and the lead allowance that are left."""
        return PlanDetails.model_validate(one(self._transport.request("GET", _PLAN, lane=lane)))
