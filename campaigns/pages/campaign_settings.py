"""The settings of one campaign: when it sends, from where, and what is watched."""

from dataclasses import dataclass
from datetime import date, datetime

from campaigns.models import Campaign
from campaigns.sending.windows import Window, next_windows, read_schedule, summary, why_no_window
from iexdg.mailboxes.queries import Sender, senders
from iexdg.workspace_objects.tags import accounts_by_tag


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
    """What the tab shows; guardrails are a fragment. Shapes: by_tag - addresses that only a tag chooses."""

    schedule: Schedule
    senders: tuple[Sender, ...]
    by_tag: frozenset[str] = frozenset()


def settings_page(campaign: Campaign, *, now: datetime) -> SettingsPage:
    """Build the tab."""
    named = [str(email).strip().lower() for email in campaign.senders]
    by_tag = _tagged(campaign) - set(named)
    found = senders(campaign.workspace, [*named, *sorted(by_tag)])
    return SettingsPage(_schedule(campaign, now), tuple(found), frozenset(by_tag))


def _tagged(campaign: Campaign) -> set[str]:
    """The mailboxes with the tags by which it chooses senders, as they were last read; no query without such a tag."""
    tags = campaign.flags.get("email_tag_list") or []
    tagged = accounts_by_tag(campaign.workspace) if tags else {}
    return {email for tag in tags for email in tagged.get(str(tag), ())}


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
