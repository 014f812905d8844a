"""What the pages of mailboxes show of campaigns: which of them send from a mailbox."""

from campaigns.models import Campaign, CampaignStatus
from campaigns.models.campaign import SENDING
from iexdg.mailboxes.served import ServedCampaign, serves_campaigns
from iexdg.workspace_objects.tags import accounts_by_tag
from iexdg.workspaces.models import Workspace


@serves_campaigns
def campaigns_with_senders(workspace: Workspace) -> list[ServedCampaign]:
    """The campaigns that Instantly lists, by name; two queries. Senders by tag as the tags were last read."""
    there = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("name", "pk")
    tagged = accounts_by_tag(workspace)
    return [
        ServedCampaign(
            pk,
            name,
            CampaignStatus.label_of(status),
            CampaignStatus.tone_of(status),
            status in SENDING,
            named | by_tag,
            by_tag - named,
        )
        for pk, name, status, senders, flags in there.values_list("pk", "name", "remote_status", "senders", "flags")
        for named in [frozenset(str(sender).strip().lower() for sender in senders)]
        for by_tag in [frozenset(email for tag in flags.get("email_tag_list") or [] for email in tagged.get(tag, ()))]
    ]
