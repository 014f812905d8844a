"""`manage.py import_receipts FILE --as EMAIL`: receipts of verifications that were paid for elsewhere."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.files import File

from iexdg.team.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.roles import Action
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from leads.errors import LeadsError
from leads.importing.errors import UnreadableFileError
from leads.importing.receipts import import_receipts

_SHOWN = 5


class Command(PlainCommand):
    """The same function, rules and audit event as the page; for admins only."""

    help = "Import receipts that an import has exported, so that the same addresses are not paid for again."
    expected: ClassVar[tuple[type[Exception], ...]] = (LeadsError, WorkspaceError)

    def arguments(self, parser: ArgumentParser) -> None:
        """The file and the member."""
        parser.add_argument("file", metavar="FILE", help="receipts as an import exports them")
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Import the receipts; lines that are refused are named, and make the exit code 1."""
        member, path = acting_member(options, Action.IMPORT_RECEIPTS), Path(options["file"])
        try:
            with path.open("rb") as file:
                done = import_receipts(current_workspace(), File(file, name=path.name), by=member, via=Via.CLI)
        except OSError as error:
            raise UnreadableFileError(
                f"the file {path.name} cannot be opened: {error.strerror}", "Check the path"
            ) from None
        if not done.refused:
            return Outcome(done.as_json, done.words)
        named = "; ".join(f"line {line}: {reason}" for line, reason in done.problems[:_SHOWN])
        more = f"; and {done.refused - _SHOWN:,} more" if done.refused > _SHOWN else ""
        return Outcome(done.as_json, done.words, f"{done.refused:,} not imported: {named}{more}.")
