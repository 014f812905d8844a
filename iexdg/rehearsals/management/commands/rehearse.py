"""`manage.py rehearse FILE.yaml --leads FILE.csv [--json]`: play a blueprint to its end in a private sandbox."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from iexdg.blueprints.errors import BlueprintError
from iexdg.blueprints.loading import load
from iexdg.clients.http.errors import ClientError
from iexdg.rehearsals.errors import RehearsalError
from iexdg.rehearsals.people import of_file
from iexdg.rehearsals.rehearsing import rehearse_and_keep
from iexdg.rehearsals.shown import rehearsal_words
from iexdg.rehearsals.subjects import Subject, subjects_of
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from leads.errors import LeadsError


class Command(PlainCommand):
    """Nothing is asked of Instantly, nothing is verified and nothing is sent."""

    help = "Play the campaigns of a blueprint to their end in a private sandbox, and show what would leave when."
    expected: ClassVar[tuple[type[Exception], ...]] = (BlueprintError, RehearsalError, LeadsError, WorkspaceError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Name the blueprint, the people, and the first day."""
        parser.add_argument("file", metavar="FILE", help="a YAML file of campaigns; docs/blueprints.md")
        parser.add_argument("--leads", required=True, metavar="FILE", help="CSV, .xlsx or .ods, as for an import")
        parser.add_argument(
            "--campaign",
            action="append",
            default=[],
            metavar="NAME",
            help="only this campaign of the blueprint; can be repeated. Without it the people are dealt over all",
        )
        parser.add_argument(
            "--map", action="append", default=[], metavar="COLUMN=FIELD", help="the field of a column; can be repeated"
        )
        parser.add_argument("--from", dest="starts_on", metavar="DATE", help="first day, as 2027-01-31")

    def work(self, **options: Any) -> Outcome:
        """Read both files, play, keep the result with each campaign. What is refused is an object for --json too."""
        try:
            return self._rehearsed(options)
        except (BlueprintError, RehearsalError, LeadsError, WorkspaceError, ClientError) as error:
            return Outcome({"error": {"code": getattr(error, "code", "error"), "message": str(error)}}, "", str(error))

    def _rehearsed(self, options: dict[str, Any]) -> Outcome:
        starts_on = _day(options["starts_on"])
        workspace, path = current_workspace(), Path(options["leads"])
        subjects = _chosen(subjects_of(workspace, load(options["file"])), options["campaign"])
        only = subjects[0].campaign if len(subjects) == 1 else None
        try:
            who = of_file(path, workspace=workspace, campaign=only, pairs=options["map"])
        except OSError as error:
            raise RehearsalError(f"{path} cannot be read: {error.strerror or error}.") from None
        made = rehearse_and_keep(
            workspace,
            subjects,
            who,
            source=Path(options["file"]).name,
            leads_source=path.name,
            starts_on=starts_on,
        )
        return Outcome(made.facts, rehearsal_words(made))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise RehearsalError(f"--from {text} is no date. Write it as 2027-01-31.") from None


def _chosen(subjects: list[Subject], names: list[str]) -> list[Subject]:
    known = {one.name.strip().lower() for one in subjects}
    unknown = [name for name in names if name.strip().lower() not in known]
    if unknown:
        listed = ", ".join(one.name for one in subjects)
        raise RehearsalError(f"The blueprint has no campaign called {unknown[0]}. It has: {listed}.")
    wanted = {name.strip().lower() for name in names}
    return [one for one in subjects if not wanted or one.name.strip().lower() in wanted]
