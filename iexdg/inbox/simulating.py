"""A reply that a simulated person writes, so that the demo shows what happens after one. Only in the sandbox."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef

from campaigns.models import Campaign
from campaigns.models.campaign import COULD_SEND, SENDING
from iexdg.clients.http.simulated import simulate_reply
from iexdg.inbox.errors import InboxError
from iexdg.inbox.models import Thread
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.connected import configured_digest
from iexdg.workspaces.models import Workspace
from leads.models import Lead

_WORDS = "This sounds interesting. Could you send me a few times for a call next week?"


class SimulationRefusedError(InboxError):
    """No reply was simulated."""

    code = "simulation_refused"


@dataclass(frozen=True)
class SimulatedReply:
    """Who replied, and to which campaign."""

    lead: str
    campaign: Campaign


def may_simulate(workspace: Workspace, member: Member) -> bool:
    """Whether a member may have a reply simulated: in the sandbox's own workspace alone."""
    return _is_first_of_sandbox(workspace) and member.may(Action.ANSWER, workspace)


def simulate(workspace: Workspace, *, by: Member) -> SimulatedReply:
    """Let a lead who has not replied yet reply to the first campaign that sends.

    Raises: NotAllowedError, SimulationRefusedError - nothing happened.
    """
    require(by, Action.ANSWER, workspace)
    if not _is_first_of_sandbox(workspace):
        raise SimulationRefusedError("Replies are simulated in the first workspace of the sandbox only.")
    lead = _someone(workspace)
    if lead is None:
        raise SimulationRefusedError("Everyone in the campaigns has replied already, or no lead is mirrored yet.")
    if not simulate_reply(workspace.base_url, lead.campaign.remote_id, lead.email, _WORDS):
        raise SimulationRefusedError("The sandbox did not take it. It may have been started anew; try again.")
    words = f"A reply to {lead.campaign.name} was simulated"
    record("inbox:reply:simulated", words, subject=f"campaign:{lead.campaign_id}", campaign_ref=lead.campaign_id, by=by)
    return SimulatedReply(lead.email, lead.campaign)


def _is_first_of_sandbox(workspace: Workspace) -> bool:
    """The control plane of the sandbox means its first workspace, which is that of the environment."""
    return workspace.is_sandbox and bool(workspace.connected_as) and workspace.connected_as == configured_digest()


def _someone(workspace: Workspace) -> Lead | None:
    replied = Thread.objects.filter(workspace=workspace, lead=OuterRef("email"))
    campaigns = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True, remote_status__in=COULD_SEND)
    # One that sends before one that does not.
    for campaign in sorted(campaigns, key=lambda one: (one.remote_status not in SENDING, one.name, one.pk)):
        people = Lead.objects.filter(~Exists(replied), campaign=campaign, vanished_at__isnull=True)
        # Someone who was written to, where there is one.
        people = people.select_related("campaign").order_by(F("last_contact_at").desc(nulls_last=True), "-pk")
        lead = people.first()
        if lead is not None:
            return lead
    return None
