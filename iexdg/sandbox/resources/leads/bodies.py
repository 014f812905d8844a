"""The request schemas of the lead operations."""

from iexdg.sandbox.http.schema import Schema
from iexdg.sandbox.resources.fields import BOOL, EMAILS, LIMIT, MAYBE_TEXT, MAYBE_UUID, TEXT, UUID

_PERSON: dict[str, Schema] = {
    "email": MAYBE_TEXT,
    "personalization": MAYBE_TEXT,
    "website": MAYBE_TEXT,
    "last_name": MAYBE_TEXT,
    "first_name": MAYBE_TEXT,
    "company_name": MAYBE_TEXT,
    "job_title": MAYBE_TEXT,
    "phone": MAYBE_TEXT,
    "lt_interest_status": {"type": "number", "enum": [1, 2, 3, 4, 0, -1, -2, -3, -4]},
    "pl_value_lead": MAYBE_TEXT,
    "assigned_to": MAYBE_UUID,
    "custom_variables": {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    },
}
_SKIPS: dict[str, Schema] = {
    "skip_if_in_workspace": BOOL,
    "skip_if_in_campaign": BOOL,
    "skip_if_in_list": BOOL,
    "verify_leads_on_import": BOOL,
}
CREATE_LEAD: Schema = {
    "type": "object",
    "properties": _PERSON
    | _SKIPS
    | {"campaign": MAYBE_UUID, "list_id": MAYBE_UUID, "blocklist_id": UUID, "verify_leads_for_lead_finder": BOOL},
    "additionalProperties": False,
}
ADD_LEADS: Schema = {
    "type": "object",
    "required": ["leads"],
    "properties": _SKIPS
    | {
        "campaign_id": UUID,
        "list_id": UUID,
        "leads": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1000,
            "items": {"type": "object", "properties": _PERSON, "additionalProperties": False},
        },
        "blocklist_id": MAYBE_UUID,
        "assigned_to": UUID,
    },
}
LIST_LEADS: Schema = {
    "type": "object",
    "properties": {
        "search": TEXT,
        "filter": TEXT,
        "campaign": UUID,
        "list_id": UUID,
        "in_campaign": BOOL,
        "in_list": BOOL,
        "ids": {"type": "array", "items": UUID},
        "excluded_ids": {"type": "array", "items": UUID},
        "contacts": EMAILS,
        "limit": LIMIT,
        "starting_after": TEXT,
        "distinct_contacts": BOOL,
    },
}
