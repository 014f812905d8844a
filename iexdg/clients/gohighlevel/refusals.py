"""Tells from status, words and headers which refusal an answer is.

Source: docs/api/gohighlevel-facts.md §7, and §3 for the two limits.
"""

from collections.abc import Mapping
from typing import Any

from iexdg.clients.gohighlevel.errors import (
    AmbiguousRefusalError,
    AppRefusedError,
    BurstLimitError,
    CrmScopeError,
    DailyLimitError,
    DuplicateContactError,
    GrantRefusedError,
    RequestError,
    TokenRefusedError,
    WrongLocationError,
)
from iexdg.clients.gohighlevel.limits import INTERVAL_HEADER, REMAINING_TODAY_HEADER, number_in
from iexdg.clients.http.answers import Refusal, Refused
from iexdg.clients.http.errors import NotFoundError
from iexdg.clients.instantly.model import identifier, text_or_empty

# Source: docs/api/gohighlevel-facts.md §3, where the answer does not say it itself.
_INTERVAL_S = 10.0
_LONGEST_INTERVAL_S = 60.0
_MAKING = frozenset({"/contacts/", "/contacts/upsert"})


def read_refusal(refused: Refused) -> Refusal | None:
    """Return what a refusal of GoHighLevel's is; None where its status means what it means everywhere."""
    said = refused.value if isinstance(refused.value, Mapping) else {}
    words = text_or_empty(said.get("message")).lower()
    match refused.status:
        case 400:
            return _bad_request(said, words)
        case 401:
            return _unauthorised(said, words)
        case 403 if said:
            return Refusal(WrongLocationError if "location" in words else CrmScopeError)
        case 404 if words.startswith("cannot "):
            return Refusal(RequestError)
        case 422 if refused.method == "POST" and refused.path in _MAKING:
            return Refusal(AmbiguousRefusalError)
        case 429:
            return _limited(refused.headers)
    return None


def _bad_request(said: Mapping[str, Any], words: str) -> Refusal | None:
    if said.get("error") == "invalid_grant":
        return Refusal(GrantRefusedError)
    if "does not allow duplicated contacts" in words:
        meta = said.get("meta")
        contact_id = identifier(meta.get("contactId")) if isinstance(meta, Mapping) else ""
        return Refusal(DuplicateContactError, {"contact_id": contact_id})
    return Refusal(NotFoundError) if "not found" in words else None


def _unauthorised(said: Mapping[str, Any], words: str) -> Refusal:
    if said.get("error") == "invalid_client":
        return Refusal(AppRefusedError)
    if "version header" in words:
        return Refusal(RequestError)
    return Refusal(CrmScopeError if "scope" in words or "authclass" in words else TokenRefusedError)


def _limited(headers: Mapping[str, str]) -> Refusal:
    if number_in(headers, REMAINING_TODAY_HEADER) == 0:
        return Refusal(DailyLimitError)
    interval_ms = number_in(headers, INTERVAL_HEADER)
    wait_s = _INTERVAL_S if interval_ms is None else min(interval_ms / 1000, _LONGEST_INTERVAL_S)
    return Refusal(BurstLimitError, {"retry_after_s": wait_s})
