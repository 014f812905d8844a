"""The events of an automation that the mirror of the leads has: of their status, their loading and their interest.

`leads/lead_events.py` records them in the transaction that writes the lead. An automation keeps the id up to which it
knows all of them, so a walk reads what is new and no lead twice, however many leads there are. What a transaction
writes that began earlier can come with a lower id, so the last minutes are read again by what the ledger lacks. What
every automation knows is deleted after a while.

An interest belongs to a conversation, where there is one: its event waits until the inbox was read after the lead, so
that the filter of automatic replies judges what is there, and the ledger names the conversation.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from iexdg.crm.actions import Event
from iexdg.crm.models import Automation, LedgerEntry, Trigger
from iexdg.inbox.models import Thread
from iexdg.inbox.queries import newest_conversations, reading_of, variables_of_lead
from iexdg.webhooks.retention import KEPT_FOR
from iexdg.workspaces.models import Workspace
from leads.lead_events import forget_oldest, interest_detail
from leads.models import Lead, LeadEvent, LeadEventKind, LeadStatus

# Longer than any transaction that writes leads takes.
_LATE = timedelta(minutes=2)
_KINDS = {
    Trigger.FINISHED: LeadEventKind.FINISHED,
    Trigger.LOADED: LeadEventKind.LOADED,
    Trigger.BOUNCED: LeadEventKind.BOUNCED,
    Trigger.UNSUBSCRIBED: LeadEventKind.UNSUBSCRIBED,
    Trigger.INTEREST: LeadEventKind.INTEREST,
}
_STATUSES = {
    Trigger.FINISHED: LeadStatus.COMPLETED,
    Trigger.BOUNCED: LeadStatus.BOUNCED,
    Trigger.UNSUBSCRIBED: LeadStatus.UNSUBSCRIBED,
}
_WORDS = {
    Trigger.FINISHED: "The campaign has finished for this lead: {0}.",
    Trigger.LOADED: "This lead was loaded into the campaign {0}.",
    Trigger.BOUNCED: "An e-mail of the campaign {0} to this lead bounced.",
    Trigger.UNSUBSCRIBED: "This lead unsubscribed from the campaign {0}.",
    Trigger.INTEREST: "The interest of this lead in the campaign {0} changed.",
}
INTEREST_COUNTS = (
    "Each change of an interest counts, also one back to what it was, by Instantly's time of it. What changed before "
    "the activation starts nothing. Where Instantly has no time of it, an interest counts once."
)

# What would have started it is known as far back as the events are kept.
LOADS_COUNT = (
    "Only what this product loads counts, not the leads that are added in Instantly itself. A dry run knows the loads "
    f"of the last {KEPT_FOR.days} days."
)


def new_lead_events(automation: Automation, since: datetime, most: int) -> list[Event]:
    """Return the events that the ledger does not have yet, the oldest first; a few queries, over what is new."""
    unknown = _unknown(automation, since)
    if automation.trigger == Trigger.INTEREST:
        unknown = _settled(unknown, automation)
    found = list(unknown.select_related("lead__campaign")[:most])
    threads = _conversations(automation, [one.lead for one in found])
    events = (_event(automation, one.lead, one.detail, threads) for one in found)
    # The same can be there twice, and is one event.
    return list({event.key: event for event in events}.values())


def last_lead_events(automation: Automation, most: int) -> list[Event]:
    """Return the people who are now what the trigger says, those that became so, or were mirrored, last first.

    Loads are those that were recorded: a lead may be in the mirror without any.
    """
    if automation.trigger == Trigger.LOADED:
        return _last_loads(automation, most)
    leads = Lead.objects.filter(_of_filter(automation, ""), workspace=automation.workspace_id, vanished_at__isnull=True)
    order = ["-pk"]
    if (status := _STATUSES.get(Trigger(automation.trigger))) is not None:
        leads = leads.filter(status=status)
    if automation.trigger == Trigger.INTEREST:
        leads, order = leads.filter(interest__isnull=False), ["-interest_changed_at", "-pk"]
    found = list(leads.select_related("campaign").order_by(*order)[:most])
    threads = _conversations(automation, found)
    return [_event(automation, lead, _detail(automation, lead), threads) for lead in found]


def _last_loads(automation: Automation, most: int) -> list[Event]:
    """The people who were loaded last, each once."""
    loads = LeadEvent.objects.filter(workspace=automation.workspace_id, kind=LeadEventKind.LOADED)
    again = loads.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk"))
    found = loads.filter(_of_filter(automation, "lead__"), ~Exists(again)).select_related("lead__campaign")
    return [_event(automation, one.lead, one.detail, {}) for one in found.order_by("-pk")[:most]]


def known_up_to(automation: Automation, since: datetime) -> int:
    """Return the id up to which every event is in the ledger; nothing that could come late is before it."""
    settled = at_activation(automation, timezone.now())
    missing = _unknown(automation, since).values_list("pk", flat=True).first()
    return settled if missing is None else max(automation.walked_lead_event, min(settled, missing - 1))


def at_activation(automation: Automation, moment: datetime) -> int:
    """Return the id after which everything is that was written, or could still be, since a moment."""
    before = _after(automation).filter(at__lt=moment - _LATE).order_by("-pk").values_list("pk", flat=True).first()
    return before or automation.walked_lead_event


def forget_known(workspace: Workspace) -> int:
    """Delete events that are older than deliveries are kept and that no walk needs any more; returns how many.

    An automation needs what came since it is active and is behind what it knows, also while it is paused or is a draft
    again; one that was never active needs nothing that is old. So a wider filter finds as far back as they are kept.
    """
    before = timezone.now() - KEPT_FOR
    needs: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for one in Automation.objects.filter(workspace=workspace, deleted_at=None):
        if one.active_since is not None:
            needs[one.trigger].append((one.walked_lead_event, one.active_since))
    gone = (forget_oldest(workspace, kind, may_go=_may_go(needs[trigger], before)) for trigger, kind in _KINDS.items())
    return sum(gone)


def _may_go(needs: list[tuple[int, datetime]], before: datetime) -> Callable[[int, datetime], bool]:
    return lambda pk, at: at < before and not any(pk > known and at >= since for known, since in needs)


def _unknown(automation: Automation, since: datetime) -> QuerySet[LeadEvent]:
    key = Concat(Value(f"{automation.trigger}:"), OuterRef("lead__remote_id"), OuterRef("detail"))
    known = LedgerEntry.objects.filter(automation=automation, event=key)
    found = _after(automation).filter(_of_filter(automation, "lead__"), ~Exists(known), at__gte=since)
    # What Instantly says happened earlier, however late it was mirrored, is from before the activation.
    return found.exclude(happened_at__lt=since).order_by("pk")


def _settled(events: QuerySet[LeadEvent], automation: Automation) -> QuerySet[LeadEvent]:
    """Those after which the inbox was read: what came with an interest, an automatic reply too, is mirrored then."""
    reading = reading_of(automation.workspace)
    read_at = reading.read_at if reading is not None else None
    return events.none() if read_at is None else events.filter(at__lt=read_at)


def _after(automation: Automation) -> QuerySet[LeadEvent]:
    return LeadEvent.objects.filter(
        workspace=automation.workspace_id,
        kind=_KINDS[Trigger(automation.trigger)],
        pk__gt=automation.walked_lead_event,
    )


def _of_filter(automation: Automation, prefix: str) -> Q:
    """The condition of the filter. Shapes: prefix - "lead__" for events; an interest is a column of both."""
    campaigns, labels = automation.filter.get("campaigns"), automation.filter.get("labels")
    wanted = Q(**{f"{prefix}campaign__in": campaigns}) if campaigns else Q()
    if automation.trigger != Trigger.INTEREST:
        return wanted
    if labels:
        wanted &= Q(interest__in=labels)
    return wanted & _not_automatic(automation, prefix) if automation.filter.get("excludes_automatic", True) else wanted


def _not_automatic(automation: Automation, prefix: str) -> Q:
    """Not a lead from whom nothing but automatic replies came."""
    here = Thread.objects.filter(
        workspace=automation.workspace_id, campaign=OuterRef(f"{prefix}campaign"), lead=OuterRef(f"{prefix}email")
    )
    return Q(~Exists(here.filter(is_automatic=True))) | Q(Exists(here.filter(is_automatic=False)))


def _conversations(automation: Automation, leads: Sequence[Lead]) -> Mapping[tuple[int, str], Thread]:
    """The conversations that interests belong to, by campaign and address; other events have none."""
    if automation.trigger != Trigger.INTEREST:
        return {}
    return newest_conversations(automation.workspace, {lead.email for lead in leads})


def _detail(automation: Automation, lead: Lead) -> str:
    return interest_detail(lead) if automation.trigger == Trigger.INTEREST else ""


def _event(automation: Automation, lead: Lead, detail: str, threads: Mapping[tuple[int, str], Thread]) -> Event:
    thread = threads.get((lead.campaign_id, lead.email))
    return Event(
        key=f"{automation.trigger}:{lead.remote_id}{detail}",
        lead=lead.email,
        campaign=lead.campaign,
        variables=variables_of_lead(lead),
        thread=thread,
        text=(thread.preview if thread else "") or _WORDS[Trigger(automation.trigger)].format(lead.campaign.name),
        trigger=automation.trigger,
    )
