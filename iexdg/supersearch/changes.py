"""What tells an open page that a search has changed: it was read, or an enrichment of it moved."""

from iexdg.supersearch.models import Enrichment, Search
from iexdg.workspaces.changes import declare, newest_of_workspace

declare(
    "supersearch",
    read=lambda: newest_of_workspace(Search, "changed_at"),
    moved=lambda: newest_of_workspace(Enrichment, "changed_at"),
)
