"""Connects a workspace by a key that an admin enters, and disconnects it again. Both are audit events.

The key is tried before it is stored: it must open a workspace that no other connection opens. A workspace that is seen
for the first time starts in observe mode, one of the sandbox in write mode.
"""

from dataclasses import dataclass, field

from django.db import transaction

from iexdg.clients.http.errors import ClientError
from iexdg.connections.access import Access
from iexdg.connections.addresses import checked_base_url, default_base_url, is_sandbox_address
from iexdg.connections.credentials import require_field_keys
from iexdg.connections.maton import Account, usable
from iexdg.connections.models import Connection, Transport
from iexdg.connections.stored import end, new_access, store, stored_connections
from iexdg.team.audit.record import record
from iexdg.team.demo import demo_people_exist
from iexdg.team.models import Member
from iexdg.team.permissions import require_everywhere
from iexdg.team.roles import Action
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.dependants import what_depends_on
from iexdg.workspaces.errors import (
    ConnectedTwiceError,
    ConnectingError,
    InUseError,
    NotConnectedError,
    UnsafeStartError,
)
from iexdg.workspaces.identity import bind, identify, is_in_use, name_unidentified
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.plan import store_plan, store_scopes


@dataclass(frozen=True)
class NewConnection:
    """What an admin enters. Shapes: base_url - "" for the usual one; maton_connection - "" for the only active one."""

    name: str
    transport: str
    key: str = field(repr=False)
    base_url: str = ""
    maton_connection: str = ""


def connect(new: NewConnection, *, by: Member, via: str | None = None) -> Workspace:
    """Try a key, store it encrypted, and connect the workspace that it opens.

    Raises: NotAllowedError; NoFieldKeysError, AddressError, MatonConnectionError, ConnectingError, UnsafeStartError,
        ClientError, NotConnectedError (ConnectedTwiceError) - nothing was stored.
    """
    require_everywhere(by, Action.CONNECT)
    require_field_keys()
    access = checked_access(new)
    if not access.is_sandbox and demo_people_exist():
        raise UnsafeStartError(
            "Demo sign-ins exist here, with a published password. Deactivate them under Settings, Team before you "
            "connect a real workspace."
        )
    return connected_by(new.name.strip(), access, by=by, via=via)


def checked_access(new: NewConnection) -> Access:
    """Return how a new connection reaches Instantly, with the Maton connection that it goes through.

    Raises: AddressError, ConnectingError; MatonConnectionError - it cannot be used; ClientError - Maton was not read.
    """
    if not new.name.strip():
        raise ConnectingError("Give the connection a name.")
    if not new.key.isascii() or not new.key.isprintable() or not new.key or " " in new.key:
        raise ConnectingError("The key is empty or has characters that no key has. Copy it again, alone.")
    base_url = checked_base_url(new.transport, new.base_url or default_base_url(new.transport))
    maton_connection = ""
    if new.transport == Transport.MATON:
        maton_connection = usable(Account(base_url, new.key), new.maton_connection.strip()).remote_id
    return new_access(new.transport, base_url, new.key, maton_connection, is_sandbox=is_sandbox_address(base_url))


def connected_by(name: str, access: Access, *, by: Member | None, via: str | None = None) -> Workspace:
    """Connect what an access opens. Without `by` IEXDG Outreach did it.

    Raises: NotConnectedError - Instantly did not say which workspace it is, or another connection has it.
        NoFieldKeysError. Nothing was stored.
    """
    info = identify(access)
    name_unidentified(access, info)
    with transaction.atomic():
        if is_in_use(access.digest):
            raise ConnectedTwiceError(f"This key opens {info.name or 'a workspace'}, which is connected by it already.")
        workspace = bind(access, info, name=name)
        connection = store(workspace.name, access, by=by)
        record(
            "workspace:connection:connected",
            f"{workspace.name} was connected {connection.get_transport_display()}",
            subject=f"workspace:{workspace.pk}",
            by=by,
            via=via,
            after={"transport": access.transport, "base_url": access.base_url, "last4": connection.last4},
        )
    _read_what_it_may(workspace)
    return workspace


def disconnect(workspace: Workspace, *, by: Member, is_confirmed: bool, via: str | None = None) -> bool:
    """End the stored connection of a workspace and forget its key; False where it is not connected.

    Its rows stay and are not used. Nothing is sent to Instantly: what sends there goes on, and is not watched here.
    Raises: NotAllowedError; NotConnectedError - its key is the environment's; InUseError - something depends on it, and
        that was not confirmed. Nothing was changed.
    """
    require_everywhere(by, Action.CONNECT)
    if not workspace.connected_as:
        return False
    connection = stored_of(workspace)
    if connection is None:
        raise NotConnectedError(
            f"{workspace.name} is connected by the key in the environment. Remove the key there and restart."
        )
    depends = what_depends_on(workspace)
    if depends and not is_confirmed:
        raise InUseError(f"{workspace.name} is in use: {'; '.join(depends)}. Confirm that it is to be disconnected.")
    with transaction.atomic():
        if not end(connection):
            return False
        Workspace.objects.filter(pk=workspace.pk, connected_as=connection.digest).update(connected_as="")
        record(
            "workspace:connection:disconnected",
            f"{workspace.name} was disconnected; its key was deleted here",
            subject=f"workspace:{workspace.pk}",
            by=by,
            via=via,
            before={"transport": connection.transport, "base_url": connection.base_url, "last4": connection.last4},
        )
    workspace.refresh_from_db()
    return True


def stored_of(workspace: Workspace) -> Connection | None:
    """Return the stored connection that a workspace is connected by; None where it is the environment's, or none."""
    if not workspace.connected_as:
        return None
    return stored_connections().filter(digest=workspace.connected_as).first()


def _read_what_it_may(workspace: Workspace) -> None:
    """Read scopes, plan and credits at once; the sync reads again what could not be read."""
    client = client_for(workspace)
    store_scopes(workspace, client)
    try:
        store_plan(workspace, client)
    except ClientError:
        # Stored with its reason, and shown.
        return
