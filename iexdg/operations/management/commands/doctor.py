"""`manage.py doctor`: checks everything the product needs and says what to fix."""

from argparse import ArgumentParser
from typing import Any

from iexdg.operations import health
from iexdg.operations.doctor import Check, check_of, checks
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Exit code 0 only where every check passed."""

    help = "Check key, Instantly, scopes, clock, database, broker, workers, beat and migrations; say what to fix."
    expected = (WorkspaceError,)

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=list(health.DEPENDENCIES), help="check this dependency only")

    def work(self, **options: Any) -> Outcome:
        found = [check_of(options["only"])] if options["only"] else checks()
        failed = [check.name for check in found if not check.ok]
        return Outcome(
            facts={"ok": not failed, "checks": [_facts(check) for check in found]},
            words="\n".join(_line(check) for check in found),
            failure=f"Not well: {', '.join(failed)}. The list above says what to fix first." if failed else "",
        )


def _facts(check: Check) -> dict[str, Any]:
    return {"name": check.name, "ok": check.ok, "detail": check.detail, "next": "" if check.ok else check.next_step}


def _line(check: Check) -> str:
    line = f"{'ok  ' if check.ok else 'BAD '} {check.name:10}  {check.detail}"
    return line if check.ok else f"{line}\n     {'':10}  -> {check.next_step}"
