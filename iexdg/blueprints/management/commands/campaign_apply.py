"""`manage.py campaign_apply FILE --commit --as EMAIL [--json]`: bring Instantly to what a blueprint says."""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any, ClassVar

from campaigns.errors import CampaignError
from iexdg.blueprints.applying import apply
from iexdg.blueprints.errors import BlueprintError
from iexdg.blueprints.loading import load
from iexdg.blueprints.management.commands.campaign_plan import failed, planned
from iexdg.blueprints.planning import plan
from iexdg.blueprints.shown import application_words
from iexdg.clients.http.errors import ClientError
from iexdg.team.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.errors import TeamError
from iexdg.team.roles import Action
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Without --commit nothing is written and exit code 3 says that something would change. Never activates."""

    help = "Create and change campaigns as a blueprint says; new ones are drafts. Nothing is activated."
    expected: ClassVar[tuple[type[Exception], ...]] = (BlueprintError, CampaignError, WorkspaceError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Name the file, the member, and whether it is meant."""
        parser.add_argument("file", metavar="FILE", help="a YAML file of campaigns; docs/blueprints.md")
        parser.add_argument("--commit", action="store_true", help="write to Instantly; without it this is a plan")
        parser.add_argument(
            "--pause",
            action="store_true",
            help="pause a campaign that may send before it is changed; without it such a campaign is refused",
        )
        add_member_argument(parser, required=False)

    def work(self, **options: Any) -> Outcome:
        """Plan, and with --commit apply and read back. What is refused is an object for --json too."""
        try:
            return self._applied(options)
        except (BlueprintError, CampaignError, WorkspaceError, TeamError, ClientError) as error:
            return _not_applied(failed(error))

    def _applied(self, options: dict[str, Any]) -> Outcome:
        blueprint, workspace = load(options["file"]), current_workspace()
        if not options["commit"]:
            return _not_applied(planned(plan(workspace, blueprint)))
        if not options["acting"]:
            raise BlueprintError("Say who applies it: --as EMAIL. Nothing was written.")
        member = acting_member(options, Action.BLUEPRINTS)
        made = apply(workspace, blueprint, by=member, pauses_live=options["pause"], via=Via.CLI)
        return Outcome(made.facts, application_words(made), "; ".join(made.failures))


def _not_applied(outcome: Outcome) -> Outcome:
    """Nothing was written, so there is nothing to read back."""
    return replace(outcome, facts=outcome.facts | {"applied": False, "read_back": None})
