"""The query parameters of the analytics operations."""

from iexdg.sandbox.resources.fields import BOOL, DATES, STATUS, TEXT, UUID

ANALYTICS = DATES | {"id": UUID, "ids": {"type": "array", "items": UUID}, "exclude_total_leads_count": BOOL}
OVERVIEW = DATES | {
    "id": UUID,
    "ids": {"type": "array", "items": UUID},
    "campaign_status": STATUS,
    "expand_crm_events": BOOL,
}
DAILY = DATES | {"campaign_id": UUID, "campaign_status": STATUS}
STEPS = DATES | {"campaign_id": UUID, "include_opportunities_count": BOOL}
# The text calls `emails` required and the schema does not: without it the answer is 413.
ACCOUNT_DAILY = DATES | {"emails": {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 200}}
