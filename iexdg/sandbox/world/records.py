"""The shapes of what the simulated world remembers; plain JSON, so that a state file is one dump."""

from typing import Any, TypedDict

ACTIVE, PAUSED, COMPLETED, RUNNING_SUBSEQUENCES = 1, 2, 3, 4
DRAFT, ACCOUNTS_UNHEALTHY, BOUNCE_PROTECT, ACCOUNT_SUSPENDED = 0, -1, -2, -99
# Source: OpenAPI, schema Campaign, property status.
CAMPAIGN_STATUSES = (-99, -1, -2, 0, 1, 2, 3, 4)

LEAD_ACTIVE, LEAD_COMPLETED, LEAD_BOUNCED, LEAD_UNSUBSCRIBED, LEAD_SKIPPED = 1, 3, -1, -2, -3


class Campaign(TypedDict):
    """One campaign: `fields` is what people write, the rest is the vendor's own."""

    id: str
    status: int
    created: float
    updated: float
    fields: dict[str, Any]
    custom_variables: dict[str, Any] | None
    next_send_at: float | None
    healthy_at: float | None


class Lead(TypedDict):
    """One lead in one campaign or list; times are epoch seconds of the world's clock."""

    id: str
    campaign: str | None
    list_id: str | None
    email: str | None
    person: dict[str, Any]
    variables: dict[str, Any]
    status: int
    interest: int | None
    created: float
    updated: float
    visible_at: float
    verify_at: float | None
    step: int
    next_due: float | None
    sent_at: float | None
    sent_from: str | None
    counts: dict[str, int]
    last: dict[str, float]
    last_step: dict[str, int]
    seen: list[str]


class Verification(TypedDict):
    """What the vendor knows about one address whose verification was paid for."""

    email: str
    posted_at: float
    posts: int
    gets: int
    charged: float
    immediate: bool


class Event(TypedDict):
    """One thing that happened to one lead; analytics count these and nothing else."""

    at: float
    kind: str
    lead: str
    step: int
    sender: str | None
    first: bool
    first_of_step: bool


Account = dict[str, Any]
AuditEntry = dict[str, Any]
