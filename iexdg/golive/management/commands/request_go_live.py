"""`manage.py request_go_live CAMPAIGN --as EMAIL [--note …]`: ask another person to let a campaign send."""

from argparse import ArgumentParser
from datetime import UTC
from typing import Any, ClassVar

from django.utils import timezone

from campaigns.errors import CampaignError
from campaigns.mirror.sync import find_campaign
from iexdg.golive.facts import add_confirm_argument, facts_of
from iexdg.golive.verbs import request_go_live
from iexdg.team.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.roles import Action
from iexdg.ui.formatting import zoned_words
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """The same rules and audit events as the go-live page."""

    help = "Request a campaign's go-live; someone else has to approve it."
    expected: ClassVar[tuple[type[Exception], ...]] = (CampaignError, WorkspaceError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Campaign, member, note."""
        parser.add_argument("campaign", help="name or remote id")
        parser.add_argument("--note", default="", help="shown on the campaign's timeline")
        add_confirm_argument(parser)
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Request and print until when it may be approved."""
        member = acting_member(options, Action.REQUEST_GO_LIVE)
        campaign = find_campaign(current_workspace(), options["campaign"])
        confirmed = options["confirm_empty"]
        approval = request_go_live(campaign, by=member, note=options["note"], confirmed=confirmed, via=Via.CLI)
        until = zoned_words(approval.expires_at.astimezone(UTC), now=timezone.now())
        words = f"Go-live of {campaign.name} requested. Someone else has to approve it before {until}."
        return Outcome(facts_of(approval), words)
