"""Where an import puts its people: into a campaign, or into a lead list, to which no one writes."""

from campaigns.sending.loading import LoadEffect, load_effect, refusal_to_load
from leads.models import Import, LeadList

NOTHING_CHANGES = LoadEffect()


def refusal_to_take(lead_list: LeadList) -> str:
    """Why nobody may be put into a list, by its last reading, with the next step; "" where they may."""
    if lead_list.vanished_at is not None:
        return f"Instantly no longer has the list {lead_list}, so nobody can be put into it. Choose another list."
    if lead_list.list_verifications.exists():
        return f"{lead_list} is a temporary list of a verification and is deleted soon. Choose another list."
    return ""


def refusal_of(imported: Import) -> str:
    """Why nothing may be loaded where the import goes; "" where it may."""
    if imported.lead_list is not None:
        return refusal_to_take(imported.lead_list)
    return refusal_to_load(imported.to_campaign)


def effect_of(imported: Import) -> LoadEffect:
    """What loading does to the go-live of the campaign, as it stands now; nothing where it goes into a list."""
    return NOTHING_CHANGES if imported.campaign is None else load_effect(imported.campaign)
