"""What tells an open page that a draft was saved, planned or applied."""

from iexdg.blueprints.models import ApplyRequest, Draft
from iexdg.workspaces.changes import declare, newest_of_workspace

declare(
    "drafts",
    changed=lambda: newest_of_workspace(Draft, "changed_at"),
    applied=lambda: newest_of_workspace(ApplyRequest, "changed_at"),
)
