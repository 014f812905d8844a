"""Campaigns that need no sandbox."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    DailyStat,
    RequestState,
    StatusRequest,
    Wanted,
)
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace

GOOD_BODY = "<div>Hi {{firstName}},</div>"


def campaign(workspace: Workspace, name: str = "05A Executive-Peer", **fields: Any) -> Campaign:
    """A paused campaign that was read just now and could go live."""
    now = timezone.now()
    defaults: dict[str, Any] = {
        "remote_id": f"remote-{name}",
        "remote_status": CampaignStatus.PAUSED,
        "status_read_at": now,
        "synced_at": now,
        "analytics_read_at": now,
        "schedule": {
            "schedules": [
                {
                    "name": "Office hours",
                    "timing": {"from": "09:00", "to": "17:00"},
                    "days": {str(day): True for day in range(1, 6)},
                    "timezone": "America/Detroit",
                }
            ]
        },
        "sequences": [{"steps": [{"type": "email", "delay": 1, "variants": [{"subject": "Hi", "body": GOOD_BODY}]}]}],
        "senders": ["exec@peers.example.com"],
        "flags": {"stop_on_reply": True, "insert_unsubscribe_header": True},
        "daily_limit": 20,
        "leads_count": 230,
        "sent": 300,
        "contacted": 146,
        "opened": 99,
        "replied": 13,
        "bounced": 4,
    }
    return Campaign.objects.create(workspace=workspace, name=name, **(defaults | fields))


def days(of: Campaign, *sent: int) -> None:
    """The last days' figures, oldest first, ending today."""
    today = timezone.now().date()
    for back, count in enumerate(reversed(sent)):
        DailyStat.objects.create(campaign=of, date=today - timedelta(days=back), sent=count, contacted=count)


def approval(of: Campaign, *, by: Member, state: str = ApprovalState.REQUESTED, **fields: Any) -> Approval:
    """A go-live request of this member."""
    now = timezone.now()
    defaults: dict[str, Any] = {
        "requested_by": by,
        "requested_at": now,
        "expires_at": now + timedelta(hours=24),
        "fingerprint": "f" * 64,
        "audience_cap": 230,
    }
    return Approval.objects.create(campaign=of, state=state, **(defaults | fields))


def request_row(of: Campaign, wanted: Wanted, state: RequestState = RequestState.ASKED, **fields: Any) -> StatusRequest:
    """A pause or an activation in a state, as it was requested just now."""
    made: dict[str, Any] = {"asked_at": timezone.now(), **fields}
    return StatusRequest.objects.create(campaign=of, wanted=wanted, state=state, **made)
