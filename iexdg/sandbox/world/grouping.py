"""What people sort by: lists and labels of leads, tags of accounts and campaigns."""

from collections.abc import Iterable
from typing import TypedDict

# Source: instantly-facts.md §2.0, Tag resource_type.
ACCOUNT, CAMPAIGN = 1, 2


class LeadList(TypedDict):
    """One list that leads can be in."""

    id: str
    name: str
    has_enrichment_task: bool
    owned_by: str | None
    created: float


class Label(TypedDict):
    """One label of the workspace's own; `interest` is the number that leads carry for it."""

    id: str
    label: str
    kind: str
    interest: int
    description: str | None
    use_with_ai: bool
    created: float


class Tag(TypedDict):
    """One tag; which resources have it stands in `Tagging`."""

    id: str
    label: str
    description: str | None
    created: float
    updated: float


class Tagging(TypedDict):
    """That one resource has one tag: `resource` is the address of an account or the id of a campaign."""

    id: str
    tag: str
    kind: int
    resource: str
    created: float


def tags_of(taggings: Iterable[Tagging], kind: int, resource: str) -> set[str]:
    """Return the ids of the tags that a resource has."""
    return {one["tag"] for one in taggings if one["kind"] == kind and one["resource"] == resource}


def later_than_all(at: float, moments: Iterable[float]) -> float:
    """Return a moment that no other record was made at, because these records are paged by their time.

    Source: instantly-facts.md §1, Pagination.
    """
    return max([at, *(moment + 0.001 for moment in moments)])
