"""What an entry of the ledger sends, built again from its automation as it is now: for a replay after a correction.

A note keeps its words and its marker, by which it is looked for before it is written again.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from iexdg.crm.actions import CONTACT, NOTIFY, OPPORTUNITY, TAGS, WORKFLOW, Event, request_of
from iexdg.crm.matching import as_decided
from iexdg.crm.models import LedgerEntry
from iexdg.inbox.queries import variables_of, variables_of_lead
from leads.models import Lead

# What the form of an automation decides of a request.
_DECIDED = frozenset({CONTACT, TAGS, WORKFLOW, OPPORTUNITY, NOTIFY})


def renew_requests(entries: QuerySet[LedgerEntry]) -> None:
    """Give entries that are to be asked again the requests that their automations would record now."""
    for entry in entries.select_related("automation", "campaign", "thread__campaign", "thread__unmatched__campaign"):
        action = _action_of(entry)
        if action is not None:
            entry.request = _request_now(entry, action)
            entry.save(update_fields=["request"])


def _action_of(entry: LedgerEntry) -> Mapping[str, Any] | None:
    """The action of the automation that the entry is of; None where it has none of that kind any more."""
    if entry.kind not in _DECIDED:
        return None
    same = [one for one in entry.automation.actions if one["kind"] == entry.kind]
    at_its_place = entry.automation.actions[entry.number - 1 : entry.number]
    return next((one for one in at_its_place if one["kind"] == entry.kind), same[0] if len(same) == 1 else None)


def _request_now(entry: LedgerEntry, action: Mapping[str, Any]) -> dict[str, Any]:
    automation = entry.automation
    thread = as_decided(entry.thread) if entry.thread is not None else None
    event = Event(
        key=entry.event,
        lead=entry.lead,
        campaign=entry.campaign,
        variables=variables_of(thread) if thread is not None else _variables_of_lead(entry),
        thread=entry.thread,
        trigger=automation.trigger,
    )
    number = f"{automation.pk}-{entry.number}"
    return request_of(action, automation.field_map, automation.tag_template, event, of=number)


def _variables_of_lead(entry: LedgerEntry) -> Mapping[str, str]:
    people = Lead.objects.filter(workspace=entry.workspace_id, email=entry.lead)
    lead = people.filter(campaign=entry.campaign_id).first() or people.order_by("pk").first()
    return variables_of_lead(lead) if lead is not None else {"email": entry.lead}
