"""What the mirror of a campaign says about its going live. What its leads say is added by the go-live itself."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from campaigns.lifecycle import live_approval_of
from campaigns.linter import LintFinding, lint
from campaigns.linter.findings import Level
from campaigns.models import Campaign, CampaignStatus
from campaigns.models.campaign import SENDING
from campaigns.queries import trips_in_the_way
from campaigns.windows import last_window, next_windows, read_schedule, summary, zones
from iexdg.clients.instantly.timezones import VENDOR_ZONES, ZoneNotServedError, to_vendor_zone
from iexdg.mailboxes.queries import WARM_ENOUGH, Sender, senders
from iexdg.ui.formatting import ago_words
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped

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
        *_kill_switch(campaign),
        _freshness(campaign, now),
        _status(campaign),
        *_senders(campaign),
        *_sender_load(campaign, now),
        *_schedule(campaign, now),
        *_copy(campaign, known_variables),
        _stop_on_reply(campaign),
        _cap(campaign),
        _unsubscribe(campaign),
        *_copies(campaign),
        *_tracking(campaign),
        *_guardrails(campaign),
    ]


def _kill_switch(campaign: Campaign) -> list[Finding]:
    if not is_stopped(campaign.workspace):
        return []
    step = "An approver lifts the kill switch first."
    return [Finding(Level.BLOCKER, "kill_switch", "All sending is stopped", STOPPED_WORDS, step, "/stop/")]


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
        read = ago_words(campaign.synced_at, now=now) if campaign.synced_at else ""
        return Finding(Level.FINE, "fresh", f"Read from Instantly {read}", "")
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
    if campaign.flags.get("email_tag_list"):
        detail = "Which mailboxes carry the tag is not known here: neither their health nor their load was looked at."
        step = "Name the senders in Instantly instead of a tag, then sync."
        findings.append(Finding(Level.WARNING, "tag_senders", "Senders are chosen by tag too", detail, step, url))
    if not findings:
        findings.append(Finding(Level.FINE, "senders", "Senders connected and warm", _listed(found), "", url))
    return findings


def _copies(campaign: Campaign) -> list[Finding]:
    """Everybody in cc is seen by every lead, and everybody in bcc reads every e-mail."""
    names = [name for key, name in (("cc_list", "cc"), ("bcc_list", "bcc")) if campaign.flags.get(key)]
    if not names:
        return []
    listed = [str(email) for key in ("cc_list", "bcc_list") for email in campaign.flags.get(key) or []]
    step = "Take them out in Instantly unless they are meant."
    return [
        Finding(Level.WARNING, "copies", f"Every e-mail goes out with {' and '.join(names)}", ", ".join(listed), step)
    ]


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


def _sender_load(campaign: Campaign, now: datetime) -> list[Finding]:
    """A sender's own limit holds for all campaigns together: say where they would ask for more than it may send, and
    what it has sent today already (its cap begins anew at midnight UTC).
    """
    found = senders(campaign.workspace, campaign.senders)
    if not found or not campaign.daily_limit:
        return []
    others = [other for other in _sending_beside(campaign) if other.senders and other.daily_limit]
    asked = _shares_of([campaign, *others])
    over = [one for one in found if one.daily_limit is not None and asked.get(one.email, 0) > one.daily_limit]
    url, today = _page(campaign, "senders"), now.astimezone(UTC).date()
    words = " · ".join(
        f"{one.email}: {asked.get(one.email, 0)} of {_limit(one)}, {_sent_words(one.sent_on(today))}"
        for one in over or found
    )
    used_up = [one for one in found if one.daily_limit is not None and (one.sent_on(today) or 0) >= one.daily_limit]
    if used_up and not over:
        title = f"{len(used_up)} of {len(found)} senders have sent what they may today"
        step = "They send again after midnight UTC; until then the others carry all of it."
        return [Finding(Level.WARNING, "sender_load", title, f"a day, all campaigns: {words}", step, url)]
    if over:
        title = f"{len(over)} of {len(found)} senders would be asked for more than they may send"
        step = "Fewer e-mails leave than the caps say. Lower a cap or add a sender."
        return [Finding(Level.WARNING, "sender_load", title, f"a day, all campaigns: {words}", step, url)]
    beside = f"with {len(others)} other sending campaign{'' if len(others) == 1 else 's'}"
    title = "Senders have room"
    return [
        Finding(Level.FINE, "sender_load", title, f"a day, {beside if others else 'no other campaign sends'}: {words}")
    ]


def _sent_words(sent: int | None) -> str:
    return "sent today unknown" if sent is None else f"{sent} sent today"


def _sending_beside(campaign: Campaign) -> list[Campaign]:
    sending = Campaign.objects.filter(workspace_id=campaign.workspace_id, remote_status__in=SENDING)
    return list(sending.filter(vanished_at__isnull=True).exclude(pk=campaign.pk))


def _shares_of(campaigns: Iterable[Campaign]) -> Counter[str]:
    """How many e-mails a day each sender is asked for, each cap spread evenly, rounded up."""
    asked: Counter[str] = Counter()
    for one in campaigns:
        share = -(-(one.daily_limit or 0) // len(one.senders))
        for email in one.senders:
            asked[str(email).strip().lower()] += share
    return asked


def _limit(sender: Sender) -> str:
    return "unknown" if sender.daily_limit is None else str(sender.daily_limit)


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
        step = " ".join(["Mend it in Instantly.", *(_instead_of(zone) for zone in dict.fromkeys(refused) if zone)])
        return [Finding(Level.BLOCKER, "schedule", "The schedule is not valid", unique, step.strip(), url)]
    windows = next_windows(campaign.schedule, now)
    if not windows:
        detail = f"Its last day was {read.last_day}." if read.last_day else ""
        step = "Move the end date in Instantly."
        return [Finding(Level.BLOCKER, "schedule_over", "The schedule has no window left", detail, step, url)]
    first = windows[0]
    opens = "open now" if first.is_open_at(now) else f"next window {first.opens:%a %d %b %H:%M}"
    last = last_window(campaign.schedule, now)
    ends = f"last window {last.opens:%a %d %b %Y, %H:%M}" if last else "no end date"
    detail = f"{summary(campaign.schedule)} · {opens} · {ends}"
    return [Finding(Level.FINE, "schedule", "Schedule is valid", detail, "", url)]


def _instead_of(zone: str) -> str:
    """Name the zone that keeps the same hours, or keeps them at a constant shift."""
    try:
        found = to_vendor_zone(zone)
    except ZoneNotServedError as error:
        return str(error)
    moved = f" Write the hours {abs(found.shift_minutes)} minutes {'earlier' if found.shift_minutes < 0 else 'later'}."
    return f"Use {found.zone} instead. {found.reason}{moved if found.shift_minutes else ''}"


# -- copy --------------------------------------------------------------------------------------


def _copy(campaign: Campaign, known: Collection[str] | None) -> list[Finding]:
    url = _page(campaign, "copy")
    found = lint_of(campaign, known)
    advice = [_copy_finding(one, url) for one in found if one.level == Level.ADVICE]
    if len(advice) == len(found):
        steps = campaign.sequences[0].get("steps") or []
        detail = f"{len(steps)} steps · every line wrapped, links around a phrase, variables known"
        return [Finding(Level.FINE, "copy", "Copy passes", detail, "", url), *advice]
    return [_copy_finding(one, url) for one in found if one.level != Level.FINE]


def _copy_finding(one: LintFinding, url: str) -> Finding:
    return Finding(one.level, f"copy_{one.code}", one.title, _where(one), one.next_step, url)


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


# -- guardrails --------------------------------------------------------------------------------


def _guardrails(campaign: Campaign) -> list[Finding]:
    """A trip that nobody acknowledged stands in the way of everything that could make it send again."""
    url = f"/campaigns/{campaign.pk}/guardrails/"
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
        for trip in trips_in_the_way(campaign)
    ]


def _tracking(campaign: Campaign) -> list[Finding]:
    """Both kinds of tracking change the e-mail that leaves: an invisible image, rewritten links."""
    found = []
    if campaign.flags.get("open_tracking") is True:
        detail = "An invisible image is put into each e-mail; filters know it, and opens are counted too high."
        step = "Switch open tracking off in Instantly unless you need it."
        found.append(Finding(Level.ADVICE, "open_tracking", "Opens are tracked", detail, step))
    if campaign.flags.get("link_tracking") is True:
        detail = "Links go through a tracking address first, which readers see."
        step = "Use a tracking domain of your own, or switch it off."
        found.append(Finding(Level.ADVICE, "link_tracking", "Links are tracked", detail, step))
    return found
