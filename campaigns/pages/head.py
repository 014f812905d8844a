"""What every tab of a campaign shows on top: the control, what needs a person, why it is not sending, the tabs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse

from campaigns.instantly_app import campaign_url
from campaigns.models import Approval, Campaign, CampaignStatus
from campaigns.pages.control import Control
from campaigns.pages.needs import Need, needs_of_campaign
from campaigns.pages.rows import CampaignRow, rows_of
from campaigns.queries import newest_and_alone
from campaigns.sending.windows import next_windows
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.addresses import page_url

# The tabs in order: name -> (label, name of the page).
TABS = {
    "overview": ("Overview", "campaign"),
    "leads": ("Leads", "campaign_leads"),
    "copy": ("Copy", "campaign_copy"),
    "settings": ("Settings", "campaign_settings"),
    "activity": ("Activity", "campaign_activity"),
}


@dataclass(frozen=True)
class Tab:
    """One part of a campaign's page, at an address of its own; `count` of the rows behind it, None without one."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class Banner:
    """Why nothing is being sent, and what to do."""

    tone: str
    lead: str
    text: str
    next_step: str
    url: str = ""
    link: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class CampaignHead:
    """What is above the tabs, and the tabs."""

    row: CampaignRow
    control: Control
    needs: tuple[Need, ...]
    banner: Banner | None
    broken_glass: tuple[Approval, ...]
    tabs: tuple[Tab, ...]
    instantly_url: str
    cap: int | None
    stops_on_reply: bool | None
    may_import: bool
    may_sync: bool
    may_resolve: bool
    may_adopt: bool


def campaign_head(
    campaign: Campaign, tab: str, *, member: Member, now: datetime, sent: Mapping[date, int] | None = None
) -> CampaignHead:
    """Build what all tabs share. Shapes: tab - a name in TABS; sent - e-mails by day, where the tab has read them."""
    newest, alone = newest_and_alone(campaign)
    row = rows_of(
        [campaign],
        member=member,
        now=now,
        approvals={campaign.pk: newest} if newest else {},
        sent=None if sent is None else {campaign.pk: sent},
    )[0]
    return CampaignHead(
        row=row,
        control=row.control,
        needs=tuple(_here(need, campaign) for need in needs_of_campaign(campaign, member=member)),
        banner=_banner(campaign, row, now),
        broken_glass=alone,
        tabs=tuple(_tab(name, campaign, is_current=name == tab) for name in TABS),
        instantly_url=campaign_url(campaign),
        cap=campaign.daily_limit,
        stops_on_reply=campaign.flags.get("stop_on_reply"),
        may_import=member.may(Action.IMPORT) and campaign.vanished_at is None,
        may_sync=member.may(Action.SYNC),
        may_resolve=member.may(Action.RESOLVE_INCIDENT),
        may_adopt=member.may(Action.ADOPT),
    )


def _tab(name: str, campaign: Campaign, *, is_current: bool) -> Tab:
    label, page = TABS[name]
    return Tab(label, page_url(page, campaign.pk), is_current)


def _here(need: Need, campaign: Campaign) -> Need:
    """A link to the campaign leads nowhere on the campaign's own page: the decision is next to it."""
    is_here = need.url == reverse("campaigns:detail", args=[campaign.pk])
    return replace(need, url="", link="") if is_here else need


def _banner(campaign: Campaign, row: CampaignRow, now: datetime) -> Banner | None:
    """Return why it is not sending; None where it sends as it should."""
    go_live = page_url("go_live", campaign.pk)
    if campaign.vanished_at is not None:
        return _gone(row)
    if campaign.status_unknown_since is not None or campaign.unknown_since is not None:
        text = campaign.sync_error or f"The last status read was {campaign.status_label}."
        return Banner("bad", "Unknown:", text, "Pause it if in doubt; that works at any time.")
    if campaign.is_sending and campaign.awaits_adoption_since is not None:
        text = "it was sending before we were connected, and no one approved it here."
        return Banner("bad", "Decide about this:", text, "An approver adopts it, or pauses it.", "#adopt", "Decide")
    if campaign.is_sending and not row.approval.is_live:
        text = "it is sending without a live approval."
        return Banner("bad", "Review this:", text, "Pause it, or have its go-live approved.", go_live, "Open go-live")
    if campaign.is_sending:
        windows = next_windows(campaign.schedule, now)
        if windows and windows[0].is_open_at(now) and campaign.not_sending_status is None:
            return None
        return Banner(
            "idle", "Not sending right now:", f"{row.status.why}.", campaign.status_message, at=campaign.status_read_at
        )
    label = row.control.go_live_label
    return Banner(
        "idle", "Not sending:", _reason(campaign, row), _next_step(row), go_live, label, campaign.status_read_at
    )


def _gone(row: CampaignRow) -> Banner:
    """Why it is gone: deleted from here and by whom, or at Instantly."""
    if row.status.at is None:
        return Banner("warn", "Gone:", "Instantly no longer lists this campaign.", "Its history stays here.")
    words = f"it was deleted {row.status.why}."
    return Banner("idle", "Deleted:", words, "Its history stays here.", at=row.status.at)


def _reason(campaign: Campaign, row: CampaignRow) -> str:
    why = row.status.why or "check in Instantly what it means"
    lead = "paused " if why.startswith("by ") else ""
    message = campaign.status_message.rstrip(".")
    # "Campaign is paused" next to "paused by Olive" adds nothing.
    is_informative = message and campaign.remote_status not in {CampaignStatus.PAUSED, CampaignStatus.DRAFT}
    return f"{lead}{why}{f'. Instantly: {message}' if is_informative else ''}."


def _next_step(row: CampaignRow) -> str:
    if row.status.tone == "bad":
        return "Resolve it in Instantly, then sync."
    if row.approval.is_waiting:
        return f"To start it, someone other than {row.approval.by} has to approve the go-live."
    return "It can be activated." if row.control.may_activate else row.control.missing
