"""What tells an open page that a placement test has changed: the list or its results were read."""

from iexdg.placement.models import PlacementTest
from iexdg.workspaces.changes import declare, newest_of_workspace

declare(
    "placement",
    read=lambda: newest_of_workspace(PlacementTest, "read_at"),
    results=lambda: newest_of_workspace(PlacementTest, "results_tried_at"),
    gone=lambda: newest_of_workspace(PlacementTest, "vanished_at"),
)
