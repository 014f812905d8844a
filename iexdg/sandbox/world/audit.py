"""The numbers of the vendor's audit log that the simulator writes."""

from iexdg.sandbox.world.records import ACTIVE, PAUSED

# Source: OpenAPI, schema AuditLog, property activity_type.
LEAD_DELETED, CAMPAIGN_LAUNCH, CAMPAIGN_PAUSE, LEAD_ADDED, CAMPAIGN_UPDATE = 2, 4, 5, 9, 11
# Other statuses have no entry of their own.
BY_STATUS = {ACTIVE: CAMPAIGN_LAUNCH, PAUSED: CAMPAIGN_PAUSE}
# What an entry says when a person did it in the vendor's own app, not a key.
BY_PERSON = {"from_api": False, "api_key_id": None, "user_name": "Robin Sandbox"}
