"""The numbers of the vendor's audit log that the simulator writes."""

from iexdg.sandbox.world.records import ACTIVE, PAUSED

# Source: OpenAPI, schema AuditLog, property activity_type.
LEAD_DELETED, CAMPAIGN_DELETED, CAMPAIGN_LAUNCH, CAMPAIGN_PAUSE = 2, 3, 4, 5
LEAD_MOVED, LEAD_ADDED, CAMPAIGN_UPDATE = 8, 9, 11
ACCOUNT_ADDED, ACCOUNT_DELETED, ACCOUNT_UPDATE, API_KEY_CREATED, API_KEY_DELETED = 6, 7, 36, 37, 38
WEBHOOK_CREATED, WEBHOOK_UPDATED, WEBHOOK_ERROR, WEBHOOK_RESUMED = 18, 19, 20, 21
# Other statuses have no entry of their own.
BY_STATUS = {ACTIVE: CAMPAIGN_LAUNCH, PAUSED: CAMPAIGN_PAUSE}
# What an entry says when a person did it in the vendor's own app, not a key.
BY_PERSON = {"from_api": False, "api_key_id": None, "user_name": "Robin Sandbox"}
