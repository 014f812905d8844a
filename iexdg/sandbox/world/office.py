"""What a workspace is run with: its settings, API keys, members, group, telephone numbers, orders and sign-in links."""

from typing import Any, TypedDict
from uuid import UUID, uuid5


class ApiKey(TypedDict):
    """One API key that was made through the API; times are epoch seconds."""

    id: str
    name: str
    scopes: list[str]
    key: str
    created: float


class Member(TypedDict):
    """One person of the workspace; `accepted_at` None never accepts the invitation."""

    id: str
    email: str
    user_id: str
    user_email: str | None
    first_name: str
    last_name: str
    nickname: str | None
    role: str
    permissions: list[str] | None
    created: float
    accepted_at: float | None
    issuer_id: str | None


class GroupMember(TypedDict):
    """One workspace that was invited to be managed by this one; `accepted_at` None never accepts."""

    id: str
    sub_workspace_id: str
    created: float
    accepted_at: float | None


class Session(TypedDict):
    """One try to connect a mailbox by signing in at its provider."""

    id: str
    provider: str
    created: float
    email: str | None
    name: str | None
    error: str | None


class Office(TypedDict):
    """Everything of it; plain JSON. Shapes: orders - by domain; ordered - mailboxes by address."""

    updated: float
    logo_url: str | None
    removal_at: float | None
    client_domain: str | None
    client_domain_since: float
    is_first_key_deleted: bool
    keys: dict[str, ApiKey]
    members: dict[str, Member]
    group: dict[str, GroupMember]
    phones: dict[str, dict[str, Any]]
    sessions: dict[str, Session]
    orders: dict[str, dict[str, Any]]
    ordered: dict[str, dict[str, Any]]


def new_office(organization: str, owner: str, now: float) -> Office:
    """Return the office of a workspace that has only its owner."""
    member: Member = {
        "id": derived_id(organization, "owner"),
        "email": "robin@sandbox.example.com",
        "user_id": owner,
        "user_email": "robin@sandbox.example.com",
        "first_name": "Robin",
        "last_name": "Sandbox",
        "nickname": None,
        "role": "owner",
        "permissions": None,
        "created": now,
        "accepted_at": now,
        "issuer_id": None,
    }
    return {
        "updated": now,
        "logo_url": None,
        "removal_at": None,
        "client_domain": None,
        "client_domain_since": 0.0,
        "is_first_key_deleted": False,
        "keys": {},
        "members": {member["id"]: member},
        "group": {},
        "phones": {},
        "sessions": {},
        "orders": {},
        "ordered": {},
    }


def derived_id(base: str, name: str) -> str:
    """Return an identifier that follows from another one and a name, so that making it changes no other id."""
    return str(uuid5(UUID(base), name))
