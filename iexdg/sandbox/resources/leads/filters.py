"""The vendor's named lead filters, and the conditions of its smart views."""

from collections.abc import Callable
from typing import Any

from iexdg.sandbox.http.wire import ApiError, JsonObject
from iexdg.sandbox.world.records import (
    LEAD_ACTIVE,
    LEAD_BOUNCED,
    LEAD_COMPLETED,
    LEAD_SKIPPED,
    LEAD_UNSUBSCRIBED,
    Lead,
)
from iexdg.sandbox.world.verdicts import CATCH_ALL, INVALID, RISKY, VERIFIED, import_verdict
from iexdg.sandbox.world.world import World

# Says whether a lead of a world passes at a moment.
Filter = Callable[[World, Lead, float], bool]

_DAY_S = 86_400


def _plain(passes: Callable[[Lead], bool]) -> Filter:
    return lambda _, lead, __: passes(lead)


def _interest(*values: int) -> Filter:
    return lambda _, lead, __: lead["interest"] in values


def _verdict(*values: int) -> Filter:
    return lambda _, lead, now: import_verdict(lead, now) in values


def _label(kind: str) -> Filter:
    return lambda world, lead, _: any(
        label["kind"] == kind and label["interest"] == lead["interest"] for label in world.labels.values()
    )


def _count(lead: Lead, kind: str) -> int:
    return lead["counts"].get(kind, 0)


# Source: OpenAPI, schema LeadFilterName. Assumed: a catch-all address is a risky one here too.
_FILTERS: dict[str, Filter] = {
    "FILTER_VAL_CONTACTED": _plain(lambda lead: lead["step"] > 0),
    "FILTER_VAL_NOT_CONTACTED": _plain(lambda lead: lead["step"] == 0),
    "FILTER_VAL_COMPLETED": _plain(lambda lead: lead["status"] == LEAD_COMPLETED),
    "FILTER_VAL_UNSUBSCRIBED": _plain(lambda lead: lead["status"] == LEAD_UNSUBSCRIBED),
    "FILTER_VAL_ACTIVE": _plain(lambda lead: lead["status"] == LEAD_ACTIVE),
    "FILTER_VAL_BOUNCED": _plain(lambda lead: lead["status"] == LEAD_BOUNCED),
    "FILTER_VAL_SKIPPED": _plain(lambda lead: lead["status"] == LEAD_SKIPPED),
    "FILTER_VAL_RISKY": _verdict(RISKY, CATCH_ALL),
    "FILTER_VAL_INVALID": _verdict(INVALID),
    "FILTER_VAL_VALID": _verdict(VERIFIED),
    "FILTER_VAL_IN_SUBSEQUENCE": _plain(lambda lead: "subsequence" in lead),
    "FILTER_VAL_REPLIED": _plain(lambda lead: _count(lead, "reply") > 0),
    "FILTER_VAL_LINK_CLICKED": _plain(lambda lead: _count(lead, "click") > 0),
    "FILTER_VAL_NO_OPENS": _plain(lambda lead: _count(lead, "open") == 0),
    "FILTER_VAL_OPENED_NO_REPLY": _plain(lambda lead: _count(lead, "open") > 0 and _count(lead, "reply") == 0),
    "FILTER_VAL_COMPLETED_NO_REPLY": _plain(
        lambda lead: lead["status"] == LEAD_COMPLETED and _count(lead, "reply") == 0
    ),
    "FILTER_LEAD_OUT_OF_OFFICE": _interest(0),
    "FILTER_LEAD_INTERESTED": _interest(1),
    "FILTER_LEAD_MEETING_BOOKED": _interest(2),
    "FILTER_LEAD_MEETING_COMPLETED": _interest(3),
    "FILTER_LEAD_CLOSED": _interest(4),
    "FILTER_LEAD_NOT_INTERESTED": _interest(-1),
    "FILTER_LEAD_WRONG_PERSON": _interest(-2),
    "FILTER_LEAD_LOST": _interest(-3),
    "FILTER_LEAD_NO_SHOW": _interest(-4),
    "FILTER_LEAD_CUSTOM_LABEL_POSITIVE": _label("positive"),
    "FILTER_LEAD_CUSTOM_LABEL_NEGATIVE": _label("negative"),
}
# What the conditions of a smart view count. Source: OpenAPI, listLeads, property queries.
_COUNTED = {"reply": "reply", "email-open": "open", "link-click": "click", "last-contacted": "sent"}


def named_filter(name: str) -> Filter:
    """Return a named filter.

    Assumed: the vendor refuses a name that it does not have.
    Raises: ApiError 400 - there is none of this name.
    """
    if name not in _FILTERS:
        raise ApiError(400, "body/filter must be equal to one of the allowed values")
    return _FILTERS[name]


def fits_query(lead: Lead, query: JsonObject, now: float) -> bool:
    """Say whether a lead fits one condition of a smart view.

    Assumed: a condition without days means ever, one without a count means at least once, and the lead status is the
        interest status.
    """
    action, values = query["actionType"], query["values"]
    within_s = values["occurrence-days"] * _DAY_S if "occurrence-days" in values else None
    if action not in _COUNTED:
        status = values.get("lead-status", {})
        changed = action != "lead-status-change" or _is_within(lead["last"].get("interest"), within_s, now)
        return changed and _has_status(lead, status)
    kind = _COUNTED[action]
    last = lead["sent_at"] if kind == "sent" else lead["last"].get(kind)
    if "occurrence-count" in values:
        in_time = last is None or _is_within(last, within_s, now)
        return in_time and _compares(_count(lead, kind), values["occurrence-count"])
    return _is_within(last, within_s, now)


def _is_within(moment: float | None, within_s: float | None, now: float) -> bool:
    return moment is not None and (within_s is None or moment >= now - within_s)


def _has_status(lead: Lead, wanted: JsonObject) -> bool:
    if "status" not in wanted:
        return True
    is_it = lead["interest"] == wanted["status"]
    return is_it if wanted.get("condition", "is") == "is" else not is_it


def _compares(count: int, wanted: JsonObject) -> bool:
    than: Any = wanted.get("count", 0)
    match wanted.get("condition", "equal"):
        case "more":
            return bool(count > than)
        case "less":
            return bool(count < than)
        case _:
            return bool(count == than)
