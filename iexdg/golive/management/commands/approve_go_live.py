"""`manage.py approve_go_live CAMPAIGN --as EMAIL`: approve a go-live, carry it out, read it back."""

import time
from argparse import ArgumentParser
from typing import Any, ClassVar

from campaigns.errors import CampaignError
from campaigns.mirror.sync import find_campaign
from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage
from iexdg.golive.execute import carry_out_go_live
from iexdg.golive.facts import add_confirm_argument, facts_of
from iexdg.golive.verbs import (
    AlreadyDecidedError,
    approve_go_live,
    break_glass,
    decided_already,
    open_approval,
)
from iexdg.team.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from leads.errors import LeadsError
from leads.imports.drive import advance, due_imports

_PAUSE_S = 0.5
_TIMEOUT_S = 600.0


class Command(PlainCommand):
    """The same rules and audit events as the go-live page; returns when the campaign reads back, or does not."""

    help = "Approve a campaign's go-live and wait until it reads back as active."
    expected: ClassVar[tuple[type[Exception], ...]] = (CampaignError, WorkspaceError, LeadsError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Campaign, member, note."""
        parser.add_argument("campaign", help="name or remote id")
        parser.add_argument("--note", default="", help="shown on the campaign's timeline")
        add_confirm_argument(parser)
        parser.add_argument(
            "--break-glass",
            default="",
            metavar="REASON",
            help="an admin approves alone; CAMPAIGN must be its full name",
        )
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Approve, then wait until it is live."""
        alone = bool(options["break_glass"])
        member = acting_member(options, Action.BREAK_GLASS if alone else Action.DECIDE_GO_LIVE)
        campaign = find_campaign(current_workspace(), options["campaign"])
        if alone:
            reason = options["break_glass"]
            approval = break_glass(
                campaign,
                by=member,
                typed_name=options["campaign"],
                reason=reason,
                confirmed=options["confirm_empty"],
                via=Via.CLI,
            )
        else:
            approval = _approved(campaign, member, options["note"], options["confirm_empty"])
        if approval.state == ApprovalState.REQUESTED:
            return Outcome(
                facts_of(approval), f"Your approval of {campaign.name} is recorded. Another approver has to agree."
            )
        approval = _wait_until_live(approval)
        if approval.stage == GoLiveStage.LIVE:
            return Outcome(
                facts_of(approval), f"{campaign.name} is sending, read back {approval.live_at:%H:%M:%S} UTC."
            )
        failure = approval.stage_error or "It is not read back as active yet. Open the campaign's page."
        return Outcome(facts_of(approval), "", failure=f"{campaign.name} was not activated: {failure}")


def _approved(campaign: Campaign, member: Member, note: str, confirmed: list[str]) -> Approval:
    approval = open_approval(campaign)
    if approval is None:
        raise AlreadyDecidedError(decided_already(campaign))
    return approve_go_live(approval, by=member, note=note, confirmed=confirmed, via=Via.CLI)


def _wait_until_live(approval: Approval) -> Approval:
    """Carry the go-live out in this process, in parallel with the workers: every step may run twice."""
    deadline = time.monotonic() + _TIMEOUT_S
    while time.monotonic() < deadline:
        approval = carry_out_go_live(approval.pk)
        if approval.state != ApprovalState.APPROVED or approval.stage in {GoLiveStage.LIVE, GoLiveStage.FAILED}:
            break
        for import_pk in due_imports().filter(campaign=approval.campaign).values_list("pk", flat=True):
            advance(import_pk)
        time.sleep(_PAUSE_S)
    approval.refresh_from_db()
    return approval
