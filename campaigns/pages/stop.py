"""The page of the kill switch: what stopping would do, or its progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from campaigns.models import Campaign, CampaignStatus, RequestState, Subsequence
from campaigns.sending.subsequence_pauses import subsequences_that_can_send
from campaigns.watch.stopping import Stopped, campaigns_that_can_send, stopped_since, subsequences_stopped_since
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspace_objects.models import ObjectChange, ObjectState
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class StopLine:
    """One campaign or subsequence that is being stopped. Shapes: pk - of its page."""

    pk: int
    name: str
    words: str
    tone: str
    confirmed_at: datetime | None
    detail: str
    is_subsequence: bool = False


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
    would_stop_subsequences: tuple[Subsequence, ...]

    @property
    def unconfirmed(self) -> int:
        """How many are not read back as paused yet."""
        return sum(1 for line in self.lines if line.confirmed_at is None)

    @property
    def version(self) -> str:
        """A short digest of what the fragment shows."""
        lines = ".".join(f"{line.pk}{line.tone}{len(line.detail)}" for line in self.lines)
        return f"{int(self.is_on)}-{lines}"


@dataclass(frozen=True)
class OtherWorkspace:
    """A workspace that would be stopped too if all are chosen. Shapes: would_stop - names of what can send there."""

    name: str
    would_stop: tuple[str, ...]


def other_workspaces(workspaces: Sequence[Workspace]) -> list[OtherWorkspace]:
    """Say for each workspace which campaigns and subsequences stopping it would pause; two queries for all of them."""
    names: dict[int, list[str]] = {workspace.pk: [] for workspace in workspaces}
    for campaign in campaigns_that_can_send(*workspaces):
        names[campaign.workspace_id].append(campaign.name)
    for subsequence in subsequences_that_can_send(*workspaces):
        names[subsequence.workspace_id].append(subsequence.name)
    return [OtherWorkspace(one.name, tuple(names[one.pk])) for one in workspaces]


def stop_page(workspace: Workspace, *, member: Member) -> StopPage:
    """Build the page; unconfirmed campaigns come first."""
    since = workspace.kill_switch_at
    lines: tuple[StopLine, ...] = ()
    if since:
        paused = subsequences_stopped_since(workspace, since)
        lines = (*(_line(one) for one in stopped_since(workspace, since)), *_subsequence_lines(workspace, paused))
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
        would_stop_subsequences=tuple(subsequences_that_can_send(workspace)) if since is None else (),
    )


def _line(one: Stopped) -> StopLine:
    request, campaign = one.request, one.campaign
    if one.confirmed_at is not None:
        return StopLine(campaign.pk, campaign.name, "paused, read back", "ok", one.confirmed_at, "")
    read = request.last_read_status
    last = f"last read as {CampaignStatus.label_of(read)}" if read is not None else "not read back yet"
    words = "refused" if request.state == RequestState.REFUSED else "pausing"
    return StopLine(campaign.pk, campaign.name, words, "bad", None, f"{last}. {request.error} It is retried.".strip())


def _subsequence_lines(workspace: Workspace, changes: list[ObjectChange]) -> list[StopLine]:
    there = Subsequence.objects.filter(workspace=workspace, remote_id__in=[one.remote_id for one in changes])
    numbers = dict(there.values_list("remote_id", "pk")) if changes else {}
    return [_subsequence_line(numbers.get(one.remote_id, 0), one) for one in changes]


def _subsequence_line(pk: int, change: ObjectChange) -> StopLine:
    name = f"{change.name} (subsequence)"
    if change.state == ObjectState.CONFIRMED:
        return StopLine(pk, name, "paused, read back", "ok", change.closed_at, "", is_subsequence=True)
    words = "refused" if change.state == ObjectState.REFUSED else "pausing"
    return StopLine(pk, name, words, "bad", None, f"{change.error} It is retried.".strip(), is_subsequence=True)
