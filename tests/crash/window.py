"""Reads a stack's database, and acts as the person who starts an import. One JSON command a line, one answer a line.

python -m tests.crash.window   (in the environment of the stack)
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import override_settings  # noqa: E402

import iexdg.celery  # noqa: E402, F401  binds shared tasks to our broker settings
from campaigns.mirror.sync import sync_workspace  # noqa: E402
from campaigns.models import StatusRequest  # noqa: E402
from campaigns.tasks import carry_out_request  # noqa: E402
from campaigns.watch import stopping  # noqa: E402
from iexdg.incidents.models import Incident  # noqa: E402
from iexdg.operations.enqueue import enqueue  # noqa: E402
from iexdg.team.demo import ensure_demo_people  # noqa: E402
from iexdg.team.models import Member  # noqa: E402
from iexdg.workspaces.connected import current_workspace  # noqa: E402
from leads.imports import verbs  # noqa: E402
from leads.imports.counts import counts_of  # noqa: E402
from leads.models import Batch, Import, Receipt  # noqa: E402
from leads.tasks import advance_import  # noqa: E402
from tests.leads.factories import checked_import, synced_campaign  # noqa: E402
from tests.workspaces import connected_workspace  # noqa: E402


def prepare() -> dict[str, Any]:
    """Set up an empty database with the sandbox's workspace and the demo people."""
    call_command("migrate", interactive=False, verbosity=0)
    # No one signs in here, and hashing the demo people's passwords is slow.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        ensure_demo_people()
    connected_workspace()
    return {}


def sync() -> dict[str, Any]:
    """Mirror the workspace."""
    sync_workspace(current_workspace())
    return {}


def begin(campaign: str, emails: list[str], *, hold: bool = False) -> dict[str, Any]:
    """The demo operator starts an import of these addresses."""
    operator = Member.objects.get(email="operator@example.com")
    imported = checked_import(synced_campaign(current_workspace(), campaign), emails, by=operator)
    verbs.start(imported, by=operator, hold=hold)
    enqueue(advance_import, imported.pk)
    return {"import": imported.pk, "campaign": imported.campaign.remote_id}


def resume(imported: int) -> dict[str, Any]:
    """The demo operator lets a held import load."""
    verbs.resume(Import.objects.get(pk=imported), by=Member.objects.get(email="operator@example.com"))
    return {}


def stop_all() -> dict[str, Any]:
    """The demo viewer turns the kill switch on, as the page does."""
    requests = stopping.stop_all(
        current_workspace(), by=Member.objects.get(email="viewer@example.com"), reason="wrong copy"
    )
    for request in requests:
        enqueue(carry_out_request, request.pk, queue="safety")
    return {"asked": len(requests)}


def stopped() -> dict[str, Any]:
    """Which campaigns are read back as paused since the kill switch was turned on, and which are not yet."""
    workspace = current_workspace()
    assert workspace.kill_switch_at is not None
    found = stopping.stopped_since(workspace, workspace.kill_switch_at)
    return {
        "confirmed": [one.campaign.remote_id for one in found if one.confirmed_at],
        "open": [one.campaign.remote_id for one in found if not one.confirmed_at],
    }


def state(imported: int) -> dict[str, Any]:
    """The state of an import, for polling at low cost."""
    return {"state": Import.objects.values_list("state", flat=True).get(pk=imported)}


def facts(imported: int) -> dict[str, Any]:
    """Everything about an import that tests check."""
    found = Import.objects.get(pk=imported)
    counts = counts_of(found)
    return counts.as_json() | {
        "adds_up": counts.adds_up,
        "open": counts.open_total,
        "answered": Receipt.objects.filter(answered_at__isnull=False).count(),
        "receipts": Receipt.objects.count(),
        "batches": [
            {"number": batch.number, "size": batch.size, "state": batch.state, "adds_up": batch.adds_up}
            for batch in Batch.objects.filter(imported=found).order_by("number")
        ],
        "log": list(found.events.order_by("id").values_list("text", flat=True)),
        "incidents": list(Incident.objects.filter(campaign_ref=found.campaign_id).values_list("kind", flat=True)),
        "requests": list(StatusRequest.objects.values_list("wanted", "state")),
    }


_COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {
    "prepare": prepare,
    "sync": sync,
    "begin": begin,
    "resume": resume,
    "stop_all": stop_all,
    "stopped": stopped,
    "state": state,
    "facts": facts,
}


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        command = json.loads(line)
        answer = _COMMANDS[command.pop("what")](**command)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
