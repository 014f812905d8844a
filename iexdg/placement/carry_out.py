"""Carries out requested changes of placement tests: the only module that starts, pauses or deletes one at Instantly."""

from typing import Any

from django.utils import timezone

from iexdg.clients.http.errors import NotFoundError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly import placement as remote
from iexdg.placement.mirror import forget, store
from iexdg.placement.models import PlacementKind, PlacementStatus
from iexdg.workspace_objects.kinds import ChangeOf, Seen
from iexdg.workspace_objects.models import ObjectChange, Verb
from iexdg.workspace_objects.orders import ChangeIntent
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped
from iexdg.workspaces.writes import perform_write

# Source: docs/api/instantly-facts.md §2.6: sent from Instantly; one by one, or all together.
_FROM_INSTANTLY = 1
_STATUS = {Verb.PAUSE: PlacementStatus.PAUSED, Verb.RESUME: PlacementStatus.ACTIVE}


def send(change: ObjectChange, client: InstantlyClient) -> None:
    """Send a change once. What starts a test sends real e-mails and is never repeated."""
    placement, remote_id = client.placement, change.remote_id
    if change.verb == Verb.CREATE:
        perform_write(ChangeIntent(change), lambda: placement.create(fields_of(change.name, change.values)))
    elif change.verb == Verb.DELETE:
        perform_write(ChangeIntent(change), lambda: placement.delete(remote_id))
    elif change.verb in _STATUS:
        status = {"status": _STATUS[Verb(change.verb)].value}
        perform_write(ChangeIntent(change), lambda: placement.patch(remote_id, status))


def fields_of(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return a test as Instantly takes it. Shapes: values - as `start_test` records them."""
    fields: dict[str, Any] = {
        "name": name,
        "type": values["kind"],
        "sending_method": _FROM_INSTANTLY,
        "delivery_mode": values["delivery"],
        "email_subject": values["subject"],
        "email_body": values["body"],
        "emails": values["senders"],
        "text_only": values["text_only"],
    }
    if values["seed_kinds"]:
        fields["recipients_labels"] = values["seed_kinds"]
    if values["kind"] == PlacementKind.AUTOMATED:
        fields |= {"schedule": values["schedule"], "run_immediately": values["at_once"]}
    return fields


def read_back(change: ObjectChange, client: InstantlyClient) -> Seen:
    """Read the test, and store it.

    Raises: ClientError - it could not be read.
    """
    if change.verb == Verb.CREATE and not change.remote_id and not _find_created(change, client):
        return Seen.OTHERWISE
    try:
        found = client.placement.get(change.remote_id)
    except NotFoundError:
        if change.verb != Verb.DELETE:
            raise
        forget(change.workspace, change.remote_id)
        return Seen.DONE
    store(change.workspace, found, timezone.now())
    if change.verb == Verb.CREATE:
        return Seen.DONE
    # A test that is over sends nothing, which is what a pause wants.
    is_paused = found.status in {PlacementStatus.PAUSED, PlacementStatus.COMPLETED}
    if change.verb == Verb.PAUSE:
        return Seen.DONE if is_paused else Seen.OTHERWISE
    return Seen.DONE if change.verb == Verb.RESUME and found.status == PlacementStatus.ACTIVE else Seen.OTHERWISE


def _find_created(change: ObjectChange, client: InstantlyClient) -> bool:
    """Find what was created where its answer was lost: its name was free when it was requested."""
    found = [one for one in client.placement.list(search=change.name) if _is_it(one, change)]
    if len(found) != 1:
        return False
    ObjectChange.objects.filter(pk=change.pk, remote_id="").update(remote_id=found[0].remote_id)
    change.refresh_from_db()
    return True


def _is_it(one: remote.PlacementTest, change: ObjectChange) -> bool:
    senders = {sender.strip().lower() for sender in one.senders}
    return one.name == change.name and senders == set(change.values["senders"])


def forbidden(change: ObjectChange) -> str:
    """Return why a change must not be sent now: whatever sends e-mails waits for the kill switch to be lifted."""
    sends = change.verb in {Verb.CREATE, Verb.RESUME}
    return STOPPED_WORDS if sends and is_stopped(change.workspace) else ""


HOW = ChangeOf(send=send, read_back=read_back, repeatable=frozenset({Verb.PAUSE}), forbidden=forbidden)
