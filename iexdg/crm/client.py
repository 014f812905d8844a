"""Clients of GoHighLevel, one per process, location and token; a client's connection pool is thread safe."""

from functools import lru_cache

from django.conf import settings

from iexdg.clients.gohighlevel import GoHighLevelClient, connect
from iexdg.clients.gohighlevel.oauth import OAuthApp
from iexdg.clients.http.limiter import Limiter, NullLimiter, RedisLimiter, redis_for_limiter
from iexdg.clients.http.transport import Timeouts
from iexdg.crm.errors import CrmNotConnectedError
from iexdg.crm.queries import connection_of
from iexdg.crm.tokens import token_of
from iexdg.workspaces.models import Workspace

# A client for every token that is in use; one too many is opened again.
_MOST_CLIENTS = 64
# Someone waits for the page.
_BRIEF = Timeouts(answer_s=8.0, safety_answer_s=8.0)
# Source: docs/api/gohighlevel-facts.md §3: 100 in 10 s. A burst of 10 and 8.5 a second stay below it in every window.
_PER_S, _BURST, _RESERVE, _PER_MINUTE = 8.5, 10, 1, 560


def client_for(workspace: Workspace) -> GoHighLevelClient:
    """The client of the location that a workspace is connected to; its calls count against that location's limits.

    Raises: CrmNotConnectedError - it is connected to none. TokenRefusedError, UnreadableKeyError - its token cannot be
        used. RefreshBusyError, ClientError - the access token could not be renewed now.
    """
    connection = connection_of(workspace)
    if connection is None:
        raise CrmNotConnectedError
    token = token_of(connection, app=app_of_settings)
    return _client(settings.GHL_BASE_URL, token, connection.location_id, is_brief=False)


def brief_client(token: str, location_id: str) -> GoHighLevelClient:
    """A client for what someone waits for.

    Raises: ValueError - the token or the id cannot be one.
    """
    return _client(settings.GHL_BASE_URL, token, location_id, is_brief=True)


def app_of_settings() -> OAuthApp:
    """Our app at GoHighLevel, as the settings name it."""
    return _app(settings.GHL_BASE_URL, settings.GHL_CLIENT_ID, settings.GHL_CLIENT_SECRET, settings.GHL_AUTHORISE_URL)


def limiter_of(location_id: str) -> Limiter:
    """The rate limit that every process shares for a location."""
    return _limiter(settings.REDIS_URL, location_id)


@lru_cache(maxsize=_MOST_CLIENTS)
def _client(base_url: str, token: str, location_id: str, *, is_brief: bool) -> GoHighLevelClient:
    timeout = _BRIEF if is_brief else None
    return connect(base_url, token, location_id, limiter=limiter_of(location_id), timeout=timeout)


@lru_cache(maxsize=_MOST_CLIENTS)
def _app(base_url: str, client_id: str, client_secret: str, authorise_url: str) -> OAuthApp:
    return OAuthApp(base_url, client_id, client_secret, authorise_url=authorise_url, timeout=_BRIEF)


@lru_cache(maxsize=_MOST_CLIENTS)
def _limiter(redis_url: str, location_id: str) -> Limiter:
    if not redis_url:
        return NullLimiter()
    return RedisLimiter(
        redis_for_limiter(redis_url),
        f"crm:{location_id}",
        rate_per_s=_PER_S,
        burst=_BURST,
        safety_reserve=_RESERVE,
        per_second=_BURST + _RESERVE,
        per_minute=_PER_MINUTE,
        fallback_rate_per_s=1.0,
    )
