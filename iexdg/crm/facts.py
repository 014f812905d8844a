"""Automations and the ledger as plain data for `--json`."""

from typing import Any

from django.db.models import Min
from django.utils import timezone

from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.queries import backlog_of
from iexdg.workspaces.models import Workspace


def automation_facts(automation: Automation) -> dict[str, Any]:
    """One automation of `manage.py automations --json`."""
    return {
        "id": automation.pk,
        "name": automation.name,
        "state": automation.state,
        "tested_at": automation.tested_at,
        "is_tested": automation.is_tested,
        "tried_at": automation.tried_at,
        "trigger": automation.trigger,
        "actions": [action["kind"] for action in automation.actions],
        "test_contact": automation.test_contact or None,
    }


def entry_facts(entry: LedgerEntry) -> dict[str, Any]:
    """One entry of `manage.py ledger --json`."""
    return {
        "id": entry.pk,
        "event": entry.event,
        "automation": entry.automation_id,
        "action": entry.kind,
        "state": entry.state,
        "attempts": entry.attempts,
        "remote_id": entry.remote_id or None,
        "error": entry.error,
    }


def backlog_facts(workspace: Workspace) -> dict[str, Any]:
    """How many actions wait, and the age of the oldest in seconds; None where none waits."""
    waiting = backlog_of(workspace)
    oldest = waiting.aggregate(at=Min("asked_at"))["at"]
    oldest_s = (timezone.now() - oldest).total_seconds() if oldest is not None else None
    return {"backlog": waiting.count(), "oldest_s": round(oldest_s, 1) if oldest_s is not None else None}
