"""Pauses a campaign and waits until Instantly reads back as paused."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from campaigns.errors import CampaignError
from campaigns.lifecycle import ask_pause, carry_out
from campaigns.models import CampaignStatus, RequestState
from campaigns.sync import find_campaign
from iexdg.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.roles import Action
from iexdg.workspaces.connection import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Open to every member, like the button."""

    help = "Pause a campaign and wait until Instantly reads back as paused."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError, CampaignError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Name the campaign, the member and the reason."""
        parser.add_argument("campaign", metavar="CAMPAIGN", help="name or remote id")
        parser.add_argument("--reason", default="", help="kept on the campaign's timeline")
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Ask, carry out here and now, report what was read back."""
        member = acting_member(options, Action.PAUSE)
        campaign = find_campaign(current_workspace(), options["campaign"])
        asked = ask_pause(campaign, by=member, reason=options["reason"], via=Via.CLI)
        request = carry_out(asked.pk)
        facts = {
            "campaign": campaign.name,
            "remote_id": campaign.remote_id,
            "state": request.state,
            "status": request.last_read_status,
            "confirmed_at": request.confirmed_at,
        }
        if request.state == RequestState.CONFIRMED:
            return Outcome(facts, f"{campaign.name} is paused, read back at {request.confirmed_at:%H:%M:%S} UTC.")
        read = request.last_read_status
        words = CampaignStatus.label_of(read) if read is not None else "unreadable"
        failure = f"{campaign.name} is not confirmed as paused: last read as {words}. {request.error}"
        return Outcome(facts, "", f"{failure} We go on trying; look again, or pause it in Instantly itself.")
