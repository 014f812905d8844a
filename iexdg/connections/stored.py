"""The stored connections: kept, read, re-encrypted and ended. Which workspace one opens is decided above."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from iexdg.connections.access import Access, digest_of
from iexdg.connections.credentials import decrypted, encrypted, renewed
from iexdg.connections.models import Connection, Transport
from iexdg.team.models import Member

STORED = "stored"
_renewers: list[Callable[[], int]] = []
_SHORTEST_SHOWN = 8


def stored_connections() -> QuerySet[Connection]:
    """The stored connections that are in use."""
    return Connection.objects.filter(disconnected_at__isnull=True)


def new_access(transport: str, base_url: str, key: str, maton_connection: str, *, is_sandbox: bool) -> Access:
    """Return the access of a connection that is not stored yet."""
    digest = digest_of(base_url, key, maton_connection)
    return Access(base_url, key, STORED, is_sandbox, digest, transport, maton_connection)


def store(name: str, access: Access, *, by: Member | None) -> Connection:
    """Store a connection with its key encrypted.

    Raises: NoFieldKeysError - there is nothing to encrypt with; nothing was stored.
    """
    return Connection.objects.create(
        name=name,
        transport=access.transport,
        base_url=access.base_url,
        maton_connection=access.maton_connection,
        is_sandbox=access.is_sandbox,
        credential=encrypted(access.api_key),
        # Of a short key four characters would be too much of it.
        last4=access.api_key[-4:] if len(access.api_key) >= _SHORTEST_SHOWN else "",
        digest=access.digest,
        created_by=by,
    )


def access_of(connection: Connection) -> Access:
    """Return the access of a stored connection, with its key in clear.

    Raises: UnreadableKeyError - the key cannot be decrypted.
    """
    return Access(
        connection.base_url,
        decrypted(connection.credential),
        STORED,
        connection.is_sandbox,
        connection.digest,
        connection.transport,
        connection.maton_connection,
    )


def stored_access(digest: str) -> Access | None:
    """Return the access of the stored connection with this digest; None where none is in use.

    Raises: UnreadableKeyError - its key cannot be decrypted.
    """
    found = stored_connections().filter(digest=digest).first()
    return access_of(found) if found is not None else None


def end(connection: Connection) -> bool:
    """Take a connection out of use and forget its key; False where that was done already."""
    row = Connection.objects.filter(pk=connection.pk, disconnected_at__isnull=True)
    return bool(row.update(disconnected_at=timezone.now(), credential=""))


def matons_of(base_url: str) -> QuerySet[Connection]:
    """The stored connections in use that go through the Maton gateway at this address."""
    return stored_connections().filter(transport=Transport.MATON, base_url=base_url)


def renews(renewer: Callable[[], int]) -> Callable[[], int]:
    """Have what an app above encrypts with FIELD_KEYS encrypted anew too; a decorator. Returns how many it renewed."""
    _renewers.append(renewer)
    return renewer


@transaction.atomic
def rotate() -> int:
    """Encrypt everything that is stored anew with the newest of FIELD_KEYS; return how many secrets.

    Raises: NoFieldKeysError; UnreadableKeyError - one was encrypted with a key that is not there. Nothing was changed.
    """
    rows = list(stored_connections().select_for_update())
    for row in rows:
        Connection.objects.filter(pk=row.pk).update(credential=renewed(row.credential))
    return len(rows) + sum(renew() for renew in _renewers)
