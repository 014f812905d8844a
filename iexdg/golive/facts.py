"""A go-live as plain data for `--json`."""

from argparse import ArgumentParser
from typing import Any

from campaigns.models import Approval
from iexdg.golive.policy import policy_of
from iexdg.golive.verbs import votes_needed, votes_of


def add_confirm_argument(parser: ArgumentParser) -> None:
    """Add --confirm-empty to a command that requests or approves."""
    parser.add_argument(
        "--confirm-empty",
        action="append",
        default=[],
        metavar="VARIABLE",
        help="confirm that a variable of the copy is empty for most people; can be repeated",
    )


def facts_of(approval: Approval) -> dict[str, Any]:
    """The object that `request_go_live --json` and `approve_go_live --json` print."""
    campaign = approval.campaign
    campaign.refresh_from_db()
    policy = policy_of(campaign.workspace)
    return {
        "approval_id": approval.pk,
        "campaign": campaign.name,
        "remote_id": campaign.remote_id,
        "state": approval.state,
        "stage": approval.stage,
        "requested_by": approval.requested_by.email,
        "decided_by": approval.decided_by.email if approval.decided_by else None,
        "approvals": len(votes_of(approval, policy)),
        "approvals_needed": votes_needed(approval, policy),
        "break_glass_reason": approval.break_glass_reason,
        "expires_at": approval.expires_at,
        "audience": approval.audience_cap,
        "status": campaign.remote_status,
        "live_at": approval.live_at,
        "error": approval.stage_error or approval.void_reason,
    }
