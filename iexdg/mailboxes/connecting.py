"""Connects mailboxes: by the login of their servers, or by a link at which a person signs in at the provider.

A login is handed to Instantly and kept nowhere, so a worker cannot send it again: what was lost on the way is read
back, and entered again where it is not there. The link is in the answer to the person alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.accounts import NewAccount
from iexdg.clients.instantly.oauth import Provider, SignIn, SignInOutcome
from iexdg.mailboxes.errors import ChangeRefusedError
from iexdg.mailboxes.models import ChangeState, Mailbox, MailboxChange, Wanted
from iexdg.mailboxes.orders import OrderIntent, claim, confirm, leave_unknown, order, refuse, release
from iexdg.mailboxes.reading import read_back
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import perform_write

_NOT_SENT = "It was not sent. Enter the mailbox once more."
_ENDED = {"error": "The sign-in was refused", "expired": "Nobody signed in within ten minutes"}


@dataclass(frozen=True)
class Link:
    """Where a person signs in, and the group whose page shows what becomes of it; the link is in no repr."""

    group: int
    url: str

    def __repr__(self) -> str:
        return f"Link({self.group})"


def connect_by_servers(workspace: Workspace, account: NewAccount, *, by: Member) -> int:
    """Hand the login of a mailbox to Instantly and read back; returns the group of the change.

    Raises: ChangeRefusedError, ObserveModeError - nothing was sent.
    """
    email = account.email.strip().lower()
    if Mailbox.objects.filter(workspace=workspace, email=email, vanished_at__isnull=True).exists():
        raise ChangeRefusedError(f"{email} is connected already.")
    changes = _asked(workspace, email, by)
    client = client_for(workspace)
    try:
        perform_write(OrderIntent(changes), lambda: client.accounts.create(account))
        _read_back(changes)
    finally:
        release(changes)
    return changes[0].group


def start_sign_in(workspace: Workspace, provider: Provider, *, by: Member) -> Link:
    """Open a session in which a person connects a mailbox at its provider.

    Raises: ChangeRefusedError - Instantly gave no link. ObserveModeError - nothing was sent.
    """
    changes = _asked(workspace, "", by, {"provider": provider})
    client, intent = client_for(workspace), _SignInIntent(changes)
    try:
        result = perform_write(intent, lambda: client.sign_ins.start(provider))
    finally:
        release(changes)
    url = (result.answer.link or "") if isinstance(result.answer, SignIn) else ""
    if urlsplit(url).scheme not in {"http", "https"}:
        refuse(_rows(changes), "Instantly gave no link to sign in at.")
        raise ChangeRefusedError("Instantly gave no link to sign in at. Try again in a minute.")
    return Link(changes[0].group, url)


def follow(changes: Sequence[MailboxChange]) -> None:
    """Continue what was begun: read the session of a sign-in, or whether the mailbox is there."""
    refuse(_rows(changes).filter(state=ChangeState.ASKED), _NOT_SENT)
    begun = [one for one in changes if one.state != ChangeState.ASKED]
    for change in begun:
        if change.job:
            _read_session(change)
    _read_back([one for one in begun if not one.job and one.email])
    refuse(_rows([one for one in begun if not one.job and not one.email]), _NOT_SENT)


class _SignInIntent(OrderIntent):
    """The opening of a session: its id is kept, so that the sweep can ask what became of it."""

    def done(self, answer: object) -> None:
        """Keep the id of the session, not its link."""
        super().done(answer)
        if isinstance(answer, SignIn):
            self.rows.update(job=answer.session_id[:64])


def _asked(workspace: Workspace, email: str, by: Member, values: dict[str, Any] | None = None) -> list[MailboxChange]:
    """Record the request and take it for this process: what another one is sending is not sent twice."""
    ordered = order(workspace, [email], Wanted.CONNECT, by=by, values=values)
    changes = [one for one in claim(ordered.group) if one.state == ChangeState.ASKED] if ordered.changes else []
    if not changes:
        raise ChangeRefusedError(f"{email} is being connected or deleted. Wait until that is confirmed.")
    return changes


def _read_session(change: MailboxChange) -> None:
    rows = _rows([change])
    try:
        found = client_for(change.workspace).sign_ins.outcome(change.job)
    except ClientError as error:
        leave_unknown(rows, str(error))
        return
    if found.is_connected:
        _connected(change, found)
    elif found.status in _ENDED:
        words = _ENDED[found.status]
        given = (found.error_description or "").strip().rstrip(".")
        detail = f": {given}" if given and given.lower() != words.lower() else ""
        refuse(rows, f"{words}{detail}. Start again if it was not meant so.")


def _connected(change: MailboxChange, found: SignInOutcome) -> None:
    email = (found.email or "").strip().lower()
    confirm(_rows([change]))
    _rows([change]).update(email=email)
    if email:
        read_back(change.workspace, [email])


def _read_back(changes: Sequence[MailboxChange]) -> None:
    for change in MailboxChange.objects.filter(pk__in=[one.pk for one in changes]).select_related("workspace"):
        found, rows = read_back(change.workspace, [change.email]), _rows([change])
        if change.email in found.accounts:
            confirm(rows)
        else:
            leave_unknown(rows, found.problem)


def _rows(changes: Sequence[MailboxChange]) -> QuerySet[MailboxChange]:
    return MailboxChange.objects.filter(pk__in=[one.pk for one in changes])
