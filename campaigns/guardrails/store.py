"""Which limits apply to a campaign: the campaign's own, else the workspace's, else the product's defaults."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from campaigns.guardrails.rules import SPECS, Setting
from campaigns.models import Campaign, GuardrailKind, GuardrailMode, GuardrailRule
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

Layer = dict[GuardrailKind, GuardrailRule]


@dataclass(frozen=True)
class Rules:
    """Every rule of a workspace, read once."""

    defaults: Layer
    overrides: dict[int, Layer]

    def of_workspace(self) -> list[Setting]:
        """The settings for campaigns without an override."""
        return [merged(SPECS[kind].default, self.defaults.get(kind)) for kind in GuardrailKind]

    def of_campaign(self, campaign: Campaign) -> list[Setting]:
        """The settings for one campaign."""
        own = self.overrides.get(campaign.pk, {})
        return [merged(setting, own.get(setting.kind)) for setting in self.of_workspace()]


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


def rules_of(workspace: Workspace) -> Rules:
    """Read all rules of a workspace, in one query."""
    rules = Rules({}, {})
    for rule in GuardrailRule.objects.filter(workspace=workspace):
        layer = rules.defaults if rule.campaign_id is None else rules.overrides.setdefault(rule.campaign_id, {})
        layer[GuardrailKind(rule.kind)] = rule
    return rules


def merged(setting: Setting, rule: GuardrailRule | None) -> Setting:
    """Apply one row to a setting; what the row leaves empty is inherited."""
    if rule is None:
        return setting
    return Setting(
        setting.kind,
        GuardrailMode(rule.mode) if rule.mode else setting.mode,
        setting.limit if rule.limit is None else rule.limit,
        # A row gives no floor or count to a kind that has none.
        setting.floor if rule.floor is None or setting.floor is None else rule.floor,
        setting.count if rule.count is None or setting.count is None else rule.count,
    )


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
    require(by, Action.SETTINGS)
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
    return True


def _facts(rule: GuardrailRule | RuleChange | None) -> dict[str, object]:
    if rule is None:
        rule = RuleChange()
    return {"mode": rule.mode, "limit": rule.limit, "floor": rule.floor, "count": rule.count}
