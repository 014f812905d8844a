"""What was done in the workspace, in Instantly's app or through a key: read only."""

from collections.abc import Iterator
from datetime import date
from enum import IntEnum

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, listed
from iexdg.clients.instantly.model import Code, Count, Flag, Model, Moment, Text, TextOrEmpty

_PATH = "audit-logs"
# Source: docs/api/instantly-facts.md §1 pagination, audit-logs alone take up to 1000 (read 2026-11-22).
_MOST_PER_PAGE = 1000


class AuditActivity(IntEnum):
    """The activities we search for. Source: docs/api/instantly-facts.md §2.6 audit-logs (read 2026-11-22)."""

    LEAD_DELETION = 2
    CAMPAIGN_DELETION = 3
    CAMPAIGN_LAUNCH = 4
    CAMPAIGN_PAUSE = 5
    LEAD_MOVED = 8
    LEAD_ADDED = 9
    CAMPAIGN_UPDATE = 11


class AuditLog(Model):
    """One action in the workspace, in Instantly's app or through a key."""

    checked = ("at", "activity_type", "campaign_remote_id", "is_from_api")

    remote_id: TextOrEmpty = Field("", validation_alias="id")
    at: Moment = Field(None, validation_alias="timestamp")
    activity_type: Code = None
    campaign_remote_id: Text = Field(None, validation_alias="campaign_id")
    is_from_api: Flag = Field(None, validation_alias="from_api")
    api_key_id: Text = None
    user_id: Text = None
    user_name: Text = None
    affected_count: Count = None


class AuditLogs:
    """Source: docs/api/instantly-facts.md §2.6 audit-logs."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        activity_type: int | None = None,
        search: str | None = None,
        start: date | None = None,
        end: date | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[AuditLog]:
        """Yield what was done in the workspace, page by page, in the vendor's order."""
        query = {
            "limit": limit,
            "activity_type": activity_type,
            "search": search,
            "start_date": start.isoformat() if start else None,
            "end_date": end.isoformat() if end else None,
        }
        return listed(self._transport, _PATH, AuditLog, query, lane=lane, most=_MOST_PER_PAGE)
