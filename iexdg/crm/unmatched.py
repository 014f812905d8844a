"""The queue of replies that reach no CRM by themselves: of no known campaign or lead, or refused there.

Only this module writes the states of its rows:

    -> waiting
    waiting -> assigned | address_only | set_aside | matched
    assigned -> waiting
    address_only -> waiting
    set_aside -> waiting
    matched -> waiting

A row is a conversation. The sweep finds it and settles it by itself once its lead is known or its contact saved; what
was set aside waits again after another reply. An automation takes what was assigned or sent anyway: see matching.py.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.cache import caches
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.crm.actions import CONTACT
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.matching import has_lead
from iexdg.crm.models import (
    Automation,
    EntryState,
    LedgerEntry,
    Trigger,
    UnmatchedReason,
    UnmatchedReply,
    UnmatchedState,
)
from iexdg.crm.queries import without_steps
from iexdg.inbox.models import Kind, Message, Thread
from iexdg.inbox.queries import reading_of
from iexdg.states import StateTable
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace
from leads.models import Lead

UNMATCHED = StateTable(
    "UnmatchedReply",
    starts=(UnmatchedState.WAITING,),
    moves={
        UnmatchedState.WAITING: (
            UnmatchedState.ASSIGNED,
            UnmatchedState.ADDRESS_ONLY,
            UnmatchedState.SET_ASIDE,
            UnmatchedState.MATCHED,
        ),
        UnmatchedState.ASSIGNED: (UnmatchedState.WAITING,),
        UnmatchedState.ADDRESS_ONLY: (UnmatchedState.WAITING,),
        UnmatchedState.SET_ASIDE: (UnmatchedState.WAITING,),
        UnmatchedState.MATCHED: (UnmatchedState.WAITING,),
    },
)
_W = UnmatchedState.WAITING
_TAKEN = (UnmatchedState.ASSIGNED, UnmatchedState.ADDRESS_ONLY)
# What waits again waits for another decision.
_UNDECIDED: dict[str, Any] = {"decided_at": None, "decided_by": None, "note": ""}
_IS_UNMATCHED = Q(campaign=None) | Q(lead="") | ~Q(has_lead())
_ALL_EVERY_S = 300
_A_SWEEP = 200
_FIRST_READ_WITHIN = timedelta(minutes=30)
# A lead that Instantly does not list is asked for once more after so long.
_LOOK_EVERY = timedelta(hours=1)


def find_unmatched(workspace: Workspace) -> int:
    """Put conversations into the queue that belong there, and take those out that do not any more.

    Returns how many changed.
    """
    return _found(workspace) + _refused(workspace) + _again(workspace) + _settled(workspace)


def leads_to_look_for(workspace: Workspace) -> list[int]:
    """Claim the rows whose lead is to be asked of Instantly now; returns their ids."""
    now = timezone.now()
    due = Q(looked_at=None) | Q(looked_at__lte=now - _LOOK_EVERY)
    rows = UnmatchedReply.objects.filter(
        due, workspace=workspace, state=_W, reason=UnmatchedReason.NO_LEAD, thread__campaign__vanished_at=None
    )
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:_A_SWEEP])
    UnmatchedReply.objects.filter(pk__in=pks).update(looked_at=now)
    return pks


def look_sooner(row: UnmatchedReply) -> None:
    """Have a lead that could not be asked for asked for again in a minute."""
    _row(row).update(looked_at=timezone.now() - _LOOK_EVERY + timedelta(minutes=1))


def assign(row: UnmatchedReply, campaign: Campaign, lead: str, *, by: Member) -> None:
    """Have the replies of a conversation taken as those of a lead in a campaign.

    Shapes: lead - an address that is known here, "" for that of the reply.
    Raises: NotAllowedError, CrmRefusedError - nothing was changed.
    """
    _require(row, by)
    lead = lead.strip().lower()
    if campaign.workspace_id != row.workspace_id:
        raise CrmRefusedError("There is no such campaign in this workspace.")
    if lead and not Lead.objects.filter(workspace=row.workspace_id, email=lead).exists():
        raise CrmRefusedError("No lead with this address is known here. Leave it empty to use that of the reply.")
    _require_an_automation(row, campaign)
    words = f"Unmatched reply {row.pk} was assigned to the campaign {campaign.name}"
    _decide(row, UnmatchedState.ASSIGNED, "assigned", words, by=by, campaign=campaign, lead=lead)


def send_anyway(row: UnmatchedReply, *, by: Member) -> None:
    """Have the replies of a conversation taken with nothing of the person but the address.

    Raises: NotAllowedError, CrmRefusedError - nothing was changed.
    """
    _require(row, by)
    _require_an_automation(row, row.thread.campaign)
    words = f"Unmatched reply {row.pk} was sent to the CRM with the address alone"
    _decide(row, UnmatchedState.ADDRESS_ONLY, "sent", words, by=by)


def set_aside(rows: Iterable[UnmatchedReply], note: str, *, by: Member) -> int:
    """Have conversations wait no more, with a reason; another reply brings them back. Returns how many.

    Raises: NotAllowedError, CrmRefusedError - nothing was changed.
    """
    note = " ".join(note.split())[:300]
    if not note:
        raise CrmRefusedError("Say why it is set aside.")
    number = 0
    with transaction.atomic():
        for row in rows:
            _require(row, by)
            words = f"Unmatched reply {row.pk} was set aside"
            number += _moved(row, UnmatchedState.SET_ASIDE, "set_aside", words, by=by, note=note)
    return number


def put_back(row: UnmatchedReply, *, by: Member) -> bool:
    """Have what was set aside wait again; False where it was not.

    Raises: NotAllowedError - nothing was changed.
    """
    require(by, Action.ANSWER, row.workspace)
    now = timezone.now()
    with transaction.atomic():
        facts = {"changed_at": now, **_UNDECIDED}
        if not UNMATCHED.move(_row(row), to=_W, expected=UnmatchedState.SET_ASIDE, **facts):
            return False
        _record(row, "put_back", f"Unmatched reply {row.pk} waits again", by=by)
    return True


def _found(workspace: Workspace) -> int:
    """Conversations in which a person replied, that are not in the queue and that nothing matches.

    All of them are looked at only where the inbox has changed, and every five minutes.
    """
    reading, key = reading_of(workspace), f"crm:unmatched:{workspace.pk}"
    mark = str(reading.changed_at) if reading is not None else ""
    if mark and caches["process"].get(key) == mark:
        return 0
    found = Thread.objects.filter(_IS_UNMATCHED, workspace=workspace, received_at__isnull=False, is_automatic=False)
    now = timezone.now()
    if now - workspace.created_at < _FIRST_READ_WITHIN:
        # The leads of a campaign that was never read are not unknown: they are on their way.
        found = found.filter(Q(campaign=None) | Q(campaign__leads_mirrored_at__isnull=False))
    found = found.filter(unmatched=None).order_by("-listed_at", "-pk")
    rows = [
        UnmatchedReply(
            workspace=workspace, thread=thread, reason=_reason(thread), address=_address(thread),
            received_at=thread.received_at or now, found_at=now, changed_at=now,
        )
        for thread in found[:_A_SWEEP]
    ]  # fmt: skip
    UnmatchedReply.objects.bulk_create(rows, ignore_conflicts=True)
    if len(rows) < _A_SWEEP:
        caches["process"].set(key, mark, timeout=_ALL_EVERY_S)
    return len(rows)


def _reason(thread: Thread) -> UnmatchedReason:
    return UnmatchedReason.NO_CAMPAIGN if thread.campaign_id is None else UnmatchedReason.NO_LEAD


def _address(thread: Thread) -> str:
    if thread.lead:
        return thread.lead.lower()
    newest = Message.objects.filter(thread=thread, kind=Kind.RECEIVED, is_automatic=False).order_by("-at", "-pk")
    return (newest.values_list("sender", flat=True).first() or "").lower()


def _refused(workspace: Workspace) -> int:
    """Conversations whose contact GoHighLevel refused."""
    refused = _refused_contacts(workspace)
    threads = Thread.objects.filter(pk__in=refused.values("thread"), received_at__isnull=False)
    now, number = timezone.now(), 0
    for thread in threads.exclude(unmatched__state=_W).select_related("unmatched")[:_A_SWEEP]:
        facts: dict[str, Any] = {
            "reason": UnmatchedReason.CONTACT,
            "received_at": thread.received_at,
            "changed_at": now,
        }
        row, is_new = UnmatchedReply.objects.get_or_create(
            thread=thread, defaults=facts | {"workspace": workspace, "address": _address(thread), "found_at": now}
        )
        if not is_new and row.state not in _TAKEN:
            facts |= _UNDECIDED
        if is_new or UNMATCHED.move(_row(row), to=_W, expected=row.state, **facts):
            number += 1
    return number


def _refused_contacts(workspace: Workspace) -> QuerySet[LedgerEntry]:
    entries = LedgerEntry.objects.filter(workspace=workspace, kind=CONTACT, state=EntryState.REFUSED)
    return without_steps(entries.filter(thread__isnull=False)).order_by()


def _again(workspace: Workspace) -> int:
    """What was set aside or matched, had another reply since, and is not matched now."""
    closed = (UnmatchedState.SET_ASIDE, UnmatchedState.MATCHED)
    threads = Thread.objects.filter(_IS_UNMATCHED, workspace=workspace, received_at__gt=F("unmatched__received_at"))
    now, number = timezone.now(), 0
    for thread in threads.filter(unmatched__state__in=closed)[:_A_SWEEP]:
        rows = UnmatchedReply.objects.filter(thread=thread)
        facts = {"reason": _reason(thread), "received_at": thread.received_at, "changed_at": now, **_UNDECIDED}
        number += UNMATCHED.move(rows, to=_W, expected=closed, **facts)
    return number


def _settled(workspace: Workspace) -> int:
    """What waits and is matched now: its campaign and lead are known, or its contact is refused no more."""
    waiting = UnmatchedReply.objects.filter(workspace=workspace, state=_W).order_by()
    of_lead = waiting.exclude(reason=UnmatchedReason.CONTACT).filter(
        has_lead("thread__"), thread__campaign__isnull=False, thread__lead__gt=""
    )
    refused = _refused_contacts(workspace).values("thread")
    of_contact = waiting.filter(reason=UnmatchedReason.CONTACT).exclude(thread__in=refused)
    moved = _settle(of_lead | of_contact.filter(decided_at=None), UnmatchedState.MATCHED)
    # What a person decided on before stays decided for the next reply.
    moved += _settle(of_contact.filter(decided_at__isnull=False, campaign__isnull=False), UnmatchedState.ASSIGNED)
    moved += _settle(of_contact.filter(decided_at__isnull=False, campaign=None), UnmatchedState.ADDRESS_ONLY)
    if moved:
        look_again(workspace)
    return moved


def _settle(rows: QuerySet[UnmatchedReply], to: UnmatchedState) -> int:
    pks = list(rows.values_list("pk", flat=True))
    if not pks:
        return 0
    newest = Thread.objects.filter(pk=OuterRef("thread")).values("received_at")
    these = UnmatchedReply.objects.filter(pk__in=pks)
    facts = {"received_at": Coalesce(Subquery(newest), "received_at"), "changed_at": timezone.now()}
    return UNMATCHED.move(these, to=to, expected=_W, **facts)


def look_again(workspace: Workspace) -> None:
    """Have the next sweep look for events although the inbox has not changed."""
    Automation.objects.filter(workspace=workspace).update(walked_to=None)


def _require(row: UnmatchedReply, by: Member) -> None:
    require(by, Action.ANSWER, row.workspace)
    if row.reason == UnmatchedReason.CONTACT:
        raise CrmRefusedError("GoHighLevel refused its contact: replay the entry of the ledger, or leave it out there.")


def _require_an_automation(row: UnmatchedReply, campaign: Campaign | None) -> None:
    """Raises: CrmRefusedError - no automation would ever take it."""
    automations = Automation.objects.filter(workspace=row.workspace_id, trigger=Trigger.REPLIED, deleted_at=None)
    wanted = [one.filter.get("campaigns") or [] for one in automations]
    if not any(not pks or (campaign is not None and campaign.pk in pks) for pks in wanted):
        raise CrmRefusedError("No automation takes replies of it: each is for other campaigns. Assign it to one.")


def _decide(row: UnmatchedReply, to: UnmatchedState, verb: str, words: str, *, by: Member, **columns: Any) -> None:
    with transaction.atomic():
        if not _moved(row, to, verb, words, by=by, **columns):
            raise CrmRefusedError("It does not wait any more. Nothing was changed.")
    look_again(row.workspace)


def _moved(row: UnmatchedReply, to: UnmatchedState, verb: str, words: str, *, by: Member, **columns: Any) -> bool:
    now = timezone.now()
    facts = {"decided_by": by, "decided_at": now, "changed_at": now, "received_at": row.thread.received_at}
    if not UNMATCHED.move(_row(row), to=to, expected=_W, **facts, **columns):
        return False
    _record(row, verb, words, by=by, note=columns.get("note", ""))
    return True


def _row(row: UnmatchedReply) -> QuerySet[UnmatchedReply]:
    return UnmatchedReply.objects.filter(pk=row.pk)


def _record(row: UnmatchedReply, verb: str, words: str, *, by: Member, note: str = "") -> None:
    # By its number: what an audit row says outlives the erasure of a person.
    record(f"crm:unmatched:{verb}", words, subject=f"crm:{row.workspace_id}", by=by, note=note)
