"""Shows the receiver on the page of webhooks."""

from iexdg.webhooks.pages.receiver import section_of
from iexdg.workspace_objects.sections import declare_section

declare_section(section_of)
