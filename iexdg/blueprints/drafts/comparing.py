"""Compares a draft with what Instantly has, and keeps the plan with its time; a failed comparison keeps the reason."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from iexdg.blueprints.drafts.content import text_of
from iexdg.blueprints.errors import InvalidBlueprintError
from iexdg.blueprints.models import Draft
from iexdg.blueprints.parsing import parse
from iexdg.blueprints.planning import Action, Plan, plan
from iexdg.clients.http.errors import ClientError
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action as Permission

TAKEN = (
    "Instantly has a campaign of this name already, and a new one must not overwrite it. Rename the draft, or edit that"
    " campaign"
)


def request_plan(draft: Draft, *, by: Member) -> None:
    """Request that a draft is compared with Instantly; a worker does it. Raises: NotAllowedError."""
    require(by, Permission.BLUEPRINTS, draft.workspace)
    now = timezone.now()
    Draft.objects.filter(pk=draft.pk).update(plan_asked_at=now, plan_error="", changed_at=now)


def compare_draft(draft: Draft) -> bool:
    """Compare a draft as it is stored now, and keep the plan; False where it cannot be compared."""
    this, revision = Draft.objects.filter(pk=draft.pk), draft.revision
    try:
        made = plan(draft.workspace, parse(text_of(draft.content, remote_id_of(draft))))
    except InvalidBlueprintError as error:
        this.update(plan_error=f"The draft has mistakes: {error}"[:300], changed_at=timezone.now())
        return False
    except ClientError as error:
        this.update(plan_error=str(error)[:300], changed_at=timezone.now())
        return False
    now = timezone.now()
    this.update(
        plan=plan_facts(made, draft),
        plan_digest=made.digest,
        plan_revision=revision,
        planned_at=now,
        plan_error="",
        changed_at=now,
    )
    return True


def remote_id_of(draft: Draft) -> str:
    """The id of its campaign at Instantly; "" for one that is new."""
    return draft.campaign.remote_id if draft.campaign is not None else ""


def plan_facts(made: Plan, draft: Draft) -> dict[str, Any]:
    """Return a plan of one campaign as it is kept.

    Shapes: {action, remote_id, changes: [{path, before, after}], kept, must_be_paused, findings, blockers: [title]}.
    """
    one = made.campaigns[0]
    blockers = [finding.title for finding in made.blockers]
    if draft.campaign is None and one.action != Action.CREATE:
        blockers.insert(0, TAKEN)
    return {
        **one.facts,
        "findings": [finding.facts for finding in made.findings],
        "blockers": blockers,
    }


def why_not_applied(draft: Draft) -> str:
    """Return why the kept plan of a draft must not be applied, as a sentence; "" where it may be."""
    found: Mapping[str, Any] | None = draft.plan
    if found is None or draft.planned_at is None:
        return "It was not compared with Instantly yet. Press Plan."
    if draft.plan_error or draft.is_being_planned:
        return draft.plan_error or "It is being compared with Instantly."
    if draft.plan_revision != draft.revision:
        return "The draft was changed since it was planned. Press Plan, then apply."
    if found["blockers"]:
        return f"{found['blockers'][0].rstrip('.')}."
    return "Nothing is to be done: Instantly has it as it is written." if found["action"] == Action.NOTHING else ""
