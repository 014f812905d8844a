"""Creates and changes the subsequences of a blueprint; each is left paused, and sends under a new approval alone."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.errors import CampaignError
from campaigns.mirror.subsequence_changes import change_subsequence
from campaigns.mirror.subsequences import mirror_subsequences
from campaigns.models import Campaign, CampaignStatus, Subsequence
from campaigns.sending.subsequences import NewSubsequence, create_subsequence
from iexdg.blueprints.comparison import Change
from iexdg.blueprints.subsequence_facts import SubsequencePlan, changes_of, current_of, fields_of
from iexdg.clients.http.errors import ClientError
from iexdg.team.models import Member
from iexdg.workspace_objects.carry_out import carry_out
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.models import ObjectChange, ObjectState
from iexdg.workspaces.connected import client_for

_QUIET = frozenset({CampaignStatus.DRAFT, CampaignStatus.PAUSED})


@dataclass(frozen=True)
class AppliedSubsequence:
    """What became of one subsequence; `error` is "" where it reads back as it was sent."""

    error: str = ""
    differences: tuple[Change, ...] = ()


def apply_subsequence(
    campaign: Campaign, one: SubsequencePlan, *, by: Member, via: str | None, sleep: Callable[[float], None]
) -> AppliedSubsequence:
    """Create or change one subsequence, then read it back. Raises: nothing of Instantly."""
    try:
        change = _create(campaign, one, by, via) if one.found is None else _edit(campaign, one, by, via)
        carry_out(change.pk, sleep=sleep)
        change.refresh_from_db()
        if change.state == ObjectState.REFUSED:
            return AppliedSubsequence(change.error or "It was not carried out.")
        if change.state != ObjectState.CONFIRMED:
            return AppliedSubsequence("It is not confirmed yet, and is read again.")
        return _compared(campaign, one, change.remote_id)
    except (CampaignError, ObjectChangeRefusedError, ClientError) as error:
        return AppliedSubsequence(str(error))


def _create(campaign: Campaign, one: SubsequencePlan, by: Member, via: str | None) -> ObjectChange:
    fields = fields_of(one.wanted, None)
    new = NewSubsequence(one.content.name, fields["conditions"], fields["steps"], fields.get("schedule") or {})
    return create_subsequence(campaign, new, by=by, via=via)


def _edit(campaign: Campaign, one: SubsequencePlan, by: Member, via: str | None) -> ObjectChange:
    """Request the change of one that does not send.

    Raises: CampaignError - it may send; ClientError - that could not be read.
    """
    found = one.found
    if found is None:
        raise CampaignError("It is not known at Instantly.")
    mirror_subsequences(campaign.workspace, campaign=campaign)
    there = Subsequence.objects.get(workspace=campaign.workspace, remote_id=found.remote_id)
    if there.remote_status not in _QUIET:
        raise CampaignError("It is not paused, so it was not changed. Pause it first.")
    return change_subsequence(there, fields_of(one.wanted, found), by=by, via=via)


def _compared(campaign: Campaign, one: SubsequencePlan, remote_id: str) -> AppliedSubsequence:
    stored = client_for(campaign.workspace).subsequences.get(remote_id)
    left = changes_of(one.place, one.wanted, current_of(stored))
    if stored.status not in _QUIET:
        return AppliedSubsequence("It does not read back as paused.", tuple(left))
    return AppliedSubsequence("It was stored otherwise" if left else "", tuple(left))
