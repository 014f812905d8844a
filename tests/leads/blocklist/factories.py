"""Blocked values for tests."""

from datetime import timedelta

from django.utils import timezone

from iexdg.workspaces.models import Workspace
from leads.blocklist.mirror import mirror_block_list
from leads.models import Suppression
from tests.sandbox_control import SandboxControl


def listed(control: SandboxControl, workspace: Workspace, *values: str) -> None:
    """Let Instantly list these values alone, and read that."""
    control.settings(blocklist=list(values))
    mirror_block_list(workspace)


def states(workspace: Workspace) -> dict[str, str]:
    """Value -> state of everything that is blocked here."""
    return dict(Suppression.objects.filter(workspace=workspace).values_list("value", "state"))


def sent_long_ago(workspace: Workspace) -> None:
    """Let the next read be certain about everything that was sent."""
    Suppression.objects.filter(workspace=workspace).update(sent_at=timezone.now() - timedelta(minutes=5))
