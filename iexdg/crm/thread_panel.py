"""What became of the replies of a conversation in the CRM, beside the conversation."""

from django.conf import settings
from django.urls import reverse

from iexdg.crm.actions import LABELS
from iexdg.crm.models import LedgerEntry
from iexdg.crm.queries import connection_of
from iexdg.inbox.models import Thread
from iexdg.inbox.panels import Panel, PanelLine, declare_panel

_MOST = 12


@declare_panel
def crm_panel(thread: Thread) -> Panel:
    """The newest entries of the ledger about this conversation, and the contact; three queries at most."""
    found = list(LedgerEntry.objects.filter(thread=thread).order_by("-pk")[:_MOST])
    contact = next((entry.contact_id for entry in found if entry.contact_id), "")
    connection = connection_of(thread.workspace) if contact else None
    lines = [
        PanelLine(
            words=LABELS.get(entry.kind, entry.kind),
            state=entry.get_state_display().capitalize(),
            tone=entry.tone,
            url=reverse("crm:entry", args=[entry.pk]),
            detail=entry.error,
        )
        for entry in reversed(found)
    ]
    return Panel(
        key="crm",
        title="CRM",
        lines=tuple(lines),
        nothing="No automation has taken a reply of this conversation.",
        link=contact_url(connection.location_id, contact) if connection is not None else "",
        label="Open the contact in GoHighLevel",
    )


def contact_url(location_id: str, contact_id: str) -> str:
    """Where a person opens a contact, as `GHL_CONTACT_URL` says; "" where it says none."""
    if not str(settings.GHL_CONTACT_URL).startswith(("https://", "http://")):
        return ""
    return str(settings.GHL_CONTACT_URL).replace("{location}", location_id).replace("{contact}", contact_id)
