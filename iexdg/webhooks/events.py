"""Reads a payload: what it is about and whom it names. Pure; nothing of it is believed, it only says where to look.

Source: docs/api/instantly-facts.md §4: a subscription and its payload have different names (`email_link_clicked`,
`link_clicked`), `auto_reply_received` exists in payloads only, and a label of the workspace arrives under its own name.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from iexdg.webhooks.errors import NotAPayloadError
from iexdg.webhooks.models import EventKind

_KINDS = {
    "reply_received": EventKind.REPLY,
    "auto_reply_received": EventKind.REPLY,
    "email_sent": EventKind.SENT,
    "email_opened": EventKind.OPENED,
    "email_link_clicked": EventKind.CLICKED,
    "link_clicked": EventKind.CLICKED,
    "email_bounced": EventKind.BOUNCED,
    "lead_unsubscribed": EventKind.UNSUBSCRIBED,
    "campaign_completed": EventKind.CAMPAIGN_COMPLETED,
    "account_error": EventKind.ACCOUNT_ERROR,
    "supersearch_enrichment_completed": EventKind.ENRICHMENT,
}
# Instantly's own interests; what else begins so is unknown.
_INTERESTS = frozenset(
    {
        "lead_neutral", "lead_interested", "lead_not_interested", "lead_meeting_booked", "lead_meeting_completed",
        "lead_closed", "lead_out_of_office", "lead_wrong_person", "lead_no_show", "lead_lost",
    }
)  # fmt: skip
_LONGEST_ADDRESS = 320


@dataclass(frozen=True)
class Event:
    """What a payload says of itself. Shapes: name - as it came; lead, mailbox - in lower case; "" where not named."""

    kind: EventKind
    name: str
    workspace: str
    campaign: str
    lead: str
    mailbox: str
    email: str


def event_of(payload: Mapping[str, Any]) -> Event:
    """Read a payload; whatever makes no sense in it is ""."""
    lead = _word(payload, "lead_email") or _word(payload, "email")
    return Event(
        kind=_kind_of(payload),
        name=_word(payload, "event_type")[:100],
        workspace=_word(payload, "workspace")[:64],
        campaign=_word(payload, "campaign_id")[:64],
        lead=lead.lower() if len(lead) <= _LONGEST_ADDRESS else "",
        mailbox=_word(payload, "email_account").lower()[:_LONGEST_ADDRESS],
        email=_word(payload, "email_id")[:64],
    )


def _kind_of(payload: Mapping[str, Any]) -> EventKind:
    name = _word(payload, "event_type")
    if payload.get("is_test") is True:
        return EventKind.TEST
    if name in _INTERESTS:
        return EventKind.INTEREST
    if not name and _word(payload, "verification_status") and _word(payload, "email"):
        return EventKind.VERIFICATION
    return _KINDS.get(name, EventKind.UNKNOWN)


def payload_in(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is, without what no database takes as text.

    Raises: NotAPayloadError - it is none.
    """
    try:
        found = _clean(json.loads(body, parse_constant=_no_number))
    except (ValueError, RecursionError):
        raise NotAPayloadError("The body is no JSON.") from None
    if not isinstance(found, dict):
        raise NotAPayloadError("The body is no JSON object.")
    return found


def fingerprint_of(payload: Mapping[str, Any]) -> str:
    """Return what two deliveries are compared by: the SHA-256 of the content, whatever the order of its names."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _word(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return value.strip() if isinstance(value, str) else ""


def _no_number(word: str) -> float:
    raise ValueError(word)


def _clean(value: Any) -> Any:
    """Postgres takes neither NUL nor half of a surrogate pair as text, and no number that is infinite."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(name): _clean(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number that is infinite")
    return value
