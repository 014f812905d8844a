"""Carries out what the ledger asks for, and reads it back. May run twice and at the same time.

The rows of a contact go in order, one after the other; a row that fails waits longer after each attempt, and holds up
nobody else. What may be repeated is repeated. What is read before it is sent, and how an unknown outcome is looked for,
says looking.py: a workflow whose outcome is unknown waits for a person, since no reading shows it. What was accepted is
read back; where that fails it is read again, and never written again. Of a workflow and of an opportunity the answer is
all there is.
Source: docs/api/gohighlevel-facts.md §6 and §7.
"""

import time
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.gohighlevel.errors import DailyLimitError, WrongLocationError
from iexdg.clients.gohighlevel.saving import SavedContact, save_contact
from iexdg.clients.http.errors import AuthError, ClientError, NotFoundError, RateLimitError, UnexpectedAnswerError
from iexdg.connections.errors import StoredConnectionError
from iexdg.crm.actions import CONTACT, DELETE, NOTE, OPPORTUNITY, OWN, REPEATABLE, TAGS, WORKFLOW
from iexdg.crm.client import client_for
from iexdg.crm.errors import CrmError
from iexdg.crm.ledger import (
    MOST_READS,
    claim,
    hold_until_tomorrow,
    mark_done,
    mark_refused,
    mark_seen,
    mark_unknown,
    not_seen,
    recover,
    refuse,
    skip,
    try_again,
)
from iexdg.crm.looking import (
    HEALS,
    READABLE,
    contact_of,
    could_not_be_read,
    is_seen,
    is_settled_first,
    settle_unknown,
)
from iexdg.crm.models import AutomationState, EntryState, LedgerEntry
from iexdg.crm.queries import connection_of
from iexdg.crm.scopes import scope_shown
from iexdg.crm.verbs import note_refusal, note_scope
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.killswitch import is_stopped
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import Outcome, WriteResult, perform_write

_BATCH = 50
_LOOK_FIRST = "It may have been carried out: look at the contact in GoHighLevel before you replay it, or leave it out."
_OPEN = (EntryState.ASKED, EntryState.SENT)
_STEPS = Q(event__startswith="test:") | Q(event__startswith="cleanup:")


class _Intent:
    """A row of the ledger as the path for writes takes it."""

    def __init__(self, entry: LedgerEntry) -> None:
        self._entry = entry

    def begin(self) -> bool:
        """Claim it for one attempt."""
        return claim(self._entry)

    def done(self, answer: Any) -> None:
        """Record what was accepted."""
        facts, remote_id, contact_id = _answered(self._entry, answer)
        mark_done(self._entry, remote_id=remote_id, contact_id=contact_id, answer=facts)

    def refused(self, error: ClientError) -> None:
        """Wait where it can heal; else it is refused."""
        if self._entry.kind == DELETE and isinstance(error, NotFoundError):
            gone = {"gone_already": True}
            mark_done(self._entry, remote_id="", contact_id=self._entry.contact_id, answer=gone)
        elif isinstance(error, HEALS):
            try_again(self._entry, error, wait_s=error.retry_after_s)
        else:
            mark_refused(self._entry, error)

    def unknown(self, error: ClientError) -> None:
        """Send what may be repeated again; say who looks whether the rest was carried out.

        An answer that is never understood is no reason to send without end: the later rows of the contact wait.
        """
        is_given_up = isinstance(error, UnexpectedAnswerError) and self._entry.attempts >= MOST_READS
        if self._entry.kind in REPEATABLE and not is_given_up:
            try_again(self._entry, f"{error.what_happened} It is sent again by itself: twice has no second effect.")
        elif self._entry.kind == NOTE:
            words = "It may have been written: the notes are read before it is written again."
            mark_unknown(self._entry, f"{error.what_happened} {words}")
        elif self._entry.kind == OPPORTUNITY:
            words = "It may have been made: it is looked for in the pipeline."
            mark_unknown(self._entry, f"{error.what_happened} {words}")
        else:
            mark_unknown(self._entry, f"{error.what_happened} {_LOOK_FIRST}")


def drain(workspace: Workspace, *, within_s: float = 20.0) -> int:
    """Carry out what is due for a workspace; returns how many attempts were made.

    In observe mode, under the kill switch, without a connection and with a refused token nothing is sent and all of it
    waits.
    """
    recover(workspace)
    if not may_write(workspace):
        return 0
    client = _client(workspace)
    if client is None:
        return 0
    ends_at, made = time.monotonic() + within_s, 0
    settle_unknown(workspace, client)
    _read_again(workspace, client, ends_at)
    while time.monotonic() < ends_at:
        due = list(_due(workspace)[:_BATCH])
        for entry in due:
            result = carry_out(entry, client)
            made += result is not None
            if (result is not None and _stops(workspace, result.error)) or time.monotonic() >= ends_at:
                return made
            if not may_write(workspace):
                return made
        if not due:
            break
    return made


def may_write(workspace: Workspace) -> bool:
    """Whether anything may be sent to the CRM of a workspace now; read from the database."""
    now = connected_workspaces().filter(pk=workspace.pk).first()
    if now is None or not now.may_write or is_stopped(now):
        return False
    connection = connection_of(now)
    return connection is not None and not connection.is_refused


