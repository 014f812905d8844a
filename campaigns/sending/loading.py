"""What adding leads to a campaign would do to it, and where nothing may be added."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus
from campaigns.models.campaign import OnDrift

_STOPPED_BY_INSTANTLY = {
    CampaignStatus.BOUNCE_PROTECT: (
        "{} is in bounce protection: Instantly stopped it because too many e-mails bounced. Nothing is loaded into it. "
        "Clean its list and resume it in Instantly first, or choose another campaign."
    ),
    CampaignStatus.ACCOUNT_SUSPENDED: (
        "{} is suspended: Instantly suspended the account that it sends from. Nothing is loaded into it. "
        "Clear that up with Instantly first, or choose another campaign."
    ),
}


@dataclass(frozen=True)
class LoadEffect:
    """What loading would do.

    Shapes: words - a sentence, "" where it changes nothing; tone - of the notice; holds_by_default - whether nothing is
        loaded unless someone chose so after reading the words; clause - the words in short, to continue a sentence;
        is_refused - whether starting is refused for the same reason, which is said where one starts.
    """

    words: str = ""
    tone: str = "idle"
    holds_by_default: bool = False
    clause: str = ""
    is_refused: bool = False

    @property
    def hold_words(self) -> str:
        """What holding means beside this effect: an approval that waits or is live covers no one who comes later."""
        if self.holds_by_default:
            return "Hold here until a later go-live is approved, or until someone resumes the import"
        return "Hold here until the go-live is approved"

    @property
    def code(self) -> str:
        """Stands for this effect in a form, so that a page that shows another one is recognised; "" for none."""
        return hashlib.sha256(self.words.encode()).hexdigest()[:12] if self.words else ""


def refusal_to_load(campaign: Campaign) -> str:
    """Why nothing may be loaded into a campaign, by its last reading, with the next step; "" where it may."""
    if campaign.vanished_at is not None:
        return f"Instantly no longer lists {campaign.name}, so nothing can be loaded into it. Choose another campaign."
    code = campaign.remote_status
    words = _STOPPED_BY_INSTANTLY.get(CampaignStatus(code)) if code in CampaignStatus.values else None
    return words.format(campaign.name) if words else ""


def load_effect(campaign: Campaign) -> LoadEffect:
    """What loading does to the campaign's go-live, as it stands now."""
    return effect_given(campaign, open_approvals_of([campaign.pk]).get(campaign.pk))


def effect_given(campaign: Campaign, approval: Approval | None) -> LoadEffect:
    """What loading does where this is the approval that waits or is live; no query."""
    if approval is None:
        return _unapproved(campaign)
    people = _people(approval)
    if approval.state == ApprovalState.REQUESTED:
        words = f"A go-live{people} waits for approval: with more people it has to be requested again."
        clause = "with more people the go-live has to be requested again"
        return LoadEffect(words, "warn", holds_by_default=True, clause=clause)
    if campaign.on_drift == OnDrift.REPORT:
        words = f"Live, approved{people}: loading is reported as an incident, and it continues, as set for it."
        clause = "loading is reported as an incident"
    else:
        words = f"Live, approved{people}: loading ends the approval and pauses it."
        clause = f"loading ends the approval{people} and pauses the campaign"
    return LoadEffect(words, "warn", holds_by_default=True, clause=clause)


def open_approvals_of(campaign_ids: Collection[int]) -> dict[int, Approval]:
    """The approval of each campaign that waits or is live."""
    open_states = [ApprovalState.REQUESTED, ApprovalState.APPROVED]
    found = Approval.objects.filter(campaign__in=campaign_ids, state__in=open_states)
    return {approval.campaign_id: approval for approval in found}


def target_words(campaign: Campaign, approval: Approval | None) -> str:
    """A campaign in a list to choose from: its status, and its approval where it has one."""
    if campaign.status_unknown_since is not None:
        return f"status unknown, last read as {campaign.status_label}"
    if approval is None:
        return campaign.status_label
    if approval.state == ApprovalState.APPROVED:
        return f"{campaign.status_label}, approved{_people(approval)}"
    return f"{campaign.status_label}, go-live requested"


def _unapproved(campaign: Campaign) -> LoadEffect:
    if campaign.is_sending and campaign.awaits_adoption_since is not None:
        words = "Sending since before the workspace was connected: an approver has to adopt or pause it first."
        clause = "no one has adopted or paused it yet"
        return LoadEffect(words, "bad", holds_by_default=True, clause=clause, is_refused=True)
    if campaign.is_sending:
        words = "Sending without a live approval: the load is held, and the campaign is paused."
        return LoadEffect(words, "bad", holds_by_default=True, clause="the campaign is sending without a live approval")
    if campaign.remote_status == CampaignStatus.COMPLETED:
        words = "Completed: adding leads can make Instantly start it by itself. It is paused at once then."
        return LoadEffect(words, "warn")
    return LoadEffect()


def _people(approval: Approval) -> str:
    """ " for 216"; nothing where it was adopted before anyone was counted."""
    return f" for {approval.audience_cap:,}" if approval.audience_cap else ""
