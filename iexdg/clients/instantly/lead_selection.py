"""Which leads a call means, and how they are moved: what is not named narrows nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


def is_blank(remote_id: str | None) -> bool:
    """Say whether an id is given and holds nothing."""
    return remote_id is not None and not remote_id.strip()


@dataclass(frozen=True, kw_only=True)
class LeadSelection:
    """Leads of a campaign, of a list or of the workspace.

    Shapes: lead_filter - one of the vendor's FILTER_VAL_ and FILTER_LEAD_ names; contacts - addresses.
    Source: docs/api/instantly-facts.md §2.2, POST /leads/list; move and bulk-assign select in the same way.
    Raises: ValueError - an empty list of ids or addresses, or a blank id of a campaign or list, which the vendor might
        take for all of them.
    """

    campaign_remote_id: str | None = None
    list_remote_id: str | None = None
    ids: Sequence[str] | None = None
    contacts: Sequence[str] | None = None
    search: str | None = None
    lead_filter: str | None = None
    in_campaign: bool | None = None
    in_list: bool | None = None

    def __post_init__(self) -> None:
        if (self.ids is not None and not self.ids) or (self.contacts is not None and not self.contacts):
            raise ValueError("an empty list selects nobody")
        if is_blank(self.campaign_remote_id) or is_blank(self.list_remote_id):
            raise ValueError("a campaign or list without an id narrows nothing")

    def body(self) -> dict[str, Any]:
        """Return the selectors by Instantly's names."""
        wanted = {
            # `campaign`, not `campaign_id`: an unknown key is ignored and every lead of the workspace is meant.
            "campaign": self.campaign_remote_id,
            "list_id": self.list_remote_id,
            "ids": list(self.ids) if self.ids is not None else None,
            "contacts": list(self.contacts) if self.contacts is not None else None,
            "search": (self.search or "").strip() or None,
            "filter": self.lead_filter,
            "in_campaign": self.in_campaign,
            "in_list": self.in_list,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    def narrowed_body(self, *, everybody: bool) -> dict[str, Any]:
        """Return the selectors for a change of all that they mean.

        Shapes: everybody - all of the campaign or list that is named are meant.
        Raises: ValueError - no campaign or list is named, or it does not say who of them, and not that all are meant.
        """
        body = self.body()
        if "campaign" not in body and "list_id" not in body:
            raise ValueError("name the campaign or the list that the leads are in")
        is_narrow = not body.keys().isdisjoint({"ids", "contacts", "search", "filter"})
        if is_narrow is everybody:
            raise ValueError("say which leads are meant, or that everybody is")
        return body


@dataclass(frozen=True, kw_only=True)
class MoveOptions:
    """How leads are moved.

    Shapes: skips_duplicates - who is in the target already stays; skips_if_in_campaign - who is in any campaign stays;
        keeps_interest - False takes it away; assigned_to - a user of the workspace.
    """

    copies: bool = False
    skips_duplicates: bool = True
    skips_if_in_campaign: bool = False
    skips_in_verification: bool = False
    keeps_interest: bool = True
    assigned_to: str | None = None

    def body(self) -> Mapping[str, Any]:
        """Return the options by Instantly's names."""
        flags = {
            "copy_leads": self.copies,
            "check_duplicates": self.skips_duplicates,
            "check_duplicates_in_campaigns": self.skips_if_in_campaign,
            "skip_leads_in_verification": self.skips_in_verification,
            "reset_interest_status": not self.keeps_interest,
        }
        return flags if self.assigned_to is None else {**flags, "assigned_to": self.assigned_to}
