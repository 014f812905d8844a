"""The served operations on labels."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.labels import labels

ROUTES = (
    served("GET", "/lead-labels", labels.list_labels),
    served("POST", "/lead-labels", labels.create_label),
    served("POST", "/lead-labels/ai-reply-label", labels.try_reply_label),
    served("GET", "/lead-labels/{id}", labels.get_label),
    served("PATCH", "/lead-labels/{id}", labels.patch_label),
    served("DELETE", "/lead-labels/{id}", labels.delete_label),
)
