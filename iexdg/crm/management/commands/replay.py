"""`manage.py replay ENTRY… --as EMAIL`: ask refused, unknown and skipped entries of the ledger again."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from iexdg.crm.ledger import replay
from iexdg.crm.queries import LedgerFilters, entries_of
from iexdg.crm.tasks import carry_out_ledger
from iexdg.operations.enqueue import enqueue
from iexdg.team.audit.models import Via
from iexdg.team.command_values import number_of_row
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """The same rules and audit events as the page."""

    help = "Ask entries of the ledger again; those that are done or on their way stay as they are."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError,)

    def arguments(self, parser: ArgumentParser) -> None:
        """Which ones, member."""
        parser.add_argument(
            "entries", metavar="ENTRY", nargs="+", type=number_of_row, help="ids as `manage.py ledger` prints them"
        )
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Ask them again and start a worker."""
        member = acting_member(options, Action.CONNECT)
        workspace = current_workspace()
        found = entries_of(workspace, LedgerFilters()).filter(pk__in=options["entries"])
        asked = replay(found, by=member, via=Via.CLI)
        if asked:
            enqueue(carry_out_ledger, workspace.pk)
        failure = (
            ""
            if asked
            else (
                "Nothing was replayed: no such entry is refused, unknown or skipped, or it is of a test step. "
                "`manage.py automation test ID` runs that again."
            )
        )
        return Outcome({"replayed": asked}, f"{plural(len(asked), 'entry', 'entries')} replayed.", failure)
