"""Chooses the addresses of a temporary list, and requests the list and its deletion. Nothing is sent here."""

import secrets

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from iexdg.clients.instantly.leads import MOST_PER_LOAD
from leads.models import (
    Import,
    ImportState,
    ListVerification,
    ListVerificationState,
    PeopleChange,
    PeopleChangeState,
    PeopleWanted,
    Receipt,
    RowState,
)
from leads.models.change import OPEN_PEOPLE_CHANGE
from leads.models.list_verification import OPEN_LIST_VERIFICATION
from leads.queries import rows_in
from leads.states import move_list_verification
from leads.verification.receipts import claim_rows
from leads.verification.run import affordable, ceiling_reached

# Nothing was paid for in these.
_UNPAID = (ListVerificationState.PLANNED, ListVerificationState.CREATED)


def open_lists(imported: Import) -> QuerySet[ListVerification]:
    """The lists of an import in which verdicts are still to come."""
    return ListVerification.objects.filter(imported=imported, state__in=OPEN_LIST_VERIFICATION)


def plan_list(imported: Import) -> bool:
    """Choose up to 1,000 new rows and store the intent to verify their addresses in one list. False if none is left.

    Rows with a fresh receipt are settled at once; rows whose address is being verified already wait for that.
    Raises: PlanError - the credit ceiling of the import is reached; nothing was chosen.
    """
    if not rows_in(imported, RowState.NEW):
        return False
    may_pay, now = affordable(imported, most=MOST_PER_LOAD), timezone.now()
    with transaction.atomic():
        found = ListVerification.objects.create(
            workspace_id=imported.workspace_id, imported=imported, name=_name(imported), planned_at=now, next_at=now
        )
        settled, waiting = claim_rows(imported, limit=MOST_PER_LOAD, may_pay=may_pay, by_list=found)
        if not found.receipts.exists():
            found.delete()
    if not settled and not waiting and not may_pay:
        raise ceiling_reached(imported)
    return bool(settled or waiting)


def _name(imported: Import) -> str:
    """A name that says what the list is, and that no other list has, so that it can be searched for."""
    number = ListVerification.objects.filter(imported=imported).count() + 1
    return f"IEXDG verification of import {imported.pk}, part {number}, temporary ({secrets.token_hex(4)})"


def request_list(found: ListVerification) -> PeopleChange:
    """The request for the list of this name; made again, under another name, where the last one was refused."""
    if found.creation is not None and found.creation.state != PeopleChangeState.REFUSED:
        return found.creation
    if found.creation is not None:
        found.name = _name(found.imported)
    now = timezone.now()
    with transaction.atomic():
        found.creation = PeopleChange.objects.create(
            workspace_id=found.workspace_id,
            wanted=PeopleWanted.CREATE_LIST,
            values={"name": found.name},
            asked_at=now,
            changed_at=now,
        )
        ListVerification.objects.filter(pk=found.pk).update(creation=found.creation, name=found.name)
    return found.creation


def close(found: ListVerification, *, expected: str, error: str = "") -> PeopleChange | None:
    """Close it, and request the deletion of its list; returns that request."""
    now = timezone.now()
    with transaction.atomic():
        facts = {"closed_at": now, "error": error[:300]}
        if not move_list_verification(found, to=ListVerificationState.CLOSED, expected=expected, **facts):
            return None
        return request_deletion(found)


def request_deletion(found: ListVerification) -> PeopleChange | None:
    """Request that the list goes; None where it has none."""
    if found.lead_list is None:
        return None
    now, remote_id = timezone.now(), found.lead_list.remote_id
    # A person may have requested the same.
    deletion, _ = PeopleChange.objects.get_or_create(
        workspace_id=found.workspace_id,
        wanted=PeopleWanted.DELETE_LIST,
        remote_id=remote_id,
        state__in=OPEN_PEOPLE_CHANGE,
        defaults={"lead_list": found.lead_list, "asked_at": now, "changed_at": now},
    )
    ListVerification.objects.filter(pk=found.pk).update(deletion=deletion)
    return deletion


def give_back(found: ListVerification) -> PeopleChange | None:
    """Nothing was paid for and its import stopped: request that the empty list goes; resuming requests another one."""
    with transaction.atomic():
        facts = {"lead_list": None, "creation": None, "reads": 0, "name": _name(found.imported)}
        to, expected = ListVerificationState.PLANNED, ListVerificationState.CREATED
        if not move_list_verification(found, to=to, expected=expected, next_at=timezone.now(), **facts):
            return None
        return request_deletion(found)


def take_over_unpaid(imported: Import) -> int:
    """Verify one by one what another import planned to verify in a list, if it stopped before it paid for it.

    Returns how many addresses.
    """
    waiting = Receipt.objects.filter(
        rows__imported=imported,
        rows__state=RowState.VERIFYING,
        answered_at__isnull=True,
        by_list__state__in=_UNPAID,
    ).exclude(by_list__imported__state=ImportState.VERIFYING)
    these = Receipt.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)), sent_at__isnull=True)
    return these.update(by_list=None, next_poll_at=timezone.now())
