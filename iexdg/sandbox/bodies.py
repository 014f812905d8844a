"""The request schemas of the served operations: bodies, query parameters and path parameters."""

from iexdg.sandbox.records import CAMPAIGN_STATUSES
from iexdg.sandbox.schema import Schema
from iexdg.sandbox.timezones import CAMPAIGN_TIMEZONES

# Source for everything below: OpenAPI, request bodies and parameters of the operations served here.
TEXT: Schema = {"type": "string"}
UUID: Schema = {"type": "string", "format": "uuid"}
MAYBE_UUID: Schema = {"type": ["string", "null"], "format": "uuid"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
MAYBE_BOOL: Schema = {"type": ["boolean", "null"]}
MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
MAYBE_DATE: Schema = {"type": ["string", "null"], "format": "date"}
BOOL: Schema = {"type": "boolean"}
LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": 100}
STATUS: Schema = {"type": "number", "enum": list(CAMPAIGN_STATUSES)}
NULL: Schema = {"type": "null"}
ID_PARAM: dict[str, Schema] = {"id": UUID}
_UNITS: Schema = {"type": "string", "enum": ["minutes", "hours", "days"]}
_CLOCK_TIME: Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):([0-5][0-9])$"}
_ESPS: Schema = {"type": "array", "items": {"type": "string", "enum": ["all", "google", "outlook", "other"]}}
_EMAILS: Schema = {"type": "array", "items": {"type": "string", "format": "email"}}

_WINDOW: Schema = {
    "type": "object",
    "required": ["name", "timing", "days", "timezone"],
    "properties": {
        "name": TEXT,
        "timing": {
            "type": "object",
            "required": ["from", "to"],
            "properties": {"from": _CLOCK_TIME, "to": _CLOCK_TIME},
        },
        "days": {"type": "object", "minProperties": 1, "properties": {str(day): BOOL for day in range(7)}},
        "timezone": {"type": "string", "enum": sorted(CAMPAIGN_TIMEZONES)},
    },
}
_SCHEDULE: Schema = {
    "type": "object",
    "required": ["schedules"],
    "properties": {
        "start_date": MAYBE_DATE,
        "end_date": MAYBE_DATE,
        "schedules": {"type": "array", "minItems": 1, "items": _WINDOW},
    },
}
_VARIANT: Schema = {
    "type": "object",
    "required": ["subject", "body"],
    "properties": {"subject": TEXT, "body": TEXT, "v_disabled": BOOL},
}
_STEP: Schema = {
    "type": "object",
    "required": ["type", "delay", "variants"],
    "properties": {
        "type": {"type": "string", "enum": ["email"]},
        "delay": {"type": "number"},
        "delay_unit": _UNITS,
        "pre_delay": {"type": "number"},
        "pre_delay_unit": _UNITS,
        "variants": {"type": "array", "items": _VARIANT},
    },
}
_COMPANY_LIMIT: Schema = {
    "type": ["object", "null"],
    "required": ["mode"],
    "properties": {
        "mode": {"type": "string", "enum": ["custom", "disabled"]},
        "daily_limit": {"type": "number", "minimum": 1},
        "scope": {"type": "string", "enum": ["per_campaign", "across_workspace"]},
    },
}
_ROUTING_RULE: Schema = {
    "type": "object",
    "required": ["action", "recipient_esp", "sender_esp"],
    "properties": {
        "action": {"type": "string", "enum": ["send", "do_not_send"]},
        "recipient_esp": _ESPS,
        "sender_esp": _ESPS,
    },
}
_VARIANT_SELECT: Schema = {
    "type": ["object", "null"],
    "required": ["trigger"],
    "properties": {"trigger": {"type": "string", "enum": ["reply_rate", "click_rate", "open_rate"]}},
}
CAMPAIGN_FIELDS: dict[str, Schema] = {
    "name": TEXT,
    "pl_value": MAYBE_NUMBER,
    "is_evergreen": MAYBE_BOOL,
    "campaign_schedule": _SCHEDULE,
    "sequences": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["steps"],
            "properties": {"steps": {"type": "array", "items": _STEP}},
        },
    },
    "email_gap": MAYBE_NUMBER,
    "random_wait_max": MAYBE_NUMBER,
    "text_only": MAYBE_BOOL,
    "first_email_text_only": MAYBE_BOOL,
    "email_list": {"type": "array", "items": TEXT},
    "daily_limit": MAYBE_NUMBER,
    "stop_on_reply": MAYBE_BOOL,
    "email_tag_list": {"type": "array", "items": UUID},
    "link_tracking": MAYBE_BOOL,
    "open_tracking": BOOL,
    "stop_on_auto_reply": MAYBE_BOOL,
    "daily_max_leads": {"type": ["integer", "null"], "minimum": 0},
    "prioritize_new_leads": MAYBE_BOOL,
    "auto_variant_select": _VARIANT_SELECT,
    "match_lead_esp": MAYBE_BOOL,
    "stop_for_company": MAYBE_BOOL,
    "insert_unsubscribe_header": MAYBE_BOOL,
    "allow_risky_contacts": MAYBE_BOOL,
    "disable_bounce_protect": MAYBE_BOOL,
    "limit_emails_per_company_override": _COMPANY_LIMIT,
    "cc_list": _EMAILS,
    "bcc_list": _EMAILS,
    "owned_by": MAYBE_UUID,
    "provider_routing_rules": {"type": "array", "items": _ROUTING_RULE},
}
CREATE_CAMPAIGN: Schema = {
    "type": "object",
    "required": ["name", "campaign_schedule"],
    "properties": CAMPAIGN_FIELDS | {"ai_sdr_id": MAYBE_UUID},
    "additionalProperties": False,
}
PATCH_CAMPAIGN: Schema = {
    "type": "object",
    "minProperties": 1,
    "properties": CAMPAIGN_FIELDS,
    "additionalProperties": False,
}

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
        "contacts": _EMAILS,
        "limit": LIMIT,
        "starting_after": TEXT,
        "distinct_contacts": BOOL,
    },
}
VERIFY_EMAIL: Schema = {
    "type": "object",
    "required": ["email"],
    "properties": {"email": TEXT, "webhook_url": TEXT},
    "additionalProperties": False,
}
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