def carry_out(entry: LedgerEntry, client: GoHighLevelClient) -> WriteResult[Any] | None:
    """Make one attempt for a row, and read it back; None where the row is left out, or waits for its contact."""
    contact_id = "" if entry.kind == CONTACT else entry.contact_id or contact_of(entry)
    if entry.kind != CONTACT and not contact_id:
        skip(entry, "The contact was not saved.")
        return None
    entry.contact_id = contact_id
    if entry.kind == TAGS and not entry.request.get("tags"):
        skip(entry, "There is no tag to add: the tags name a campaign, and the reply belongs to none.")
        return None
    try:
        if is_settled_first(entry, client, contact_id):
            return None
        result = _written(entry, client, contact_id)
    except ClientError as error:
        could_not_be_read(entry, error)
        return WriteResult(Outcome.NOT_SENT, error=error)
    except (ValueError, TypeError, KeyError) as error:
        refuse(entry, error)
        return WriteResult(Outcome.REFUSED)
    _note_scope(entry, result)
    if result.outcome == Outcome.DONE:
        entry.refresh_from_db()
        _read_back(entry, client)
    return result


def _note_scope(entry: LedgerEntry, result: WriteResult[Any]) -> None:
    """Have the page of the connection show what this write says about a scope."""
    if result.outcome not in {Outcome.DONE, Outcome.REFUSED}:
        return
    if (shown := scope_shown(entry.kind, result.error)) is not None:
        note_scope(entry.workspace, shown[0], is_there=shown[1])


def _written(entry: LedgerEntry, client: GoHighLevelClient, contact_id: str) -> WriteResult[Any]:
    intent, wanted = _Intent(entry), entry.request
    match entry.kind:
        case "contact":
            return perform_write(intent, lambda: save_contact(client, wanted["fields"]))
        case "tags":
            return perform_write(intent, lambda: client.tags.add_tags(contact_id, wanted["tags"]))
        case "note":
            return perform_write(intent, lambda: client.notes.add_note(contact_id, wanted["body"]))
        case "workflow":
            return perform_write(intent, lambda: client.workflows.add_to_workflow(contact_id, wanted["workflow_id"]))
        case "opportunity":
            stage, name = wanted["stage_id"] or None, wanted["name"]
            return perform_write(
                intent,
                lambda: client.opportunities.upsert_opportunity(
                    contact_id, wanted["pipeline_id"], name=name, status="open", stage_id=stage
                ),
            )
        case "delete":
            return perform_write(intent, lambda: client.contacts.delete_contact(contact_id))
    raise ValueError(f"no action {entry.kind!r}")


def _answered(entry: LedgerEntry, answer: Any) -> tuple[dict[str, Any], str, str]:
    """Return what the row keeps of an answer, the id of what was made, and that of the contact."""
    if isinstance(answer, SavedContact):
        made = answer.contact
        facts: dict[str, Any] = {
            "is_new": answer.is_new,
            "not_written": [*answer.unwritten, *entry.request.get("not_sent", ())],
            "was_additional_address": answer.was_additional,
            "contact": {"email": made.email, "firstName": made.first_name, "lastName": made.last_name,
                        "phone": made.phone, "companyName": made.company},
        }  # fmt: skip
        return facts, made.remote_id, made.remote_id
    if entry.kind == TAGS:
        return {"tags": list(answer)}, entry.contact_id, entry.contact_id
    if entry.kind == NOTE:
        return {"note": answer.remote_id}, answer.remote_id, entry.contact_id
    if entry.kind == OPPORTUNITY:
        facts = {"is_new": answer.is_new, "status": answer.opportunity.status}
        return facts, answer.opportunity.remote_id, entry.contact_id
    remote_id = entry.request["workflow_id"] if entry.kind == WORKFLOW else entry.contact_id
    return {"accepted": True}, remote_id, entry.contact_id


def _read_back(entry: LedgerEntry, client: GoHighLevelClient) -> None:
    """Confirm what was accepted by reading; what is not seen is read again later."""
    if entry.kind not in READABLE:
        return
    try:
        seen = is_seen(entry, client)
    except ClientError as error:
        not_seen(entry, error)
        return
    if seen:
        mark_seen(entry)
    else:
        not_seen(entry, "It is not there.")


def to_read_back(workspace: Workspace) -> QuerySet[LedgerEntry]:
    """What was accepted and is not confirmed yet; the contact of a test step is deleted by its clean-up."""
    accepted = LedgerEntry.objects.filter(workspace=workspace, state=EntryState.DONE, read_back=False)
    return accepted.filter(kind__in=READABLE).exclude(event__startswith="test:")


def _read_again(workspace: Workspace, client: GoHighLevelClient, ends_at: float) -> None:
    """Read what was accepted and not seen."""
    due = to_read_back(workspace).filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    for entry in due[:_BATCH]:
        if time.monotonic() >= ends_at:
            return
        _read_back(entry, client)


def _due(workspace: Workspace) -> QuerySet[LedgerEntry]:
    """Rows of active automations whose time has come and that are the first open one of their contact."""
    open_ones = LedgerEntry.objects.filter(
        workspace=workspace, state__in=_OPEN, automation__state=AutomationState.ACTIVE
    ).exclude(_STEPS | Q(kind__in=OWN))
    earlier = open_ones.filter(lead=OuterRef("lead"), pk__lt=OuterRef("pk"))
    due = open_ones.filter(~Exists(earlier), state=EntryState.ASKED, due_at__lte=timezone.now())
    return due.select_related("workspace").order_by("due_at", "pk")


def _client(workspace: Workspace) -> GoHighLevelClient | None:
    try:
        return client_for(workspace)
    except ClientError as error:
        note_refusal(workspace, error)
    except (CrmError, StoredConnectionError, ValueError):
        return None
    return None


def _stops(workspace: Workspace, error: ClientError | None) -> bool:
    """Whether nothing else has a chance now."""
    if isinstance(error, AuthError | WrongLocationError):
        note_refusal(workspace, error)
        return True
    if isinstance(error, DailyLimitError):
        hold_until_tomorrow(workspace)
    return isinstance(error, RateLimitError)
