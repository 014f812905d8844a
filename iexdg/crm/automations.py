"""Automations: the shipped one and others, changes, and the moves between draft, active and paused.

Only this module writes their states:

    -> draft
    draft -> draft | active
    active -> paused | draft
    paused -> active | draft

Whatever is changed, an automation is a draft until its test step has passed again; its name alone changes nothing.
One that was deleted is a draft for good, in no list, and its entries of the ledger stay.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from iexdg.crm.actions import CONTACT, NOTE, TAGS, WORKFLOW
from iexdg.crm.client import client_for
from iexdg.crm.errors import CrmNotConnectedError, CrmRefusedError
from iexdg.crm.lead_events import at_activation
from iexdg.crm.ledger import LEASE, leave_out_open
from iexdg.crm.models import Automation, AutomationState, Trigger
from iexdg.crm.queries import connection_of
from iexdg.crm.rules import needs_crm, require_sound
from iexdg.crm.workflows import require_published
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
_SHIPPED: dict[str, Any] = {
    "trigger": Trigger.REPLIED,
    "filter": {"campaigns": [], "excludes_automatic": True, "labels": []},
    "actions": [{"kind": CONTACT}, {"kind": TAGS}, {"kind": NOTE}],
    "field_map": DEFAULT_FIELDS,
    "tag_template": DEFAULT_TAGS,
}
_FACTS = ("name", "trigger", "filter", "actions", "field_map", "tag_template")
_COPY, _LONGEST_NAME = " (copy)", 100


def ensure_shipped(workspace: Workspace) -> Automation:
    """Return the automation that every workspace has; it is made as a draft where it is not there yet."""
    facts = {**_SHIPPED, "name": SHIPPED_NAME, "changed_at": timezone.now()}
    found, _ = Automation.objects.get_or_create(workspace=workspace, is_shipped=True, defaults=facts)
    return found


def new_draft(workspace: Workspace, *, in_crm: bool) -> Automation:
    """Return what the form of a new automation begins with; nothing is stored.

    Shapes: in_crm - whether there is a location: without one it begins with what needs none.
    """
    facts = _SHIPPED if in_crm else {**_SHIPPED, "actions": []}
    return Automation(workspace=workspace, **facts)


def create(workspace: Workspace, *, by: Member, facts: dict[str, Any], via: str | None = None) -> Automation:
    """Make an automation as a draft.

    Shapes: facts - as for `change`.
    Raises: NotAllowedError, CrmRefusedError - nothing was made.
    """
    require(by, Action.CONNECT, workspace)
    require_sound(facts)
    of_form = {name: facts[name] for name in _FACTS}
    with transaction.atomic():
        made = Automation.objects.create(workspace=workspace, changed_at=timezone.now(), changed_by=by, **of_form)
        _record(made, "created", "was created as a draft", by=by, via=via)
    return made


def duplicate(automation: Automation, *, by: Member, via: str | None = None) -> Automation:
    """Make a draft that does the same; it has no history, no test and no events of its own.

    Raises: NotAllowedError, CrmRefusedError - nothing was made.
    """
    facts = {name: getattr(automation, name) for name in _FACTS}
    facts["name"] = f"{automation.name[: _LONGEST_NAME - len(_COPY)]}{_COPY}"
    return create(automation.workspace, by=by, facts=facts, via=via)


def rename(automation: Automation, name: str, *, by: Member, via: str | None = None) -> Automation:
    """Change the name alone: it stays active and tested.

    Raises: NotAllowedError, CrmRefusedError - nothing was changed.
    """
    require(by, Action.CONNECT, automation.workspace)
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise CrmRefusedError(f"A name has 1 to {_LONGEST_NAME} characters. Write another one.")
    with transaction.atomic():
        Automation.objects.filter(pk=automation.pk).update(name=name, changed_at=timezone.now(), changed_by=by)
        _record(automation, "renamed", f"was renamed: {name}", by=by, via=via)
    automation.refresh_from_db()
    return automation


def why_not_deleted(automation: Automation) -> str:
    """Return why an automation is not deleted as it is, and what to do; "" where nothing is against it."""
    if automation.is_shipped:
        return f"{automation} comes with the product and cannot be deleted. Pause it."
    if automation.test_contact:
        return f"The test contact of {automation} is still in GoHighLevel. Clean it up first."
    return f"{automation} is active. Pause it first." if automation.state == AutomationState.ACTIVE else ""


def delete(automation: Automation, *, by: Member, via: str | None = None) -> None:
    """Take an automation that is not active out of every list; what it did stays in the ledger.

    Raises: NotAllowedError, CrmRefusedError - nothing was changed.
    """
    require(by, Action.CONNECT, automation.workspace)
    if words := why_not_deleted(automation):
        raise CrmRefusedError(words)
    with transaction.atomic():
        moved = AUTOMATIONS.move(
            Automation.objects.filter(pk=automation.pk, deleted_at=None, test_contact=""),
            to=AutomationState.DRAFT,
            expected=(AutomationState.DRAFT, AutomationState.PAUSED),
            deleted_at=timezone.now(),
            changed_at=timezone.now(),
            changed_by=by,
        )
        if not moved:
            raise CrmRefusedError(f"{automation} was changed meanwhile. Look at it again.")
        leave_out_open(automation, "The automation was deleted.")
        _record(automation, "deleted", "was deleted; its entries of the ledger stay", by=by, via=via)


def change(automation: Automation, *, by: Member, facts: dict[str, Any], via: str | None = None) -> Automation:
    """Change an automation; it is a draft then.

    Shapes: facts - columns of the model: name, trigger, filter, actions, field_map, tag_template.
    Raises: NotAllowedError, CrmRefusedError - nothing was changed.
    """
    require(by, Action.CONNECT, automation.workspace)
    require_sound(facts)
    # The events of another trigger count from its own activation on; another filter finds others of the same.
    begins_anew: dict[str, Any] = {"walked_lead_event": 0}
    begins_anew |= {"active_since": None} if facts["trigger"] != automation.trigger else {}
    with transaction.atomic():
        moved = AUTOMATIONS.move(
            Automation.objects.filter(pk=automation.pk, deleted_at=None),
            to=AutomationState.DRAFT,
            expected=tuple(AutomationState),
            **facts,
            **begins_anew,
            version=F("version") + 1,
            changed_at=timezone.now(),
            changed_by=by,
        )
        if not moved:
            raise CrmRefusedError(f"{automation} was deleted meanwhile.")
        _record(automation, "changed", "was changed and is a draft", by=by, via=via)
    automation.refresh_from_db()
    return automation


def activate(automation: Automation, *, by: Member, via: str | None = None) -> Automation:
    """Let an automation act on what happens from now on; after a pause also on what happened meanwhile.

    Raises: NotAllowedError, CrmRefusedError, CrmNotConnectedError, StoredConnectionError, ClientError - nothing was
        changed.
    """
    require(by, Action.CONNECT, automation.workspace)
    _require_ready(automation)
    since = automation.active_since or timezone.now()
    with transaction.atomic():
        moved = AUTOMATIONS.move(
            Automation.objects.filter(pk=automation.pk, version=automation.version, deleted_at=None),
            to=AutomationState.ACTIVE,
            expected=(AutomationState.DRAFT, AutomationState.PAUSED),
            active_since=since,
            walked_to=None,
            **_begins(automation, since),
        )
        if not moved:
            raise CrmRefusedError(f"{automation} is active already, or was changed meanwhile.")
        _record(automation, "activated", "was activated", by=by, via=via)
    automation.refresh_from_db()
    return automation


def _require_ready(automation: Automation) -> None:
    """Raises: CrmRefusedError, CrmNotConnectedError, StoredConnectionError, ClientError - it would not work."""
    if needs_crm(automation.actions) and connection_of(automation.workspace) is None:
        raise CrmNotConnectedError
    if not automation.is_tested:
        raise CrmRefusedError(f"{automation} was not tested as it is now. Run the test step first.")
    if any(action["kind"] == WORKFLOW for action in automation.actions):
        # It may have become a draft since the test step.
        require_published(client_for(automation.workspace), automation.actions, then="activate the automation")


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


def begin_test(automation: Automation) -> bool:
    """Take an automation for one run of its test step by a conditional UPDATE; False where one is running."""
    now = timezone.now()
    is_free = Q(test_lease_until=None) | Q(test_lease_until__lte=now)
    this = Automation.objects.filter(is_free, pk=automation.pk, tried_at=automation.tried_at)
    taken = this.update(tried_at=now, test_lease_until=now + LEASE)
    automation.refresh_from_db()
    return bool(taken)


def end_test(automation: Automation) -> None:
    """Let another run of the test step begin."""
    this = Automation.objects.filter(pk=automation.pk, tried_at=automation.tried_at)
    this.update(test_lease_until=None)


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


def _begins(automation: Automation, since: datetime) -> dict[str, int]:
    """From where on events of leads are read; after a pause from where the last walk ended."""
    if automation.trigger == Trigger.REPLIED or automation.walked_lead_event:
        return {}
    return {"walked_lead_event": at_activation(automation, since)}


def _record(automation: Automation, verb: str, words: str, *, by: Member, via: str | None) -> None:
    record(
        f"crm:automation:{verb}",
        f"The automation {automation.name} {words}",
        subject=f"crm:{automation.workspace_id}",
        by=by,
        via=via,
    )
