"""Which replies an automation may take: those of a campaign and a lead that are known, and those a person decided on.

Everything else stands in the queue of unmatched replies, see iexdg/crm/unmatched.py. Only conditions are here: nothing
is read.
"""

from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from iexdg.crm.models import Automation, LedgerEntry, UnmatchedReply, UnmatchedState
from iexdg.inbox.models import Message, Thread
from leads.models import Lead

_DECIDED = (UnmatchedState.ASSIGNED, UnmatchedState.ADDRESS_ONLY)


def has_lead(prefix: str = "") -> Exists:
    """Whether the address of a conversation is that of a lead in any campaign. Shapes: prefix - "thread__"."""
    return Exists(Lead.objects.filter(workspace=OuterRef(f"{prefix}workspace"), email=OuterRef(f"{prefix}lead")))


def matched(messages: QuerySet[Message], automation: Automation, since: datetime | None) -> QuerySet[Message]:
    """Return the replies of the campaigns and leads that are known. Shapes: since - leaves out what came earlier."""
    found = messages.filter(has_lead("thread__"), thread__campaign__isnull=False, thread__lead__gt="")
    if automation.filter.get("campaigns"):
        found = found.filter(thread__campaign__in=automation.filter["campaigns"])
    # The conversation too: that is what an index finds.
    return found if since is None else found.filter(at__gte=since, thread__listed_at__gte=since)


def decided(messages: QuerySet[Message], automation: Automation, since: datetime | None) -> QuerySet[Message]:
    """Return the replies that a person decided on, as far as they are not matched anyway.

    Shapes: since - leaves out what came and was decided earlier, unless no automation has taken it yet.
    """
    decisions = UnmatchedReply.objects.filter(
        _wanted(automation), workspace=automation.workspace_id, state__in=_DECIDED
    )
    found = messages.filter(thread__in=decisions.order_by().values("thread"))
    if since is None:
        return found
    taken = LedgerEntry.objects.filter(workspace=automation.workspace_id, event=OuterRef("remote_id"))
    return found.filter(Q(at__gte=since) | Q(thread__unmatched__decided_at__gte=since) | ~Q(Exists(taken)))


def _wanted(automation: Automation) -> Q:
    """The decisions that the filter of campaigns lets through; without a campaign only where it lets through all."""
    campaigns = automation.filter.get("campaigns")
    return (Q(campaign__in=campaigns) | Q(campaign=None, thread__campaign__in=campaigns)) if campaigns else Q()


def as_decided(thread: Thread) -> Thread:
    """Return a conversation with the campaign and the lead that a person assigned; it is never saved."""
    decision: Any = getattr(thread, "unmatched", None)
    if decision is None or decision.state not in _DECIDED:
        return thread
    own = copy(thread)
    own.campaign = decision.campaign or thread.campaign
    own.lead = decision.lead or thread.lead or decision.address
    return own
