"""`manage.py ledger [--state STATE]`: the newest entries of the ledger, and how much waits."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from iexdg.crm.facts import backlog_facts, entry_facts
from iexdg.crm.models import EntryState
from iexdg.crm.queries import LedgerFilters, entries_of
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

_MOST = 1000


class Command(PlainCommand):
    """Reads the database only."""

    help = "List what automations did in the CRM, the newest first, and how much waits."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError,)

    def arguments(self, parser: ArgumentParser) -> None:
        """Which ones."""
        parser.add_argument("--state", default="", choices=EntryState.values, help="only entries in this state")

    def work(self, **options: Any) -> Outcome:
        """List them."""
        workspace = current_workspace()
        found = [entry_facts(one) for one in entries_of(workspace, LedgerFilters(state=options["state"]))[:_MOST]]
        waiting = backlog_facts(workspace)
        lines = [
            f"{one['id']}  {one['state']}  {one['action']}  {one['event']}  {one['error']}".rstrip() for one in found
        ]
        return Outcome(
            {"entries": found, **waiting}, "\n".join([plural(waiting["backlog"], "action") + " waiting", *lines])
        )
