"""`manage.py export_receipts IMPORT_ID > FILE`: the receipts of an import as CSV."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from iexdg.team.audit.models import Via
from iexdg.team.command_values import number_of_row
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from leads.errors import LeadsError
from leads.importing.verified_rows import receipt_lines, receipts_csv, record_export
from leads.models import Import


class Command(PlainCommand):
    """The file of the page, without the mark that Excel needs; with --json the same lines as objects."""

    help = "Print the receipts of an import as CSV; import_receipts reads them."
    expected: ClassVar[tuple[type[Exception], ...]] = (LeadsError, WorkspaceError)

    def arguments(self, parser: ArgumentParser) -> None:
        """The import."""
        parser.add_argument("import_id", metavar="IMPORT_ID", type=number_of_row, help="as in the address of its page")

    def work(self, **options: Any) -> Outcome:
        """Print it. Raises: LeadsError - the workspace has no such import."""
        imports = Import.objects.filter(workspace=current_workspace()).select_related("campaign")
        imported = imports.filter(pk=options["import_id"]).first()
        if imported is None:
            raise LeadsError(f"There is no import {options['import_id']} in this workspace. Its page shows its number.")
        record_export(imported, by=None, via=Via.CLI)
        if options["json"]:
            return Outcome({"import_id": imported.pk, "receipts": list(receipt_lines(imported))}, "")
        for line in receipts_csv(imported, with_mark=False):
            self.stdout.write(line, ending="")
        return Outcome({}, "")
