"""What tells an open page that figures of a range were read."""

from iexdg.analytics.models import RangeReading, WeeklyReport
from iexdg.workspaces.changes import declare, newest_of_workspace

declare(
    "analytics",
    read=lambda: newest_of_workspace(RangeReading, "read_at"),
    sent=lambda: newest_of_workspace(WeeklyReport, "sent_at"),
)
