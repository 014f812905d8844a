"""Asks Instantly which workspace a connection opens, and makes that workspace's row stand for the connection."""

from itertools import islice

from django.db import transaction

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.keyfile import KeyFileError
from iexdg.clients.instantly.workspaces import WorkspaceInfo
from iexdg.connections.access import Access
from iexdg.connections.client import identifying_client_of
from iexdg.connections.configured import configured_connection
from iexdg.connections.stored import stored_connections
from iexdg.workspaces.errors import ConnectedTwiceError, NotConnectedError
from iexdg.workspaces.models import Mode, Workspace

_MOST_COMPARED = 100


def identify(here: Access) -> WorkspaceInfo:
    """Ask which workspace a connection opens.

    Raises: NotConnectedError - Instantly did not say it.
    """
    try:
        info = identifying_client_of(here).workspace.current()
    except ClientError as error:
        raise NotConnectedError(f"Instantly did not say which workspace the key opens. {error}") from None
    if not info.remote_id:
        raise NotConnectedError("Instantly did not say which workspace the key opens. Its answer carries no id.")
    return info


def name_unidentified(here: Access, info: WorkspaceInfo) -> None:
    """Store the id in the row that an earlier version used for this workspace without knowing its id.

    A shared campaign is the evidence, since ids of campaigns are unique at Instantly. Base URL and source of the key
    are none: the key may have been replaced by that of another workspace, which must start in observe mode.
    Raises: NotConnectedError - Instantly did not list its campaigns.
    """
    rows = Workspace.objects.filter(is_sandbox=here.is_sandbox)
    unidentified = rows.filter(remote_id="")
    if rows.filter(remote_id=info.remote_id[:64]).exists() or not unidentified.exists():
        return
    try:
        listed = [one.remote_id for one in islice(identifying_client_of(here).campaigns.list(), _MOST_COMPARED)]
    except ClientError as error:
        raise NotConnectedError(f"Instantly did not say which campaigns the workspace has. {error}") from None
    # Asked through the relation's name: the models of campaigns are in an app above this one.
    found = unidentified.filter(campaigns__remote_id__in=listed).order_by("-synced_at", "pk").first()
    if found is not None:
        Workspace.objects.filter(pk=found.pk, remote_id="").update(remote_id=info.remote_id[:64])


@transaction.atomic
def bind(here: Access, info: WorkspaceInfo, *, name: str = "") -> Workspace:
    """Make the row of this workspace, and only that one, stand for the connection.

    Shapes: name - what an admin calls it; without one it is called as at Instantly.
    Raises: ConnectedTwiceError - another connection in use opens it; nothing was changed.
    """
    this = Workspace.objects.filter(remote_id=info.remote_id[:64], is_sandbox=here.is_sandbox)
    taken = this.select_for_update().exclude(connected_as__in=["", here.digest]).first()
    if taken is not None and is_in_use(taken.connected_as):
        raise ConnectedTwiceError(f"This key opens {info.name or taken.name}, which is connected as {taken.name}.")
    workspace, _ = Workspace.objects.get_or_create(
        remote_id=info.remote_id[:64],
        is_sandbox=here.is_sandbox,
        defaults={
            "name": (name or info.name or ("Sandbox" if here.is_sandbox else "Instantly"))[:120],
            "mode": Mode.WRITE if here.is_sandbox else Mode.OBSERVE,
            "base_url": here.base_url,
            "key_source": here.key_source,
            "transport": here.transport,
        },
    )
    Workspace.objects.filter(connected_as=here.digest).exclude(pk=workspace.pk).update(connected_as="")
    Workspace.objects.filter(pk=workspace.pk).update(
        connected_as=here.digest,
        name=name[:120] or workspace.name,
        base_url=here.base_url,
        key_source=here.key_source,
        transport=here.transport,
    )
    workspace.refresh_from_db()
    return workspace


def is_in_use(digest: str) -> bool:
    """Whether a connection is the environment's or a stored one that was not ended."""
    try:
        configured = configured_connection().digest
    except KeyFileError:
        configured = ""
    return digest == configured or stored_connections().filter(digest=digest).exists()
