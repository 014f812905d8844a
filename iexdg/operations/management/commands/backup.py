"""`manage.py backup`: database and stored files in one archive, while the product runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from iexdg.operations.backup import make_backup
from iexdg.operations.dumps import BackupError
from iexdg.team.commands import Outcome, PlainCommand


class Command(PlainCommand):
    """Make a backup."""

    help = "Copy the database and the stored files into one archive, while the product runs."
    expected = (BackupError,)

    def arguments(self, parser: ArgumentParser) -> None:
        """Add the file."""
        parser.add_argument("--to", type=Path, metavar="FILE", help="default: a new one in VAR_DIR/backups")

    def work(self, **options: Any) -> Outcome:
        """Make it and say where it is."""
        made = make_backup(options["to"])
        return Outcome(
            facts={"path": str(made.path), "bytes": made.size, "files": made.files, "engine": made.manifest.engine},
            words=f"Backup written: {made.path} ({made.size:,} bytes, {made.files:,} stored files). "
            "It holds addresses: keep it where only you can read it, and the keys somewhere else.",
        )
