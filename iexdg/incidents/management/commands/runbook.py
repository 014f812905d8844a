"""Writes the sections of the kinds of incidents into docs/runbook.md."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from iexdg.incidents.runbook import RUNBOOK, RunbookError, with_kinds
from iexdg.team.commands import Outcome, PlainCommand


class Command(PlainCommand):
    """Check docs/runbook.md against the declared kinds; with --write, update it."""

    help = "Check that docs/runbook.md has the declared kinds of incidents, or write them into it."
    expected: ClassVar[tuple[type[Exception], ...]] = (RunbookError, OSError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Add --write."""
        parser.add_argument("--write", action="store_true", help="write the file")

    def work(self, **options: Any) -> Outcome:
        """Compare, and write if asked to; a file that is out of date is a failure of the check."""
        document = RUNBOOK.read_text(encoding="utf-8")
        wanted = with_kinds(document)
        facts = {"current": document == wanted, "written": options["write"] and document != wanted}
        if document == wanted:
            return Outcome(facts, "docs/runbook.md is up to date.")
        if options["write"]:
            RUNBOOK.write_text(wanted, encoding="utf-8")
            return Outcome(facts, "docs/runbook.md was written.")
        return Outcome(facts, "", "docs/runbook.md is out of date. Run `manage.py runbook --write`.")
