"""What the mirror of a campaign says about its going live. What its leads say is added by the go-live itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from campaigns.lifecycle import live_approval_of
from campaigns.linter import LintFinding, lint
from campaigns.linter.findings import Level
from campaigns.models import Campaign, CampaignStatus
from campaigns.models.campaign import SENDING
from campaigns.windows import next_windows, read_schedule, summary, zones
from iexdg.clients.instantly.timezones import VENDOR_ZONES
from iexdg.mailboxes.queries import WARM_ENOUGH, Sender, senders

__all__ = ["Finding", "Level", "campaign_findings", "is_stale", "lint_of", "stale_after"]

_STOPPED: dict[int, str] = {
    CampaignStatus.ACCOUNTS_UNHEALTHY: "Reconnect its senders in Instantly, then sync.",
    CampaignStatus.BOUNCE_PROTECT: "Too many e-mails bounced. Clean the audience and lift the protection in Instantly.",
    CampaignStatus.ACCOUNT_SUSPENDED: "Instantly suspended the account. Settle it with Instantly first.",
}


@dataclass(frozen=True)
class Finding:
    """One line of a preflight: what was looked at, what it is, and what to do."""

    level: Level
    code: str
    title: str
    detail: str = ""
    next_step: str = ""
    url: str = ""


def campaign_findings(
    campaign: Campaign, now: datetime, *, known_variables: Collection[str] | None = None
) -> list[Finding]:
    """Look at status, freshness, senders, schedule, copy, caps and flags of the mirror.

    Shapes: known_variables - names of custom variables that leads not yet loaded carry; None where nobody asked.
    """
    return [
        _freshness(campaign, now),
        _status(campaign),
        *_senders(campaign),
        *_schedule(campaign, now),
        *_copy(campaign, known_variables),
        _stop_on_reply(campaign),
        _cap(campaign),
        _unsubscribe(campaign),
    ]


def stale_after() -> timedelta:
    """How old a mirror may be before nobody should decide by it."""
    return max(timedelta(minutes=10), timedelta(seconds=3 * settings.SYNC_INTERVAL_S))


def is_stale(campaign: Campaign, now: datetime) -> bool:
    """Whether the mirror was never read, not read lately, or could not be read."""
    if campaign.synced_at is None or campaign.unknown_since is not None:
        return True
    return now - campaign.synced_at > stale_after()


def _page(campaign: Campaign, anchor: str) -> str:
    return f"/campaigns/{campaign.pk}/#{anchor}"


def _freshness(campaign: Campaign, now: datetime) -> Finding:
    if not is_stale(campaign, now) and campaign.status_unknown_since is None:
        return Finding(Level.FINE, "fresh", "Read from Instantly just now", "")
    detail = campaign.sync_error or "The mirror is older than it may be for a decision."
    return Finding(
        Level.BLOCKER, "stale", "What Instantly has now is unknown", detail, "Sync first.", _page(campaign, "top")
    )


def _status(campaign: Campaign) -> Finding:
    code = campaign.remote_status
    words = campaign.status_label
    if campaign.vanished_at is not None:
        step = "Check in Instantly whether it was deleted."
        return Finding(Level.BLOCKER, "vanished", "Instantly no longer lists this campaign", "", step)
    if code is None or code not in CampaignStatus.values:
        return Finding(Level.BLOCKER, "status", f"Status: {words}", "", "Sync, or look in Instantly what it means.")
    if code in _STOPPED:
        return Finding(
            Level.BLOCKER, "status", f"Instantly has stopped it: {words}", campaign.status_message, _STOPPED[code]
        )
    if code in SENDING and live_approval_of(campaign) is not None:
        return Finding(Level.FINE, "status", f"It sends with a live approval: {words}")
    if code in SENDING:
        step = "Pause it, or let somebody approve what is already running."
        return Finding(Level.WARNING, "status", f"It is already sending: {words}", "", step)
    return Finding(Level.FINE, "status", f"Status allows it: {words}")


# -- senders -----------------------------------------------------------------------------------


def _senders(campaign: Campaign) -> list[Finding]:
    found = senders(campaign.workspace, campaign.senders)
    url = _page(campaign, "senders")
    if not found:
        step = "Choose sending accounts in Instantly, then sync."
        return [Finding(Level.BLOCKER, "no_senders", "No sender is chosen", "", step, url)]
    ready = [sender for sender in found if sender.is_ready]
    findings = [_not_ready(found, ready, url)] if len(ready) < len(found) else []
    cold = [sender for sender in ready if not _is_warm(sender)]
    if cold:
        step = "Let them warm up longer, or send from others."
        findings.append(Finding(Level.WARNING, "cold_senders", "Not every sender is warm", _listed(cold), step, url))
    if not findings:
        findings.append(Finding(Level.FINE, "senders", "Senders connected and warm", _listed(found), "", url))
    return findings


def _not_ready(found: list[Sender], ready: list[Sender], url: str) -> Finding:
    broken = [sender for sender in found if not sender.is_ready]
    detail = " · ".join(f"{sender.email}: {sender.words.lower()}" for sender in broken)
    title = "No sender can send" if not ready else f"{len(broken)} of {len(found)} senders cannot send"
    step = "Reconnect them in Instantly or take them out of the campaign, then sync."
    return Finding(Level.BLOCKER, "senders_not_ready", title, detail, step, url)


def _is_warm(sender: Sender) -> bool:
    """A score that Instantly does not give counts as cold: unknown is never green."""
    _, tone = sender.warmup
    return tone == "ok" and sender.score is not None and sender.score >= WARM_ENOUGH


def _listed(found: list[Sender]) -> str:
    return " · ".join(
        f"{sender.email} {sender.score:g}" if sender.score is not None else f"{sender.email} (score unknown)"
        for sender in found
    )


# -- schedule ----------------------------------------------------------------------------------


def _schedule(campaign: Campaign, now: datetime) -> list[Finding]:
    url = _page(campaign, "schedule")
    read = read_schedule(campaign.schedule)
    refused = [zone for zone in zones(campaign.schedule) if zone not in VENDOR_ZONES]
    problems = [*read.problems, *(f"Instantly does not accept the time zone {zone or '(none)'}." for zone in refused)]
    if problems:
        unique = " ".join(dict.fromkeys(problems))
        return [Finding(Level.BLOCKER, "schedule", "The schedule is not valid", unique, "Mend it in Instantly.", url)]
    windows = next_windows(campaign.schedule, now)
    if not windows:
        detail = f"Its last day was {read.last_day}." if read.last_day else ""
        step = "Move the end date in Instantly."
        return [Finding(Level.BLOCKER, "schedule_over", "The schedule has no window left", detail, step, url)]
    first = windows[0]
    opens = "open now" if first.is_open_at(now) else f"next window {first.opens:%a %d %b %H:%M}"
    return [Finding(Level.FINE, "schedule", "Schedule is valid", f"{summary(campaign.schedule)} · {opens}", "", url)]


# -- copy --------------------------------------------------------------------------------------


def _copy(campaign: Campaign, known: Collection[str] | None) -> list[Finding]:
    url = _page(campaign, "copy")
    found = lint_of(campaign, known)
    if not found:
        steps = campaign.sequences[0].get("steps") or []
        detail = f"{len(steps)} steps · every line wrapped, links around a phrase, variables known"
        return [Finding(Level.FINE, "copy", "Copy passes", detail, "", url)]
    return [
        Finding(one.level, f"copy_{one.code}", one.title, _where(one), one.next_step, url)
        for one in found
        if one.level != Level.FINE
    ]


def lint_of(campaign: Campaign, known: Collection[str] | None = None) -> list[LintFinding]:
    """Lint a campaign's copy with the custom variables its leads carry.

    Instantly names them once a lead was loaded; before that a variable nobody knows may still arrive.
    """
    listed = campaign.custom_variables
    return lint(
        campaign.sequences,
        custom_variables={*(listed or ()), *(known or ())},
        custom_are_complete=known is not None or bool(listed),
    )


def _where(one: LintFinding) -> str:
    line = "" if one.line is None else ", subject" if one.line == 0 else f", line {one.line}"
    letter = f" variant {chr(ord('A') + one.variant)}" if one.variant else ""
    excerpt = f": “{one.excerpt}”" if one.excerpt else ""
    return f"Step {one.step}{letter}{line}{excerpt}"


# -- caps and flags ----------------------------------------------------------------------------


def _stop_on_reply(campaign: Campaign) -> Finding:
    if campaign.flags.get("stop_on_reply") is True:
        return Finding(Level.FINE, "stop_on_reply", "Stops on reply")
    detail = "People who answered would go on receiving follow-ups."
    step = "Switch it on in Instantly, then sync."
    return Finding(Level.BLOCKER, "stop_on_reply", "It does not stop on reply", detail, step)


def _cap(campaign: Campaign) -> Finding:
    cap = campaign.daily_limit
    step = "Set a daily limit in Instantly, then sync."
    if cap is None:
        return Finding(Level.BLOCKER, "no_cap", "There is no daily cap", "It could send without a limit.", step)
    if cap <= 0:
        return Finding(Level.BLOCKER, "no_cap", f"The daily cap is {cap}", "Nothing would ever be sent.", step)
    limits = [sender.daily_limit for sender in senders(campaign.workspace, campaign.senders)]
    known = [limit for limit in limits if limit is not None]
    if known and len(known) == len(limits) and cap > sum(known):
        detail = f"The senders together may send {sum(known)} a day."
        step = "Lower the cap, or raise a sender's limit with care."
        return Finding(Level.WARNING, "cap", f"The daily cap of {cap} is more than the senders may send", detail, step)
    return Finding(Level.FINE, "cap", f"At most {cap} e-mails a day")


def _unsubscribe(campaign: Campaign) -> Finding:
    if campaign.flags.get("insert_unsubscribe_header") is True:
        return Finding(Level.FINE, "unsubscribe", "Unsubscribe header is on")
    detail = "Mail programs show no unsubscribe button; people reach for “spam” instead."
    step = "Switch the unsubscribe header on in Instantly."
    return Finding(Level.WARNING, "unsubscribe", "Unsubscribe header is off", detail, step)
