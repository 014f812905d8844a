"""Mirrors the workspace now."""

from typing import Any, ClassVar

from campaigns.errors import CampaignError
from campaigns.guardrails.evaluate import evaluate
from campaigns.mirror.sync import sync_when_free
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Reads campaigns, analytics, mailboxes and credits from Instantly."""

    help = "Read campaigns, analytics, mailboxes and credits from Instantly."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError, CampaignError)

    def work(self, **options: Any) -> Outcome:
        """Sync once; it fails if a part could not be read."""
        workspace = current_workspace()
        result = sync_when_free(workspace)
        # A pause that a guardrail requests here is carried out by the sweep.
        evaluate(workspace)
        facts = {
            "workspace": workspace.name,
            "ran": result.ran,
            "campaigns": result.campaigns,
            "vanished": result.vanished,
            "mailboxes": result.mailboxes,
            "credits_left": workspace.credits_left,
            "synced_at": workspace.synced_at,
            "errors": result.errors,
        }
        if not result.ran:
            return Outcome(facts, "", "Another sync is running. Wait until it ends, then try again.")
        campaigns = plural(result.campaigns or 0, "campaign")
        mailboxes = plural(result.mailboxes or 0, "mailbox", "mailboxes")
        words = f"{campaigns} and {mailboxes} read, {result.vanished} vanished."
        return Outcome(facts, words, result.words)
