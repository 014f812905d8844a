"""Whether a subsequence may send, and the requests to create, pause and resume one.

It sends under the approval of its campaign, which names it as it was reviewed. Resuming one is as strict as activating
a campaign; creating one leaves it paused and read back so:

    created without steps, so that it has nothing to send -> paused -> its steps -> read back

Instantly starts a subsequence as soon as it is created (docs/api/instantly-facts.md §2.6), hence the order.
"""

from dataclasses import dataclass
from typing import Any

from campaigns.errors import ActivationRefusedError, CampaignError
from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage, Subsequence
from campaigns.sending.approvals import COMPLETED_REASON
from campaigns.sending.lifecycle import live_approval_of, require_no_trip
from campaigns.sending.subsequence_content import digest_of
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, Verb
from iexdg.workspace_objects.orders import open_changes, order
from iexdg.workspaces.connected import require_write_mode
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped

_REQUEST = "Request the go-live of the campaign, so that both are reviewed."


@dataclass(frozen=True)
class NewSubsequence:
    """What is to be created. Shapes: conditions, steps, schedule - by Instantly's names; {}: as its campaign."""

    name: str
    conditions: dict[str, Any]
    steps: list[dict[str, Any]]
    schedule: dict[str, Any]


def why_not_approved(subsequence: Subsequence, approval: Approval | None) -> str:
    """Return why an approval does not let a subsequence send; "" where it does."""
    if approval is None:
        return f"Its campaign has no live approval. {_REQUEST}"
    if approval.subsequences is None:
        return f"The approval of its campaign was made before approvals named subsequences. {_REQUEST}"
    named = approval.subsequences.get(subsequence.remote_id)
    if named is None:
        return f"The approval of its campaign does not name it. {_REQUEST}"
    if named["digest"] != digest_of(subsequence):
        return f"It was changed since the approval of its campaign. {_REQUEST}"
    return ""


def why_not_running(subsequence: Subsequence) -> str:
    """Return why a subsequence that runs may not; "" where it may.

    An approval that ended because the campaign completed still covers what it names: that was approved to be sent.
    """
    if subsequence.campaign is None:
        return "Its campaign is not known here."
    approval = live_approval_of(subsequence.campaign) or _completed_approval(subsequence.campaign)
    return why_not_approved(subsequence, approval)


def _completed_approval(campaign: Campaign) -> Approval | None:
    """The newest approval, where it went live and ended because everything was sent."""
    newest = Approval.objects.filter(campaign=campaign).first()
    if newest is None or newest.live_at is None:
        return None
    is_completed = newest.state == ApprovalState.VOID and newest.void_reason == COMPLETED_REASON
    return newest if is_completed else None


def why_not_resumed(subsequence: Subsequence) -> str:
    """Return why a subsequence must not be resumed now; "" where it may. Checked when requested and before sending."""
    campaign = subsequence.campaign
    if is_stopped(subsequence.workspace):
        return STOPPED_WORDS
    if campaign is None or campaign.vanished_at is not None:
        return "Its campaign is not known here."
    approval = live_approval_of(campaign)
    if approval is not None and approval.stage != GoLiveStage.LIVE:
        return "The go-live of its campaign is being carried out. Wait until it is read back."
    try:
        require_no_trip(campaign)
    except ActivationRefusedError as refusal:
        return str(refusal)
    return why_not_approved(subsequence, approval)


def resume_subsequence(subsequence: Subsequence, *, by: Member, via: str | None = None) -> ObjectChange:
    """Record a request to let a subsequence send.

    Raises: NotAllowedError, ObserveModeError; ActivationRefusedError - no approval that names it as it is, the kill
        switch, a guardrail, or a pause in progress. Nothing was recorded.
    """
    require(by, Action.ACTIVATE, subsequence.workspace)
    require_write_mode(subsequence.workspace)
    reason = why_not_resumed(subsequence)
    if reason:
        raise ActivationRefusedError(f"{subsequence.name} cannot be resumed. {reason}")
    pausing = open_changes(subsequence.workspace, ObjectKind.SUBSEQUENCE).filter(verb=Verb.PAUSE)
    if pausing.filter(remote_id=subsequence.remote_id).exists():
        raise ActivationRefusedError(f"A pause of {subsequence.name} is in progress. Wait until it is read back.")
    return order(
        subsequence.workspace,
        ObjectKind.SUBSEQUENCE,
        Verb.RESUME,
        by=by,
        name=subsequence.name,
        remote_id=subsequence.remote_id,
        via=via,
    )


def create_subsequence(campaign: Campaign, new: NewSubsequence, *, by: Member, via: str | None = None) -> ObjectChange:
    """Record a request to create a subsequence, which is left paused.

    Raises: NotAllowedError, ObserveModeError; CampaignError - a subsequence of the campaign has this name. Nothing was
        recorded.
    """
    require(by, Action.SUBSEQUENCES, campaign.workspace)
    require_write_mode(campaign.workspace)
    there = Subsequence.objects.filter(campaign=campaign, vanished_at__isnull=True)
    if there.filter(name__iexact=new.name).exists():
        raise CampaignError(f"{campaign.name} has a subsequence called {new.name}. Choose another name.")
    values = {
        "campaign": campaign.remote_id,
        "conditions": new.conditions,
        "steps": new.steps,
        "schedule": new.schedule,
    }
    key = f"new:{campaign.pk}:{new.name}"
    return order(
        campaign.workspace,
        ObjectKind.SUBSEQUENCE,
        Verb.CREATE,
        by=by,
        name=new.name,
        key=key,
        values=values,
        via=via,
    )
