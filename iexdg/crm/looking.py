"""Reads GoHighLevel for the ledger: before something is sent that may be there already, and after an unknown outcome.

A note that an earlier attempt may have written is looked for among the notes. An opportunity that the contact has in
the pipeline stays as people left it: an upsert would write name, stage and status over it. A workflow that is not
published takes nobody in. What cannot be read waits where that can heal; else its entry is refused, so that the later
ones of the contact go on.
Source: docs/api/gohighlevel-facts.md §5 to §7.
"""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.gohighlevel.errors import CrmScopeError, WrongLocationError
from iexdg.clients.gohighlevel.opportunities import Opportunity
from iexdg.clients.http.errors import (
    AuthError,
    ClientError,
    NetworkError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UnexpectedAnswerError,
)
from iexdg.crm.actions import CONTACT, DELETE, NOTE, OPPORTUNITY, TAGS, WORKFLOW
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.ledger import (
    MOST_READS,
    ask_again_after_reading,
    claim,
    look_later,
    mark_done,
    mark_found,
    mark_seen,
    postpone,
    refuse,
)
from iexdg.crm.models import EntryState, LedgerEntry
from iexdg.crm.workflows import why_not_published
from iexdg.workspaces.models import Workspace

# What heals by itself, however long it takes.
HEALS = (RateLimitError, ServerError, NetworkError, AuthError, WrongLocationError)
# What a reading shows.
READABLE = frozenset({CONTACT, TAGS, NOTE, DELETE})
# What is looked for where no answer came.
_LOOKED_FOR = (NOTE, OPPORTUNITY)
_BATCH = 50
# How long after an unknown attempt it is looked for: nothing that was sent is still on its way then.
_LOOK_AFTER = timedelta(minutes=2)


def is_settled_first(entry: LedgerEntry, client: GoHighLevelClient, contact_id: str) -> bool:
    """Settle what is read to be there already, or to be sent in vain; True where nothing is to be sent.

    Raises: ClientError - it could not be read.
    """
    if entry.kind == NOTE and entry.attempts and (note := _note_of(client, contact_id, entry)):
        _only_recorded(entry, note, {"note": note, "was_there": True})
        return True
    why = ""
    if entry.kind == OPPORTUNITY:
        try:
            there = _opportunity_of(client, contact_id, entry)
        except CrmScopeError as error:
            why = f"Whether the contact has an opportunity in the pipeline already could not be read. {error}"
        else:
            if there is not None:
                _only_recorded(entry, there.remote_id, _left_as_it_is(there))
            return there is not None
    elif entry.kind == WORKFLOW:
        why = why_not_published(client, entry.request.get("workflow_id", ""), then=entry.again)
    if why:
        refuse(entry, CrmRefusedError(why))
    return bool(why)


def could_not_be_read(entry: LedgerEntry, error: ClientError) -> None:
    """Record that nothing was sent because what is read first could not be: it waits where that heals, else is refused.

    An answer that cannot be understood may be another one next time, but not without end.
    """
    if isinstance(error, HEALS):
        postpone(entry, error)
    elif isinstance(error, UnexpectedAnswerError) and entry.reads + 1 < MOST_READS:
        postpone(entry, error, reads=entry.reads + 1)
    else:
        refuse(entry, error)


def is_seen(entry: LedgerEntry, client: GoHighLevelClient) -> bool:
    """Whether a reading shows what was accepted.

    Raises: ClientError - it could not be read; NotFoundError where its contact is gone.
    """
    if entry.kind == NOTE:
        return bool(_note_of(client, entry.contact_id, entry))
    try:
        contact = client.contacts.get_contact(entry.contact_id)
    except NotFoundError:
        if entry.kind == DELETE:
            return True
        raise
    if entry.kind == TAGS:
        return set(entry.request["tags"]) <= {tag.lower() for tag in contact.tags}
    return entry.kind == CONTACT


def settle_unknown(workspace: Workspace, client: GoHighLevelClient) -> None:
    """Look for what is unknown and can be read: found it is done.

    A note that is not there is sent again, unless GoHighLevel had accepted it: that waits for a person. So does an
    opportunity that is not there: the search may not show it yet.
    """
    now = timezone.now()
    waiting = LedgerEntry.objects.filter(
        Q(kind__in=_LOOKED_FOR, remote_id="") | (~Q(remote_id="") & Q(kind__in=READABLE)),
        workspace=workspace,
        state=EntryState.UNKNOWN,
        changed_at__lte=now - _LOOK_AFTER,
        due_at__lte=now,
    )
    for entry in waiting.order_by("due_at", "pk")[:_BATCH]:
        try:
            _settle(entry, client)
        except (ClientError, ValueError, KeyError) as error:
            look_later(entry, error, is_soon=isinstance(error, HEALS))


def contact_of(entry: LedgerEntry) -> str:
    """The id of the contact that the same event saved; "" where it did not."""
    same = LedgerEntry.objects.filter(
        automation=entry.automation_id, event=entry.event, kind=CONTACT, state=EntryState.DONE
    )
    return same.values_list("remote_id", flat=True).first() or ""


def _settle(entry: LedgerEntry, client: GoHighLevelClient) -> None:
    contact_id = entry.contact_id or contact_of(entry)
    if entry.remote_id:
        found = entry.remote_id if is_seen(entry, client) else ""
    elif entry.kind == NOTE:
        found = _note_of(client, contact_id, entry)
    else:
        there = _opportunity_of(client, contact_id, entry)
        found = there.remote_id if there is not None else ""
    if found:
        mark_found(entry, remote_id=found)
    elif entry.kind == NOTE and not entry.remote_id:
        ask_again_after_reading(entry)
    else:
        look_later(entry)


def _note_of(client: GoHighLevelClient, contact_id: str, entry: LedgerEntry) -> str:
    """Return the id of the note that an entry wrote; "" where there is none."""
    marker = entry.request["marker"]
    notes = client.notes.list_notes(contact_id)
    return next((note.remote_id for note in notes if marker in (note.body or "")), "")


def _opportunity_of(client: GoHighLevelClient, contact_id: str, entry: LedgerEntry) -> Opportunity | None:
    """Return the opportunity of a contact in the pipeline of an entry, one that is open first; None without one."""
    found = client.opportunities.opportunities_of(contact_id, entry.request["pipeline_id"])
    return min(found, key=lambda one: one.status != "open", default=None)


def _left_as_it_is(there: Opportunity) -> dict[str, Any]:
    status = there.status or "status unknown"
    words = f"It was there already ({status}). Its name, stage and status stay as they are."
    return {"is_new": False, "was_there": True, "status": there.status, "outcome": words}


def _only_recorded(entry: LedgerEntry, remote_id: str, answer: dict[str, Any]) -> None:
    """Record what is there already, and send nothing."""
    if claim(entry):
        mark_done(entry, remote_id=remote_id, contact_id=entry.contact_id, answer=answer)
        mark_seen(entry)
