"""Which workspaces the connections open. Nothing is read or written under any other row.

A workspace is what Instantly says it is: its id there. A row that was identified with a connection is connected, and
`Workspace.connected_as` holds the digest of that connection: the environment's, or one of those that an admin stored.
Moving a key from the environment to a file, or replacing it by another key of the same workspace, leads to the same
row. A key of another workspace leads to another row, and the former one is not used from then on. Two connections of
one workspace are refused, since its rate limit, mode and kill switch are one.

A row of version 0.1 has no id yet. It is taken over where Instantly lists a campaign that it mirrors.
"""

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When

from iexdg.clients.http.limiter import Limiter
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.keyfile import KeyFileError
from iexdg.connections.access import Access
from iexdg.connections.client import client_of, limiter_of
from iexdg.connections.configured import configured_connection
from iexdg.connections.stored import STORED, end, stored_access, stored_connections
from iexdg.team.audit.record import record
from iexdg.team.current import current_slug
from iexdg.team.demo import demo_people_exist, ensure_demo_people
from iexdg.team.models import Member
from iexdg.workspaces.errors import NotConnectedError, ObserveModeError, UnsafeStartError, WorkspaceChangedError
from iexdg.workspaces.identity import bind, identify, name_unidentified
from iexdg.workspaces.models import Workspace

_LATELY, _LATELY_S = "connected-workspaces", 30


def connect_workspace() -> Workspace:
    """Find the workspace that the configured connection opens, asking Instantly where that is not known yet.

    A workspace that is seen for the first time starts in observe mode; the sandbox's in write mode, with demo people.
    Raises: UnsafeStartError - demo people exist with a real key; nothing was changed. NotConnectedError - Instantly
        did not say which workspace it is, or a stored connection has it already; no row is connected then.
        KeyFileError - the key file cannot be used.
    """
    refuse_demo_people_on_a_real_key()
    here = configured_connection()
    if here.is_sandbox:
        ensure_demo_people()
    workspace = Workspace.objects.filter(connected_as=here.digest).first()
    if workspace is None:
        info = identify(here)
        name_unidentified(here, info)
        return bind(here, info)
    Workspace.objects.filter(pk=workspace.pk).update(
        base_url=here.base_url, key_source=here.key_source, transport=here.transport
    )
    workspace.refresh_from_db()
    return workspace


def connect_if_needed() -> bool:
    """Connect the configured workspace unless it is; True where it is now. Cheap where there is nothing to do."""
    if configured_is_connected():
        return True
    try:
        connect_workspace()
    except NotConnectedError:
        return False
    return True


def configured_is_connected() -> bool:
    """Whether a row is connected by the environment's connection."""
    digest = configured_digest()
    return bool(digest) and Workspace.objects.filter(connected_as=digest).exists()


def refuse_demo_people_on_a_real_key() -> None:
    """Stop before anyone can sign in with a published password to an installation that sends real e-mail.

    Raises: UnsafeStartError - such people exist; nothing was changed.
    """
    is_real = not settings.USES_SANDBOX or stored_connections().filter(is_sandbox=False).exists()
    if is_real and demo_people_exist():
        raise UnsafeStartError(
            "Demo sign-ins exist in this database and a real Instantly key is configured. "
            "Use a fresh VAR_DIR or database, or deactivate the demo people first."
        )


def connected_workspaces() -> QuerySet[Workspace]:
    """The rows that may be read and written under: those identified with a connection, the environment's first."""
    digest = configured_digest()
    stored = stored_connections().values("digest")
    is_connected = Q(connected_as__in=stored) | Q(connected_as=digest)
    configured_first = Case(When(connected_as=digest, then=Value(0)), default=Value(1))
    return Workspace.objects.filter(is_connected).exclude(connected_as="").order_by(configured_first, "pk")


def stored_workspaces() -> QuerySet[Workspace]:
    """The connected rows whose connection an admin made."""
    return connected_workspaces().filter(key_source=STORED)


def configured_digest() -> str:
    """The digest of the environment's connection; "" where its key cannot be read."""
    try:
        return configured_connection().digest
    except KeyFileError:
        return ""


def connected_lately(slug: str = "") -> list[Workspace]:
    """The connected workspaces of at most half a minute ago, the first one first, so that no request pays for them.

    Only for what is shown: whoever reads or writes under one asks `current_workspace`, which does not remember.
    Shapes: slug - one that has to be among them; where it is not, they are read now.
    """
    cache = caches["process"]
    recent: list[Workspace] | None = cache.get(_LATELY)
    if recent is None or (slug and all(row.slug != slug for row in recent)):
        recent = list(connected_workspaces())
        # None may be connected the moment after.
        cache.set(_LATELY, recent, timeout=_LATELY_S if recent else 0)
    return recent


def seen_by(member: Member) -> list[Workspace]:
    """The connected workspaces in which a member has a role, read now, the first one first."""
    return [row for row in connected_workspaces() if member.role_in(row)]


def rows_of_connected() -> list[Workspace]:
    """The connected workspaces, the first one first."""
    return list(connected_workspaces())


def current_rows() -> QuerySet[Workspace]:
    """The connected rows of which the first one is the current workspace: the one that was named, else all of them."""
    slug = current_slug()
    return connected_workspaces() if slug is None else connected_workspaces().filter(slug=slug)


def current_workspace() -> Workspace:
    """Return the workspace that the request or the command is about; the first connected one where none is named.

    Code that has an object with a workspace uses that one instead.
    Raises: NotConnectedError - it is not connected, or none is yet.
    """
    workspace = current_rows().first()
    if workspace is None and (slug := current_slug()) is not None:
        raise NotConnectedError(f"The workspace {slug} is not connected.")
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

    Raises: NotConnectedError - the row stands for a connection that is not in use; nothing was asked of Instantly.
        UnreadableKeyError - its stored key cannot be decrypted.
    """
    return client_of(access_for(workspace), budget=f"workspace:{workspace.remote_id}")


def access_for(workspace: Workspace) -> Access:
    """How a connected workspace is reached.

    Raises: as `client_for`.
    """
    if workspace.connected_as and workspace.connected_as == configured_digest():
        return configured_connection()
    found = stored_access(workspace.connected_as)
    if found is None:
        raise NotConnectedError(f"{workspace.name} is not a workspace that is connected. Nothing was done.")
    return found


def check_identity(workspace: Workspace) -> None:
    """Read which workspace the connection opens now, and store its name.

    A workspace of a stored connection keeps the name that the admin gave it.
    Raises: ClientError - it could not be read. WorkspaceChangedError - it opens another workspace: the row is
        disconnected. The next `connect_workspace` finds the right one for the environment's key; a stored connection
        is ended, so that an admin connects what it opens now.
    """
    info = client_for(workspace).workspace.current()
    row = Workspace.objects.filter(pk=workspace.pk)
    if info.remote_id[:64] != workspace.remote_id:
        _disconnect_changed(workspace)
        raise WorkspaceChangedError(f"The connection no longer opens {workspace.name}. Its row was disconnected.")
    if info.name and workspace.key_source != STORED:
        row.update(name=info.name[:120])


@transaction.atomic
def _disconnect_changed(workspace: Workspace) -> None:
    stored = stored_connections().filter(digest=workspace.connected_as).first()
    Workspace.objects.filter(pk=workspace.pk).update(connected_as="")
    workspace.refresh_from_db()
    if stored is not None and end(stored):
        record(
            "workspace:connection:ended",
            f"{workspace.name} was disconnected: its connection opens another workspace now",
            subject=f"workspace:{workspace.pk}",
        )