PAGE: dict[str, Schema] = {"limit": LIMIT, "starting_after": TEXT, "search": TEXT}
LIST_CAMPAIGNS = PAGE | {"tag_ids": TEXT, "ai_sales_agent_id": UUID, "status": STATUS, "exclude_status": STATUS}
_DATES: dict[str, Schema] = {"start_date": TEXT, "end_date": TEXT}
ANALYTICS = _DATES | {"id": UUID, "ids": {"type": "array", "items": UUID}, "exclude_total_leads_count": BOOL}
OVERVIEW = _DATES | {
    "id": UUID,
    "ids": {"type": "array", "items": UUID},
    "campaign_status": STATUS,
    "expand_crm_events": BOOL,
}
DAILY = _DATES | {"campaign_id": UUID, "campaign_status": STATUS}
STEPS = _DATES | {"campaign_id": UUID, "include_opportunities_count": BOOL}
SENDING_STATUS: dict[str, Schema] = {"with_ai_summary": BOOL}
LIST_ACCOUNTS = PAGE | {
    "status": {"type": "number", "enum": [1, 2, 3, -1, -2, -3]},
    "provider_code": {"type": "number", "enum": [1, 2, 3, 4, 8, 11]},
    "include_tags": BOOL,
    "sort_by": {"type": "string", "enum": ["timestamp_created", "email", "stat_warmup_score", "status"]},
    "sort_order": {"type": "string", "enum": ["asc", "desc"]},
    "skip": {"type": "integer", "minimum": 0},
}
# The text calls `emails` required and the schema does not: without it the answer is 413.
ACCOUNT_DAILY = _DATES | {"emails": {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 200}}
LIST_BLOCK_LIST = PAGE | {"domains_only": BOOL}
LIST_AUDIT = _DATES | {
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
    "starting_after": TEXT,
    "activity_type": {"type": "number"},
    "search": TEXT,
}
