"""`manage.py campaign_plan FILE [--json]`: what a blueprint would change at Instantly. Writes nothing."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from iexdg.blueprints.errors import BlueprintError, InvalidBlueprintError
from iexdg.blueprints.loading import load
from iexdg.blueprints.planning import Plan, plan
from iexdg.blueprints.shown import plan_words
from iexdg.clients.http.errors import ClientError
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
            return planned(plan(current_workspace(), load(options["file"])))
        except (BlueprintError, WorkspaceError, ClientError) as error:
            return failed(error)


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


def failed(error: Exception) -> Outcome:
    """What ended a command, as its outcome: with --json an object too. Each problem of a file is a finding."""
    problems = error.problems if isinstance(error, InvalidBlueprintError) else ()
    findings = [
        {
            "level": "error",
            "code": InvalidBlueprintError.code,
            "campaign": "",
            "path": one.path,
            "line": one.line,
            "column": one.column,
            "title": one.message,
            "next_step": "",
            "excerpt": "",
        }
        for one in problems
    ]
    facts = {"code": getattr(error, "code", "error"), "message": str(error)}
    return Outcome({"campaigns": [], "findings": findings, "error": facts}, "", str(error))
