"""Which workspace the configured connection opens. Nothing is read or written under any other row.

A workspace is what Instantly says it is: its id there. The row that was identified with the configured connection is
the connected one; `Workspace.connected_as` holds the digest of that connection. Moving a key from the environment to a
file, or replacing it by another key of the same workspace, leads to the same row. A key of another workspace leads to
another row, and the former one is not used from then on.

A row of version 0.1 has no id yet. It is taken over where Instantly lists a campaign that it mirrors.
"""

from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Limiter
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.keyfile import KeyFileError
from iexdg.clients.instantly.workspaces import WorkspaceInfo
from iexdg.connections.client import client_of, identifying_client_of, limiter_of
from iexdg.connections.configured import Connection, configured_connection
from iexdg.team.demo import demo_people_exist, ensure_demo_people
from iexdg.workspaces.errors import NotConnectedError, ObserveModeError, UnsafeStartError, WorkspaceChangedError
from iexdg.workspaces.models import Mode, Workspace

_MOST_COMPARED = 100


def connect_workspace() -> Workspace:
    """Find the workspace that the configured connection opens, asking Instantly where that is not known yet.

    A workspace that is seen for the first time starts in observe mode; the sandbox's in write mode, with demo people.
    Raises: UnsafeStartError - demo people exist with a real key; nothing was changed. NotConnectedError - Instantly
        did not say which workspace it is; no row is connected then. KeyFileError - the key file cannot be used.
    """
    refuse_demo_people_on_a_real_key()
    here = configured_connection()
    if here.is_sandbox:
        ensure_demo_people()
    workspace = Workspace.objects.filter(connected_as=here.digest).first()
    if workspace is None:
        info = _identify(here)
        _name_unidentified(here, info)
        return _bind(here, info)
    Workspace.objects.filter(pk=workspace.pk).update(base_url=here.base_url, key_source=here.key_source)
    workspace.refresh_from_db()
    return workspace


def connect_if_needed() -> bool:
    """Connect unless a row is connected; True where one is now. Cheap where there is nothing to do."""
    if connected_workspaces().exists():
        return True
    try:
        connect_workspace()
    except NotConnectedError:
        return False
    return True


def refuse_demo_people_on_a_real_key() -> None:
    """Stop before anyone can sign in with a published password to an installation that sends real e-mail.

    Raises: UnsafeStartError - such people exist; nothing was changed.
    """
    if not settings.USES_SANDBOX and demo_people_exist():
        raise UnsafeStartError(
            "Demo sign-ins exist in this database and a real Instantly key is configured. "
            "Use a fresh VAR_DIR or database, or deactivate the demo people first."
        )


def connected_workspaces() -> QuerySet[Workspace]:
    """The rows that may be read and written under: those identified with the configured connection."""
    try:
        digest = configured_connection().digest
    except KeyFileError:
        return Workspace.objects.none()
    return Workspace.objects.filter(connected_as=digest)


def current_workspace() -> Workspace:
    """Return the connected workspace.

    Raises: NotConnectedError - no row was identified with the configured connection yet.
    """
    workspace = connected_workspaces().first()
    if workspace is None:
        raise NotConnectedError(
            "No workspace is connected yet. Start the product with `make up`; `manage.py doctor` says what is missing."
        )
    return workspace


def require_write_mode(workspace: Workspace) -> None:
    """Refuse a write outside write mode.

    Raises: ObserveModeError - nothing was written.
    """
    if not workspace.may_write:
        raise ObserveModeError(
            f"{workspace.name} is in observe mode. An admin turns writing on under Settings, Workspace."
        )


def limiter_for(workspace: Workspace) -> Limiter:
    """The rate limit that every process of this workspace shares: one for each workspace at Instantly."""
    return limiter_of(f"workspace:{workspace.remote_id}")


def client_for(workspace: Workspace) -> InstantlyClient:
    """The client of a connected workspace.

    Raises: NotConnectedError - the row stands for another connection; nothing was asked of Instantly.
    """
    here = configured_connection()
    if workspace.connected_as != here.digest:
        raise NotConnectedError(f"{workspace.name} is not the workspace that is connected. Nothing was done.")
    return client_of(here, budget=f"workspace:{workspace.remote_id}")


def check_identity(workspace: Workspace) -> None:
    """Read which workspace the connection opens now, and store its name.

    Raises: ClientError - it could not be read. WorkspaceChangedError - it opens another workspace: the row is
        disconnected, and the next `connect_workspace` finds the right one.
    """
    info = client_for(workspace).workspace.current()
    row = Workspace.objects.filter(pk=workspace.pk)
    if info.remote_id[:64] != workspace.remote_id:
        row.update(connected_as="")
        workspace.refresh_from_db()
        raise WorkspaceChangedError(f"The connection no longer opens {workspace.name}. Its row was disconnected.")
    if info.name:
        row.update(name=info.name[:120])


def _identify(here: Connection) -> WorkspaceInfo:
    try:
        info = identifying_client_of(here).workspace.current()
    except ClientError as error:
        raise NotConnectedError(f"Instantly did not say which workspace the key opens. {error}") from None
    if not info.remote_id:
        raise NotConnectedError("Instantly did not say which workspace the key opens. Its answer carries no id.")
    return info


def _name_unidentified(here: Connection, info: WorkspaceInfo) -> None:
    """Store the id in the row that an earlier version used for this workspace without knowing its id.

    A shared campaign is the evidence, since ids of campaigns are unique at Instantly. Base URL and source of the key
    are none: the key may have been replaced by that of another workspace, which must start in observe mode.
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
def _bind(here: Connection, info: WorkspaceInfo) -> Workspace:
    """Make the row of this workspace, and only that one, stand for the connection."""
    workspace, _ = Workspace.objects.get_or_create(
        remote_id=info.remote_id[:64],
        is_sandbox=here.is_sandbox,
        defaults={
            "name": (info.name or ("Sandbox" if here.is_sandbox else "Instantly"))[:120],
            "mode": Mode.WRITE if here.is_sandbox else Mode.OBSERVE,
            "base_url": here.base_url,
            "key_source": here.key_source,
        },
    )
    Workspace.objects.filter(connected_as=here.digest).exclude(pk=workspace.pk).update(connected_as="")
    Workspace.objects.filter(pk=workspace.pk).update(
        connected_as=here.digest, base_url=here.base_url, key_source=here.key_source
    )
    workspace.refresh_from_db()
    return workspace
