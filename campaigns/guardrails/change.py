"""Changes a limit, and judges every campaign by it at once."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from campaigns.guardrails.kept import keep, replay
from campaigns.guardrails.watched import current
from campaigns.models import Campaign, GuardrailKind, GuardrailRule
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class RuleChange:
    """The new values of a guardrail; "" and None inherit."""

    mode: str = ""
    limit: float | None = None
    floor: int | None = None
    count: int | None = None

    @property
    def inherits_all(self) -> bool:
        """Whether nothing is set."""
        return not self.mode and self.limit is None and self.floor is None and self.count is None


def change_rule(
    workspace: Workspace,
    kind: GuardrailKind,
    change: RuleChange,
    *,
    by: Member,
    campaign: Campaign | None = None,
    via: str | None = None,
) -> bool:
    """Set a workspace's default, or a campaign's override; a change that inherits everything deletes the row.

    Returns whether anything changed. Raises: NotAllowedError - nothing was changed.
    """
    require(by, Action.SETTINGS, workspace)
    this = GuardrailRule.objects.filter(workspace=workspace, campaign=campaign, kind=kind)
    with transaction.atomic():
        before = this.select_for_update().first()
        if _facts(before) == _facts(change):
            return False
        if change.inherits_all:
            this.delete()
        else:
            values = {**_facts(change), "updated_by": by, "updated_at": timezone.now()}
            GuardrailRule.objects.update_or_create(workspace=workspace, campaign=campaign, kind=kind, defaults=values)
        where = campaign.name if campaign else "every campaign"
        record(
            "campaign:guardrail:changed" if campaign else "workspace:guardrail:changed",
            f"Guardrail “{kind.label}” of {where} changed",
            subject=f"campaign:{campaign.pk}" if campaign else f"workspace:{workspace.pk}",
            campaign_ref=campaign.pk if campaign else None,
            by=by,
            via=via,
            before=_facts(before),
            after=_facts(change),
        )
        if campaign is not None:
            keep(workspace, [campaign])
        else:
            keep(workspace, current(workspace), forget_replays=[kind])
    replay(workspace, timezone.now())
    return True


def _facts(rule: GuardrailRule | RuleChange | None) -> dict[str, object]:
    if rule is None:
        rule = RuleChange()
    return {"mode": rule.mode, "limit": rule.limit, "floor": rule.floor, "count": rule.count}
