"""The query parameters of the account list."""

from iexdg.sandbox.resources.fields import BOOL, PAGE

LIST_ACCOUNTS = PAGE | {
    "status": {"type": "number", "enum": [1, 2, 3, -1, -2, -3]},
    "provider_code": {"type": "number", "enum": [1, 2, 3, 4, 8, 11]},
    "include_tags": BOOL,
    "sort_by": {"type": "string", "enum": ["timestamp_created", "email", "stat_warmup_score", "status"]},
    "sort_order": {"type": "string", "enum": ["asc", "desc"]},
    "skip": {"type": "integer", "minimum": 0},
}
