"""What an entry of the ledger sends, built again from its automation as it is now: for a replay after a correction.

A note keeps its words and its marker, by which it is looked for before it is written again.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from iexdg.crm.actions import CONTACT, NOTIFY, OPPORTUNITY, TAGS, WORKFLOW, Event, request_of
from iexdg.crm.models import LedgerEntry
from iexdg.inbox.queries import variables_of_lead
from leads.models import Lead

# What the form of an automation decides of a request.
_DECIDED = frozenset({CONTACT, TAGS, WORKFLOW, OPPORTUNITY, NOTIFY})


def renew_requests(entries: QuerySet[LedgerEntry]) -> None:
    """Give entries that are to be asked again the requests that their automations would record now."""
    for entry in entries.select_related("automation", "campaign", "thread"):
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
    # The entry has the lead and the campaign that a person assigned to its conversation.
    event = Event(
        key=entry.event,
        lead=entry.lead,
        campaign=entry.campaign,
        variables=_variables(entry),
        thread=entry.thread,
        trigger=automation.trigger,
    )
    number = f"{automation.pk}-{entry.number}"
    return request_of(action, automation.field_map, automation.tag_template, event, of=number)


def _variables(entry: LedgerEntry) -> Mapping[str, str]:
    """The variables of the person by Instantly's names, of the campaign of the entry where they are in it."""
    # In the order of their ids SQLite would read every lead of the workspace instead of the index of addresses.
    people = Lead.objects.filter(workspace=entry.workspace_id, email=entry.lead).order_by()[:20]
    lead = min(people, key=lambda one: (one.campaign_id != entry.campaign_id, one.pk), default=None)
    return variables_of_lead(lead) if lead is not None else {"email": entry.lead}
