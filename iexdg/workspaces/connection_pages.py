"""The connections as their pages read them. No key is in here, only its last four characters."""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from iexdg.clients.maton import MatonConnection
from iexdg.clients.maton.connections import ACTIVE, FAILED, PENDING
from iexdg.clients.maton.hosts import APP
from iexdg.connections.maton import Account, listed
from iexdg.connections.models import Connection, Transport
from iexdg.connections.stored import stored_connections
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.dependants import what_depends_on
from iexdg.workspaces.maton_account import what_goes_through, workspaces_through
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.pages import KEY_SOURCES
from iexdg.workspaces.plan import LACKS, MAY

_TONES = {ACTIVE: "ok", PENDING: "warn", FAILED: "bad"}


@dataclass(frozen=True)
class ConnectionLine:
    """One connected workspace; `stored` is None for the environment's."""

    workspace: Workspace
    stored: Connection | None
    host: str
    key: str
    state: str
    tone: str
    depends: tuple[str, ...]

    @property
    def is_maton(self) -> bool:
        return self.workspace.transport == Transport.MATON

    @property
    def lacks_scopes(self) -> bool:
        """Whether its key may not read something that is needed."""
        return self.workspace.scopes.startswith(LACKS)

    @property
    def scopes(self) -> str:
        """What the key may read, as short as it can be said; "" where that was never read."""
        return "may read what is needed" if self.workspace.scopes.startswith(MAY) else self.workspace.scopes


@dataclass(frozen=True)
class MatonLine:
    """One connection of a Maton account, and what an admin can do with it."""

    connection: MatonConnection
    tone: str
    used_by: tuple[str, ...]
    depends: tuple[str, ...]

    @property
    def may_be_connected(self) -> bool:
        """Whether a workspace could be connected through it: active, and not in use."""
        return self.connection.is_usable and not self.used_by

    @property
    def waits(self) -> bool:
        """Whether a person has still to authorise it."""
        return self.connection.status == PENDING and self.connection.app == APP


@dataclass(frozen=True)
class MatonPage:
    """The connections of one account; `version` differs after every change."""

    host: str
    lines: tuple[MatonLine, ...]

    @property
    def is_waiting(self) -> bool:
        """Whether the page has something to wait for."""
        return any(line.waits for line in self.lines)

    @property
    def version(self) -> str:
        states = "|".join(f"{line.connection.remote_id} {line.connection.status}" for line in self.lines)
        return hashlib.blake2s(states.encode(), digest_size=5).hexdigest()


def connection_lines() -> list[ConnectionLine]:
    """Return every connected workspace, the environment's first."""
    stored = {connection.digest: connection for connection in stored_connections()}
    return [_line(workspace, stored.get(workspace.connected_as)) for workspace in connected_workspaces()]


def maton_page(account: Account) -> MatonPage:
    """Return the connections of a Maton account, the newest first.

    Raises: ClientError - they could not be read.
    """
    lines = [_maton_line(account, one) for one in listed(account)]
    newest = sorted(lines, key=lambda line: str(line.connection.created_at or ""), reverse=True)
    return MatonPage(urlsplit(account.base_url).netloc, tuple(newest))


def _maton_line(account: Account, one: MatonConnection) -> MatonLine:
    used_by = tuple(workspace.name for workspace in workspaces_through(account, one.remote_id))
    return MatonLine(one, _TONES.get(one.status or "", "idle"), used_by, what_goes_through(account, one.remote_id))


def _line(workspace: Workspace, stored: Connection | None) -> ConnectionLine:
    state, tone = _state(workspace)
    key = (
        f"…{stored.last4}"
        if stored is not None and stored.last4
        else KEY_SOURCES.get(workspace.key_source, workspace.key_source)
    )
    host = urlsplit(workspace.base_url).netloc
    return ConnectionLine(workspace, stored, host, key, state, tone, what_depends_on(workspace) if stored else ())


def _state(workspace: Workspace) -> tuple[str, str]:
    if workspace.unknown_since:
        return "Not readable", "bad"
    return ("Connected", "ok") if workspace.synced_at else ("Not read yet", "idle")
