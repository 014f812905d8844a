"""Enrichments of lists and campaigns: what was ordered, and until when it is in progress."""

from dataclasses import dataclass, field
from typing import Any, TypedDict

# Assumed: how long the vendor needs.
TAKES_S = 5.0
CAMPAIGN, LIST = 1, 2


class Enrichment(TypedDict):
    """One enrichment of one list or campaign. Units: times in epoch seconds; limit in leads.

    Shapes: resource_type - 1 campaign, 2 list; payload - {work_email_enrichment: true, …}; filters - of the search that
        the leads came from.
    """

    id: str
    resource: str
    resource_type: int
    payload: dict[str, Any]
    settings: dict[str, bool]
    filters: dict[str, Any] | None
    limit: int | None
    started: float
    found_nobody: bool


@dataclass
class Enrichments:
    """The enrichments of one workspace, in the order in which they were ordered, and those by AI apart."""

    ordered: list[Enrichment] = field(default_factory=list)
    by_ai: list[dict[str, Any]] = field(default_factory=list)

    def newest_of(self, resource: str) -> Enrichment | None:
        """Return the enrichment of a list or campaign that was ordered last."""
        return next((one for one in reversed(self.ordered) if one["resource"] == resource), None)
