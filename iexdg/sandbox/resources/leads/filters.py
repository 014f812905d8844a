"""The vendor's named lead filters."""

from collections.abc import Callable

from iexdg.sandbox.world.records import (
    LEAD_ACTIVE,
    LEAD_BOUNCED,
    LEAD_COMPLETED,
    LEAD_SKIPPED,
    LEAD_UNSUBSCRIBED,
    Lead,
)

_FILTERS: dict[str, Callable[[Lead], bool]] = {
    "FILTER_VAL_CONTACTED": lambda lead: lead["step"] > 0,
    "FILTER_VAL_NOT_CONTACTED": lambda lead: lead["step"] == 0,
    "FILTER_VAL_COMPLETED": lambda lead: lead["status"] == LEAD_COMPLETED,
    "FILTER_VAL_UNSUBSCRIBED": lambda lead: lead["status"] == LEAD_UNSUBSCRIBED,
    "FILTER_VAL_ACTIVE": lambda lead: lead["status"] == LEAD_ACTIVE,
    "FILTER_VAL_BOUNCED": lambda lead: lead["status"] == LEAD_BOUNCED,
    "FILTER_VAL_SKIPPED": lambda lead: lead["status"] == LEAD_SKIPPED,
    "FILTER_VAL_REPLIED": lambda lead: lead["counts"].get("reply", 0) > 0,
    "FILTER_VAL_LINK_CLICKED": lambda lead: lead["counts"].get("click", 0) > 0,
    "FILTER_VAL_NO_OPENS": lambda lead: not lead["counts"].get("open"),
    "FILTER_VAL_OPENED_NO_REPLY": lambda lead: bool(lead["counts"].get("open")) and not lead["counts"].get("reply"),
    "FILTER_VAL_COMPLETED_NO_REPLY": lambda lead: lead["status"] == LEAD_COMPLETED and not lead["counts"].get("reply"),
    "FILTER_LEAD_INTERESTED": lambda lead: lead["interest"] == 1,
    "FILTER_LEAD_NOT_INTERESTED": lambda lead: lead["interest"] == -1,
    "FILTER_LEAD_OUT_OF_OFFICE": lambda lead: lead["interest"] == 0,
}


def matches_filter(lead: Lead, name: str | None) -> bool:
    """Say whether a lead passes a named filter; a name that we do not know filters nothing."""
    return name not in _FILTERS or _FILTERS[name](lead)
