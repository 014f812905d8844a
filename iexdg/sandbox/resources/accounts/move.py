"""Moving sending accounts from one workspace of a group to another."""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.accounts.account import find_account, forget_account
from iexdg.sandbox.resources.workspace.group import managed_by
from iexdg.sandbox.world.accounts import start_memory
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.world import World


def move_accounts(call: Call) -> JsonObject:
    """Answer POST /accounts/move: all of them or none; the source's campaigns lose them as senders.

    Source: OpenAPI, moveAccounts: only with the key of the admin workspace of both. Assumed: 403 with another key, 404
        for an unknown address or workspace, 400 for a move to the same workspace or onto an account that is there.
    """
    source, destination = _workspace(call, "source_workspace_id"), _workspace(call, "destination_workspace_id")
    if source is destination:
        raise ApiError(400, "Source and destination are the same workspace")
    accounts = [find_account(source, email) for email in dict.fromkeys(call.body["emails"])]
    if any(account["email"] in destination.accounts for account in accounts):
        raise ApiError(400, "The destination has one of these accounts already")
    for account in accounts:
        forget_account(source, account)
        moved = account | {"organization": destination.organization, "timestamp_updated": iso(call.now)}
        destination.accounts[account["email"]] = moved
        start_memory(destination, moved, created=call.now)
        destination.touch()
    return {"status": "success"}


def _workspace(call: Call, field: str) -> World:
    workspace_id = call.body[field].lower()
    managed = managed_by(call.world, call.now)
    if len(managed) == 1:
        raise ApiError(403, "Only the key of an admin workspace may move accounts")
    if workspace_id not in managed or workspace_id not in call.worlds:
        raise NotFoundError
    return call.worlds[workspace_id]
