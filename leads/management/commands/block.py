"""`manage.py block add|remove VALUE… --as EMAIL`: the block list on the command line."""

import time
from argparse import ArgumentParser
from typing import Any, ClassVar

from iexdg.operations.enqueue import enqueue
from iexdg.team.audit.models import Via
from iexdg.team.command_values import seconds
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.models import Workspace
from leads.blocklist.ask import CHANGES, Asked, ask_to_block, ask_to_unblock
from leads.blocklist.mirror import block_list_read_at
from leads.blocklist.send import carry_out, has_open_values
from leads.errors import LeadsError
from leads.importing.block_values import normal_value
from leads.models import BlockSource, BlockState, Suppression
from leads.tasks import send_block_list

_POLL_EVERY_S = 1.0
_DONE = CHANGES | {Asked.ALREADY, Asked.NOT_LISTED}


class Command(PlainCommand):
    """The same functions, rules and audit events as the page."""

    help = "Put addresses and domains on the block list, or take them off it, here and at Instantly."
    expected: ClassVar[tuple[type[Exception], ...]] = (LeadsError, WorkspaceError)

    def arguments(self, parser: ArgumentParser) -> None:
        """What to do, the values, the reason, the member, and whether to wait."""
        parser.add_argument("what", choices=["add", "remove"], help="put the values on the list, or take them off")
        parser.add_argument("values", metavar="VALUE", nargs="+", help="an address, or a domain for everyone there")
        parser.add_argument("--why", default="", metavar="TEXT", help="shown beside the value")
        parser.add_argument("--wait", action="store_true", help="wait until Instantly's list was read back")
        parser.add_argument(
            "--timeout", type=seconds(3600), default=60.0, metavar="S", help="with --wait: seconds at most"
        )
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Ask for every valid value; with --wait send and read back in this process."""
        member, workspace = acting_member(options, Action.BLOCK), current_workspace()
        read = {typed: normal_value(typed) for typed in options["values"]}
        values = list(dict.fromkeys(value for value, _ in read.values() if value))
        if options["what"] == "add":
            found = ask_to_block(
                workspace, values, by=member, source=BlockSource.COMMAND, why=options["why"], via=Via.CLI
            )
        else:
            found = ask_to_unblock(workspace, values, by=member, via=Via.CLI)
        enqueue(send_block_list, workspace.pk)
        if options["wait"]:
            _wait(workspace, values, options["timeout"])
        return _outcome(workspace, read, found, is_adding=options["what"] == "add", has_waited=options["wait"])


def _wait(workspace: Workspace, values: list[str], timeout_s: float) -> None:
    """Send and read back here, so that nothing waits for a worker; one that is at it already is waited for."""
    ends_at = time.monotonic() + timeout_s
    while True:
        carry_out(workspace)
        mine = Suppression.objects.filter(workspace=workspace, value__in=values)
        is_open = has_open_values(workspace) and any(row.is_open for row in mine)
        if not is_open or time.monotonic() >= ends_at:
            return
        time.sleep(_POLL_EVERY_S)


def _outcome(
    workspace: Workspace,
    read: dict[str, tuple[str, str]],
    found: dict[str, Asked],
    *,
    is_adding: bool,
    has_waited: bool,
) -> Outcome:
    rows = {row.value: row for row in Suppression.objects.filter(workspace=workspace, value__in=list(found))}
    lines = [_line(typed, value, problem, found, rows) for typed, (value, problem) in read.items()]
    facts = {"values": lines, "as_of": block_list_read_at(workspace.pk)}
    failed = [str(line["typed"]) for line in lines if _has_failed(line, found, rows, is_adding, has_waited)]
    words = f"{plural(len(lines), 'value')}: " + ", ".join(f"{line['typed']} {line['words']}" for line in lines) + "."
    if not failed:
        return Outcome(facts, words)
    names = ", ".join(failed)
    return Outcome(facts, words, f"Not done: {names}. See `values`; what was sent is read back with the next sync.")


def _line(
    typed: str, value: str, problem: str, found: dict[str, Asked], rows: dict[str, Suppression]
) -> dict[str, object]:
    row = rows.get(value)
    asked = found.get(value)
    return {
        "typed": typed,
        "value": value,
        "kind": "" if not value else "address" if "@" in value else "domain",
        "outcome": asked.name.lower() if asked else "invalid",
        "words": problem or (asked.value if asked else ""),
        "state": row.state if row else "off",
        "is_leaving": bool(row and row.is_leaving),
        "error": row.error if row else "",
    }


def _has_failed(
    line: dict[str, object],
    found: dict[str, Asked],
    rows: dict[str, Suppression],
    is_adding: bool,
    has_waited: bool,
) -> bool:
    value = str(line["value"])
    if not value:
        return True
    row = rows.get(value)
    if row is not None and row.state == BlockState.REFUSED:
        return True
    if not has_waited:
        return found[value] not in _DONE | {Asked.LEAVING if not is_adding else Asked.ALREADY}
    if is_adding:
        return row is None or row.is_leaving or row.state != BlockState.CONFIRMED
    return row is not None
