"""What tells an open page that an object has changed: a list was read, or a request to change one moved."""

from iexdg.workspace_objects.models import ListReading, ObjectChange
from iexdg.workspaces.changes import declare, newest_of_workspace

declare(
    "objects",
    read=lambda: newest_of_workspace(ListReading, "changed_at"),
    moved=lambda: newest_of_workspace(ObjectChange, "changed_at"),
)
