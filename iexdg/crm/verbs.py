"""Connects a workspace to its location, checks the connection and ends it."""

import re
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.gohighlevel.errors import TokenRefusedError, WrongLocationError
from iexdg.clients.gohighlevel.locations import Location
from iexdg.clients.gohighlevel.oauth import Tokens
from iexdg.clients.http.errors import ClientError
from iexdg.connections.credentials import encrypted, require_field_keys
from iexdg.crm.client import app_of_settings, brief_client
from iexdg.crm.errors import CrmNotConnectedError, CrmRefusedError
from iexdg.crm.ledger import release
from iexdg.crm.models import CrmConnection, TokenKind, TokenSource
from iexdg.crm.queries import connection_of
from iexdg.crm.scopes import scopes_by_reading, scopes_granted, scopes_kept
from iexdg.crm.tokens import token_fields, token_of
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace

_CHECK_EVERY = timedelta(hours=1)
_LOCATION_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")


def connect_by_token(workspace: Workspace, location_id: str, token: str, *, by: Member) -> CrmConnection:
    """Connect a workspace by a private integration token; it is tried first and stored encrypted.

    Raises: NoFieldKeysError, CrmRefusedError, ClientError - nothing was stored.
    """
    require_field_keys()
    location_id, token = location_id.strip(), token.strip()
    if not _LOCATION_ID.fullmatch(location_id):
        raise CrmRefusedError("This is no location id. It stands in the address of the location at GoHighLevel.")
    try:
        client = brief_client(token, location_id)
    except ValueError:
        raise CrmRefusedError("This is no token: it is empty or has characters that no token has.") from None
    location = client.locations.get_location()
    fields: dict[str, Any] = {"credential": encrypted(token), "refresh_credential": "", "expires_at": None}
    fields |= {"scopes": scopes_by_reading(client), **_limits(client)}
    return _stored(workspace, TokenKind.TOKEN, location, fields, by=by)


def connect_by_sign_in(workspace: Workspace, code: str, redirect_uri: str, *, by: Member) -> CrmConnection:
    """Connect a workspace by the code that a person came back with from GoHighLevel.

    Raises: NoFieldKeysError, CrmRefusedError, ClientError - nothing was stored; the code is used up.
    """
    require_field_keys()
    tokens: Tokens = app_of_settings().exchange_code(code, redirect_uri)
    if not tokens.location_id or not tokens.refresh_token:
        raise CrmRefusedError("GoHighLevel did not say which location this is. Choose one location, and try again.")
    client = brief_client(tokens.access_token, tokens.location_id)
    location = client.locations.get_location()
    fields = {**token_fields(tokens), "scopes": scopes_granted(tokens.scopes), **_limits(client)}
    return _stored(workspace, TokenKind.OAUTH, location, fields, by=by)


def disconnect(workspace: Workspace, *, by: Member) -> bool:
    """End the stored connection and forget its tokens; False where there was none."""
    rows = CrmConnection.objects.filter(workspace=workspace, source=TokenSource.STORED, disconnected_at=None)
    with transaction.atomic():
        row = rows.first()
        ended = rows.update(
            disconnected_at=timezone.now(), credential="", refresh_credential="", refresh_claimed_until=None
        )
        if row is None or not ended:
            return False
        _record(workspace, "ended", f"{workspace.name} was disconnected from the GoHighLevel location {row}", by=by)
    return True


def wants_check(workspace: Workspace) -> bool:
    """Whether the location was not asked for an hour, or never: then what its page shows is read by itself."""
    connection = connection_of(workspace)
    if connection is None:
        return False
    return connection.tried_at is None or timezone.now() - connection.tried_at > _CHECK_EVERY


def check(workspace: Workspace) -> CrmConnection:
    """Ask the location for its name, the scopes and the limits, and store what it said; a failure keeps the last ones.

    Raises: CrmNotConnectedError - nothing was asked. ClientError - it did not answer; the error is stored.
    """
    connection = connection_of(workspace)
    if connection is None:
        raise CrmNotConnectedError
    if connection.pk is None:
        connection = _row_of_environment(connection)
    try:
        client = brief_client(token_of(connection, app=app_of_settings), connection.location_id)
        location = client.locations.get_location()
    except ValueError:
        raise CrmRefusedError("GHL_TOKEN has characters that no token has. Correct it and restart.") from None
    except ClientError as error:
        _store_failure(connection, error)
        raise
    read = scopes_by_reading(client) if connection.kind == TokenKind.TOKEN else {}
    found = {**_facts(location), **_limits(client), "refused_at": None, "error": ""}
    with transaction.atomic():
        rows = CrmConnection.objects.filter(pk=connection.pk, disconnected_at=None)
        now = rows.select_for_update().first()
        rows.update(**found, **({"scopes": scopes_kept(now.scopes, read)} if now is not None and read else {}))
    if connection.is_refused:
        release(workspace)
    connection.refresh_from_db()
    return connection


