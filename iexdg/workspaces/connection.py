"""Where the key comes from, which workspace it opens, and the clients that use it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from iexdg.clients.http.limiter import Limiter, NullLimiter, RedisLimiter, redis_for_limiter
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.clients.instantly.keyfile import read_key_file
from iexdg.team.demo import demo_people_exist, ensure_demo_people
from iexdg.workspaces.errors import NotConnectedError, ObserveModeError, UnsafeStartError
from iexdg.workspaces.models import Mode, Workspace


@dataclass(frozen=True)
class Connection:
    """How to reach Instantly. The key lives only here, in memory."""

    base_url: str
    api_key: str
    key_source: str
    is_sandbox: bool


def connection() -> Connection:
    """Read the connection from the settings (environment or key file).

    Raises: KeyFileError - the file named cannot be used.
    """
    if settings.USES_SANDBOX:
        return Connection(settings.INSTANTLY_BASE_URL, settings.SANDBOX_API_KEY, "sandbox", is_sandbox=True)
    if settings.INSTANTLY_API_KEY_FILE:
        key = read_key_file(Path(settings.INSTANTLY_API_KEY_FILE))
        return Connection(settings.INSTANTLY_BASE_URL, key, "file", is_sandbox=False)
    return Connection(settings.INSTANTLY_BASE_URL, settings.INSTANTLY_API_KEY, "environment", is_sandbox=False)


def connect_workspace() -> Workspace:
    """Make (or find) the row of the configured connection and, beside the sandbox, the demo people.

    A real workspace starts in observe mode until an admin turns writing on.
    Raises: UnsafeStartError - demo people exist beside a real key; nothing was changed.
    """
    refuse_demo_people_on_a_real_key()
    here = connection()
    workspace, _ = Workspace.objects.get_or_create(
        base_url=here.base_url,
        key_source=here.key_source,
        defaults={
            "name": "Sandbox" if here.is_sandbox else "Instantly",
            "is_sandbox": here.is_sandbox,
            "mode": Mode.WRITE if here.is_sandbox else Mode.OBSERVE,
        },
    )
    if here.is_sandbox:
        ensure_demo_people()
    return workspace


def refuse_demo_people_on_a_real_key() -> None:
    """Stop before anybody can sign in with a published password to something that sends real mail.

    Raises: UnsafeStartError - such people exist; nothing was changed.
    """
    if not settings.USES_SANDBOX and demo_people_exist():
        raise UnsafeStartError(
            "Demo sign-ins exist in this database and a real Instantly key is configured. "
            "Use a fresh VAR_DIR or database, or deactivate the demo people first."
        )


def current_workspace() -> Workspace:
    """Return the row of the configured connection.

    Raises: NotConnectedError - `manage.py up` or `manage.py prepare` has not run yet.
    """
    here = connection()
    workspace = Workspace.objects.filter(base_url=here.base_url, key_source=here.key_source).first()
    if workspace is None:
        raise NotConnectedError("No workspace is connected yet. Start the product with `make up` first.")
    return workspace


def require_write_mode(workspace: Workspace) -> None:
    """Let a write pass only in write mode.

    Raises: ObserveModeError - nothing was written.
    """
    if not workspace.may_write:
        raise ObserveModeError(
            f"{workspace.name} is in observe mode. An admin turns writing on under Settings, Workspace."
        )


@lru_cache(maxsize=4)
def _limiter(redis_url: str, key: str) -> Limiter:
    if not redis_url:
        return NullLimiter()
    return RedisLimiter(
        redis_for_limiter(redis_url),
        key,
        rate_per_s=settings.API_LIMIT_PER_S,
    )


def limiter_for(workspace: Workspace) -> Limiter:
    """The budget that every process of this workspace shares."""
    return _limiter(settings.REDIS_URL, f"workspace:{workspace.pk}")


@lru_cache(maxsize=4)
def _client(here: Connection, workspace_pk: int) -> InstantlyClient:
    return connect(here.base_url, here.api_key, limiter=_limiter(settings.REDIS_URL, f"workspace:{workspace_pk}"))


def client_for(workspace: Workspace) -> InstantlyClient:
    """The client of a workspace, one per process (its connection pool is thread safe)."""
    return _client(connection(), workspace.pk)
