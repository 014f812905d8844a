"""What tells an open page that an import has moved on, by its log, that leads were listed, or the block list read."""

from campaigns.models import Campaign
from iexdg.workspaces.changes import declare, newest_ids, newest_of_workspace
from leads.models import BlockListLook, ImportEvent, LeadList, PeopleChange

declare("imports", event=lambda: newest_ids(ImportEvent))
declare("leads", listed=lambda: newest_of_workspace(Campaign, "leads_mirrored_at"))
declare("blocklist", changes=lambda: newest_of_workspace(BlockListLook, "changes"))
declare(
    "people",
    changed=lambda: newest_of_workspace(PeopleChange, "changed_at"),
    lists=lambda: newest_of_workspace(LeadList, "people_read_at"),
    counted=lambda: newest_of_workspace(LeadList, "stats_read_at"),
)
