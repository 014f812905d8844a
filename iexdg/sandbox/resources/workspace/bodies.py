"""The query parameters of the audit log and the block list."""

from iexdg.sandbox.resources.fields import BOOL, DATES, PAGE, TEXT

LIST_BLOCK_LIST = PAGE | {"domains_only": BOOL}
LIST_AUDIT = DATES | {
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
    "starting_after": TEXT,
    "activity_type": {"type": "number"},
    "search": TEXT,
}
