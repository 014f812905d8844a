"""The page of the kill switch: what stopping would do, or its progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from django.conf import settings

from campaigns.models import Campaign, CampaignStatus, RequestState
from campaigns.watch.stopping import Stopped, campaigns_that_can_send, stopped_since
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.addresses import page_url
from iexdg.workspace_objects.models import ObjectChange, ObjectState
from iexdg.workspace_objects.sending import CanSend, numbers_of, paused_since, that_can_send
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class StopLine:
    """One campaign, or something else that sends, which is being stopped. Shapes: url - of its page, or ""."""

    url: str
    name: str
    words: str
    tone: str
    confirmed_at: datetime | None
    detail: str


@dataclass(frozen=True)
class StopPage:
    """What the page shows. `version` changes with every line, so that polling detects it."""

    is_on: bool
    since: datetime | None
    by: str
    reason: str
    held_by_environment: bool
    may_lift: bool
    lines: tuple[StopLine, ...]
    would_stop: tuple[Campaign, ...]
    would_stop_too: tuple[CanSend, ...]

    @property
    def unconfirmed(self) -> int:
        """How many are not read back as paused yet."""
        return sum(1 for line in self.lines if line.confirmed_at is None)

    @property
    def version(self) -> str:
        """A short digest of what the fragment shows."""
        lines = repr([(line.name, line.words, line.detail) for line in self.lines])
        return f"{int(self.is_on)}-{crc32(lines.encode('utf-8', 'surrogatepass')):08x}"


@dataclass(frozen=True)
class OtherWorkspace:
    """A workspace that would be stopped too if all are chosen. Shapes: would_stop - names of what can send there."""

    name: str
    would_stop: tuple[str, ...]


def other_workspaces(workspaces: Sequence[Workspace]) -> list[OtherWorkspace]:
    """Say for each workspace what stopping it would pause; a fixed number of queries for all of them."""
    names: dict[int, list[str]] = {workspace.pk: [] for workspace in workspaces}
    for campaign in campaigns_that_can_send(*workspaces):
        names[campaign.workspace_id].append(campaign.name)
    for one in that_can_send(*workspaces):
        names[one.workspace_id].append(f"{one.name} ({one.kind})")
    return [OtherWorkspace(workspace.name, tuple(names[workspace.pk])) for workspace in workspaces]


def stop_page(workspace: Workspace, *, member: Member) -> StopPage:
    """Build the page; unconfirmed campaigns come first."""
    since = workspace.kill_switch_at
    lines: tuple[StopLine, ...] = ()
    if since:
        paused = paused_since(workspace, since)
        lines = (*(_line(one) for one in stopped_since(workspace, since)), *_lines_beside(workspace, paused))
    by = workspace.kill_switch_by
    return StopPage(
        is_on=workspace.is_stopped,
        since=since,
        by=by.name if by else "IEXDG Outreach",
        reason=workspace.kill_switch_reason,
        held_by_environment=settings.KILL_SWITCH,
        may_lift=member.may(Action.LIFT_KILL_SWITCH),
        lines=lines,
        would_stop=tuple(campaigns_that_can_send(workspace)) if since is None else (),
        would_stop_too=tuple(that_can_send(workspace)) if since is None else (),
    )


def _line(one: Stopped) -> StopLine:
    request, campaign = one.request, one.campaign
    url = page_url("campaign", campaign.pk)
    if one.confirmed_at is not None:
        return StopLine(url, campaign.name, "paused, read back", "ok", one.confirmed_at, "")
    read = request.last_read_status
    last = f"last read as {CampaignStatus.label_of(read)}" if read is not None else "not read back yet"
    words = "refused" if request.state == RequestState.REFUSED else "pausing"
    return StopLine(url, campaign.name, words, "bad", None, f"{last}. {request.error} It is retried.".strip())


def _lines_beside(workspace: Workspace, changes: list[ObjectChange]) -> list[StopLine]:
    there = numbers_of(workspace, changes)
    return [_line_beside(there.get((one.kind, one.remote_id)), one) for one in changes]


def _line_beside(there: tuple[str, int] | None, change: ObjectChange) -> StopLine:
    name = f"{change.name} ({change.get_kind_display()})"
    url = page_url(*there) if there else ""
    if change.state == ObjectState.CONFIRMED:
        return StopLine(url, name, "paused, read back", "ok", change.closed_at, "")
    words = "refused" if change.state == ObjectState.REFUSED else "pausing"
    return StopLine(url, name, words, "bad", None, f"{change.error} It is retried.".strip())
