"""What the pages of mailboxes show of campaigns: which of them send from a mailbox."""

from campaigns.models import Campaign, CampaignStatus
from campaigns.models.campaign import SENDING
from iexdg.mailboxes.served import ServedCampaign, serves_campaigns
from iexdg.workspaces.models import Workspace


@serves_campaigns
def campaigns_with_senders(workspace: Workspace) -> list[ServedCampaign]:
    """The campaigns that Instantly lists, by name; one query. Senders by tag are not known here."""
    there = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("name", "pk")
    return [
        ServedCampaign(
            pk,
            name,
            CampaignStatus.label_of(status),
            CampaignStatus.tone_of(status),
            status in SENDING,
            frozenset(str(sender).strip().lower() for sender in senders),
        )
        for pk, name, status, senders in there.values_list("pk", "name", "remote_status", "senders")
    ]
