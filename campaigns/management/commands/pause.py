"""Pauses a campaign, or everything, and waits until Instantly reads back as paused."""

import time
from argparse import ArgumentParser
from typing import Any, ClassVar

from django.db.models import QuerySet

from campaigns.errors import CampaignError
from campaigns.mirror.sync import find_campaign
from campaigns.models import CampaignStatus, RequestState, StatusRequest
from campaigns.sending.lifecycle import carry_out, request_pause, send_open_pauses
from campaigns.tasks import carry_out_request, read_statuses
from campaigns.watch.stopping import Stopped, stop_all
from iexdg.operations.enqueue import enqueue
from iexdg.operations.side_by_side import side_by_side
from iexdg.team.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.models import Member
from iexdg.team.queries import active_member
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspace_objects.carry_out import carry_out as carry_out_change
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, ObjectState
from iexdg.workspace_objects.sending import open_pauses
from iexdg.workspaces.connected import connected_workspaces, current_workspace
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.models import Workspace

# Workers pause in parallel; this is how long to wait for a campaign that one of them has leased.
_TIMEOUT_S = 30.0
_POLL_EVERY_S = 0.5


class Command(PlainCommand):
    """Open to every member, like the button."""

    help = "Pause a campaign (or --all: the kill switch) and wait until Instantly reads back as paused."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError, CampaignError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Name the campaign or all of them, the member and the reason."""
        parser.add_argument("campaign", metavar="CAMPAIGN", nargs="?", default="", help="name or remote id")
        parser.add_argument("--all", action="store_true", help="turn the kill switch on: nothing may send any more")
        parser.add_argument(
            "--all-workspaces", action="store_true", help="with --all: the kill switch of every connected workspace"
        )
        parser.add_argument("--reason", default="", help="shown on the campaign's timeline; required with --all")
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Request, carry out in this process, report what was read back."""
        if options["all_workspaces"]:
            return _stop_every_workspace(active_member(options["acting"]), options)
        member = acting_member(options, Action.PAUSE)
        if options["all"]:
            workspace = current_workspace()
            stopped = _stop(workspace, member, _reason(options))
            return _outcome(stopped, _left_of(open_pauses(workspace)))
        if not options["campaign"]:
            raise CampaignError("Name a campaign, or use --all to stop everything.")
        return _pause_one(member, options)


def _pause_one(member: Member, options: dict[str, Any]) -> Outcome:
    campaign = find_campaign(current_workspace(), options["campaign"])
    requested = request_pause(campaign, by=member, reason=options["reason"], via=Via.CLI)
    request = carry_out(requested.pk)
    of_it = open_pauses(campaign.workspace).filter(
        kind=ObjectKind.SUBSEQUENCE, remote_id__in=campaign.subsequences.values("remote_id")
    )
    left = _names(_left_of(of_it))
    facts = {
        "campaign": campaign.name,
        "remote_id": campaign.remote_id,
        "state": request.state,
        "status": request.last_read_status,
        "confirmed_at": request.confirmed_at,
        "subsequences_unconfirmed": left,
    }
    if request.state == RequestState.CONFIRMED and left:
        return Outcome(facts, "", f"{campaign.name} is paused. {_not_confirmed(left)}")
    if request.state == RequestState.CONFIRMED:
        return Outcome(facts, f"{campaign.name} is paused, read back at {request.confirmed_at:%H:%M:%S} UTC.")
    failure = f"{campaign.name} is not confirmed as paused: last read as {_read(request)}. {request.error}"
    return Outcome(facts, "", f"{failure} It is retried; check again, or pause it in Instantly itself.")


def _reason(options: dict[str, Any]) -> str:
    """Raises: CampaignError - a campaign is named, or no reason is given; nothing was stopped."""
    reason = str(options["reason"]).strip()
    if options["campaign"] or not reason:
        raise CampaignError("With --all give no campaign, and a reason: --reason TEXT. Nothing was stopped.")
    return reason


