"""What tells an open page that a campaign has changed: a status or figures were read, or guardrails were checked."""

from campaigns.models import Campaign, GuardrailLook, StatusReading
from iexdg.workspaces.changes import declare, newest_ids, newest_of_workspace

declare(
    "campaigns",
    reading=lambda: newest_ids(StatusReading),
    figures=lambda: newest_of_workspace(Campaign, "analytics_read_at"),
    figures_unknown=lambda: newest_of_workspace(Campaign, "analytics_unknown_since"),
)
declare(
    "guardrails",
    kept=lambda: newest_of_workspace(GuardrailLook, "kept_at"),
    changed=lambda: newest_of_workspace(GuardrailLook, "changed_at"),
)
