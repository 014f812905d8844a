"""Carries out requested changes of lists and people at Instantly, and reads back what became of each.

Safe to run twice and by several: one conditional UPDATE lets one process send a change. Everything here can be sent
again without harm except a new list, which is searched for instead.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import (
    ClientError,
    EdgeBlockedError,
    NetworkError,
    NotFoundError,
    RateLimitError,
    ServerError,
)
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.lead_lists import LeadList as RemoteList
from iexdg.clients.instantly.leads import Lead as RemoteLead
from iexdg.ui.visible import clean_line, clean_text
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import Outcome, WriteResult, perform_write
from leads.lists.mirror import people_in, read_stats, store_list
from leads.models import Lead, LeadList, ListedLead, PeopleChange, PeopleChangeState, PeopleWanted
from leads.models.change import OPEN_PEOPLE_CHANGE
from leads.states import move_people_change

SLICE_S = 20.0
MOST_ATTEMPTS = 4
# A call that another process has begun is over after this; until then "not done" may be too early.
IN_FLIGHT_FOR = timedelta(seconds=60)
_PASSING = (NetworkError, RateLimitError, ServerError, EdgeBlockedError)
_LEFT = (PeopleChangeState.SENT, PeopleChangeState.UNKNOWN)
_AT_ONCE = 50
_DELETIONS = frozenset({PeopleWanted.REMOVE, PeopleWanted.DELETE_LIST, PeopleWanted.DELETE_EMAIL})


def has_open_changes(workspace: Workspace) -> bool:
    """Whether anything is to be sent, or was sent and is not read back yet."""
    return PeopleChange.objects.filter(workspace=workspace, state__in=OPEN_PEOPLE_CHANGE).exists()


def carry_out(workspace: Workspace, *, slice_s: float = SLICE_S, clock: Callable[[], float] = time.monotonic) -> bool:
    """Send what is requested and read it back, for about `slice_s` seconds. True if more can be sent at once.

    Raises: NotConnectedError - nothing was sent.
    """
    until, client = clock() + slice_s, client_for(workspace)
    _settle_left(workspace, client)
    while Workspace.objects.get(pk=workspace.pk).may_write:
        asked = PeopleChange.objects.filter(workspace=workspace, state=PeopleChangeState.ASKED)
        changes = list(asked.select_related("lead", "listed", "lead_list").order_by("pk")[:_AT_ONCE])
        if not changes:
            return False
        for change in changes:
            if clock() >= until:
                return True
            _send(client, change)
        if all(change.error for change in changes):
            # Nothing gets through at the moment: the sweep tries again.
            return False
    return False


def carry_out_one(change: PeopleChange) -> None:
    """Send one change if no one has yet, otherwise read back what became of it. Raises: NotConnectedError."""
    client = client_for(change.workspace)
    if change.state == PeopleChangeState.ASKED:
        _send(client, change)
    elif change.state in _LEFT:
        settle(client, change)


def _send(client: InstantlyClient, change: PeopleChange) -> None:
    intent, remote_id, values = _Intent(change), change.remote_id, change.values
    wanted = PeopleWanted(change.wanted)
    result: WriteResult[Any]
    if wanted == PeopleWanted.CREATE_LIST:
        result = perform_write(intent, lambda: client.lead_lists.create(values["name"]))
    elif wanted == PeopleWanted.RENAME_LIST:
        result = perform_write(intent, lambda: client.lead_lists.rename(remote_id, values["name"]))
    elif wanted == PeopleWanted.DELETE_LIST:
        result = perform_write(intent, lambda: client.lead_lists.delete(remote_id))
    elif wanted == PeopleWanted.VARIABLES:
        result = perform_write(intent, lambda: client.leads.patch(remote_id, values))
    elif wanted == PeopleWanted.DELETE_EMAIL:
        result = perform_write(intent, lambda: client.emails.delete(remote_id))
    else:
        result = perform_write(intent, lambda: client.leads.delete(remote_id))
    change.refresh_from_db()
    if change.state in _LEFT and result.outcome == Outcome.DONE:
        settle(client, change)


class _Intent:
    """One change as the intent of a write."""

    def __init__(self, change: PeopleChange) -> None:
        self.change = change
        self.this = PeopleChange.objects.filter(pk=change.pk)

    def begin(self) -> bool:
        """Claim it; False where another process has it or a person stopped it."""
        now = timezone.now()
        facts = {"sent_at": now, "changed_at": now, "attempts": F("attempts") + 1, "error": ""}
        return bool(move_people_change(self.this, to=PeopleChangeState.SENT, expected=PeopleChangeState.ASKED, **facts))

    def done(self, answer: Any) -> None:
        """Note the id of a new list; only the read-back confirms anything."""
        if isinstance(answer, RemoteList) and not self.change.remote_id:
            self.this.update(remote_id=answer.remote_id[:64])

    def refused(self, error: ClientError) -> None:
        """Try again where the cause passes by itself; whoever is gone already is as requested."""
        if isinstance(error, NotFoundError) and self.change.wanted in _DELETIONS:
            _confirm(self.change)
        elif isinstance(error, _PASSING) and self.change.attempts + 1 < MOST_ATTEMPTS:
            _again(self.change, str(error))
        else:
            refuse(self.change, str(error))

    def unknown(self, error: ClientError) -> None:
        """The answer was lost: a read shows what became of it."""
        move_people_change(
            self.this, to=PeopleChangeState.UNKNOWN, expected=PeopleChangeState.SENT, error=str(error)[:300]
        )


def _settle_left(workspace: Workspace, client: InstantlyClient) -> None:
    """Read back what was left open: its answer was lost, or its worker stopped."""
    is_over = Q(state=PeopleChangeState.UNKNOWN) | Q(sent_at__lt=timezone.now() - IN_FLIGHT_FOR)
    left = PeopleChange.objects.filter(is_over, workspace=workspace, state__in=_LEFT)
    for change in left.select_related("lead", "listed", "lead_list").order_by("pk")[:_AT_ONCE]:
        settle(client, change)


def settle(client: InstantlyClient, change: PeopleChange) -> None:
    """Read whether a change is done; what is certainly not is sent again, or refused in the end."""
    try:
        is_done = _READERS[PeopleWanted(change.wanted)](client, change)
    except NotFoundError:
        refuse(change, "Instantly no longer has it.")
        return
    except ClientError as error:
        PeopleChange.objects.filter(pk=change.pk).update(error=str(error)[:300], changed_at=timezone.now())
        return
    if is_done:
        _confirm(change)
    elif change.sent_at is not None and change.sent_at > timezone.now() - IN_FLIGHT_FOR:
        return
    elif change.wanted == PeopleWanted.CREATE_LIST:
        refuse(change, "It did not arrive at Instantly. Create it again.")
    elif change.attempts < MOST_ATTEMPTS:
        _again(change, change.error)
    else:
        refuse(change, "Instantly still shows it as it was.")


def _is_created(client: InstantlyClient, change: PeopleChange) -> bool:
    found = client.lead_lists.get(change.remote_id) if change.remote_id else _found_by_name(client, change)
    if found is None:
        return False
    lead_list = store_list(change.workspace, found)
    PeopleChange.objects.filter(pk=change.pk).update(remote_id=found.remote_id[:64], lead_list=lead_list)
    read_stats(lead_list)
    return True


def _found_by_name(client: InstantlyClient, change: PeopleChange) -> RemoteList | None:
    """The list whose answer was lost: the only one of this name that was not known here before."""
    every, problem = collected(client.lead_lists.list(search=change.values["name"]))
    if problem is not None:
        raise problem
    known = set(LeadList.objects.filter(workspace=change.workspace).values_list("remote_id", flat=True))
    named = [one for one in every if _has_name(one, change) and one.remote_id not in known]
    return named[0] if named else None


def _is_renamed(client: InstantlyClient, change: PeopleChange) -> bool:
    found = client.lead_lists.get(change.remote_id)
    store_list(change.workspace, found)
    return _has_name(found, change)


def _has_name(one: RemoteList, change: PeopleChange) -> bool:
    return clean_line(one.name or "") == clean_line(change.values["name"])


def _is_deleted(client: InstantlyClient, change: PeopleChange) -> bool:
    try:
        client.lead_lists.get(change.remote_id)
    except NotFoundError:
        return True
    return False


def _is_email_deleted(client: InstantlyClient, change: PeopleChange) -> bool:
    try:
        client.emails.get(change.remote_id)
    except NotFoundError:
        return True
    return False


def _is_removed(client: InstantlyClient, change: PeopleChange) -> bool:
    try:
        client.leads.get(change.remote_id)
    except NotFoundError:
        return True
    return False


def _has_values(client: InstantlyClient, change: PeopleChange) -> bool:
    found = client.leads.get(change.remote_id)
    wanted = dict(change.values)
    variables = wanted.pop("custom_variables", {})
    if not all(clean_text(getattr(found, name) or "") == clean_text(text) for name, text in wanted.items()):
        return False
    if not all(clean_text(str(found.payload.get(name, ""))) == clean_text(text) for name, text in variables.items()):
        return False
    if change.lead is not None:
        _copy(found, change.lead)
    return True


def _copy(found: RemoteLead, lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(
        first_name=(found.first_name or "")[:200],
        last_name=(found.last_name or "")[:200],
        company_name=(found.company_name or "")[:300],
        job_title=(found.job_title or "")[:300],
        variables=dict(found.payload),
        synced_at=timezone.now(),
    )


_READERS: dict[PeopleWanted, Callable[[InstantlyClient, PeopleChange], bool]] = {
    PeopleWanted.CREATE_LIST: _is_created,
    PeopleWanted.RENAME_LIST: _is_renamed,
    PeopleWanted.DELETE_LIST: _is_deleted,
    PeopleWanted.REMOVE: _is_removed,
    PeopleWanted.DELETE_EMAIL: _is_email_deleted,
    PeopleWanted.VARIABLES: _has_values,
}


def _confirm(change: PeopleChange) -> None:
    now = timezone.now()
    if not _close(change, PeopleChangeState.CONFIRMED, ""):
        return
    if change.wanted == PeopleWanted.REMOVE:
        Lead.objects.filter(changes=change, vanished_at__isnull=True).update(vanished_at=now)
        ListedLead.objects.filter(changes=change, vanished_at__isnull=True).update(vanished_at=now)
    elif change.wanted == PeopleWanted.DELETE_LIST and change.lead_list is not None:
        LeadList.objects.filter(pk=change.lead_list.pk).update(vanished_at=now)
        people_in(change.lead_list).update(vanished_at=now)


def refuse(change: PeopleChange, reason: str) -> None:
    """Close a change that was not carried out, with the reason."""
    _close(change, PeopleChangeState.REFUSED, reason)


def _close(change: PeopleChange, to: PeopleChangeState, error: str) -> bool:
    now = timezone.now()
    this = PeopleChange.objects.filter(pk=change.pk)
    facts = {"closed_at": now, "changed_at": now, "error": error[:300]}
    return bool(move_people_change(this, to=to, expected=_LEFT, **facts))


def _again(change: PeopleChange, error: str) -> None:
    this: QuerySet[PeopleChange] = PeopleChange.objects.filter(pk=change.pk)
    facts = {"changed_at": timezone.now(), "error": error[:300]}
    move_people_change(this, to=PeopleChangeState.ASKED, expected=_LEFT, **facts)
    change.error = error