def _stop_every_workspace(member: Member, options: dict[str, Any]) -> Outcome:
    """Turn the kill switch on in every workspace in which the member has a role, then see them all through."""
    reason = _reason(options)
    workspaces = [one for one in connected_workspaces() if member.may(Action.PAUSE, one)]
    if not workspaces:
        raise CampaignError("No workspace is connected in which you have a role. Nothing was stopped.")
    # Every switch is on and every pause is queued before the first call, so that workers pause all of them at once.
    requested = [(one, stop_all(one, by=member, reason=reason, via=Via.CLI)) for one in workspaces]
    for workspace, requests in requested:
        _enqueue_all(workspace, requests)
    # Where no worker runs, a workspace that hangs must not keep this process from pausing the others.
    seen_through = side_by_side(_see_through, requested)
    return _outcome(
        [one for stopped, _ in seen_through for one in stopped], [one for _, left in seen_through for one in left]
    )


def _see_through(requested: tuple[Workspace, list[StatusRequest]]) -> tuple[list[Stopped], list[ObjectChange]]:
    """Pause one workspace; returns its campaigns, and the pauses of everything else that are not confirmed."""
    workspace, requests = requested
    return _carried_out(workspace, requests), _left_of(open_pauses(workspace))


def _stop(workspace: Workspace, member: Member, reason: str) -> list[Stopped]:
    requests = stop_all(workspace, by=member, reason=reason, via=Via.CLI)
    _enqueue_all(workspace, requests)
    return _carried_out(workspace, requests)


def _enqueue_all(workspace: Workspace, requests: list[StatusRequest]) -> None:
    for request in requests:
        enqueue(carry_out_request, request.pk, queue="safety")
    enqueue(read_statuses, workspace.pk, queue="watch")


def _carried_out(workspace: Workspace, requests: list[StatusRequest]) -> list[Stopped]:
    """Pause in this process, so that nothing waits for a broker; workers help to read back."""
    send_open_pauses(workspace)
    return [Stopped(request.campaign, _settled(request)) for request in requests]


def _left_of(pauses: QuerySet[ObjectChange]) -> list[ObjectChange]:
    """Pause what is no campaign in this process too; returns the pauses that do not read back as such."""
    pks = list(pauses.values_list("pk", flat=True))
    for pk in pks:
        carry_out_change(pk)
    return list(ObjectChange.objects.filter(pk__in=pks).exclude(state=ObjectState.CONFIRMED).order_by("name", "pk"))


def _names(left: list[ObjectChange], kind: ObjectKind | None = None) -> list[str]:
    return [one.name for one in left if kind is None or one.kind == kind]


def _not_confirmed(names: list[str]) -> str:
    return f"Not confirmed as paused: {', '.join(names)}. It is retried; nothing is activated meanwhile."


def _outcome(stopped: list[Stopped], others_left: list[ObjectChange]) -> Outcome:
    done = [one for one in stopped if one.confirmed_at is not None]
    left = [one for one in stopped if one.confirmed_at is None]
    facts = {
        "paused": [{"campaign": one.campaign.name, "confirmed_at": one.confirmed_at} for one in done],
        "unconfirmed": [
            {"campaign": one.campaign.name, "last_read": _read(one.request), "last_read_at": one.request.last_read_at}
            for one in left
        ],
        "subsequences_unconfirmed": _names(others_left, ObjectKind.SUBSEQUENCE),
        "placement_tests_unconfirmed": _names(others_left, ObjectKind.PLACEMENT),
    }
    if left or others_left:
        return Outcome(facts, "", _not_confirmed([*(one.campaign.name for one in left), *_names(others_left)]))
    words = f"The kill switch is on. {plural(len(done), 'campaign is', 'campaigns are')} paused, read back."
    return Outcome(facts, words)


def _settled(request: StatusRequest) -> StatusRequest:
    """Pause here, unless a worker has leased it; then wait for what it reads back."""
    request = carry_out(request.pk)
    ends_at = time.monotonic() + _TIMEOUT_S
    while request.is_open and request.lease_until is not None and time.monotonic() < ends_at:
        time.sleep(_POLL_EVERY_S)
        request.refresh_from_db()
    return request


def _read(request: StatusRequest) -> str:
    read = request.last_read_status
    return CampaignStatus.label_of(read) if read is not None else "unreadable"
