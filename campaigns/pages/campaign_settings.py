"""The settings of one campaign: when it sends, from where, and what is watched."""

from dataclasses import dataclass
from datetime import date, datetime

from campaigns.models import Campaign
from campaigns.sending.windows import Window, next_windows, read_schedule, summary, why_no_window
from iexdg.mailboxes.queries import Sender, senders


@dataclass(frozen=True)
class Schedule:
    """The sending hours; `next_window` and `then` are shown in the campaign's zone and in the reader's."""

    words: str
    first_day: date | None
    last_day: date | None
    problems: tuple[str, ...]
    why_none: str
    is_open: bool
    next_window: Window | None
    then: tuple[Window, ...]


@dataclass(frozen=True)
class SettingsPage:
    """What the tab shows; guardrails are a fragment."""

    schedule: Schedule
    senders: tuple[Sender, ...]


def settings_page(campaign: Campaign, *, now: datetime) -> SettingsPage:
    """Build the tab."""
    return SettingsPage(_schedule(campaign, now), tuple(senders(campaign.workspace, campaign.senders)))


def _schedule(campaign: Campaign, now: datetime) -> Schedule:
    read = read_schedule(campaign.schedule)
    windows = next_windows(campaign.schedule, now, 3)
    first = windows[0] if windows else None
    return Schedule(
        words=summary(campaign.schedule),
        first_day=read.first_day,
        last_day=read.last_day,
        problems=read.problems,
        why_none=why_no_window(campaign.schedule, now),
        is_open=first is not None and first.is_open_at(now),
        next_window=first,
        then=tuple(windows[1:]),
    )
