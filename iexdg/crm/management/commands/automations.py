"""`manage.py automations`: the automations of the workspace."""

from typing import Any, ClassVar

from iexdg.crm.automations import ensure_shipped
from iexdg.crm.facts import automation_facts
from iexdg.crm.queries import automations_of
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Lists them by name."""

    help = "List what happens in the CRM after a reply, and whether it is active."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError,)

    def work(self, **options: Any) -> Outcome:
        """List them."""
        workspace = current_workspace()
        ensure_shipped(workspace)
        facts = [automation_facts(one) for one in automations_of(workspace)]
        lines = (f"{one['id']}  {one['state']}  {one['name']}: {', '.join(one['actions'])}" for one in facts)
        return Outcome({"automations": facts}, "\n".join(lines))
