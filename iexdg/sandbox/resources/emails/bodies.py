"""The request schemas of the e-mail operations."""

from iexdg.sandbox.http.schema import Schema
from iexdg.sandbox.resources.fields import BOOL, PAGE, TEXT, UUID

# Assumed: closed, as every other body of this API is.
TEST_EMAIL: Schema = {
    "type": "object",
    "required": ["eaccount", "to_address_email_list", "subject", "body"],
    "properties": {
        "eaccount": TEXT,
        "to_address_email_list": TEXT,
        "subject": TEXT,
        "body": {"type": "object", "required": ["html"], "properties": {"html": TEXT}},
    },
    "additionalProperties": False,
}

LIST_EMAILS: dict[str, Schema] = {
    **PAGE,
    "campaign_id": UUID,
    "lead": TEXT,
    "email_type": {"type": "string", "enum": ["received", "sent", "manual"]},
    "sort_order": {"type": "string", "enum": ["asc", "desc"]},
    # Accepted, and without an effect here.
    "list_id": UUID,
    "eaccount": TEXT,
    "company_domain": TEXT,
    "assigned_to": TEXT,
    "min_timestamp_created": TEXT,
    "max_timestamp_created": TEXT,
    "i_status": {"type": "number"},
    "mode": {"type": "string", "enum": ["emode_focused", "emode_others", "emode_all"]},
    **dict.fromkeys(
        ("is_unread", "has_reminder", "preview_only", "scheduled_only", "marked_as_done", "latest_of_thread"), BOOL
    ),
}
