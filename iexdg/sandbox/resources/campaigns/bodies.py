"""The request schemas of the campaign operations."""

from iexdg.sandbox.http.schema import Schema
from iexdg.sandbox.resources.campaigns.timezones import CAMPAIGN_TIMEZONES
from iexdg.sandbox.resources.fields import (
    BOOL,
    EMAILS,
    MAYBE_BOOL,
    MAYBE_DATE,
    MAYBE_NUMBER,
    MAYBE_UUID,
    PAGE,
    STATUS,
    TEXT,
    UUID,
)

_UNITS: Schema = {"type": "string", "enum": ["minutes", "hours", "days"]}
_CLOCK_TIME: Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):([0-5][0-9])$"}
_ESPS: Schema = {"type": "array", "items": {"type": "string", "enum": ["all", "google", "outlook", "other"]}}

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
    "cc_list": EMAILS,
    "bcc_list": EMAILS,
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

LIST_CAMPAIGNS = PAGE | {"tag_ids": TEXT, "ai_sales_agent_id": UUID, "status": STATUS, "exclude_status": STATUS}
SENDING_STATUS: dict[str, Schema] = {"with_ai_summary": BOOL}
