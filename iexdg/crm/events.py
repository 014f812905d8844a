"""The events of an automation, read in the mirror of the inbox: what was mirrored is the truth, a webhook only a hint.

A reply counts from the moment on since when the automation is active, by the time of the e-mail. It is looked for by
what the ledger lacks, not by a position in a list: a reply that was mirrored late, or twice, or while every worker was
down is found by the next walk, and once.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from iexdg.crm.actions import Event
from iexdg.crm.models import Automation, LedgerEntry, Trigger
from iexdg.inbox.models import Kind, Message, Thread
from iexdg.inbox.queries import variables_of


def new_events(automation: Automation, most: int) -> list[Event]:
    """Return the events that the ledger does not have yet, the oldest first."""
    if automation.active_since is None:
        return []
    return list(_events(automation, since=automation.active_since, most=most, is_new=True, newest_first=False))


def last_events(automation: Automation, most: int) -> list[Event]:
    """Return the last events that the automation would have had, the newest first, also from before it was active."""
    return list(_events(automation, since=None, most=most, is_new=False, newest_first=True))


def _events(
    automation: Automation, *, since: datetime | None, most: int, is_new: bool, newest_first: bool
) -> Iterator[Event]:
    if automation.trigger == Trigger.INTEREST:
        threads = _changed_threads(automation, is_new=is_new).order_by("-listed_at" if newest_first else "pk")[:most]
        yield from (_of_interest(thread) for thread in threads)
        return
    found = _replies(automation, since=since, is_new=is_new)
    order = (F("at").desc(nulls_last=True), "-pk") if newest_first else (F("at").asc(nulls_last=True), "pk")
    yield from (_of_reply(message) for message in found.order_by(*order)[:most])


def _replies(automation: Automation, *, since: datetime | None, is_new: bool) -> QuerySet[Message]:
    found = Message.objects.filter(_of_thread(automation, "thread__"), kind=Kind.RECEIVED)
    if automation.filter.get("excludes_automatic", True):
        found = found.filter(is_automatic=False)
    if automation.filter.get("labels"):
        found = found.filter(thread__interest__in=automation.filter["labels"])
    if since is not None:
        # The conversation too: that is what an index finds.
        found = found.filter(at__gte=since, thread__listed_at__gte=since)
    known = LedgerEntry.objects.filter(automation=automation, event=OuterRef("remote_id"))
    return (found.filter(~Exists(known)) if is_new else found).select_related("thread__campaign", "thread__workspace")


def _changed_threads(automation: Automation, *, is_new: bool) -> QuerySet[Thread]:
    labels = automation.filter.get("labels")
    found = Thread.objects.filter(_of_thread(automation, ""), interest__isnull=False)
    if labels:
        found = found.filter(interest__in=labels)
    key = Concat(Value("interest:"), OuterRef("remote_id"), Value(":"), Cast(OuterRef("interest"), CharField()))
    known = LedgerEntry.objects.filter(automation=automation, event=key)
    return (found.filter(~Exists(known)) if is_new else found).select_related("campaign", "workspace")


def _of_thread(automation: Automation, prefix: str) -> Q:
    """Conversations with a lead of a campaign that the filter lets through."""
    wanted = Q(**{f"{prefix}workspace": automation.workspace_id, f"{prefix}campaign__isnull": False})
    wanted &= Q(**{f"{prefix}lead__gt": ""})
    campaigns = automation.filter.get("campaigns")
    return wanted & Q(**{f"{prefix}campaign__in": campaigns}) if campaigns else wanted


def _of_reply(message: Message) -> Event:
    thread = message.thread
    return Event(
        key=message.remote_id,
        lead=thread.lead.lower(),
        campaign=thread.campaign,
        variables=variables_of(thread),
        thread=thread,
        message=message,
        text=message.text or message.preview,
    )


def _of_interest(thread: Thread) -> Event:
    return Event(
        key=f"interest:{thread.remote_id}:{thread.interest}",
        lead=thread.lead.lower(),
        campaign=thread.campaign,
        variables=variables_of(thread),
        thread=thread,
        text=thread.preview,
    )
