"""One automation, as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.models import Campaign
from iexdg.crm.actions import LABELS, NOTIFY, OPPORTUNITY, OWN, TAGS, WEBHOOK, WORKFLOW
from iexdg.crm.automation_forms import name_of, words_of
from iexdg.crm.automations import why_not_deleted
from iexdg.crm.lead_events import INTEREST_COUNTS, LOADS_COUNT
from iexdg.crm.models import OF_CONVERSATIONS, Automation, AutomationState, CrmLists, EntryState, LedgerEntry, Trigger
from iexdg.crm.queries import lists_of
from iexdg.crm.rules import needs_crm
from iexdg.crm.trying import DryRun
from iexdg.crm.workflows import workflow_words
from iexdg.team.models import Member
from iexdg.team.roles import Action, Role
from iexdg.workspace_objects.interests import interest_choices

_MOST = 30


@dataclass(frozen=True)
class StepRun:
    """One test step or clean-up with what it came to. Shapes: number - of its first entry; at - when it began."""

    number: int
    title: str
    words: str
    tone: str
    at: datetime
    entries: tuple[LedgerEntry, ...]


@dataclass(frozen=True)
class AutomationPage:
    """An automation with what its test steps did.

    Shapes: fields - (field, source); limits - what is an event, and what is none; dry - None where none was asked.
    """

    automation: Automation
    campaigns: str
    interests: str
    fields: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]
    runs: list[StepRun]
    dry: DryRun | None
    may_write: bool
    may_read_crm: bool
    can_activate: bool
    can_pause: bool
    can_delete: bool
    is_of_conversations: bool
    limits: str
    needs_crm: bool
    is_own: bool


def automation_page(automation: Automation, reader: Member, dry: DryRun | None = None) -> AutomationPage:
    """Build the page."""
    workspace = automation.workspace
    is_active = automation.state == AutomationState.ACTIVE
    return AutomationPage(
        automation=automation,
        campaigns=_campaigns(automation),
        interests=_interests(automation),
        fields=tuple((name_of(name), words_of(source)) for name, source in automation.field_map.items()),
        actions=_actions(automation),
        runs=_runs(automation),
        dry=dry,
        may_write=reader.may(Action.CONNECT, workspace),
        may_read_crm=reader.may(Action.SYNC, workspace),
        can_activate=automation.is_tested and not is_active,
        can_pause=is_active,
        can_delete=not why_not_deleted(automation),
        is_of_conversations=automation.trigger in OF_CONVERSATIONS,
        limits={Trigger.INTEREST: INTEREST_COUNTS, Trigger.LOADED: LOADS_COUNT}.get(Trigger(automation.trigger), ""),
        needs_crm=needs_crm(automation.actions),
        is_own=any(action["kind"] in OWN for action in automation.actions),
    )


def _runs(automation: Automation) -> list[StepRun]:
    """The newest test step or clean-up first, each with its actions as they were carried out."""
    newest = LedgerEntry.objects.filter(automation=automation, event__regex=r"^(test|cleanup):").order_by("-pk")
    by_event: dict[str, list[LedgerEntry]] = {}
    for entry in newest[:_MOST]:
        by_event.setdefault(entry.event, []).insert(0, entry)
    runs = list(by_event.values())
    if len(runs) > 1 and sum(map(len, runs)) == _MOST:
        # Of the oldest one some may be missing.
        runs.pop()
    is_running = automation.is_being_tested
    return [_run(entries, is_running=is_running and not place) for place, entries in enumerate(runs)]


def _run(entries: list[LedgerEntry], *, is_running: bool) -> StepRun:
    first, is_done = entries[0], all(entry.state == EntryState.DONE for entry in entries)
    is_test = first.event.startswith("test:")
    passed, failed = ("Passed", "Did not pass") if is_test else ("Deleted", "Not deleted")
    words, tone = (passed, "ok") if is_done else (failed, "bad")
    if is_running and is_test:
        words, tone = "Running", "idle"
    return StepRun(first.pk, "Test step" if is_test else "Clean-up", words, tone, first.asked_at, tuple(entries))


def _campaigns(automation: Automation) -> str:
    wanted = automation.filter.get("campaigns") or []
    names = Campaign.objects.filter(workspace=automation.workspace, pk__in=wanted).order_by("name")
    return ", ".join(names.values_list("name", flat=True)) or "all"


def _interests(automation: Automation) -> str:
    codes = automation.filter.get("labels") or []
    labels = dict(interest_choices(automation.workspace)) if codes else {}
    return ", ".join(labels.get(code, str(code)) for code in codes) or "any"


def _actions(automation: Automation) -> tuple[str, ...]:
    """The actions in words, with the names of what and whom they mean."""
    kinds = {action["kind"] for action in automation.actions}
    lists = lists_of(automation.workspace) if {WORKFLOW, OPPORTUNITY} & kinds else None
    named = {pk for action in automation.actions for pk in action.get("members", ())}
    members = dict(Member.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}
    return tuple(_words(action, automation, lists, members) for action in automation.actions)


def _words(action: dict[str, Any], automation: Automation, lists: CrmLists | None, members: Mapping[int, str]) -> str:
    kind = action["kind"]
    label = LABELS.get(kind, kind)
    if kind == TAGS:
        return f"{label}: {automation.tag_template}"
    if kind == WORKFLOW:
        return f"{label}: {_workflow(lists.workflows if lists else [], action.get('workflow_id', ''))}"
    if kind == OPPORTUNITY:
        return f"{label}: {_name_in(lists.pipelines if lists else [], action.get('pipeline_id', ''))}"
    return f"{label}: {_recipients(action, members)}" if kind == NOTIFY else label


def _recipients(action: Mapping[str, Any], members: Mapping[int, str]) -> str:
    if action.get("channel") == WEBHOOK:
        return "the team's webhook"
    roles = [f"every {Role(role).label.lower()}" for role in action.get("roles", ()) if role in Role.values]
    named = [members.get(pk, "a former member") for pk in action.get("members", ())]
    return ", ".join([*roles, *named])


def _workflow(listed: list[dict[str, Any]], wanted: str) -> str:
    """The name of a workflow, and that it is a draft where it is one; the id where the list does not have it."""
    return next((workflow_words(one) for one in listed if one["id"] == wanted), wanted)


def _name_in(listed: list[dict[str, Any]], wanted: str) -> str:
    """The name of what has an id in a list; the id where the list does not have it."""
    return next((one["name"] for one in listed if one["id"] == wanted and one["name"]), wanted)
