"""One line of the campaigns table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from campaigns.deleted import Deletion, deletions_of
from campaigns.instantly_app import campaign_people_url
from campaigns.models import (
    Approval,
    Campaign,
    CampaignStatus,
    NotSending,
    RequestState,
    StatusRequest,
    Wanted,
)
from campaigns.pages import figures
from campaigns.pages.control import ApprovalCell, Control, control_of
from campaigns.pages.figures import Rate
from campaigns.queries import last_day, latest_approvals, latest_requests, sent_per_day
from campaigns.sending.windows import city, next_windows, short_summary, why_no_window
from iexdg.mailboxes.queries import disconnected
from iexdg.operations.watchers import Watching, is_watched
from iexdg.team.models import Member
from iexdg.ui.formatting import plural

SPARK_DAYS = 21
# Above this bounce rate sending domains are damaged; it is shown in red. The guardrail has its own limit.
BOUNCE_ALARM = 0.03


@dataclass(frozen=True)
class Status:
    """The pill and the text next to it. Shapes: at - when what it says happened, where it is over."""

    label: str
    tone: str
    why: str
    unknown_since: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class CampaignRow:
    """Everything a row shows. None is unknown."""

    pk: int
    name: str
    subtitle: str
    status: Status
    approval: ApprovalCell
    control: Control
    leads: int | None
    leads_at: datetime | None
    today: int | None
    cap: int | None
    sent: int | None
    contacted: int | None
    open: Rate
    click: Rate
    reply: Rate
    interested: Rate
    bounce: Rate
    unsubscribed: Rate
    opportunities: int | None
    opportunity_value: Decimal | None
    people_at_instantly: str
    bounces_too_much: bool
    spark: tuple[int, ...]
    spark_tone: str
    synced_at: datetime | None
    unknown_since: datetime | None
    sync_error: str
    vanished_at: datetime | None

    @property
    def id_text(self) -> str:
        """The number as text, for building selectors in templates."""
        return str(self.pk)


def rows_of(
    campaigns: Sequence[Campaign],
    *,
    member: Member,
    now: datetime,
    approvals: Mapping[int, Approval] | None = None,
    sent: Mapping[int, Mapping[date, int]] | None = None,
) -> list[CampaignRow]:
    """Build the rows with a fixed number of queries, however many campaigns there are.

    Shapes: approvals, sent - as of `latest_approvals` and `sent_per_day`, where the page has read them already.
    """
    ids = [campaign.pk for campaign in campaigns]
    requests = latest_requests(ids)
    approvals = latest_approvals(ids) if approvals is None else approvals
    sent = sent_per_day(ids, now.date() - timedelta(days=SPARK_DAYS)) if sent is None else sent
    newest = last_day(day for days in sent.values() for day in days)
    watched = not campaigns or is_watched(campaigns[0].workspace, Watching.SCAN)
    broken = disconnected(campaigns[0].workspace) if campaigns else frozenset[str]()
    deleted = deletions_of(campaigns)
    return [
        _row(
            campaign,
            member=member,
            request=requests.get(campaign.pk),
            approval=approvals.get(campaign.pk),
            sent=sent[campaign.pk],
            newest=newest,
            broken=broken,
            watched=watched,
            deletion=deleted.get(campaign.pk),
            now=now,
        )
        for campaign in campaigns
    ]


def _row(
    campaign: Campaign,
    *,
    member: Member,
    request: StatusRequest | None,
    approval: Approval | None,
    sent: Mapping[date, int],
    newest: date,
    broken: frozenset[str],
    watched: bool,
    deletion: Deletion | None,
    now: datetime,
) -> CampaignRow:
    rates = figures.rates_of(campaign)
    too_much = rates.bounce.ratio is not None and rates.bounce.ratio > BOUNCE_ALARM
    control = control_of(campaign, member=member, request=request, approval=approval, now=now)
    status = status_of(campaign, request=request, cell=control.approval, broken=broken, now=now)
    status = _gone_or(status, deletion) if watched else unwatched(_gone_or(status, deletion))
    return CampaignRow(
        pk=campaign.pk,
        name=campaign.name,
        subtitle=subtitle_of(campaign),
        status=status,
        approval=control.approval,
        control=control,
        leads=campaign.leads_count,
        leads_at=campaign.leads_count_at,
        today=_today(campaign, sent, newest),
        cap=campaign.daily_limit,
        sent=campaign.sent,
        contacted=campaign.contacted,
        open=rates.open,
        click=rates.click,
        reply=rates.reply,
        interested=rates.interested,
        bounce=rates.bounce,
        unsubscribed=rates.unsubscribed,
        opportunities=campaign.opportunities,
        opportunity_value=campaign.opportunity_value,
        people_at_instantly=campaign_people_url(campaign),
        bounces_too_much=too_much,
        spark=_spark(sent, newest),
        spark_tone="bad" if too_much or status.tone == "bad" else "ok" if status.tone == "ok" else "idle",
        synced_at=campaign.synced_at,
        unknown_since=campaign.unknown_since,
        sync_error=campaign.sync_error,
        vanished_at=campaign.vanished_at,
    )


def subtitle_of(campaign: Campaign) -> str:
    """ "3 senders · Mon–Fri 09–17 Detroit"."""
    count = len(campaign.senders)
    words = plural(count, "sender") if count else "no sender"
    return f"{words} · {short_summary(campaign.schedule)}"


def status_of(
    campaign: Campaign,
    *,
    request: StatusRequest | None,
    cell: ApprovalCell,
    broken: frozenset[str],
    now: datetime,
) -> Status:
    """The status as far as it is known. A status that could not be read is never shown as good."""
    if campaign.vanished_at is not None:
        return Status("Vanished", "warn", "Instantly no longer lists it", campaign.vanished_at)
    if campaign.status_unknown_since is not None:
        why = f"last read as {campaign.status_label}"
        return Status("Unknown", "warn", why, campaign.status_unknown_since)
    if campaign.is_sending and not cell.is_live:
        waits = campaign.awaits_adoption_since is not None
        why = (
            "sending since before we were connected: adopt or pause it" if waits else "sending without a live approval"
        )
        return Status(campaign.status_label, "bad", why)
    if campaign.remote_status == CampaignStatus.PAUSED:
        return Status(campaign.status_label, campaign.status_tone, _why_paused(request, cell))
    return Status(campaign.status_label, campaign.status_tone, why_of(campaign, broken, now))


def _gone_or(status: Status, deletion: Deletion | None) -> Status:
    """That it was deleted and by whom, where it was."""
    return status if deletion is None else Status("Deleted", "idle", f"at Instantly by {deletion.by}", at=deletion.at)


def unwatched(status: Status) -> Status:
    """While the scan has stopped reporting, no status is shown as good: the last reading may be outdated."""
    if status.tone != "ok":
        return status
    return replace(status, tone="warn", why=f"{status.why}; not watched now".removeprefix("; "))


def _why_paused(request: StatusRequest | None, cell: ApprovalCell) -> str:
    if cell.is_waiting:
        return "waiting for go-live"
    if request is None or request.wanted != Wanted.PAUSE or request.state != RequestState.CONFIRMED:
        return "paused in Instantly"
    who = request.by.name if request.by else "this app"
    return f"by {who}{f': {request.reason}' if request.reason else ''}"


def why_of(campaign: Campaign, broken: frozenset[str], now: datetime) -> str:
    """Why it sends or does not, in a few words."""
    code = campaign.remote_status
    if campaign.is_sending:
        if campaign.not_sending_status in NotSending.values:
            reason = NotSending(campaign.not_sending_status)
            return f"{reason.label}, {next_in_words(campaign, now)}" if reason == 1 else str(reason.label)
        return next_in_words(campaign, now)
    if code == CampaignStatus.ACCOUNTS_UNHEALTHY:
        count = len({str(sender).lower() for sender in campaign.senders} & broken)
        return (
            f"{count} of {plural(len(campaign.senders), 'sender')} {'needs' if count == 1 else 'need'} reconnecting"
            if count
            else "senders need attention"
        )
    words = {
        CampaignStatus.DRAFT: "never started",
        CampaignStatus.COMPLETED: "no audience left",
        CampaignStatus.BOUNCE_PROTECT: "too many bounces",
        CampaignStatus.ACCOUNT_SUSPENDED: "Instantly suspended the account",
    }
    return words.get(CampaignStatus(code), "") if code in CampaignStatus.values else "check in Instantly what it means"


def next_in_words(campaign: Campaign, now: datetime) -> str:
    """When e-mails may be sent next, in the campaign's zone."""
    windows = next_windows(campaign.schedule, now)
    if not windows:
        return why_no_window(campaign.schedule, now) or "no sending hours left"
    first = windows[0]
    if first.is_open_at(now):
        return f"open until {first.closes:%H:%M} {city(first.zone)}"
    return f"next {first.opens:%a %H:%M} {city(first.zone)}"


def _today(campaign: Campaign, sent: Mapping[date, int], newest: date) -> int | None:
    """Sent on Instantly's newest day. Without figures, or with old ones, it is unknown, not 0."""
    if campaign.analytics_read_at is None or campaign.analytics_unknown_since is not None:
        return None
    return sent.get(newest, 0)


def _spark(sent: Mapping[date, int], newest: date) -> tuple[int, ...]:
    """One value a day, oldest first; nothing to draw where nothing was sent."""
    values = tuple(sent.get(newest - timedelta(days=back), 0) for back in range(SPARK_DAYS - 1, -1, -1))
    return values if any(values) else ()
