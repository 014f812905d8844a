"""The request schema of a test e-mail."""

from iexdg.sandbox.http.schema import Schema
from iexdg.sandbox.resources.fields import TEXT

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
