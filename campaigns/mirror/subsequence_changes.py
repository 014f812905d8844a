"""Carries out requested changes of subsequences: the only module that writes one at Instantly."""

from typing import Any

from campaigns.mirror.subsequences import mirror_subsequences, read_one
from campaigns.models import CampaignStatus, Subsequence
from campaigns.models.campaign import SENDING
from campaigns.sending.subsequence_pauses import pause_subsequence
from campaigns.sending.subsequences import why_not_resumed, why_not_running
from iexdg.clients.http.errors import ClientError, NotFoundError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly import subsequences as remote
from iexdg.team.models import Member
from iexdg.workspace_objects.kinds import ChangeOf, Seen
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, Verb
from iexdg.workspace_objects.orders import ChangeIntent, FollowingWrite, order
from iexdg.workspaces.killswitch import is_stopped
from iexdg.workspaces.writes import perform_write


class _SwitchIntent(ChangeIntent):
    """A pause or a resume: refused may mean that it has the requested status already, so the read-back decides."""

    def refused(self, error: ClientError) -> None:
        """Treat as unknown."""
        self.unknown(error)


def send(change: ObjectChange, client: InstantlyClient) -> None:
    """Send a change once. What is created has no steps yet, so that it sends nothing before it is paused."""
    subsequences, remote_id = client.subsequences, change.remote_id
    if change.verb == Verb.PAUSE:
        perform_write(_SwitchIntent(change), lambda: subsequences.pause(remote_id))
    elif change.verb == Verb.RESUME:
        perform_write(_SwitchIntent(change), lambda: subsequences.resume(remote_id))
    elif change.verb == Verb.EDIT:
        fields = _fields_of(change.values)
        perform_write(ChangeIntent(change), lambda: subsequences.patch(remote_id, fields, lane=Lane.SAFETY))
    elif change.verb == Verb.CREATE:
        values = change.values
        fields = {"subsequence_schedule": values["schedule"]} if values.get("schedule") else {}
        perform_write(
            ChangeIntent(change),
            lambda: subsequences.create(
                values["campaign"], change.name, values["conditions"], {**fields, "sequences": []}, lane=Lane.SAFETY
            ),
        )


def change_subsequence(
    subsequence: Subsequence, fields: dict[str, Any], *, by: Member, via: str | None = None
) -> ObjectChange:
    """Record a request to change a subsequence that does not send.

    Shapes: fields - {conditions, steps, schedule}, schedule left out where it stays.
    Raises: NotAllowedError, ObserveModeError; ObjectChangeRefusedError - another change of it is open. Nothing was
        recorded.
    """
    return order(
        subsequence.workspace,
        ObjectKind.SUBSEQUENCE,
        Verb.EDIT,
        by=by,
        name=subsequence.name,
        remote_id=subsequence.remote_id,
        values=fields,
        via=via,
    )


def read_back(change: ObjectChange, client: InstantlyClient) -> Seen:
    """Read the subsequence, and take what is created a step further.

    Raises: ClientError - it could not be read.
    """
    if change.verb == Verb.CREATE:
        return _continue_creating(change, client)
    if change.verb == Verb.PAUSE:
        return _read_pause(change)
    if change.verb == Verb.EDIT:
        return _read_edit(change)
    found = read_one(change.workspace, change.remote_id)
    if found.remote_status not in SENDING:
        return Seen.OTHERWISE
    if is_stopped(change.workspace) or why_not_running(found):
        # The permission ended while the call was in flight: stopping wins. This refuses the open request, too.
        pause_subsequence(found, by=None, reason="its permission ended while it was being resumed")
    return Seen.DONE


def _fields_of(values: dict[str, Any]) -> dict[str, Any]:
    fields = {"conditions": values["conditions"], "sequences": [{"steps": values["steps"]}]}
    return fields | ({"subsequence_schedule": values["schedule"]} if values.get("schedule") else {})


def _read_edit(change: ObjectChange) -> Seen:
    """Whoever requested it compares the bodies: Instantly rewrites them."""
    found = read_one(change.workspace, change.remote_id)
    is_same = _compared(found.steps) == _compared(change.values["steps"])
    wanted = change.values["conditions"]
    has = {name: value for name, value in found.conditions.items() if value}
    return Seen.DONE if is_same and has == wanted else Seen.OTHERWISE


def _read_pause(change: ObjectChange) -> Seen:
    try:
        found = read_one(change.workspace, change.remote_id)
    except NotFoundError:
        # Only the whole list proves that it is gone, and then it sends nothing.
        mirror_subsequences(change.workspace, lane=Lane.SAFETY)
        there = Subsequence.objects.filter(workspace=change.workspace_id, remote_id=change.remote_id)
        return Seen.OTHERWISE if there.filter(vanished_at__isnull=True).exists() else Seen.DONE
    return Seen.DONE if found.remote_status == CampaignStatus.PAUSED else Seen.OTHERWISE


def _continue_creating(change: ObjectChange, client: InstantlyClient) -> Seen:
    change.refresh_from_db()
    if not change.remote_id and not _find_created(change, client):
        return Seen.OTHERWISE
    found, remote_id = read_one(change.workspace, change.remote_id), change.remote_id
    if found.remote_status != CampaignStatus.PAUSED:
        perform_write(FollowingWrite(change), lambda: client.subsequences.pause(remote_id))
        return Seen.OTHERWISE
    wanted = change.values["steps"]
    if _compared(found.steps) != _compared(wanted):
        steps = {"sequences": [{"steps": wanted}]}
        perform_write(FollowingWrite(change), lambda: client.subsequences.patch(remote_id, steps, lane=Lane.SAFETY))
        return Seen.OTHERWISE
    return Seen.DONE


def _find_created(change: ObjectChange, client: InstantlyClient) -> bool:
    """Find what was created where its answer was lost: its name was free when it was requested."""
    campaign = change.values["campaign"]
    listed = client.subsequences.list(campaign_remote_id=campaign, search=change.name, lane=Lane.SAFETY)
    found = [one for one in listed if _is_it(one, change)]
    if len(found) != 1:
        return False
    ObjectChange.objects.filter(pk=change.pk, remote_id="").update(remote_id=found[0].remote_id[:64])
    change.refresh_from_db()
    return True


def _is_it(one: remote.Subsequence, change: ObjectChange) -> bool:
    return one.name == change.name and one.campaign_remote_id == change.values["campaign"]


def _compared(steps: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    """What of the steps is compared: the vendor rewrites the HTML of bodies."""
    return [
        (
            step.get("delay"),
            step.get("pre_delay") or 0,
            [(one.get("subject"), bool(one.get("body"))) for one in step.get("variants") or []],
        )
        for step in steps
    ]


def forbidden(change: ObjectChange) -> str:
    """Return why a change must not be sent now: the permission to resume may have ended since it was requested."""
    if change.verb not in {Verb.RESUME, Verb.EDIT}:
        return ""
    found = Subsequence.objects.filter(workspace=change.workspace_id, remote_id=change.remote_id)
    row = found.select_related("workspace", "campaign").first()
    if row is not None and change.verb == Verb.EDIT:
        return "It is not paused." if row.remote_status not in {CampaignStatus.DRAFT, CampaignStatus.PAUSED} else ""
    return why_not_resumed(row) if row is not None else "It is not known here."


HOW = ChangeOf(
    send=send,
    read_back=read_back,
    repeatable=frozenset({Verb.PAUSE, Verb.RESUME}),
    forbidden=forbidden,
)
