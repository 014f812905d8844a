"""Carries out the actions that need no GoHighLevel: notifying people, and suppressing an address.

They wait for no contact, no connection and no other row, and the kill switch does not stop them: neither sends anything
to a lead. A notification that may have been sent is unknown and waits for a person. An address is put on the block list
by its one writer, in the transaction that records it, so that it can be asked for twice.
"""

import time

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from iexdg.crm.actions import NOTIFY, OWN
from iexdg.crm.ledger import claim, mark_done, mark_refused, mark_seen, mark_unknown, recover, skip, try_again
from iexdg.crm.models import AutomationState, EntryState, LedgerEntry
from iexdg.crm.notifying import Failure, NotDeliveredError, send
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Workspace
from leads.blocklist.ask import put_on
from leads.models import BlockSource, Unblocked

_BATCH = 50
_STEPS = Q(event__startswith="test:") | Q(event__startswith="cleanup:")


def drain_own(workspace: Workspace, *, within_s: float = 10.0) -> int:
    """Carry out what is due of these; returns how many attempts were made. May run twice and at the same time."""
    recover(workspace)
    ends_at, made = time.monotonic() + within_s, 0
    while time.monotonic() < ends_at and (due := list(_due(workspace)[:_BATCH])):
        for entry in due:
            carry_out_own(entry)
            made += 1
            if time.monotonic() >= ends_at:
                break
    return made


def carry_out_own(entry: LedgerEntry) -> None:
    """Make one attempt for a row."""
    if entry.kind == NOTIFY:
        _notify(entry)
    else:
        _suppress(entry)


def _notify(entry: LedgerEntry) -> None:
    if not claim(entry):
        return
    try:
        answer = send(entry)
    except NotDeliveredError as error:
        if error.failure == Failure.HEALS:
            try_again(entry, error)
        elif error.failure == Failure.UNKNOWN:
            mark_unknown(entry, error)
        else:
            mark_refused(entry, error)
    else:
        mark_done(entry, remote_id="", contact_id="", answer=answer)


def _suppress(entry: LedgerEntry) -> None:
    address, workspace = entry.request["address"], entry.workspace
    # Who took it off after this was asked for has decided.
    if Unblocked.objects.filter(workspace=workspace, value=address, at__gt=entry.asked_at).exists():
        skip(entry, "A person has taken this address off the block list since.")
        return
    if not claim(entry):
        return
    if entry.request["is_test"]:
        mark_done(entry, remote_id="", contact_id="", answer={"suppressed": False, "why": "A test suppresses nobody."})
        return
    try:
        with transaction.atomic():
            why = f"The automation {entry.automation.name}: {entry.automation.get_trigger_display()}"
            found = put_on(workspace, [address], by=None, source=BlockSource.AUTOMATION, why=why)
            mark_done(entry, remote_id="", contact_id="", answer={"suppressed": True, "outcome": found[address].value})
            mark_seen(entry)
    except ObserveModeError as error:
        try_again(entry, error)


def _due(workspace: Workspace) -> QuerySet[LedgerEntry]:
    """Rows of active automations whose time has come, the oldest first."""
    due = LedgerEntry.objects.filter(
        workspace=workspace,
        kind__in=OWN,
        state=EntryState.ASKED,
        due_at__lte=timezone.now(),
        automation__state=AutomationState.ACTIVE,
    ).exclude(_STEPS)
    return due.select_related("workspace", "automation").order_by("due_at", "pk")
