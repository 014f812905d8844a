"""What deliveries make the apps below read; those above declare their own."""

import redis
from django.core.cache import caches

from campaigns.models import Campaign
from campaigns.tasks import sync_campaign
from iexdg.mailboxes.tasks import watch_mailboxes
from iexdg.operations.enqueue import enqueue
from iexdg.supersearch.orders import look_now
from iexdg.supersearch.tasks import carry_out_enrichment
from iexdg.ui.formatting import plural
from iexdg.webhooks.errors import ReceiverUnavailableError
from iexdg.webhooks.handlers import Hint, handles
from iexdg.webhooks.models import EventKind
from iexdg.webhooks.receivers import receiver_of, result_address_of
from iexdg.workspaces.models import Workspace
from leads.models import Lead
from leads.tasks import advance_import, read_lead
from leads.verification.push import declare_address, poll_now

# Of many announcements of one thing the first starts a reading; the later ones are in it, or in the next sync.
_ONCE_IN_S = 10
_A_DELIVERY = 5


def is_first(what: str) -> bool:
    """Whether nothing asked for the same reading lately; True where that cannot be known."""
    try:
        return bool(caches["shared"].add(f"webhooks:asked:{what}", 1, timeout=_ONCE_IN_S))
    except (redis.RedisError, OSError):
        return True


@handles(EventKind.BOUNCED, EventKind.UNSUBSCRIBED, EventKind.INTEREST)
def read_the_lead(hint: Hint) -> str:
    """Have the person's leads read."""
    leads = (
        Lead.objects.filter(workspace=hint.workspace, email=hint.event.lead) if hint.event.lead else Lead.objects.none()
    )
    pks = list(leads.order_by("pk").values_list("pk", flat=True)[:_A_DELIVERY])
    for pk in pks:
        if is_first(f"lead:{pk}"):
            enqueue(read_lead, pk)
    return f"{plural(len(pks), 'lead')} of the person read again." if pks else ""


@handles(EventKind.ACCOUNT_ERROR)
def read_the_mailboxes(hint: Hint) -> str:
    """Have the mailboxes read."""
    if is_first(f"mailboxes:{hint.workspace.pk}"):
        enqueue(watch_mailboxes, hint.workspace.pk, queue="watch")
    return "The mailboxes are read again."


@handles(EventKind.CAMPAIGN_COMPLETED)
def read_the_campaign(hint: Hint) -> str:
    """Have the campaign synced."""
    campaign = Campaign.objects.filter(workspace=hint.workspace, remote_id=hint.event.campaign).first()
    if campaign is None:
        return ""
    if is_first(f"campaign:{campaign.pk}"):
        enqueue(sync_campaign, campaign.pk)
    return "The campaign is read again."


@handles(EventKind.ENRICHMENT)
def look_at_the_enrichments(hint: Hint) -> str:
    """Look at the enrichments that run."""
    pks = look_now(hint.workspace)
    for pk in pks:
        enqueue(carry_out_enrichment, pk)
    return f"{plural(len(pks), 'enrichment')} looked at." if pks else ""


@handles(EventKind.VERIFICATION)
def poll_the_address(hint: Hint) -> str:
    """Poll the address at once: the poll decides, not the payload."""
    pks = poll_now(hint.workspace, hint.event.lead)
    for pk in pks:
        enqueue(advance_import, pk)
    return "The address is polled at once." if pks else ""


@declare_address
def result_address(workspace: Workspace) -> str:
    """Where results of verifications go; "" where Instantly cannot reach the receiver."""
    receiver = receiver_of(workspace)
    if receiver is None:
        return ""
    try:
        url = result_address_of(receiver)
    except ReceiverUnavailableError:
        return ""
    return url if url.startswith("https://") or workspace.is_sandbox else ""
