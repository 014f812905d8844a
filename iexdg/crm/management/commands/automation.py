"""`manage.py automation test|cleanup|activate|pause|dry_run ID --as EMAIL [--last N]`."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, ClassVar

from iexdg.connections.errors import StoredConnectionError
from iexdg.crm.automations import activate, pause
from iexdg.crm.errors import CrmError, CrmRefusedError
from iexdg.crm.facts import automation_facts, entry_facts
from iexdg.crm.lead_events import LOADS_COUNT
from iexdg.crm.models import Automation, Trigger
from iexdg.crm.queries import automations_of
from iexdg.crm.trying import MOST_EVENTS, clean_up, dry_run, run_test
from iexdg.team.audit.models import Via
from iexdg.team.command_values import number_of_row, whole_number
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """The same rules and audit events as the page."""

    help = "Try an automation, activate or pause it."
    expected: ClassVar[tuple[type[Exception], ...]] = (CrmError, WorkspaceError, StoredConnectionError)

    def arguments(self, parser: ArgumentParser) -> None:
        """What, which one, member."""
        parser.add_argument("what", metavar="WHAT", choices=sorted(_VERBS), help=", ".join(sorted(_VERBS)))
        parser.add_argument(
            "automation", metavar="ID", type=number_of_row, help="id as `manage.py automations` prints it"
        )
        parser.add_argument(
            "--last",
            type=whole_number(1, MOST_EVENTS),
            default=20,
            metavar="N",
            help=f"events of a dry run, at most {MOST_EVENTS}",
        )
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Do it."""
        # A dry run only reads, as on the page.
        member = acting_member(options, Action.SYNC if options["what"] == "dry_run" else Action.CONNECT)
        found = automations_of(current_workspace()).filter(pk=options["automation"]).first()
        if found is None:
            raise CrmRefusedError(f"No automation {options['automation']} is here. `manage.py automations` lists them.")
        return _VERBS[options["what"]](found, member, options["last"])


def _test(automation: Automation, by: Member, _: int) -> Outcome:
    result = run_test(automation, by=by, via=Via.CLI)
    entries = [
        entry_facts(one) | {"request": one.request, "answer": one.answer, "read_back": one.read_back}
        for one in result.entries
    ]
    facts = automation_facts(automation) | {"passed": result.has_passed, "entries": entries}
    lines = [f"{one.number}. {one.kind}: {one.state} {one.error}".rstrip() for one in result.entries]
    failure = "" if result.has_passed else "The test step did not pass."
    return Outcome(facts, "\n".join(lines), failure)


def _cleanup(automation: Automation, by: Member, _: int) -> Outcome:
    entry = clean_up(automation, by=by, via=Via.CLI)
    is_gone = bool(entry.answer.get("gone_already"))
    words = "The test contact was gone already." if is_gone else "The test contact was deleted."
    return Outcome({"contact": entry.contact_id, "deleted": not is_gone, "gone_already": is_gone}, words)


def _activate(automation: Automation, by: Member, _: int) -> Outcome:
    return Outcome(automation_facts(activate(automation, by=by, via=Via.CLI)), f"{automation} is active.")


def _pause(automation: Automation, by: Member, _: int) -> Outcome:
    return Outcome(automation_facts(pause(automation, by=by, via=Via.CLI)), f"{automation} is paused.")


def _dry_run(automation: Automation, _: Member, last: int) -> Outcome:
    found = dry_run(automation, last)
    events = [{"event": line.event.key, "lead": line.event.lead, "would": line.verb} for line in found.lines]
    facts = {"would_create": found.creates, "would_update": found.updates, "events": events}
    facts |= {"would_notify": found.notifies, "would_suppress": found.suppresses}
    lines = [f"{line.verb}  {line.event.lead}" for line in found.lines]
    limits = [LOADS_COUNT] if automation.trigger == Trigger.LOADED else []
    return Outcome(facts, "\n".join([found.words, *limits, *lines]))


_VERBS: dict[str, Callable[[Automation, Member, int], Outcome]] = {
    "test": _test,
    "cleanup": _cleanup,
    "activate": _activate,
    "pause": _pause,
    "dry_run": _dry_run,
}
