"""Findings from the mirror of a campaign: status, freshness, caps, flags, guardrails."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.urls import reverse

from campaigns.copy.findings import Level
from campaigns.mirror.freshness import is_stale
from campaigns.models import Campaign, CampaignStatus, Subsequence
from campaigns.models.campaign import SENDING
from campaigns.queries import blocking_trips
from campaigns.sending.lifecycle import live_approval_of
from iexdg.golive.findings.copy import copy_findings
from iexdg.golive.findings.finding import AND_APPLY, IN_DRAFT, Finding, campaign_url
from iexdg.golive.findings.schedule import schedule_findings
from iexdg.golive.findings.senders import copied_address_findings, sender_findings, sender_load_findings
from iexdg.mailboxes.queries import Sender
from iexdg.ui.formatting import ago_words, plural
from iexdg.workspaces.killswitch import STOPPED_WORDS

_STOPPED: dict[int, str] = {
    CampaignStatus.ACCOUNTS_UNHEALTHY: "Reconnect its senders on the page Mailboxes, then sync.",
    CampaignStatus.BOUNCE_PROTECT: "Too many e-mails bounced. Clean the audience and lift the protection in Instantly.",
    CampaignStatus.ACCOUNT_SUSPENDED: "Instantly suspended the account. Resolve it with Instantly first.",
}


def campaign_findings(
    campaign: Campaign, senders: Sequence[Sender], now: datetime, *, known_variables: Collection[str] | None = None
) -> list[Finding]:
    """Check status, freshness, senders, schedule, copy, caps and flags of the mirror.

    Shapes: senders - those of the campaign; known_variables - names of custom variables of leads that are not loaded
        yet; None where not known.
    """
    return [
        *_kill_switch(campaign),
        _mode_finding(campaign),
        _freshness(campaign, now),
        _status(campaign),
        *sender_findings(campaign, senders),
        *sender_load_findings(campaign, senders, now),
        *schedule_findings(campaign, now),
        *copy_findings(campaign, known_variables),
        _stop_on_reply(campaign),
        _cap(campaign, senders),
        _unsubscribe(campaign),
        *copied_address_findings(campaign),
        *_tracking(campaign),
        *_guardrails(campaign),
        *_subsequences(campaign),
    ]


def _subsequences(campaign: Campaign) -> list[Finding]:
    """What the approval will name: whoever decides reviews their steps too."""
    there = list(Subsequence.objects.filter(campaign=campaign, vanished_at__isnull=True))
    if not there:
        return []
    names = ", ".join(f"{one.name} ({one.status_label.lower()}, {plural(len(one.steps), 'step')})" for one in there)
    title = f"The approval also names {plural(len(there), 'subsequence')}"
    step = "Review conditions and steps: each may be resumed once this is approved."
    url = reverse("campaigns:subsequences", query={"campaign": campaign.pk})
    return [Finding(Level.WARNING, "subsequences", title, names, step, url)]


def _kill_switch(campaign: Campaign) -> list[Finding]:
    # Whoever decides has just read the workspace again, and activating checks the database itself.
    if not campaign.workspace.is_stopped:
        return []
    step = "An approver lifts the kill switch first."
    return [
        Finding(Level.BLOCKER, "kill_switch", "All sending is stopped", STOPPED_WORDS, step, reverse("campaigns:stop"))
    ]


def _freshness(campaign: Campaign, now: datetime) -> Finding:
    if not is_stale(campaign, now) and campaign.status_unknown_since is None:
        read = ago_words(campaign.synced_at, now=now) if campaign.synced_at else ""
        return Finding(Level.FINE, "fresh", f"Read from Instantly {read}", "")
    detail = campaign.sync_error or "The mirror is older than it may be for a decision."
    return Finding(
        Level.BLOCKER,
        "stale",
        "The current state at Instantly is unknown",
        detail,
        "Sync first.",
        campaign_url(campaign, "top"),
    )


def _status(campaign: Campaign) -> Finding:
    code = campaign.remote_status
    words = campaign.status_label
    if campaign.vanished_at is not None:
        step = "Check in Instantly whether it was deleted."
        return Finding(Level.BLOCKER, "vanished", "Instantly no longer lists this campaign", "", step)
    if code is None or code not in CampaignStatus.values:
        return Finding(Level.BLOCKER, "status", f"Status: {words}", "", "Sync, or check in Instantly what it means.")
    if code in _STOPPED:
        return Finding(
            Level.BLOCKER, "status", f"Instantly has stopped it: {words}", campaign.status_message, _STOPPED[code]
        )
    if code in SENDING and live_approval_of(campaign) is not None:
        return Finding(Level.FINE, "status", f"It sends with a live approval: {words}")
    if code in SENDING:
        step = "Pause it, or have someone approve what is already running."
        return Finding(Level.WARNING, "status", f"It is already sending: {words}", "", step)
    return Finding(Level.FINE, "status", f"Status allows it: {words}")


# -- caps and flags ----------------------------------------------------------------------------


def _stop_on_reply(campaign: Campaign) -> Finding:
    if campaign.flags.get("stop_on_reply") is True:
        return Finding(Level.FINE, "stop_on_reply", "Stops on reply")
    detail = "People who replied would still receive follow-ups."
    step = f"Switch it on {AND_APPLY}."
    url = campaign_url(campaign, "manage")
    return Finding(Level.BLOCKER, "stop_on_reply", "It does not stop on reply", detail, step, url)


def _cap(campaign: Campaign, senders: Sequence[Sender]) -> Finding:
    cap = campaign.daily_limit
    step, url = f"Set a daily cap {AND_APPLY}.", campaign_url(campaign, "manage")
    if cap is None:
        return Finding(Level.BLOCKER, "no_cap", "There is no daily cap", "It could send without a limit.", step, url)
    if cap <= 0:
        return Finding(Level.BLOCKER, "no_cap", f"The daily cap is {cap:,}", "Nothing would ever be sent.", step, url)
    limits = [sender.daily_limit for sender in senders]
    known = [limit for limit in limits if limit is not None]
    if known and len(known) == len(limits) and cap > sum(known):
        detail = f"The senders together may send {sum(known):,} a day."
        step = "Lower the cap, or raise a sender's limit with care."
        return Finding(
            Level.WARNING, "cap", f"The daily cap of {cap:,} is more than the senders may send", detail, step
        )
    return Finding(Level.FINE, "cap", f"At most {plural(cap, 'e-mail')} a day")


def _unsubscribe(campaign: Campaign) -> Finding:
    if campaign.flags.get("insert_unsubscribe_header") is True:
        return Finding(Level.FINE, "unsubscribe", "Unsubscribe header is on")
    detail = "Mail programs show no unsubscribe button; people report it as spam instead."
    step = f"Switch the unsubscribe header on {AND_APPLY}."
    url = campaign_url(campaign, "manage")
    return Finding(Level.WARNING, "unsubscribe", "Unsubscribe header is off", detail, step, url)


# -- guardrails --------------------------------------------------------------------------------


def _guardrails(campaign: Campaign) -> list[Finding]:
    """An open trip blocks everything that could make the campaign send again."""
    url = reverse("campaigns:guardrails", args=[campaign.pk])
    step = "An approver acknowledges it with a reason."
    return [
        Finding(
            Level.BLOCKER,
            f"guardrail_{trip.kind}",
            f"Guardrail “{trip.get_kind_display()}” tripped",
            trip.words,
            step,
            url,
        )
        for trip in blocking_trips(campaign)
    ]


def _tracking(campaign: Campaign) -> list[Finding]:
    """Both kinds of tracking change the e-mail: an invisible image, rewritten links."""
    found = []
    if campaign.flags.get("open_tracking") is True:
        detail = "An invisible image is added to each e-mail; spam filters detect it, and opens are counted too high."
        step = f"Switch open tracking off {IN_DRAFT} unless you need it."
        url = campaign_url(campaign, "manage")
        found.append(Finding(Level.ADVICE, "open_tracking", "Opens are tracked", detail, step, url))
    if campaign.flags.get("link_tracking") is True:
        detail = "Links go through a tracking address first, which readers see."
        step = "Use a tracking domain of your own, or switch it off."
        found.append(Finding(Level.ADVICE, "link_tracking", "Links are tracked", detail, step))
    return found


def _mode_finding(campaign: Campaign) -> Finding:
    if campaign.workspace.may_write:
        return Finding(Level.FINE, "write_mode", "Writing is on", "The workspace is in write mode.", "", "")
    return Finding(
        Level.BLOCKER,
        "observe_mode",
        "The workspace is in observe mode",
        "Nothing may be loaded or activated in observe mode.",
        "An admin turns writing on under Settings.",
        reverse("workspaces:settings"),
    )
