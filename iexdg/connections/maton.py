"""The connections of a Maton account: listed, created, deleted, and which of them may be used."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from iexdg.clients.http.errors import NotFoundError, PartlyUnreadError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.maton import MatonConnection
from iexdg.clients.maton.hosts import APP
from iexdg.connections.client import maton_of
from iexdg.connections.errors import MatonConnectionError
from iexdg.connections.models import Connection
from iexdg.connections.stored import matons_of


@dataclass(frozen=True)
class Account:
    """A Maton account: where it is, and its key."""

    base_url: str
    key: str = field(repr=False)


def listed(account: Account, *, lane: Lane = Lane.BULK) -> list[MatonConnection]:
    """Return the connections of an account, for every app; one that was not understood is left out.

    Raises: ClientError - they could not be read.
    """
    try:
        return maton_of(account.base_url, account.key).list(lane=lane)
    except PartlyUnreadError as error:
        return list(error.understood)


def created(account: Account) -> MatonConnection:
    """Create a connection for Instantly. It is PENDING until a person opens its link and authorises it.

    Raises: ClientError - it was not created, or whether it was is unknown. MatonConnectionError - the answer does not
        say which one it is, and neither does the list.
    """
    before = {one.remote_id for one in listed(account)}
    made = maton_of(account.base_url, account.key).create()
    if made is not None:
        return made
    # Source: docs/api/maton-facts.md §2: the answer may say nothing, and the list tells.
    new = [one for one in listed(account) if one.remote_id not in before and one.app == APP]
    if len(new) != 1:
        raise MatonConnectionError("Maton did not say which connection it created. List them, and choose the new one.")
    return new[0]


def deleted(account: Account, remote_id: str) -> None:
    """Delete a connection at Maton. What goes through it stops working at once: check `users_of` before.

    Raises: ClientError - it was not deleted, or whether it was is unknown.
    """
    maton_of(account.base_url, account.key).delete(remote_id)


def found(account: Account, remote_id: str) -> MatonConnection:
    """Return one connection of an account.

    Raises: MatonConnectionError - there is none with this id. ClientError - it could not be read.
    """
    try:
        return maton_of(account.base_url, account.key).get(remote_id)
    except NotFoundError:
        raise MatonConnectionError(f"This Maton account has no connection {remote_id}.") from None


def usable(account: Account, remote_id: str = "") -> MatonConnection:
    """Return the connection that a workspace can be reached through: the one named, or the only one there is.

    Raises: MatonConnectionError - it is not of this account or not ACTIVE for Instantly; or without a name there is
        none, or more than one. ClientError - they could not be read.
    """
    connections = listed(account)
    if remote_id:
        return _checked(connections, remote_id)
    active = [one for one in connections if one.is_usable]
    if len(active) != 1:
        raise MatonConnectionError(_choice_words(active, connections))
    return active[0]


def refusal(connection: Connection, key: str, *, lane: Lane = Lane.BULK) -> str:
    """Return why a stored connection cannot be used at Maton now, in one sentence; "" where it can.

    Raises: ClientError - it could not be read.
    """
    try:
        _checked(listed(Account(connection.base_url, key), lane=lane), connection.maton_connection)
    except MatonConnectionError as error:
        return str(error)
    return ""


def users_of(account: Account, remote_id: str) -> list[Connection]:
    """Return the stored connections in use that go through this one."""
    return list(matons_of(account.base_url).filter(maton_connection=remote_id))


def _checked(connections: Iterable[MatonConnection], remote_id: str) -> MatonConnection:
    one = next((each for each in connections if each.remote_id == remote_id), None)
    if one is None:
        raise MatonConnectionError(f"This Maton account has no connection {remote_id}.")
    if not one.is_usable:
        raise MatonConnectionError(
            f"The Maton connection {remote_id} is {one.status or 'without a state'} for the app "
            f"{one.app or 'unknown'}; it must be ACTIVE for {APP}."
        )
    return one


def _choice_words(active: list[MatonConnection], connections: list[MatonConnection]) -> str:
    if active:
        names = ", ".join(one.remote_id for one in active)
        return f"This Maton account has several active connections to Instantly: {names}. Name one of them."
    others = ", ".join(f"{one.remote_id} ({one.status}, {one.app})" for one in connections)
    has = f"It has: {others}." if others else "It has no connection at all."
    return f"This Maton account has no active connection to Instantly. {has} Create one, and authorise it."
