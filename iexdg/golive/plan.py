"""The facts of a campaign and its leads from which the forecast is computed."""

from datetime import UTC, datetime

from campaigns.models import Campaign, DailyStat
from campaigns.sending.windows import Window, sending_days
from iexdg.golive.audience import Audience, held_imports
from iexdg.golive.forecast import Forecast, at_most_a_day, forecast, waits_of
from iexdg.mailboxes.queries import senders
from leads.loading.canary import canary_capacity
from leads.models import Lead, LeadStatus, Row, RowState


def plan_of(campaign: Campaign, audience: Audience, now: datetime) -> Forecast:
    """Plan the days to come, at most what campaign and senders may send."""
    limits = [sender.daily_limit for sender in senders(campaign.workspace, campaign.senders)]
    return forecast(
        sending_days(campaign.schedule, now),
        people=not_written_to_yet(campaign, audience),
        per_day=at_most_a_day(campaign.daily_limit, limits) or 0,
        new_per_day=campaign.daily_max_leads,
        waits=waits_of(campaign.sequences),
    )


def not_written_to_yet(campaign: Campaign, audience: Audience) -> int:
    """People who would get the first e-mail; everybody where the list was never read in full.

    Whoever waits for a canary is not among them: when they are loaded depends on what becomes of it.
    """
    if campaign.leads_mirrored_at is None:
        return audience.cap - audience.later
    listed = Lead.objects.filter(
        campaign=campaign, vanished_at__isnull=True, status=LeadStatus.ACTIVE, last_contact_at__isnull=True
    )
    return listed.count() + audience.held - audience.later


def held_files(campaign: Campaign) -> tuple[tuple[str, int], ...]:
    """(file name, people) of what an approval loads first, in the order in which it is loaded."""
    found = []
    for imported in sorted(held_imports(campaign), key=lambda one: one.pk):
        waiting, room = (
            Row.objects.filter(imported=imported, state=RowState.VERIFIED).count(),
            canary_capacity(imported),
        )
        found.append((imported.file_name, waiting if room is None else min(waiting, room)))
    return tuple(found)


def sent_today(campaign: Campaign, now: datetime, window: Window | None) -> int | None:
    """What Instantly has counted today; None where today was not read.

    Instantly counts by UTC days, the cap goes by the campaign's: only where the sending hours lie inside one UTC day
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
