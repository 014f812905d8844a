"""The facts of a campaign and its leads from which the forecast is computed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.models import Approval, ApprovalState, Campaign, DailyStat, GoLiveStage
from campaigns.sending.windows import Window, sending_days
from iexdg.golive.audience import Audience
from iexdg.golive.forecast import (
    Capacity,
    Forecast,
    Hours,
    at_most_a_day,
    at_most_today,
    forecast,
    hours_ahead,
    next_resets,
    sender_loads,
    waits_of,
)
from iexdg.mailboxes.queries import Sender, senders


@dataclass(frozen=True)
class People:
    """Who a go-live reaches. Shapes: all counts of people; files - (file name, people) that are loaded first.

    `covered` by the approval; `held` here and loaded first; `later` after a canary release; `uncovered` held here since
    it went live; `fresh` not e-mailed yet.
    """

    covered: int
    held: int
    later: int
    uncovered: int
    fresh: int
    files: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Consequences:
    """What happens after an approval; once approved, what was approved."""

    hours: Hours
    capacity: Capacity
    people: People
    plan: Forecast


@dataclass(frozen=True)
class Outlook:
    """The senders of a campaign, in its own order, and the plan of its coming days."""

    senders: tuple[Sender, ...]
    per_day: int | None
    plan: Forecast


def outlook_of(campaign: Campaign, audience: Audience, now: datetime) -> Outlook:
    """Read the senders and plan the coming days, at most what campaign and senders may send; one query."""
    found = tuple(senders(campaign.workspace, campaign.senders))
    per_day = at_most_a_day(campaign.daily_limit, [sender.daily_limit for sender in found])
    plan = forecast(
        sending_days(campaign.schedule, now),
        people=not_emailed_yet(campaign, audience),
        per_day=per_day or 0,
        new_per_day=campaign.daily_max_leads,
        waits=waits_of(campaign.sequences),
    )
    return Outlook(found, per_day, plan)


def consequences_of(
    campaign: Campaign, audience: Audience, outlook: Outlook, approval: Approval | None, now: datetime
) -> Consequences:
    """Compute what an approval means. Shapes: approval - the open one, None where nothing is requested."""
    hours = hours_ahead(campaign.schedule, now)
    capacity = _capacity(campaign, outlook, hours, now)
    return Consequences(hours, capacity, _people(campaign, audience, approval), outlook.plan)


def _capacity(campaign: Campaign, outlook: Outlook, hours: Hours, now: datetime) -> Capacity:
    limits, per_day = [(sender.email, sender.daily_limit) for sender in outlook.senders], outlook.per_day
    today = None
    if per_day is not None:
        today = at_most_today(campaign.schedule, now, per_day, sent_today(campaign, now, hours.first))
    loads = sender_loads(per_day or 0, limits)
    return Capacity(per_day, today, loads, next_resets(campaign.schedule, now))


def _people(campaign: Campaign, audience: Audience, approval: Approval | None) -> People:
    is_approved = approval is not None and approval.state == ApprovalState.APPROVED
    # What is held once it is live was not covered by the approval.
    is_live = is_approved and approval is not None and approval.stage == GoLiveStage.LIVE
    waiting = audience.held - audience.later
    held, uncovered = (0, waiting) if is_live else (waiting, 0)
    return People(
        covered=approval.audience_cap if approval is not None and is_approved else audience.cap,
        held=held,
        later=audience.later,
        uncovered=uncovered,
        fresh=not_emailed_yet(campaign, audience),
        files=audience.files if held else (),
    )


def not_emailed_yet(campaign: Campaign, audience: Audience) -> int:
    """People who would get the first e-mail; everyone where the list was never read in full.

    People who wait for a canary are not included: when they are loaded depends on its outcome.
    """
    if campaign.leads_mirrored_at is None:
        return audience.cap - audience.later
    return audience.not_written_to + audience.held - audience.later


def sent_today(campaign: Campaign, now: datetime, window: Window | None) -> int | None:
    """What Instantly has counted today; None where today was not read.

    Instantly counts by UTC days, the cap by the campaign's: only where the sending hours are inside one UTC day
    are the two the same.
    """
    today = now.astimezone(UTC).date()
    if window is None or {window.opens.astimezone(UTC).date(), window.closes.astimezone(UTC).date()} != {today}:
        return None
    row = DailyStat.objects.filter(campaign=campaign, date=today).first()
    if row is not None:
        return row.sent
    is_read = campaign.analytics_read_at is not None and campaign.analytics_unknown_since is None
    return 0 if is_read else None
