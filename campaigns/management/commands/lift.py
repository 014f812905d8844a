"""Lifts the kill switch."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from campaigns.watch.stopping import lift
from iexdg.team.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.roles import Action
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """For approvers; every campaign stays paused."""

    help = "Lift the kill switch. Campaigns stay paused until their next go-live."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError,)

    def arguments(self, parser: ArgumentParser) -> None:
        """Name the member and the reason."""
        parser.add_argument("--reason", required=True, help="why it is safe to send again")
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Lift it; it is not an error if it was off already."""
        member = acting_member(options, Action.LIFT_KILL_SWITCH)
        workspace = current_workspace()
        lifted = lift(workspace, by=member, reason=options["reason"], via=Via.CLI)
        words = (
            "The kill switch is lifted; every campaign stays paused." if lifted else "The kill switch was off already."
        )
        return Outcome({"lifted": lifted, "workspace": workspace.name}, words)
