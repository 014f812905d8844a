"""`manage.py maton`: the connections of a Maton account to Instantly."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from iexdg.clients.maton import MatonConnection
from iexdg.clients.maton.connections import ACTIVE, FAILED
from iexdg.connections.addresses import checked_base_url, default_base_url
from iexdg.connections.entered_key import given_key
from iexdg.connections.errors import MatonConnectionError, NoKeyError, StoredConnectionError
from iexdg.connections.maton import Account, found, listed, usable, users_of
from iexdg.connections.models import Connection, Transport
from iexdg.connections.stored import access_of, new_access
from iexdg.team.audit.models import Via
from iexdg.team.command_values import seconds
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.team.current import current_slug
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.connecting import stored_of
from iexdg.workspaces.errors import InUseError, NotConnectedError, WorkspaceError
from iexdg.workspaces.identity import identify
from iexdg.workspaces.maton_account import create_connection, delete_connection

_POLL_EVERY_S = 2.0


class Command(PlainCommand):
    """Shows no key. The link of a new connection holds a session token: whoever runs `create` opens it."""

    help = (
        "List, create, check or delete the connections of a Maton account. Its key is read from --key-file or "
        "MATON_API_KEY; with --workspace it is that of the stored connection."
    )
    expected = (WorkspaceError, StoredConnectionError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Say what to do, with which account."""
        parser.add_argument("action", choices=["list", "create", "check", "delete"])
        parser.add_argument("id", metavar="ID", nargs="?", default="", help="of `check` and `delete`")
        parser.add_argument("--key-file", metavar="FILE", help="holds Maton's key; # comments allowed")
        parser.add_argument("--base-url", metavar="URL", default="", help="the gateway's; else the usual one")
        parser.add_argument(
            "--wait", metavar="SECONDS", type=seconds(86_400), default=300.0, help="until it is authorised"
        )
        parser.add_argument("--yes", action="store_true", help="delete it although workspaces go through it")

    def work(self, **options: Any) -> Outcome:
        """Do one of the four."""
        if options["id"] and options["action"] in ("list", "create"):
            raise MatonConnectionError(f"`maton {options['action']}` takes no ID. Nothing was done.")
        stored = _stored()
        account = _account(stored, options)
        remote_id = options["id"] or (stored.maton_connection if stored is not None else "")
        if options["action"] == "create":
            return self._create(account, options)
        if options["action"] == "check":
            return _check(account, remote_id)
        if options["action"] == "delete":
            return _delete(account, options["id"], is_confirmed=options["yes"])
        return _list(account)

    def _create(self, account: Account, options: dict[str, Any]) -> Outcome:
        made = create_connection(account, by=None, via=Via.CLI)
        # With --json the answer is one object on standard output, at the end.
        out = self.stderr if options["json"] else self.stdout
        out.write(f"Open this link and authorise the connection {made.remote_id}:\n{made.link}")
        last = _waited(account, made, options["wait"])
        facts = _facts(last) | {"link": made.link}
        if last.is_usable:
            return Outcome(facts, f"{last.remote_id} is ACTIVE.")
        if last.status == FAILED:
            return Outcome(facts, "", f"The connection {last.remote_id} is FAILED: it was not authorised.")
        waits = f"The connection {last.remote_id} is still {last.status}. Open its link, then `manage.py maton check`."
        return Outcome(facts, waits if options["wait"] == 0 else "", "" if options["wait"] == 0 else waits)


def _stored() -> Connection | None:
    """The stored connection of the workspace that --workspace names."""
    if current_slug() is None:
        return None
    workspace = current_workspace()
    stored = stored_of(workspace)
    if stored is None or stored.transport != Transport.MATON:
        raise NotConnectedError(f"{workspace.name} is not connected through Maton.")
    return stored


def _account(stored: Connection | None, options: dict[str, Any]) -> Account:
    if stored is not None:
        return Account(stored.base_url, access_of(stored).api_key)
    key = given_key(Transport.MATON, options["key_file"])
    if not key and settings.USES_SANDBOX and not options["base_url"]:
        key = settings.SANDBOX_MATON_KEY
    if not key:
        raise NoKeyError("There is no Maton key. Name a file by --key-file, set MATON_API_KEY, or name a --workspace.")
    base_url = options["base_url"] or default_base_url(Transport.MATON)
    return Account(checked_base_url(Transport.MATON, base_url), key)


def _list(account: Account) -> Outcome:
    connections = listed(account)
    words = "\n".join(_line(account, one) for one in connections) or "This Maton account has no connection."
    return Outcome({"connections": [_facts(one) for one in connections]}, words)


def _check(account: Account, remote_id: str) -> Outcome:
    one = found(account, remote_id) if remote_id else usable(account)
    try:
        usable(account, one.remote_id)
        # ACTIVE says nothing of the authorisation behind it: once that has expired every call is a 500.
        identify(new_access(Transport.MATON, account.base_url, account.key, one.remote_id, is_sandbox=False))
    except (MatonConnectionError, NotConnectedError) as error:
        return Outcome(_facts(one) | {"usable": False}, "", str(error))
    return Outcome(_facts(one) | {"usable": True}, f"{one.remote_id} is ACTIVE for Instantly.")


def _delete(account: Account, remote_id: str, *, is_confirmed: bool) -> Outcome:
    if not remote_id:
        raise MatonConnectionError("Name the connection to delete; `manage.py maton list` shows them.")
    try:
        one = delete_connection(account, remote_id, by=None, is_confirmed=is_confirmed, via=Via.CLI)
    except InUseError as error:
        failure = f"{error} Add --yes to delete it all the same."
        return Outcome({"id": remote_id, "deleted": False}, "", failure, failure_code=2)
    return Outcome(_facts(one) | {"deleted": True}, f"Deleted the connection {remote_id}.")


def _waited(account: Account, made: MatonConnection, wait_s: float) -> MatonConnection:
    """Read the connection until it is authorised or refused, or the time is over."""
    ends_at, last = time.monotonic() + wait_s, made
    while last.status not in {ACTIVE, FAILED} and time.monotonic() < ends_at:
        time.sleep(min(_POLL_EVERY_S, max(0.0, ends_at - time.monotonic())))
        last = found(account, made.remote_id)
    return last


def _facts(one: MatonConnection) -> dict[str, Any]:
    return {"id": one.remote_id, "app": one.app, "status": one.status, "created_at": one.created_at}


def _line(account: Account, one: MatonConnection) -> str:
    used = len(users_of(account, one.remote_id))
    words = f"  used by {plural(used, 'workspace')}" if used else ""
    return f"{one.remote_id}  {one.app}  {one.status}{words}"
