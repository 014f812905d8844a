"""Records an audit event."""

from typing import Any

from iexdg.team.audit.models import AuditEvent, Via
from iexdg.team.models import Member


def record(
    action: str,
    summary: str,
    *,
    subject: str,
    by: Member | None = None,
    via: str | None = None,
    campaign_ref: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
) -> AuditEvent:
    """Append one event, in the caller's transaction if there is one.

    Shapes: action - `thing:subject:verb` tag; subject - `kind:id`; before/after - small JSON facts,
        never keys or people's addresses. Without `by` IEXDG Outreach acted.
    """
    return AuditEvent.objects.create(
        action=action,
        summary=summary[:300],
        subject=subject,
        actor=by,
        actor_name=by.name if by else "IEXDG Outreach",
        via=via or (Via.WEB if by else Via.SYSTEM),
        campaign_ref=campaign_ref,
        before=before or {},
        after=after or {},
        note=note,
    )
