"""The request schemas of the verification operations."""

from iexdg.sandbox.http.schema import Schema
from iexdg.sandbox.resources.fields import TEXT

VERIFY_EMAIL: Schema = {
    "type": "object",
    "required": ["email"],
    "properties": {"email": TEXT, "webhook_url": TEXT},
    "additionalProperties": False,
}
EMAIL_PARAM: dict[str, Schema] = {"email": {"type": "string", "format": "email"}}
