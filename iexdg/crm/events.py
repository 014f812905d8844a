"""The events of an automation, read in our mirrors: what was mirrored is the truth, a webhook only a hint.

Replies and interests are read in the inbox, see below; what else happens to a lead in `lead_events.py`. An event counts
from the moment on since when the automation is active. It is looked for by what the ledger lacks: one that was mirrored
late, or twice, or while every worker was down is found by the next walk, and once.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from iexdg.crm.actions import Event
from iexdg.crm.lead_events import last_lead_events, new_lead_events
from iexdg.crm.matching import as_decided, decided, matched
from iexdg.crm.models import OF_CONVERSATIONS, Automation, KnownInterest, LedgerEntry, Trigger
from iexdg.inbox.models import FIRST_MOMENT, Kind, Message, Thread
from iexdg.inbox.queries import variables_of

# Neither the inbox nor the mirrored leads say when an interest changed, and what is read just after a change can still
# be what was there before: a change back looks like a late reading.
FIRST_TIME_ONLY = (
    "An interest counts the first time that a conversation has it after the activation. One that was there before, or "
    "that is set again later, starts nothing."
)


def new_events(automation: Automation, most: int) -> list[Event]:
    """Return the events that the ledger does not have yet, the oldest first."""
    if automation.active_since is None:
        return []
    if automation.trigger not in OF_CONVERSATIONS:
        return new_lead_events(automation, automation.active_since, most)
    return list(_events(automation, since=automation.active_since, most=most, is_new=True, newest_first=False))


def last_events(automation: Automation, most: int) -> list[Event]:
    """Return the last events that the automation would have had, the newest first, also from before it was active."""
    if automation.trigger not in OF_CONVERSATIONS:
        return last_lead_events(automation, most)
    return list(_events(automation, since=None, most=most, is_new=False, newest_first=True))


def note_interests(automation: Automation) -> None:
    """Keep the interests that conversations have now: none of them is a change.

    Whatever the filter says, since it can be another one later. The ledger has no entry of them: nothing happened.
    """
    found = Thread.objects.filter(workspace=automation.workspace_id, campaign__isnull=False, lead__gt="")
    there = found.filter(interest__isnull=False).order_by().values_list("remote_id", "interest")
    rows = [KnownInterest(automation=automation, event=interest_key(*one)) for one in there.iterator()]
    KnownInterest.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def interest_key(thread_remote_id: str, interest: int | None) -> str:
    """Return the key of the event that a conversation has an interest."""
    return f"interest:{thread_remote_id}:{interest}"


def _events(
    automation: Automation, *, since: datetime | None, most: int, is_new: bool, newest_first: bool
) -> Iterator[Event]:
    if automation.trigger == Trigger.INTEREST:
        threads = _changed_threads(automation, is_new=is_new).order_by("-listed_at" if newest_first else "pk")[:most]
        yield from (_of_interest(thread) for thread in threads)
        return
    order = (F("at").desc(nulls_last=True), "-pk") if newest_first else (F("at").asc(nulls_last=True), "pk")
    replies = _replies(automation, is_new=is_new)
    found = {
        message.pk: message
        for choose in (matched, decided)
        for message in choose(replies, automation, since).order_by(*order)[:most]
    }
    ordered = sorted(found.values(), key=lambda one: (one.at or FIRST_MOMENT, one.pk), reverse=newest_first)
    yield from (_of_reply(message) for message in ordered[:most])


def _replies(automation: Automation, *, is_new: bool) -> QuerySet[Message]:
    found = Message.objects.filter(thread__workspace=automation.workspace_id, kind=Kind.RECEIVED)
    if automation.filter.get("excludes_automatic", True):
        found = found.filter(is_automatic=False)
    if automation.filter.get("labels"):
        found = found.filter(thread__interest__in=automation.filter["labels"])
    known = LedgerEntry.objects.filter(automation=automation, event=OuterRef("remote_id"))
    found = found.filter(~Exists(known)) if is_new else found
    return found.select_related("thread__campaign", "thread__workspace", "thread__unmatched__campaign")


def _changed_threads(automation: Automation, *, is_new: bool) -> QuerySet[Thread]:
    labels = automation.filter.get("labels")
    found = Thread.objects.filter(_of_thread(automation, ""), interest__isnull=False)
    if automation.filter.get("excludes_automatic", True):
        # Of a conversation: nothing but automatic replies came.
        found = found.filter(is_automatic=False)
    if labels:
        found = found.filter(interest__in=labels)
    key = Concat(Value("interest:"), OuterRef("remote_id"), Value(":"), Cast(OuterRef("interest"), CharField()))
    known = LedgerEntry.objects.filter(automation=automation, event=key)
    there = KnownInterest.objects.filter(automation=automation, event=key)
    return (found.filter(~Exists(known), ~Exists(there)) if is_new else found).select_related("campaign", "workspace")


def _of_thread(automation: Automation, prefix: str) -> Q:
    """Conversations with a lead of a campaign that the filter lets through."""
    wanted = Q(**{f"{prefix}workspace": automation.workspace_id, f"{prefix}campaign__isnull": False})
    wanted &= Q(**{f"{prefix}lead__gt": ""})
    campaigns = automation.filter.get("campaigns")
    return wanted & Q(**{f"{prefix}campaign__in": campaigns}) if campaigns else wanted


def _of_reply(message: Message) -> Event:
    thread = as_decided(message.thread)
    return Event(
        key=message.remote_id,
        lead=thread.lead.lower(),
        campaign=thread.campaign,
        variables=variables_of(thread),
        thread=message.thread,
        message=message,
        text=message.text or message.preview,
        trigger=Trigger.REPLIED,
    )


def _of_interest(thread: Thread) -> Event:
    return Event(
        key=interest_key(thread.remote_id, thread.interest),
        lead=thread.lead.lower(),
        campaign=thread.campaign,
        variables=variables_of(thread),
        thread=thread,
        text=thread.preview,
        trigger=Trigger.INTEREST,
    )
