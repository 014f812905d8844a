"""Checks everything a working installation needs and says what to fix; changes nothing, spends nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db import DatabaseError

from iexdg.clients.http.errors import (
    AuthError,
    ClientError,
    EdgeBlockedError,
    NetworkError,
    ScopeError,
    ServerError,
    UnexpectedAnswerError,
)
from iexdg.clients.http.vendor_clock import vendor_time
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.clients.instantly.keyfile import KeyFileError
from iexdg.connections.access import Access
from iexdg.connections.client import identifying_client_of
from iexdg.connections.configured import configured_connection
from iexdg.connections.errors import MatonConnectionError, UnreadableKeyError
from iexdg.connections.maton import Account, usable
from iexdg.connections.models import Transport
from iexdg.operations import health
from iexdg.team.current import current_slug
from iexdg.workspaces.connected import access_for, connected_workspaces, stored_workspaces
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.plan import scopes_of

# An approval lives for a day and a schedule has minutes: half a minute off is nothing, two minutes are.
_SKEW_LIMIT_S = 120.0
_NOT_REACHED = (NetworkError, EdgeBlockedError, ServerError, UnexpectedAnswerError)


@dataclass(frozen=True)
class Check:
    """One check; `next_step` says what to do where it failed."""

    name: str
    ok: bool
    detail: str
    next_step: str = ""


def checks(*, client: InstantlyClient | None = None) -> list[Check]:
    """Run all checks. What could not be checked because of another failure counts as failed.

    The connection of the environment first, then each stored one, its checks named after its workspace; with a
    current workspace (`--workspace`) only the connection of that one.
    """
    wanted = current_slug()
    stored = [one for one in stored_workspaces() if wanted in {None, one.slug}]
    vendor = [] if wanted is not None and stored else _vendor_checks(client)
    return [*vendor, *(check for one in stored for check in _stored_checks(one)), *_own_checks()]


def check_of(name: str) -> Check:
    """Check one of the product's own dependencies only; quick, without a request to the vendor."""
    found = health.DEPENDENCIES[name]()
    return Check(name, found.ok, found.detail, found.next_step)


# Checks of the apps above this one, by name; each app adds its own when Django starts.
_of_apps: dict[str, Callable[[], health.Health]] = {}


def declare_check(name: str, check: Callable[[], health.Health]) -> None:
    """Add a check that only the doctor makes, because it may take seconds."""
    _of_apps[name] = check


def of_workspaces(check: Callable[[Workspace], health.Health | None], nothing: str) -> health.Health:
    """Make a check of an app for every workspace, or the current one, and return it as one.

    Shapes: check - None for a workspace that it does not concern; nothing - what is said where it concerns none.
    """
    wanted = current_slug()
    try:
        here = [one for one in connected_workspaces() if wanted in {None, one.slug}]
        found = {one.slug: result for one in here if (result := check(one)) is not None}
    except DatabaseError:
        return health.Health(False, "cannot be checked", "Fix the checks `database` and `migrations` first.")
    if not found:
        return health.Health(True, nothing)
    named = [f"{slug}: {one.detail}" if len(found) > 1 else one.detail for slug, one in found.items()]
    step = next((one.next_step for one in found.values() if not one.ok), "")
    return health.Health(all(one.ok for one in found.values()), "; ".join(named), step)


def _own_checks() -> Iterator[Check]:
    for name in health.DEPENDENCIES:
        yield check_of(name)
    for name, check in _of_apps.items():
        found = check()
        yield Check(name, found.ok, found.detail, found.next_step)


def _vendor_checks(client: InstantlyClient | None) -> Iterator[Check]:
    try:
        here = configured_connection()
        instantly = client or connect(here.base_url, here.api_key)
    except (KeyFileError, ValueError) as error:
        yield Check("key", False, str(error), "Fix the key file, or name another one in INSTANTLY_API_KEY_FILE.")
        return
    yield Check("key", True, "the sandbox's own" if here.is_sandbox else f"read from the {here.key_source}")
    yield from _reached(here, instantly)


def _stored_checks(workspace: Workspace) -> Iterator[Check]:
    """The checks of a stored connection. One that Maton refuses is not used, and stops none of the others."""
    for check in _stored_connection_checks(workspace):
        yield replace(check, name=f"{workspace.slug}: {check.name}")


def _stored_connection_checks(workspace: Workspace) -> Iterator[Check]:
    try:
        here = access_for(workspace)
    except UnreadableKeyError as error:
        yield Check("key", False, "the stored key cannot be decrypted", error.advice)
        return
    yield Check("key", True, "stored, encrypted")
    if here.transport == Transport.MATON:
        maton = _maton(here)
        yield maton
        if not maton.ok:
            return
    # One that does not answer must not hold up the checks of the others for long.
    yield from _reached(here, identifying_client_of(here))


def _maton(here: Access) -> Check:
    try:
        usable(Account(here.base_url, here.api_key), here.maton_connection)
    except MatonConnectionError as error:
        next_step = "Create a connection under Settings, Connections, authorise it, and connect the workspace by it."
        return Check("maton", False, str(error), next_step)
    except ClientError as error:
        return Check("maton", False, error.detail or error.code, str(error))
    return Check("maton", True, f"{here.maton_connection} is ACTIVE for Instantly")


def _reached(here: Access, client: InstantlyClient) -> Iterator[Check]:
    refusal: ClientError | None = None
    try:
        client.workspace.current()
    except _NOT_REACHED as error:
        yield Check("instantly", False, error.detail or error.code, str(error))
        for name in ("auth", "scopes", "clock"):
            yield Check(name, False, "not checked: Instantly cannot be reached", "Fix the check `instantly` first.")
        return
    except ClientError as error:
        refusal = error
    yield Check("instantly", True, f"{here.base_url} answers a browser's User-Agent")
    if isinstance(refusal, AuthError):
        yield Check("auth", False, "the key is not accepted", str(refusal))
        yield Check("scopes", False, "not checked: the key is not accepted", "Fix the check `auth` first.")
    else:
        yield Check("auth", True, "the key is accepted")
        yield _scopes(client)
    yield _clock(here)


def _scopes(client: InstantlyClient) -> Check:
    found = scopes_of(client)
    next_step = ScopeError.advice if found.missing else "Try again in a few minutes."
    return Check("scopes", not (found.missing or found.unknown), found.words, next_step)


def _clock(here: Access) -> Check:
    theirs = vendor_time(here.base_url)
    if theirs is None:
        return Check("clock", True, "unknown: Instantly's answers carry no date")
    skew_s = (datetime.now(UTC) - theirs).total_seconds()
    detail = f"{abs(skew_s):.0f} s {'ahead of' if skew_s > 0 else 'behind'} Instantly's"
    return Check("clock", abs(skew_s) <= _SKEW_LIMIT_S, detail, "Set this machine's clock, best by NTP.")
