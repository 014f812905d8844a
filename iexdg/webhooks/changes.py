"""What tells an open page that deliveries have changed: one came, or was routed; and that the receiver has."""

from iexdg.webhooks.models import Delivery, Receiver
from iexdg.workspaces.changes import declare, newest_of_workspace

declare(
    "deliveries",
    changed=lambda: newest_of_workspace(Delivery, "changed_at"),
    rotated=lambda: newest_of_workspace(Receiver, "rotated_at"),
    refused=lambda: newest_of_workspace(Receiver, "refused_at"),
)
