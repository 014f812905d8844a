"""One automation, as its page shows it."""

from dataclasses import dataclass

from campaigns.models import Campaign
from iexdg.crm.actions import LABELS, TAGS, WORKFLOW
from iexdg.crm.automation_forms import name_of, words_of
from iexdg.crm.models import Automation, AutomationState, LedgerEntry
from iexdg.crm.trying import DryRun
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspace_objects.interests import interest_choices

_MOST = 30


@dataclass(frozen=True)
class AutomationPage:
    """An automation with what its test steps did. Shapes: fields - (field, source); dry - None where none was asked."""

    automation: Automation
    campaigns: str
    interests: str
    fields: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]
    tests: list[LedgerEntry]
    dry: DryRun | None
    may_write: bool
    may_read_crm: bool
    can_activate: bool
    can_pause: bool


def automation_page(automation: Automation, reader: Member, dry: DryRun | None = None) -> AutomationPage:
    """Build the page."""
    workspace, wanted = automation.workspace, automation.filter
    names = Campaign.objects.filter(workspace=workspace, pk__in=wanted.get("campaigns") or []).order_by("name")
    labels = dict(interest_choices(workspace)) if wanted.get("labels") else {}
    tests = LedgerEntry.objects.filter(automation=automation, event__regex=r"^(test|cleanup):").order_by("-pk")
    is_active = automation.state == AutomationState.ACTIVE
    return AutomationPage(
        automation=automation,
        campaigns=", ".join(names.values_list("name", flat=True)) or "all",
        interests=", ".join(labels.get(code, str(code)) for code in wanted.get("labels") or []) or "any",
        fields=tuple((name_of(name), words_of(source)) for name, source in automation.field_map.items()),
        actions=tuple(_words(action, automation) for action in automation.actions),
        tests=list(tests[:_MOST]),
        dry=dry,
        may_write=reader.may(Action.CONNECT, workspace),
        may_read_crm=reader.may(Action.SYNC, workspace),
        can_activate=automation.is_tested and not is_active,
        can_pause=is_active,
    )


def _words(action: dict[str, str], automation: Automation) -> str:
    label = LABELS.get(action["kind"], action["kind"])
    if action["kind"] == TAGS:
        return f"{label}: {automation.tag_template}"
    return f"{label}: {action.get('workflow_id', '')}" if action["kind"] == WORKFLOW else label
