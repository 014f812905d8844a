"""What the senders of a campaign mean for its go-live: connected, warm, and with room for its e-mails."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.copy.findings import Level
from campaigns.models import Campaign
from campaigns.models.campaign import SENDING
from iexdg.golive.findings.finding import Finding, campaign_url
from iexdg.mailboxes.queries import WARM_ENOUGH, Sender, senders


def sender_findings(campaign: Campaign) -> list[Finding]:
    found = senders(campaign.workspace, campaign.senders)
    url = campaign_url(campaign, "senders")
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


def copied_address_findings(campaign: Campaign) -> list[Finding]:
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


def sender_load_findings(campaign: Campaign, now: datetime) -> list[Finding]:
    """A sender's own limit holds for all campaigns together: say where they would ask for more than it may send, and
    what it has sent today already (its cap begins anew at midnight UTC).
    """
    found = senders(campaign.workspace, campaign.senders)
    if not found or not campaign.daily_limit:
        return []
    others = [other for other in _sending_beside(campaign) if other.senders and other.daily_limit]
    asked = _shares_of([campaign, *others])
    loads = [_Load(one, asked[one.email], one.sent_on(now.astimezone(UTC).date())) for one in found]
    over = [load for load in loads if load.is_over]
    used_up = [load for load in loads if load.is_used_up]
    url = campaign_url(campaign, "senders")
    if over:
        title = f"{len(over)} of {len(found)} senders would be asked for more than they may send"
        step = "Fewer e-mails leave than the caps say. Lower a cap or add a sender."
        return [Finding(Level.WARNING, "sender_load", title, f"a day, all campaigns: {_words(over)}", step, url)]
    if used_up:
        title = f"{len(used_up)} of {len(found)} senders have sent what they may today"
        step = "They send again after midnight UTC; until then the others carry all of it."
        return [Finding(Level.WARNING, "sender_load", title, f"a day, all campaigns: {_words(loads)}", step, url)]
    return [Finding(Level.FINE, "sender_load", "Senders have room", f"a day, {_beside(len(others))}: {_words(loads)}")]


@dataclass(frozen=True)
class _Load:
    """What all campaigns ask of a sender a day, and what it has sent today; None is unknown."""

    sender: Sender
    asked: int
    sent: int | None

    @property
    def is_over(self) -> bool:
        limit = self.sender.daily_limit
        return limit is not None and self.asked > limit

    @property
    def is_used_up(self) -> bool:
        limit = self.sender.daily_limit
        return limit is not None and (self.sent or 0) >= limit

    @property
    def words(self) -> str:
        sent = "sent today unknown" if self.sent is None else f"{self.sent} sent today"
        return f"{self.sender.email}: {self.asked} of {_limit(self.sender)}, {sent}"


def _words(loads: list[_Load]) -> str:
    return " · ".join(load.words for load in loads)


def _beside(others: int) -> str:
    if not others:
        return "no other campaign sends"
    return f"with {others} other sending campaign{'' if others == 1 else 's'}"


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
