"""Creates and deletes connections of a Maton account, on record before and after; says what depends on one."""

from collections.abc import Iterator
from contextlib import contextmanager

from iexdg.clients.http.errors import ClientError
from iexdg.clients.maton import MatonConnection
from iexdg.connections.errors import MatonConnectionError
from iexdg.connections.maton import Account, created, deleted, found, listed, users_of
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.workspaces.dependants import what_depends_on
from iexdg.workspaces.errors import InUseError
from iexdg.workspaces.models import Workspace


def create_connection(account: Account, *, by: Member | None, via: str | None = None) -> MatonConnection:
    """Create a connection for Instantly; it is PENDING until a person opens its link and authorises it.

    Raises: ClientError, MatonConnectionError - it was not created, or that is unknown: list the connections then.
    """
    asked = "A connection was asked for at Maton"
    record("maton:connection:asked", asked, subject=_subject("new"), by=by, via=via)
    with _outcome_of(asked, "new", by=by, via=via):
        made = created(account)
    record(
        "maton:connection:created",
        f"A connection was created at Maton: {made.remote_id}",
        subject=_subject(made.remote_id),
        by=by,
        via=via,
    )
    return made


def delete_connection(
    account: Account, remote_id: str, *, by: Member | None, is_confirmed: bool, via: str | None = None
) -> MatonConnection:
    """Delete a connection at Maton; what went through it stops working. Returns it as it was.

    Raises: InUseError - something depends on it, and that was not confirmed; MatonConnectionError - there is none;
        nothing was changed. ClientError - it was not deleted, or that is unknown: list the connections then.
    """
    one = found(account, remote_id)
    depends = what_goes_through(account, remote_id)
    if depends and not is_confirmed:
        raise InUseError(f"The connection {remote_id} is in use: {'; '.join(depends)}.")
    asked = f"The deletion of a connection was asked for at Maton: {remote_id}"
    record("maton:connection:asked", asked, subject=_subject(remote_id), by=by, via=via, note="; ".join(depends))
    with _outcome_of(asked, remote_id, by=by, via=via):
        deleted(account, remote_id)
        if any(left.remote_id == remote_id for left in listed(account)):
            raise MatonConnectionError(f"Maton still lists the connection {remote_id} after its deletion. Try again.")
    record(
        "maton:connection:deleted",
        f"A connection was deleted at Maton: {remote_id}",
        subject=_subject(remote_id),
        by=by,
        via=via,
        note="; ".join(depends),
    )
    return one


@contextmanager
def _outcome_of(asked: str, remote_id: str, *, by: Member | None, via: str | None) -> Iterator[None]:
    """Record how a write ended that was not confirmed: refused, or unknown, which the list of connections decides."""
    try:
        yield
    except (ClientError, MatonConnectionError) as error:
        is_unknown = not isinstance(error, ClientError) or error.outcome_unknown
        ended = "unknown" if is_unknown else "refused"
        words = f"{asked}; the outcome is {ended}"
        record(f"maton:connection:{ended}", words, subject=_subject(remote_id), by=by, via=via, note=str(error)[:1000])
        raise


def what_goes_through(account: Account, remote_id: str) -> tuple[str, ...]:
    """Return what would stop working without a connection, as phrases."""
    workspaces = workspaces_through(account, remote_id)
    phrases = [f"{one.name} goes through it" for one in workspaces]
    return (*phrases, *(phrase for one in workspaces for phrase in what_depends_on(one)))


def workspaces_through(account: Account, remote_id: str) -> list[Workspace]:
    """Return the connected workspaces that are reached through a connection."""
    digests = [connection.digest for connection in users_of(account, remote_id)]
    return list(Workspace.objects.filter(connected_as__in=digests).order_by("pk"))


def _subject(remote_id: str) -> str:
    return f"maton:{remote_id}"[:64]
