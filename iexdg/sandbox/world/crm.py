"""A GoHighLevel location: contacts, notes, workflows, opportunities, and the tokens that open it.

Source: gohighlevel-facts.md §4 to §6 for what is remembered; names and ids are invented.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypedDict

from iexdg.sandbox.world.ids import uuid_of

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# Source: gohighlevel-facts.md §4, ids are strings of 20 characters.
_ID_LENGTH = 20
PUBLISHED, DRAFT = "published", "draft"


class Workflow(TypedDict):
    """One workflow. Shapes: allows_reentry - a contact that is in it enters again."""

    id: str
    name: str
    status: str
    version: int
    created: float
    allows_reentry: bool


class Token(TypedDict):
    """One access token that OAuth handed out; times are epoch seconds. Shapes: kind - Location or Company."""

    kind: str
    scopes: list[str]
    expires_at: float
    refresh_token: str


class Code(TypedDict):
    """One authorisation code that waits to be exchanged, once. Shapes: expires_at - epoch seconds."""

    redirect_uri: str
    scopes: list[str]
    expires_at: float


@dataclass
class Crm:
    """Everything that one location remembers; plain JSON.

    Shapes: contacts, opportunities - by id, with GoHighLevel's names of fields, times as epoch seconds under `added`
        and `updated`; entries - every time a contact entered a workflow, `left_at` None while it is in it;
        tokens, codes, refresh_tokens - by their text, of the last the name of the token that it renews.
    """

    seed: int = 0
    location: str = ""
    company: str = ""
    user: str = ""
    made: int = 0
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    workflows: dict[str, Workflow] = field(default_factory=dict)
    pipelines: list[dict[str, Any]] = field(default_factory=list)
    opportunities: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    is_token_revoked: bool = False

    def new_id(self) -> str:
        """Return the next identifier of this location."""
        self.made += 1
        return crm_id(f"{self.seed}:{self.made}")

    def new_secret(self, kind: str) -> str:
        """Return the next token or code: the same for the same seed, and no real one."""
        self.made += 1
        return f"{kind}-{blake2b(f'{self.seed}:{kind}:{self.made}'.encode(), digest_size=20).hexdigest()}"


def crm_id(text: str) -> str:
    """Return the identifier that follows from a text: 20 letters and digits."""
    number = int.from_bytes(blake2b(f"crm:{text}".encode(), digest_size=16).digest())
    letters = []
    for _ in range(_ID_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)


def new_crm(seed: int, now: float) -> Crm:
    """Return a location without contacts; what no call can make is there: workflows and a pipeline."""
    crm = Crm(seed=seed, location=crm_id(f"{seed}:location"), company=crm_id("company"), user=crm_id(f"{seed}:user"))
    for name, status, allows_reentry in (
        ("Hot reply alert", PUBLISHED, True),
        ("Nurture", PUBLISHED, False),
        ("Referral follow-up", DRAFT, False),
    ):
        # Source: gohighlevel-facts.md §4, the ids of workflows are UUIDs.
        workflow_id = uuid_of(f"crm:{seed}:workflow:{name}")
        crm.workflows[workflow_id] = {
            "id": workflow_id,
            "name": name,
            "status": status,
            "version": 3,
            "created": now,
            "allows_reentry": allows_reentry,
        }
    stages = [
        {"id": uuid_of(f"crm:{seed}:stage:{name}"), "name": name, "position": place}
        for place, name in enumerate(("Replied", "Call booked", "Member"))
    ]
    crm.pipelines.append({"id": crm_id(f"{seed}:pipeline"), "name": "Membership", "stages": stages})
    return crm
