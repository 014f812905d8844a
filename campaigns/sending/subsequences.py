"""Whether a subsequence may send, and the requests to create, pause and resume one.

It sends under the approval of its campaign, which names it as it was reviewed. Resuming one is as strict as activating
a campaign; creating one leaves it paused and read back so:

    created without steps, so that it has nothing to send -> paused -> its steps -> read back

Instantly starts a subsequence as soon as it is created (docs/api/instantly-facts.md §2.6), hence the order.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q

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


def why_not_running(subsequence: Subsequence, approvals: Mapping[int, Approval] | None = None) -> str:
    """Return why a subsequence that runs may not; "" where it may.

    Shapes: approvals - as of `covering_approvals`, where many are judged at once.
    """
    campaign_pk = subsequence.campaign_id
    if campaign_pk is None:
        return "Its campaign is not known here."
    approvals = covering_approvals([campaign_pk]) if approvals is None else approvals
    return why_not_approved(subsequence, approvals.get(campaign_pk))


def covering_approvals(campaign_pks: Collection[int]) -> dict[int, Approval]:
    """The approval under which subsequences of each campaign may run, in one query: the live one, or the newest.

    The newest counts where it went live and ended because the campaign completed: what it names was approved.
    """
    of_these = Approval.objects.filter(campaign__in=campaign_pks)
    newest = of_these.order_by().values("campaign").annotate(newest=Max("pk")).values("newest")
    live = Q(state=ApprovalState.APPROVED)
    covering: dict[int, Approval] = {}
    for one in of_these.filter(live | Q(pk__in=newest)).order_by("pk"):
        if one.state == ApprovalState.APPROVED or _ended_as_completed(one):
            covering[one.campaign_id] = one
    return covering


def _ended_as_completed(approval: Approval) -> bool:
    is_completed = approval.state == ApprovalState.VOID and approval.void_reason == COMPLETED_REASON
    return is_completed and approval.live_at is not None


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
