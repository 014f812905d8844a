"""What tells an open page that a campaign has changed: a status was read, or figures were."""

from campaigns.models import Campaign, StatusReading
from iexdg.workspaces.changes import declare, newest_ids, newest_of_workspace

declare(
    "campaigns",
    reading=lambda: newest_ids(StatusReading),
    figures=lambda: newest_of_workspace(Campaign, "analytics_read_at"),
    figures_unknown=lambda: newest_of_workspace(Campaign, "analytics_unknown_since"),
)
