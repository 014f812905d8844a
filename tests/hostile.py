"""Text that would run, reorder or overflow if a page or an export let it; and a way to put it everywhere."""

from collections.abc import Collection, Iterator
from typing import Any

from django.apps import apps
from django.db import models

# A formula, markup, an attribute that is broken out of, template syntax, direction overrides, and no place to wrap.
HOSTILE = (
    "=1+1<img src=x onerror=alert(1)>\"><script>alert(2)</script>' onmouseover='alert(3)"
    "{{7*7}}{% now %}\u202e\u2066&lt;b&gt;" + "W" * 10_000
)
# What must not be in a page: the markup as it was stored.
RAW = ("<img src=x", "<script>alert", "' onmouseover='alert")

OURS = {
    "team",
    "audit",
    "mailboxes",
    "workspaces",
    "incidents",
    "golive",
    "rehearsals",
    "campaigns",
    "leads",
    "inbox",
    "analytics",
    "workspace_objects",
    "placement",
    "supersearch",
    "blueprints",
    "crm",
    "webhooks",
}
# No one's text: keys, codes, addresses and digests that the product makes.
_NOT_TEXT = {
    "remote_id", "email", "kind", "dedupe_key", "url", "file_path", "sha256", "header_sha256", "encoding", "delimiter",
    "base_url", "transport", "key_source", "connected_as", "claim", "lease_token", "path", "fingerprint", "state",
    "status", "resume_to", "subject", "action", "password", "tone", "step", "variant", "reason", "remote_verdict",
    "stream", "campaign_remote_id", "token", "result_token", "secret", "secret_digest", "former_digest",
}  # fmt: skip
# JSON whose texts people wrote; the rest is codes and settings.
_JSON = {
    "Campaign": ("sequences", "custom_variables"),
    "Row": ("raw", "custom_variables"),
    "Lead": ("variables",),
    "ListedLead": ("variables",),
    "PeopleChange": ("values",),
    "AuditEvent": ("before", "after"),
    "Incident": ("details",),
    "PlacementTest": ("reports",),
    "Search": ("filters", "people"),
    "ListReading": ("items",),
    "ObjectChange": ("values", "result"),
    "Subsequence": ("conditions", "steps"),
    "Draft": ("content", "plan"),
    "DraftVersion": ("content",),
    "ApplyRequest": ("result",),
    "CampaignWrite": ("differences",),
    "Delivery": ("body",),
}
# What an address of a page names stays as it is, or the page is not there.
_KEYS = {"ListReading": ("id",), "Draft": ("action",)}


def put_everywhere() -> int:
    """Put the text into every text field of every row, as long as the field takes it; returns how many values."""
    put = 0
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for row in models.QuerySet(model).order_by("pk"):
            changed = dict(_changed(row))
            if changed:
                models.QuerySet(model).filter(pk=row.pk).update(**changed)
                put += len(changed)
    return put


def _changed(row: models.Model) -> Iterator[tuple[str, Any]]:
    for field in row._meta.concrete_fields:
        if field.name in _JSON.get(type(row).__name__, ()):
            yield field.name, _spread(getattr(row, field.name), but=_KEYS.get(type(row).__name__, ()))
        elif isinstance(field, models.CharField | models.TextField) and not _is_code(field):
            yield field.name, HOSTILE[: field.max_length or len(HOSTILE)]


def _is_code(field: Any) -> bool:
    is_note = field.name == "reason" and (isinstance(field, models.TextField) or (field.max_length or 0) >= 300)
    is_key = field.unique or any(
        field.name in constraint.fields
        for constraint in field.model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    )
    return bool(field.choices) or is_key or (field.name in _NOT_TEXT and not is_note)


def _spread(value: Any, *, but: Collection[str] = ()) -> Any:
    """The same JSON with every text replaced, names too where they are a person's columns; what `but` names stays."""
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, list):
        return [_spread(item, but=but) for item in value]
    if isinstance(value, dict):
        return {key: item if key in but else _spread(item, but=but) for key, item in value.items()}
    return value
