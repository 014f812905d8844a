"""Schemas that the request schemas of several resources are made of."""

from iexdg.sandbox.http.schema import Schema
from iexdg.sandbox.world.records import CAMPAIGN_STATUSES

# Source for every schema below and in the resources: OpenAPI, request bodies and parameters of the served operations.
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
EMAILS: Schema = {"type": "array", "items": {"type": "string", "format": "email"}}
PAGE: dict[str, Schema] = {"limit": LIMIT, "starting_after": TEXT, "search": TEXT}
DATES: dict[str, Schema] = {"start_date": TEXT, "end_date": TEXT}
