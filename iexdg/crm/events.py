"""The events of an automation, read in our mirrors: what was mirrored is the truth, a webhook only a hint.

Replies are read in the inbox, see below; what else happens to a lead in `lead_events.py`. An event counts from the
moment on since when the automation is active. It is looked for by what the ledger lacks: one that was mirrored late, or
twice, or while every worker was down is found by the next walk, and once.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from iexdg.crm.actions import Event
from iexdg.crm.lead_events import last_lead_events, new_lead_events
from iexdg.crm.matching import as_decided, decided, matched
from iexdg.crm.models import Automation, LedgerEntry, Trigger
from iexdg.inbox.models import FIRST_MOMENT, Kind, Message
from iexdg.inbox.queries import variables_of


def new_events(automation: Automation, most: int) -> list[Event]:
    """Return the events that the ledger does not have yet, the oldest first."""
    if automation.active_since is None:
        return []
    if automation.trigger != Trigger.REPLIED:
        return new_lead_events(automation, automation.active_since, most)
    return list(_events(automation, since=automation.active_since, most=most, is_new=True, newest_first=False))


def last_events(automation: Automation, most: int) -> list[Event]:
    """Return the last events that the automation would have had, the newest first, also from before it was active."""
    if automation.trigger != Trigger.REPLIED:
        return last_lead_events(automation, most)
    return list(_events(automation, since=None, most=most, is_new=False, newest_first=True))


def _events(
    automation: Automation, *, since: datetime | None, most: int, is_new: bool, newest_first: bool
) -> Iterator[Event]:
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
