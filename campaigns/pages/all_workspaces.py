"""All workspaces that a member may see: one line for each, and what they are together.

Counts are summed. A rate is the sum of its parts divided by the sum of its wholes. What is unknown for one workspace
is never counted as nothing: a count is then at least the sum of the others, a rate is unknown, and a sentence says of
which workspaces it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from campaigns.pages import figures
from campaigns.pages.figures import Rate
from campaigns.queries import days_of_workspace, last_day
from campaigns.totals import Share, Totals, totals_of
from iexdg.incidents.queries import open_incidents
from iexdg.operations.watchers import Watching, is_watched
from iexdg.workspaces.addresses import page_in
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.switcher import Choice, choice_of

WEEK = 7


@dataclass(frozen=True)
class Sending:
    """How many campaigns send, and of how many it is not known whether they do."""

    sending: int
    unknown: int


@dataclass(frozen=True)
class WorkspaceLine:
    """One workspace. None is unknown.

    Shapes: sending - None before its campaigns were read; week - sent and contacted in 7 days, and who replied;
        is_stale - it could not be read lately: what is shown is what was last read.
    """

    workspace: Workspace
    is_stale: bool
    sending: Sending | None
    needs: int
    sent_today: int | None
    sent_week: int | None
    replied_week: int | None
    replies: Rate
    bounced: Share
    bounces: Rate
    credits: Decimal | None
    as_of: datetime | None
    contacted_week: int | None

    @property
    def is_known(self) -> bool:
        """Whether its figures are those of now."""
        return self.as_of is not None and not self.is_stale

    @property
    def url(self) -> str:
        """Its own control room."""
        return page_in(self.workspace, "control_room")

    @property
    def stop_url(self) -> str:
        """Where all of its sending is stopped."""
        return page_in(self.workspace, "kill_switch")


@dataclass(frozen=True)
class Total:
    """A sum. `is_least`: of some workspace it is not known, so that it is at least this; None where of none it is."""

    value: int | Decimal | None
    is_least: bool


@dataclass(frozen=True)
class AllTotals:
    """All lines together. Shapes: missing - names of the workspaces whose figures are not those of now."""

    sending: Total
    unknown: int
    needs: int
    sent_today: Total
    sent_week: Total
    replied_week: Total
    replies: Rate
    bounces: Rate
    credits: Total
    as_of: datetime | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class AllWorkspaces:
    """The page."""

    lines: tuple[WorkspaceLine, ...]
    total: AllTotals


def all_workspaces(workspaces: Sequence[Workspace], now: datetime) -> AllWorkspaces:
    """Build the page: a few queries for each workspace, however many campaigns it has."""
    lines = tuple(_line(one, now) for one in workspaces)
    return AllWorkspaces(lines, _total(lines))


def choices_of(workspaces: Sequence[Workspace], slug: str, now: datetime) -> tuple[Choice, ...]:
    """Return the list of the switcher, each workspace with what it does and needs. Shapes: slug - the current one."""
    return tuple(_choice(_line(one, now), is_current=one.slug == slug) for one in workspaces)


def _choice(line: WorkspaceLine, *, is_current: bool) -> Choice:
    words = [f"{line.needs:,} need{'s' if line.needs == 1 else ''} a person"] if line.needs else []
    if line.workspace.is_stopped:
        words.insert(0, "all sending is stopped")
    elif line.sending is None:
        words.insert(0, "not read yet")
    elif line.sending.sending:
        words.insert(0, f"{line.sending.sending:,} sending")
    elif line.sending.unknown:
        words.insert(0, "not known whether it sends")
    else:
        words.insert(0, "not sending")
    is_bad = line.workspace.is_stopped or line.is_stale
    tone = "bad" if is_bad else "warn" if line.needs else ""
    return choice_of(line.workspace, is_current=is_current, state=", ".join(words), tone=tone)


def _line(workspace: Workspace, now: datetime) -> WorkspaceLine:
    totals = totals_of(workspace)
    days = days_of_workspace(workspace, now.date() - timedelta(days=2 * WEEK))
    newest = last_day(day.date for day in days)
    week = figures.period(days, newest, WEEK)
    # Of a workspace that was read and has no campaign it is known that nothing was sent.
    is_empty = workspace.synced_at is not None and not totals.campaigns
    bounced = Share(0, 0) if is_empty else totals.bounced
    return WorkspaceLine(
        workspace=workspace,
        is_stale=workspace.unknown_since is not None,
        sending=_sending(workspace, totals),
        needs=open_incidents(workspace).count(),
        sent_today=0 if is_empty else _sent_on(newest, days),
        sent_week=0 if is_empty else week.sent,
        replied_week=0 if is_empty else week.replied,
        contacted_week=0 if is_empty else week.contacted,
        replies=figures.rate(week.replied, week.contacted, figures.REPLY_FORMULA),
        bounced=bounced,
        bounces=figures.rate(bounced.part, bounced.whole, figures.BOUNCE_FORMULA, of="sent"),
        credits=workspace.credits_left,
        as_of=workspace.synced_at,
    )


def _sending(workspace: Workspace, totals: Totals) -> Sending | None:
    if workspace.synced_at is None:
        return None
    # While the watch is silent, no status that was read is one of now.
    is_blind = workspace.unknown_since is not None or not is_watched(workspace, Watching.SCAN)
    return Sending(0, totals.campaigns) if is_blind else Sending(totals.sending, totals.unknown)


def _sent_on(day: date, days: Sequence[figures.Day]) -> int | None:
    return sum(one.sent for one in days if one.date == day) if days else None


# -- together --------------------------------------------------------------------------------------


def _total(lines: Sequence[WorkspaceLine]) -> AllTotals:
    # Without the part of one workspace there is no rate of all.
    known = lines if not _missing(lines) else ()
    return AllTotals(
        sending=_sending_total(lines),
        unknown=sum(line.sending.unknown for line in lines if line.sending is not None),
        needs=sum(line.needs for line in lines),
        sent_today=_sum(lines, [line.sent_today for line in lines]),
        sent_week=_sum(lines, [line.sent_week for line in lines]),
        replied_week=_sum(lines, [line.replied_week for line in lines]),
        replies=_rate_of([Share(line.replied_week, line.contacted_week) for line in known], figures.REPLY_FORMULA),
        bounces=_rate_of([line.bounced for line in known], figures.BOUNCE_FORMULA, of="sent"),
        credits=_sum(lines, [line.credits for line in lines]),
        # The total is as old as its oldest part.
        as_of=min(filter(None, (line.as_of for line in lines)), default=None),
        missing=_missing(lines),
    )


def _missing(lines: Sequence[WorkspaceLine]) -> tuple[str, ...]:
    return tuple(line.workspace.name for line in lines if not line.is_known)


def _sending_total(lines: Sequence[WorkspaceLine]) -> Total:
    read = [line.sending for line in lines if line.sending is not None]
    return Total(sum(one.sending for one in read), len(read) < len(lines) or any(one.unknown for one in read))


def _sum(lines: Sequence[WorkspaceLine], values: Sequence[int | Decimal | None]) -> Total:
    known = [value for value in values if value is not None]
    is_least = len(known) < len(values) or bool(_missing(lines))
    return Total(sum(known) if known else None, is_least)


def _rate_of(shares: Sequence[Share], formula: str, of: str = "e-mailed") -> Rate:
    parts, wholes = [share.part for share in shares], [share.whole for share in shares]
    if not shares or None in parts or None in wholes:
        return figures.rate(None, None, formula)
    return figures.rate(sum(filter(None, parts)), sum(filter(None, wholes)), formula, of=of)
