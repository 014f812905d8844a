"""`manage.py campaign_plan FILE [--json]`: what a blueprint would change at Instantly. Writes nothing."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from iexdg.blueprints.errors import BlueprintError, InvalidBlueprintError
from iexdg.blueprints.loading import load
from iexdg.blueprints.planning import Plan, plan
from iexdg.blueprints.shown import plan_words
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

WOULD_CHANGE = 3


class Command(PlainCommand):
    """Exit code 0: nothing to do; 3: would change; 1: an error, or what is written must not be applied."""

    help = "Show what a blueprint would create and change at Instantly, like a diff, and review it."
    expected: ClassVar[tuple[type[Exception], ...]] = (BlueprintError, WorkspaceError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Name the file."""
        parser.add_argument("file", metavar="FILE", help="a YAML file of campaigns; docs/blueprints.md")

    def work(self, **options: Any) -> Outcome:
        """Read the file, read Instantly, compare."""
        try:
            blueprint = load(options["file"])
        except InvalidBlueprintError as error:
            return invalid(error)
        return planned(plan(current_workspace(), blueprint))


def planned(made: Plan) -> Outcome:
    """A plan as the outcome of a command."""
    words = plan_words(made)
    if made.blockers:
        first = made.blockers[0]
        count = plural(len(made.blockers), "blocker")
        return Outcome(
            made.facts, words, f"{count}, the first in line {first.line}: {first.title}. Fix it, then plan again."
        )
    if made.would_change:
        changed = sum(1 for one in made.campaigns if one.all_changes)
        failure = f"{plural(changed, 'campaign')} would change; nothing was written."
        return Outcome(made.facts, words, failure, WOULD_CHANGE)
    return Outcome(made.facts, words)


def invalid(error: InvalidBlueprintError) -> Outcome:
    """A file that is no blueprint, as the outcome of a command."""
    findings = [
        {
            "level": "error",
            "code": error.code,
            "campaign": "",
            "path": one.path,
            "line": one.line,
            "column": one.column,
            "title": one.message,
            "next_step": "",
            "excerpt": "",
        }
        for one in error.problems
    ]
    return Outcome({"campaigns": [], "findings": findings}, "", str(error))
