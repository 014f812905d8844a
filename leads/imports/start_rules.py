"""What an import needs before it starts or loads: why it is refused, and what a person is asked to accept first."""

from collections.abc import Callable
from functools import partial

from campaigns.models import Campaign
from iexdg.ui.formatting import credit_words, plural
from iexdg.workspaces.connected import require_write_mode
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.killswitch import refuse_while_stopped
from leads.errors import CampaignRefusedError, ImportStateError, LeadsError
from leads.imports.counts import ImportCounts
from leads.lists.target import refusal_of
from leads.models import Import


def why_not_start(imported: Import, counts: ImportCounts) -> str:
    """Why `start` would refuse a checked import now, in one line; "" where it would not."""
    return " ".join(reasons_not_to_start(imported, counts))


def reasons_not_to_start(imported: Import, counts: ImportCounts) -> tuple[str, ...]:
    """Every reason for which `start` would refuse a checked import now. The page shows them beside the button."""
    checks = (
        partial(require_write_mode, imported.workspace),
        partial(refuse_while_stopped, imported.workspace),
        partial(_require_target_takes_leads, imported),
        partial(_require_credits, imported, counts),
    )
    return tuple(reason for check in checks if (reason := _refusal(check)))


def _refusal(check: Callable[[], object]) -> str:
    try:
        check()
    except (WorkspaceError, LeadsError) as refusal:
        return str(refusal)
    return ""


def no_room_words(imported: Import, counts: ImportCounts) -> str:
    """What happens to those for whom the plan has no room, as it was last read; "" where everyone fits, or unknown."""
    # Instantly counts no room for a list.
    left = imported.workspace.plan_room if imported.lead_list_id is None else None
    if left is None or counts.ok <= left:
        return ""
    waiting = plural(counts.ok - left, "person", "people")
    return (
        f"The plan has room for {left:,} of these {plural(counts.ok, 'lead')}: everyone is verified and paid for, "
        f"and up to {waiting} cannot be loaded until there is room."
    )


def marked_words(imported: Import) -> str:
    """What is to be decided because a loaded column calls people unsubscribed or the like; "" where none does."""
    count = imported.flags.get("marked", 0)
    if not count:
        return ""
    says = plural(count, "line says", "lines say")
    return f"{says} in another column that the person unsubscribed, bounced, or must not be contacted."


def with_fewer(imported: Import) -> str:
    """What a person does who wants fewer people in one import."""
    return "move fewer people" if imported.is_move else "split the file"


def require_start_allowed(imported: Import, counts: ImportCounts) -> None:
    """Raises: WorkspaceError, CampaignRefusedError, ImportStateError - with the reason and the next step."""
    require_loading_allowed(imported)
    _require_credits(imported, counts)


def _require_credits(imported: Import, counts: ImportCounts) -> None:
    left = imported.workspace.credits_left
    if left is not None and counts.credits_needed > left:
        raise ImportStateError(
            f"Verifying costs {credit_words(counts.credits_needed)} credits and {credit_words(left)} are left. "
            f"Buy credits or {with_fewer(imported)}."
        )


def require_loading_allowed(imported: Import) -> None:
    """Loading needs write mode, the kill switch off, and a campaign that takes leads and does not await adoption, or a
    list that is there.
    """
    require_write_mode(imported.workspace)
    refuse_while_stopped(imported.workspace)
    _require_target_takes_leads(imported)


def _require_target_takes_leads(imported: Import) -> None:
    campaign = imported.campaign = campaign_of(imported)
    if refusal := refusal_of(imported):
        raise CampaignRefusedError(refusal)
    if campaign is not None and campaign.awaits_adoption_since is not None:
        raise ImportStateError(
            f"{campaign.name} was sending before the workspace was connected. An approver must adopt or pause it first."
        )


def campaign_of(imported: Import) -> Campaign | None:
    """The campaign as it is now, since the import may hold an older reading; None where it goes into a list."""
    if imported.campaign_id is None:
        return None
    return Campaign.objects.select_related("workspace").get(pk=imported.campaign_id)
