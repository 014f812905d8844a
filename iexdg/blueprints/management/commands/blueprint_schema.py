"""`manage.py blueprint_schema [--write]`: docs/blueprint.schema.json, by which editors check blueprints."""

import json
from argparse import ArgumentParser
from typing import Any, ClassVar

from django.conf import settings

from iexdg.blueprints.schema import json_schema
from iexdg.team.commands import Outcome, PlainCommand

SCHEMA = settings.BASE_DIR / "docs" / "blueprint.schema.json"


class Command(PlainCommand):
    """Check the published schema; with --write, update it."""

    help = "Check that docs/blueprint.schema.json is the schema of blueprints, or write it."
    expected: ClassVar[tuple[type[Exception], ...]] = (OSError,)

    def arguments(self, parser: ArgumentParser) -> None:
        """Add --write."""
        parser.add_argument("--write", action="store_true", help="write the file")

    def work(self, **options: Any) -> Outcome:
        """Compare, and write if asked to; a file that is out of date is a failure of the check."""
        wanted = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
        is_current = SCHEMA.is_file() and SCHEMA.read_text(encoding="utf-8") == wanted
        facts = {"current": is_current, "written": options["write"] and not is_current}
        if is_current:
            return Outcome(facts, "docs/blueprint.schema.json is up to date.")
        if options["write"]:
            SCHEMA.write_text(wanted, encoding="utf-8")
            return Outcome(facts, "docs/blueprint.schema.json was written.")
        return Outcome(
            facts, "", "docs/blueprint.schema.json is out of date. Run `manage.py blueprint_schema --write`."
        )
