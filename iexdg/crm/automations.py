"""Automations: the shipped one, changes, and the moves between draft, active and paused.

Only this module writes their states:

    -> draft
    draft -> draft | active
    active -> paused | draft
    paused -> active | draft

Whatever is changed, an automation is a draft until its test step has passed again.
"""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from iexdg.crm.actions import CONTACT, NOTE, OPPORTUNITY, TAGS, WORKFLOW
from iexdg.crm.errors import CrmNotConnectedError, CrmRefusedError
from iexdg.crm.events import last_events
from iexdg.crm.ledger import record_event
from iexdg.crm.models import Automation, AutomationState, Trigger
from iexdg.crm.queries import connection_of
from iexdg.states import StateTable
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

AUTOMATIONS = StateTable(
    "Automation",
    starts=(AutomationState.DRAFT,),
    moves={
        AutomationState.DRAFT: (AutomationState.DRAFT, AutomationState.ACTIVE),
        AutomationState.ACTIVE: (AutomationState.PAUSED, AutomationState.DRAFT),
        AutomationState.PAUSED: (AutomationState.ACTIVE, AutomationState.DRAFT),
    },
)
SHIPPED_NAME = "Reply to the CRM"
DEFAULT_FIELDS = {
    "email": "email",
    "firstName": "firstName",
    "lastName": "lastName",
    "phone": "phone",
    "companyName": "companyName",
}
DEFAULT_TAGS = "instantly-{code}"
KINDS = (CONTACT, TAGS, NOTE, WORKFLOW, OPPORTUNITY)
# A conversation more than this had an interest before the automation was active is rare; the rest is then new to it.
_MOST_KNOWN = 20_000


def ensure_shipped(workspace: Workspace) -> Automation:
    """Return the automation that every workspace has; it is made as a draft where it is not there yet."""
    facts = {
        "name": SHIPPED_NAME,
        "trigger": Trigger.REPLIED,
        "filter": {"campaigns": [], "excludes_automatic": True, "labels": []},
        "actions": [{"kind": CONTACT}, {"kind": TAGS}, {"kind": NOTE}],
        "field_map": DEFAULT_FIELDS,
        "tag_template": DEFAULT_TAGS,
        "changed_at": timezone.now(),
    }
    found, _ = Automation.objects.get_or_create(workspace=workspace, is_shipped=True, defaults=facts)
    return found


def change(automation: Automation, *, by: Member, facts: dict[str, Any], via: str | None = None) -> Automation:
    """Change an automation; it is a draft then.

    Shapes: facts - columns of the model: name, trigger, filter, actions, field_map, tag_template.
    Raises: NotAllowedError, CrmRefusedError - nothing was changed.
    """
    require(by, Action.CONNECT, automation.workspace)
    _require_sound(facts)
    # The events of another trigger count from its own activation on.
    begins_anew = {"active_since": None} if facts["trigger"] != automation.trigger else {}
    with transaction.atomic():
        AUTOMATIONS.move(
            Automation.objects.filter(pk=automation.pk),
            to=AutomationState.DRAFT,
            expected=tuple(AutomationState),
            **facts,
            **begins_anew,
            version=F("version") + 1,
            changed_at=timezone.now(),
            changed_by=by,
        )
        _record(automation, "changed", "was changed and is a draft", by=by, via=via)
    automation.refresh_from_db()
    return automation


def activate(automation: Automation, *, by: Member, via: str | None = None) -> Automation:
    """Let an automation act on what happens from now on; after a pause also on what happened meanwhile.

    Raises: NotAllowedError, CrmRefusedError, CrmNotConnectedError - nothing was changed.
    """
    require(by, Action.CONNECT, automation.workspace)
    if connection_of(automation.workspace) is None:
        raise CrmNotConnectedError
    if not automation.is_tested:
        raise CrmRefusedError(
            f"{automation} was not tested as it is now. Run the test step first: it creates an example contact."
        )
    now, is_first = timezone.now(), automation.active_since is None
    with transaction.atomic():
        if is_first and automation.trigger == Trigger.INTEREST:
            # What Instantly has already is no change.
            for event in last_events(automation, _MOST_KNOWN):
                record_event(automation, event, is_skipped=True)
        moved = AUTOMATIONS.move(
            Automation.objects.filter(pk=automation.pk, version=automation.version),
            to=AutomationState.ACTIVE,
            expected=(AutomationState.DRAFT, AutomationState.PAUSED),
            active_since=automation.active_since or now,
            walked_to=None,
        )
        if not moved:
            raise CrmRefusedError(f"{automation} is active already, or was changed meanwhile.")
        _record(automation, "activated", "was activated", by=by, via=via)
    automation.refresh_from_db()
    return automation


def pause(automation: Automation, *, by: Member, via: str | None = None) -> Automation:
    """Stop an automation; what is in the ledger waits until it is active again.

    Raises: NotAllowedError, CrmRefusedError - nothing was changed.
    """
    require(by, Action.CONNECT, automation.workspace)
    with transaction.atomic():
        this = Automation.objects.filter(pk=automation.pk)
        if not AUTOMATIONS.move(this, to=AutomationState.PAUSED, expected=AutomationState.ACTIVE):
            raise CrmRefusedError(f"{automation} is not active.")
        _record(automation, "paused", "was paused", by=by, via=via)
    automation.refresh_from_db()
    return automation


def note_test(automation: Automation, *, contact_id: str | None, has_passed: bool) -> None:
    """Keep what a test step came to; a change of the automation meanwhile leaves it untested.

    Shapes: contact_id - of the contact that it made, None where it made none.
    """
    this = Automation.objects.filter(pk=automation.pk)
    if contact_id is not None:
        this.update(test_contact=contact_id[:64])
    if has_passed:
        this.filter(version=automation.version).update(tested_at=timezone.now(), tested_version=automation.version)
    automation.refresh_from_db()


def _require_sound(facts: dict[str, Any]) -> None:
    kinds = [action["kind"] for action in facts["actions"]]
    if not kinds or kinds[0] != CONTACT:
        raise CrmRefusedError("The first action creates or updates the contact: the others need it.")
    if "email" not in facts["field_map"]:
        raise CrmRefusedError("The field map needs email: contacts are found by it.")
    if {"tags", "locationId"} & set(facts["field_map"]):
        raise CrmRefusedError("tags and locationId are no fields: sent with a contact, tags would replace its own.")
    if TAGS in kinds and not facts["tag_template"].strip(" ,"):
        raise CrmRefusedError("Write at least one tag, or leave the action out.")


def _record(automation: Automation, verb: str, words: str, *, by: Member, via: str | None) -> None:
    record(
        f"crm:automation:{verb}",
        f"The automation {automation.name} {words}",
        subject=f"crm:{automation.workspace_id}",
        by=by,
        via=via,
    )
