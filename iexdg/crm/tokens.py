"""The token of a connection in clear, and the one process at a time that renews an access token.

A refresh token counts once. So the process that renews takes a lease by a conditional UPDATE, asks GoHighLevel, and
stores both new tokens in one UPDATE that names the generation which it replaces; the others wait for what it stores. A
process that dies in between lets its lease run out. Where it died after GoHighLevel had answered, the new tokens are
lost and the connection has to be made again, which the next try shows.
Source: docs/api/gohighlevel-facts.md §2.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from iexdg.clients.gohighlevel.errors import GrantRefusedError
from iexdg.clients.gohighlevel.oauth import OAuthApp, Tokens
from iexdg.clients.http.errors import ClientError
from iexdg.connections.credentials import decrypted, encrypted
from iexdg.crm.errors import CrmNotConnectedError, RefreshBusyError, UnknownTokenError
from iexdg.crm.models import CrmConnection, TokenKind, TokenSource

# A token that ends so soon is renewed before it is used.
_EARLY = timedelta(minutes=5)
_LEASE = timedelta(seconds=45)
_WAIT_S, _LOOK_EVERY_S = 20.0, 0.2


def token_of(
    connection: CrmConnection, *, app: Callable[[], OAuthApp], sleep: Callable[[float], None] = time.sleep
) -> str:
    """Return the token of a connection, renewed where it has ended or is about to.

    Raises: UnknownTokenError - the environment names none. UnreadableKeyError - it cannot be decrypted.
        GrantRefusedError - it was taken back; stored as refused. RefreshBusyError - another process renews it and does
        not come to an end. ClientError - it could not be renewed now.
    """
    if connection.source == TokenSource.ENVIRONMENT:
        if not settings.GHL_TOKEN:
            raise UnknownTokenError
        return str(settings.GHL_TOKEN)
    if connection.kind == TokenKind.TOKEN or not _is_due(connection):
        return decrypted(connection.credential)
    return _renewed_by_one(connection, app, sleep)


def token_fields(tokens: Tokens) -> dict[str, Any]:
    """Return what a row keeps of tokens that were handed out; both are encrypted and change together.

    Raises: NoFieldKeysError - there is nothing to encrypt with.
    """
    fields: dict[str, Any] = {
        "credential": encrypted(tokens.access_token),
        "expires_at": timezone.now() + timedelta(seconds=tokens.lives_s or 0),
        "refused_at": None,
        "error": "",
        "refresh_claimed_until": None,
    }
    if tokens.refresh_token:
        fields["refresh_credential"] = encrypted(tokens.refresh_token)
    return fields


def _is_due(connection: CrmConnection) -> bool:
    return connection.expires_at is None or connection.expires_at <= timezone.now() + _EARLY


def _renewed_by_one(connection: CrmConnection, app: Callable[[], OAuthApp], sleep: Callable[[float], None]) -> str:
    waited_s = 0.0
    while True:
        if _claimed(connection):
            return _renewed(connection, app())
        connection = _read_again(connection)
        if not _is_due(connection):
            return decrypted(connection.credential)
        if waited_s >= _WAIT_S:
            raise RefreshBusyError(request_arrived=False)
        sleep(_LOOK_EVERY_S)
        waited_s += _LOOK_EVERY_S


def _claimed(connection: CrmConnection) -> bool:
    """Take the lease; False where another process has it, or where the tokens are newer than those that were read."""
    now = timezone.now()
    is_free = Q(refresh_claimed_until=None) | Q(refresh_claimed_until__lt=now)
    rows = CrmConnection.objects.filter(is_free, pk=connection.pk, generation=connection.generation)
    return bool(rows.filter(disconnected_at=None).update(refresh_claimed_until=now + _LEASE))


def _renewed(connection: CrmConnection, app: OAuthApp) -> str:
    try:
        tokens = app.refresh_tokens(decrypted(connection.refresh_credential))
    except GrantRefusedError as error:
        return _used_by_another(connection, error)
    except ClientError as error:
        _of_generation(connection).update(refresh_claimed_until=None, error=str(error)[:400])
        raise
    _of_generation(connection).update(**token_fields(tokens), generation=connection.generation + 1)
    return tokens.access_token


def _used_by_another(connection: CrmConnection, error: GrantRefusedError) -> str:
    """Read the row before the authorisation counts as taken back: another process may have renewed it meanwhile."""
    newer = _read_again(connection)
    if newer.generation != connection.generation and not _is_due(newer):
        return decrypted(newer.credential)
    now = timezone.now()
    refused = _of_generation(connection).filter(refused_at=None)
    refused.update(refused_at=now)
    _of_generation(connection).update(refresh_claimed_until=None, tried_at=now, error=str(error)[:400])
    raise error


def _of_generation(connection: CrmConnection) -> Any:
    return CrmConnection.objects.filter(pk=connection.pk, generation=connection.generation)


def _read_again(connection: CrmConnection) -> CrmConnection:
    row = CrmConnection.objects.filter(pk=connection.pk, disconnected_at=None).first()
    if row is None:
        raise CrmNotConnectedError
    return row
