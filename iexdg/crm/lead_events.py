"""The events of an automation that are about a lead and no conversation: finished, loaded, bounced, unsubscribed.

`leads/lead_events.py` records them in the transaction that writes the lead. An automation keeps the id up to which it
knows all of them, so a walk reads what is new and no lead twice, however many leads there are. What a transaction
writes that began earlier can come with a lower id, so the last minutes are read again by what the ledger lacks. What
every automation knows is deleted after a while.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from iexdg.crm.actions import Event
from iexdg.crm.models import Automation, LedgerEntry, Trigger
from iexdg.inbox.queries import variables_of_lead
from iexdg.webhooks.retention import KEPT_FOR
from iexdg.workspaces.models import Workspace
from leads.lead_events import forget_oldest
from leads.models import Lead, LeadEvent, LeadEventKind, LeadStatus

# Longer than any transaction that writes leads takes.
_LATE = timedelta(minutes=2)
_KINDS = {
    Trigger.FINISHED: LeadEventKind.FINISHED,
    Trigger.LOADED: LeadEventKind.LOADED,
    Trigger.BOUNCED: LeadEventKind.BOUNCED,
    Trigger.UNSUBSCRIBED: LeadEventKind.UNSUBSCRIBED,
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
}


def new_lead_events(automation: Automation, since: datetime, most: int) -> list[Event]:
    """Return the events that the ledger does not have yet, the oldest first; one query, over what is new."""
    found = _unknown(automation, since).select_related("lead__campaign")[:most]
    # The same lead can be there twice, and is one event.
    return list({(event := _event(automation, one.lead)).key: event for one in found}.values())


def last_lead_events(automation: Automation, most: int) -> list[Event]:
    """Return the people who are now what the trigger says, those that were mirrored last first."""
    leads = Lead.objects.filter(_of_filter(automation, ""), workspace=automation.workspace_id, vanished_at__isnull=True)
    status = _STATUSES.get(Trigger(automation.trigger))
    if status is not None:
        leads = leads.filter(status=status)
    return [_event(automation, lead) for lead in leads.select_related("campaign").order_by("-pk")[:most]]


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
    key = Concat(Value(f"{automation.trigger}:"), OuterRef("lead__remote_id"))
    known = LedgerEntry.objects.filter(automation=automation, event=key)
    return _after(automation).filter(_of_filter(automation, "lead__"), ~Exists(known), at__gte=since).order_by("pk")


def _after(automation: Automation) -> QuerySet[LeadEvent]:
    return LeadEvent.objects.filter(
        workspace=automation.workspace_id,
        kind=_KINDS[Trigger(automation.trigger)],
        pk__gt=automation.walked_lead_event,
    )


def _of_filter(automation: Automation, prefix: str) -> Q:
    campaigns = automation.filter.get("campaigns")
    return Q(**{f"{prefix}campaign__in": campaigns}) if campaigns else Q()


def _event(automation: Automation, lead: Lead) -> Event:
    return Event(
        key=f"{automation.trigger}:{lead.remote_id}",
        lead=lead.email,
        campaign=lead.campaign,
        variables=variables_of_lead(lead),
        text=_WORDS[Trigger(automation.trigger)].format(lead.campaign.name),
        trigger=automation.trigger,
    )
