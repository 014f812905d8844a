"""What the control plane changes about the Maton account: the status of a connection, and whether it has expired."""

from typing import Any

from iexdg.sandbox.http.wire import ApiError, JsonObject, NotFoundError
from iexdg.sandbox.maton.account import STATUSES, Account

_TAKEN = {"status", "workspace", "is_expired"}


def change_connection(account: Account, body: Any, *, workspaces: int) -> JsonObject:
    """Change a connection: {"connection_id": …, "status"?, "workspace"?, "is_expired"?}.

    Shapes: workspaces - how many there are; a connection opens one of them, counted from 1.
    Raises: ApiError 400 or 404 - it is not understood; nothing changed.
    """
    if not isinstance(body, dict):
        raise ApiError(400, "the body must be an object")
    connection = account.find(str(body.get("connection_id", "")))
    if connection is None:
        raise NotFoundError
    changes = {name: value for name, value in body.items() if name in _TAKEN}
    if changes.get("status", "ACTIVE") not in STATUSES:
        raise ApiError(400, f"status must be one of {', '.join(STATUSES)}")
    number = changes.get("workspace", 1)
    if type(number) is not int or not 1 <= number <= workspaces:
        raise ApiError(400, f"workspace must be a number from 1 to {workspaces}")
    if not isinstance(changes.get("is_expired", False), bool):
        raise ApiError(400, "is_expired must be true or false")
    account.change(connection, **changes)
    return {name: connection[name] for name in ("connection_id", "app", *sorted(_TAKEN))}
