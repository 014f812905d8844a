"""Who may call: the bearer key and its scopes."""

from iexdg.sandbox.http.wire import ApiError
from iexdg.sandbox.world.options import SandboxOptions


def check_bearer_key(header: str, options: SandboxOptions) -> None:
    """Accept the one key of the workspace, sent as a bearer token.

    Source: instantly-facts.md §6.2 (Law 2).
    Raises: ApiError 401 - the header is missing, malformed, or names another key.
    """
    if not header:
        raise ApiError(401, "Missing Authorization header")
    scheme, _, key = header.partition(" ")
    if scheme != "Bearer" or not key or " " in key or "#" in key:
        raise ApiError(401, "Invalid authorization header")
    if key != options.api_key:
        raise ApiError(401, "Invalid API key")


def is_allowed(scopes: frozenset[str], needed: str) -> bool:
    """Say whether a key's scopes cover an operation.

    Source: instantly-facts.md §1, Scopes: {res:action, res:all, all:action, all:all}.
    """
    resource, action = needed.split(":")
    return bool(scopes & {needed, f"{resource}:all", f"all:{action}", "all:all"})
