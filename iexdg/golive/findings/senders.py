"""Findings about the senders of a campaign: connected, warm, and with capacity for its e-mails."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.copy.findings import Level
from campaigns.models import Campaign
from campaigns.models.campaign import SENDING
from iexdg.golive.findings.finding import AND_APPLY, Finding, campaign_url
from iexdg.mailboxes.queries import WARM_ENOUGH, Sender
from iexdg.ui.formatting import plural


def sender_findings(campaign: Campaign, found: Sequence[Sender]) -> list[Finding]:
    url = campaign_url(campaign, "senders")
    if not found:
        step = f"Choose mailboxes {AND_APPLY}."
        return [Finding(Level.BLOCKER, "no_senders", "No sender is chosen", "", step, url)]
    ready = [sender for sender in found if sender.is_ready]
    findings = [_not_ready(found, ready, url)] if len(ready) < len(found) else []
    cold = [sender for sender in ready if not _is_warm(sender)]
    if cold:
        step = "Let them warm up longer, or use other senders."
        findings.append(Finding(Level.WARNING, "cold_senders", "Not every sender is warm", _scores(cold), step, url))
    if campaign.flags.get("email_tag_list"):
        detail = "Which mailboxes carry the tag is not known here: neither their health nor their load was checked."
        step = f"Choose the mailboxes by their addresses instead of a tag {AND_APPLY}."
        findings.append(Finding(Level.WARNING, "tag_senders", "Senders are chosen by tag too", detail, step, url))
    if not findings:
        findings.append(Finding(Level.FINE, "senders", "Senders connected and warm", _scores(found), "", url))
    return findings


def copied_address_findings(campaign: Campaign) -> list[Finding]:
    """Every lead sees the addresses in cc, and the addresses in bcc get every e-mail."""
    names = [name for key, name in (("cc_list", "cc"), ("bcc_list", "bcc")) if campaign.flags.get(key)]
    if not names:
        return []
    listed = [str(email) for key in ("cc_list", "bcc_list") for email in campaign.flags.get(key) or []]
    step = "Remove them with its blueprint, such as `cc: []`, or in Instantly, unless they are intended."
    title = f"Every e-mail goes out with {' and '.join(names)}"
    url = campaign_url(campaign, "manage")
    return [Finding(Level.WARNING, "copies", title, f"Copies go to {', '.join(listed)}.", step, url)]


def _not_ready(found: Sequence[Sender], ready: list[Sender], url: str) -> Finding:
    broken = [sender for sender in found if not sender.is_ready]
    detail = f"State: {' · '.join(f'{sender.email} {sender.words.lower()}' for sender in broken)}"
    title = "No sender can send" if not ready else f"{len(broken)} of {plural(len(found), 'sender')} cannot send"
    step = f"Reconnect them on the page Mailboxes, or take them out {AND_APPLY}."
    return Finding(Level.BLOCKER, "senders_not_ready", title, detail, step, url)


def _is_warm(sender: Sender) -> bool:
    """A missing score counts as cold: unknown is never green."""
    _, tone = sender.warmup
    return tone == "ok" and sender.score is not None and sender.score >= WARM_ENOUGH


def sender_load_findings(campaign: Campaign, found: Sequence[Sender], now: datetime) -> list[Finding]:
    """A sender's own limit applies to all campaigns together: report where they need more than it may send, and
    what it has sent today already (its cap resets at midnight UTC).
    """
    if not found or not campaign.daily_limit:
        return []
    others = [(cap, senders) for cap, senders in _other_sending(campaign) if senders]
    needed = _shares_of([(campaign.daily_limit, campaign.senders), *others])
    loads = [_Load(one, needed[one.email], one.sent_on(now.astimezone(UTC).date())) for one in found]
    over = [load for load in loads if load.is_over]
    used_up = [load for load in loads if load.is_used_up]
    url = campaign_url(campaign, "senders")
    if over:
        title = f"{len(over)} of {plural(len(found), 'sender')} would need to send more than they may"
        step = "Fewer e-mails are sent than the caps allow. Lower a cap or add a sender."
        return [Finding(Level.WARNING, "sender_load", title, f"Each day, all campaigns: {_words(over)}", step, url)]
    if used_up:
        title = f"{len(used_up)} of {plural(len(found), 'sender')} can send no more today"
        step = "They send again after midnight UTC; until then the others send everything."
        return [Finding(Level.WARNING, "sender_load", title, f"Each day, all campaigns: {_words(loads)}", step, url)]
    return [
        Finding(
            Level.FINE,
            "sender_load",
            "Senders have capacity",
            f"Each day, {_with_others(len(others))}: {_words(loads)}",
        )
    ]


@dataclass(frozen=True)
class _Load:
    """What all campaigns need from a sender per day, and what it has sent today; None is unknown."""

    sender: Sender
    needed: int
    sent: int | None

    @property
    def is_over(self) -> bool:
        limit = self.sender.daily_limit
        return limit is not None and self.needed > limit

    @property
    def is_used_up(self) -> bool:
        limit = self.sender.daily_limit
        return limit is not None and (self.sent or 0) >= limit

    @property
    def words(self) -> str:
        sent = "sent today unknown" if self.sent is None else f"{self.sent:,} sent today"
        return f"{self.sender.email}: {self.needed:,} of {_limit(self.sender)}, {sent}"


def _words(loads: list[_Load]) -> str:
    return " · ".join(load.words for load in loads)


def _with_others(others: int) -> str:
    if not others:
        return "no other campaign sends"
    return f"with {plural(others, 'other sending campaign')}"


def _other_sending(campaign: Campaign) -> list[tuple[int | None, list[str]]]:
    """(daily cap, senders) of every other campaign that sends; these two columns alone, there may be hundreds."""
    sending = Campaign.objects.filter(workspace_id=campaign.workspace_id, remote_status__in=SENDING, daily_limit__gt=0)
    others = sending.filter(vanished_at__isnull=True).exclude(pk=campaign.pk).order_by()
    return list(others.values_list("daily_limit", "senders"))


def _shares_of(campaigns: Iterable[tuple[int | None, list[str]]]) -> Counter[str]:
    """How many e-mails a day each sender needs to send, each cap spread evenly, rounded up."""
    needed: Counter[str] = Counter()
    for cap, senders in campaigns:
        share = -(-(cap or 0) // len(senders))
        for email in senders:
            needed[str(email).strip().lower()] += share
    return needed


def _limit(sender: Sender) -> str:
    return "unknown" if sender.daily_limit is None else str(sender.daily_limit)


def _scores(found: Sequence[Sender]) -> str:
    listed = " · ".join(
        f"{sender.email} {sender.score:g}" if sender.score is not None else f"{sender.email} (score unknown)"
        for sender in found
    )
    return f"Warm-up: {listed}"
