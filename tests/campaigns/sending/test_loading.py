"""What loading into a campaign would do, in words."""

from django.utils import timezone

from campaigns.models import Campaign, CampaignStatus
from campaigns.sending.loading import effect_given


def test_a_campaign_that_awaits_adoption_is_not_said_to_be_paused() -> None:
    sending = Campaign(name="02 Welcome", remote_status=CampaignStatus.ACTIVE)
    assert effect_given(sending, None).words == (
        "Sending without a live approval: the load is held, and the campaign is paused."
    )
    sending.awaits_adoption_since = timezone.now()
    effect = effect_given(sending, None)
    assert effect.words == (
        "Sending since before the workspace was connected: an approver has to adopt or pause it first."
    )
    assert effect.holds_by_default
