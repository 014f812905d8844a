"""`manage.py restore`: put a backup back, with the product stopped."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from iexdg.operations.dumps import BackupError
from iexdg.operations.restore import manifest_of, require_stopped, restore, what_is_there
from iexdg.team.commands import Outcome, PlainCommand

_CONFIRMATION = "replace"


class Command(PlainCommand):
    """Restore a backup."""

    help = "Replace the database and the stored files by those of a backup. The product must be stopped."
    expected = (BackupError,)

    def arguments(self, parser: ArgumentParser) -> None:
        """Add the file and the confirmation."""
        parser.add_argument("path", type=Path, metavar="FILE", help="an archive that `manage.py backup` made")
        parser.add_argument("--yes", action="store_true", help="replace what is there without asking")

    def work(self, **options: Any) -> Outcome:
        """Check, ask where something is there, and replace it."""
        manifest = manifest_of(options["path"])
        require_stopped()
        there = what_is_there()
        if there and not options["yes"]:
            _confirm(there, manifest.made_at)
        done = restore(options["path"])
        quiet = f" {', '.join(done.observing)} is in observe mode: an admin looks at it, then turns writing on under "
        words = (
            f"Restored the backup of {manifest.made_at[:16].replace('T', ' ')} UTC with {done.files:,} stored files."
        )
        return Outcome(
            facts={"made_at": manifest.made_at, "files": done.files, "observing": done.observing},
            words=f"{words}{quiet}Settings, Workspace." if done.observing else words,
        )


def _confirm(there: str, made_at: str) -> None:
    question = f"{there} are here and would be replaced by the backup of {made_at[:16]}."
    if not sys.stdin.isatty():
        raise BackupError(f"{question} Add --yes to replace them.")
    sys.stderr.write(f"{question} Type {_CONFIRMATION} to go on: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != _CONFIRMATION:
        raise BackupError("Nothing was changed.")
