"""The shapes of what the simulated world remembers; plain JSON, so that a state file is one dump."""

from typing import Any, NotRequired, TypedDict

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
    enrich_at: NotRequired[float]
    # Step (as text) -> the variant that was sent.
    variants: NotRequired[dict[str, int]]
    # Somebody else of the company has replied.
    domain_complete: NotRequired[bool]
    subsequence: NotRequired[str]
    subsequence_since: NotRequired[float]


class Verification(TypedDict):
    """What the vendor knows about one address whose verification was paid for."""

    email: str
    posted_at: float
    posts: int
    gets: int
    charged: float
    immediate: bool


class BlockFacts(TypedDict):
    """What the block list remembers of a value beside the value itself."""

    id: str
    at: float


class PlacementTest(TypedDict):
    """One inbox placement test: `fields` is what people write; `runs` are the times at which it was sent."""

    id: str
    created: float
    fields: dict[str, Any]
    recipients: list[str]
    next_run: float | None
    runs: list[float]


class Event(TypedDict):
    """One thing that happened to one lead; analytics count these and nothing else."""

    at: float
    kind: str
    lead: str
    step: int
    variant: NotRequired[int]
    sender: str | None
    first: bool
    first_of_step: bool


Account = dict[str, Any]
AuditEntry = dict[str, Any]