def note_scope(workspace: Workspace, scope: str, *, is_there: bool) -> None:
    """Store what a write has shown about a scope."""
    connection = connection_of(workspace)
    if connection is None or connection.pk is None or connection.scopes.get(scope) is is_there:
        return
    with transaction.atomic():
        rows = CrmConnection.objects.filter(pk=connection.pk, generation=connection.generation, disconnected_at=None)
        now = rows.select_for_update().first()
        if now is not None:
            rows.update(scopes=now.scopes | {scope: is_there})


def note_refusal(workspace: Workspace, error: ClientError) -> None:
    """Store that the token was refused in the middle of work, so that the page says so."""
    connection = connection_of(workspace)
    if connection is None:
        return
    _store_failure(_row_of_environment(connection) if connection.pk is None else connection, error)


def _store_failure(connection: CrmConnection, error: ClientError) -> None:
    rows, now = CrmConnection.objects.filter(pk=connection.pk, disconnected_at=None), timezone.now()
    rows.update(tried_at=now, error=str(error)[:400])
    if isinstance(error, TokenRefusedError | WrongLocationError):
        rows.filter(refused_at=None).update(refused_at=now)


def _row_of_environment(connection: CrmConnection) -> CrmConnection:
    """Give the environment's connection its row, in place of one that is not in use any more.

    Where an admin has connected meanwhile, it is theirs that is returned.
    """
    fields = {
        **_FRESH,
        "kind": connection.kind,
        "source": connection.source,
        "location_id": connection.location_id,
        "connected_at": connection.connected_at,
    }
    row, is_new = CrmConnection.objects.get_or_create(workspace=connection.workspace, defaults=fields)
    if not is_new:
        theirs = Q(source=TokenSource.STORED, disconnected_at=None)
        CrmConnection.objects.filter(~theirs, pk=row.pk).update(**fields)
        row.refresh_from_db()
    return row


# What a row forgets when it becomes that of another token.
_FRESH: dict[str, Any] = {
    "location_name": "",
    "company_id": "",
    "allows_duplicates": None,
    "credential": "",
    "refresh_credential": "",
    "expires_at": None,
    "refresh_claimed_until": None,
    "scopes": {},
    "limit_in_interval": None,
    "left_in_interval": None,
    "limit_today": None,
    "left_today": None,
    "limits_read_at": None,
    "checked_at": None,
    "tried_at": None,
    "error": "",
    "refused_at": None,
    "connected_by": None,
    "disconnected_at": None,
}


@transaction.atomic
def _stored(
    workspace: Workspace, kind: TokenKind, location: Location, fields: dict[str, Any], *, by: Member
) -> CrmConnection:
    before = CrmConnection.objects.select_for_update().filter(workspace=workspace).first()
    # A process that renews the tokens of before must not put them in place of these.
    generation = before.generation + 1 if before is not None else 0
    wanted = _FRESH | {"kind": kind, "source": TokenSource.STORED, "location_id": location.remote_id}
    wanted |= {"generation": generation, "connected_by": by, "connected_at": timezone.now()}
    wanted |= _facts(location) | fields
    row, _ = CrmConnection.objects.update_or_create(workspace=workspace, defaults=wanted)
    release(workspace)
    words = f"{workspace.name} was connected to the GoHighLevel location {row} by {kind.label}"
    _record(workspace, "made", words, by=by)
    return row


def _facts(location: Location) -> dict[str, Any]:
    now = timezone.now()
    return {
        "location_name": (location.name or "")[:200],
        "company_id": (location.company_id or "")[:64],
        "allows_duplicates": location.allows_duplicates,
        "checked_at": now,
        "tried_at": now,
    }


def _limits(client: GoHighLevelClient) -> dict[str, Any]:
    seen = client.limits
    if seen is None:
        return {}
    return {
        "limit_in_interval": seen.in_interval,
        "left_in_interval": seen.left_in_interval,
        "limit_today": seen.today,
        "left_today": seen.left_today,
        "limits_read_at": timezone.now(),
    }


def _record(workspace: Workspace, verb: str, words: str, *, by: Member) -> None:
    record(f"crm:connection:{verb}", words, subject=f"crm:{workspace.pk}", by=by)
