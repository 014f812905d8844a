"""Which limits apply to a campaign: the campaign's own, else the workspace's, else the product's defaults."""

from dataclasses import dataclass
from functools import cached_property

from campaigns.guardrails.rules import SPECS, Setting
from campaigns.models import Campaign, GuardrailKind, GuardrailMode, GuardrailRule
from iexdg.workspaces.models import Workspace

Layer = dict[GuardrailKind, GuardrailRule]


@dataclass(frozen=True)
class Rules:
    """Every rule of a workspace, read once."""

    defaults: Layer
    overrides: dict[int, Layer]

    def of_workspace(self) -> list[Setting]:
        """The settings for campaigns without an override."""
        return self._of_workspace

    @cached_property
    def _of_workspace(self) -> list[Setting]:
        return [merged(SPECS[kind].default, self.defaults.get(kind)) for kind in GuardrailKind]

    def of_campaign(self, campaign: Campaign) -> list[Setting]:
        """The settings for one campaign."""
        own = self.overrides.get(campaign.pk)
        if own is None:
            return self.of_workspace()
        return [merged(setting, own.get(setting.kind)) for setting in self.of_workspace()]


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
