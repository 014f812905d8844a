"""Reads a stack's database, and acts as the person who starts an import. One JSON command a line, one answer a line.

python -m tests.crash.window   (in the environment of the stack)
"""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

import iexdg.celery  # noqa: E402, F401  binds shared tasks to our broker settings
from campaigns.mirror.sync import sync_workspace  # noqa: E402
from campaigns.models import StatusRequest  # noqa: E402
from campaigns.tasks import carry_out_request  # noqa: E402
from campaigns.watch import stopping  # noqa: E402
from iexdg.blueprints.drafts.comparing import compare_draft  # noqa: E402
from iexdg.blueprints.drafts.requests import order_apply  # noqa: E402
from iexdg.blueprints.drafts.sources import draft_to_edit, drafts_of_file  # noqa: E402
from iexdg.blueprints.drafts.verbs import save  # noqa: E402
from iexdg.blueprints.models import ApplyRequest, CampaignWrite, Draft  # noqa: E402
from iexdg.blueprints.tasks import apply_request  # noqa: E402
from iexdg.inbox.mirror import read_inbox  # noqa: E402
from iexdg.inbox.models import Kind, Message, Reply  # noqa: E402
from iexdg.inbox.queries import ThreadFilters, filtered_threads  # noqa: E402
from iexdg.inbox.replies import queue_reply  # noqa: E402
from iexdg.incidents.models import Incident  # noqa: E402
from iexdg.operations.enqueue import enqueue  # noqa: E402
from iexdg.rehearsals.asking import ask_to_rehearse  # noqa: E402
from iexdg.rehearsals.models import Rehearsal  # noqa: E402
from iexdg.rehearsals.tasks import play_rehearsal  # noqa: E402
from iexdg.team.demo import ensure_demo_people  # noqa: E402
from iexdg.team.models import Member  # noqa: E402
from iexdg.workspaces.connected import client_for  # noqa: E402
from iexdg.workspaces.demo import connect_demo  # noqa: E402
from iexdg.workspaces.models import Workspace  # noqa: E402
from leads.imports import verbs  # noqa: E402
from leads.imports.counts import counts_of  # noqa: E402
from leads.lists.mirror import store_list  # noqa: E402
from leads.models import Batch, Import, Receipt  # noqa: E402
from leads.tasks import advance_import  # noqa: E402
from tests.crash.crm_window import crm_entries, crm_prepare, deliveries, let_time_pass  # noqa: E402
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


def connect_second() -> dict[str, Any]:
    """Connect the sandbox's second workspace through its Maton, as the demo does by itself."""
    workspace = connect_demo()
    assert workspace is not None
    return {"workspace": workspace.slug}


def sync(workspace: str = "demo") -> dict[str, Any]:
    """Mirror a workspace."""
    sync_workspace(Workspace.objects.get(slug=workspace))
    return {}


def sign_in() -> dict[str, Any]:
    """A session of the demo operator, as a browser has it."""
    client = Client()
    client.force_login(Member.objects.get(email="operator@example.com"))
    return {"session": client.cookies["sessionid"].value}


def begin(
    campaign: str, emails: list[str], *, hold: bool = False, workspace: str = "demo", verify_by: str = "address"
) -> dict[str, Any]:
    """The demo operator starts an import of these addresses."""
    operator = Member.objects.get(email="operator@example.com")
    found = synced_campaign(Workspace.objects.get(slug=workspace), campaign)
    imported = checked_import(found, emails, by=operator)
    verbs.start(imported, by=operator, hold=hold, verify_by=verify_by)
    enqueue(advance_import, imported.pk)
    return {"import": imported.pk, "campaign": imported.campaign.remote_id}


def begin_list(name: str, emails: list[str]) -> dict[str, Any]:
    """The demo operator starts an import of these addresses into a lead list that is new."""
    operator, workspace = Member.objects.get(email="operator@example.com"), Workspace.objects.get(slug="demo")
    synced_campaign(workspace, "05A")
    lead_list = store_list(workspace, client_for(workspace).lead_lists.create(name))
    imported = checked_import(lead_list, emails, by=operator)
    verbs.start(imported, by=operator)
    enqueue(advance_import, imported.pk)
    return {"import": imported.pk, "list": lead_list.remote_id}


def resume(imported: int) -> dict[str, Any]:
    """The demo operator lets a held import load."""
    verbs.resume(Import.objects.get(pk=imported), by=Member.objects.get(email="operator@example.com"))
    return {}


def stop_all(workspace: str = "demo") -> dict[str, Any]:
    """The demo viewer turns the kill switch of a workspace on, as the page does."""
    requests = stopping.stop_all(
        Workspace.objects.get(slug=workspace), by=Member.objects.get(email="viewer@example.com"), reason="wrong copy"
    )
    for request in requests:
        enqueue(carry_out_request, request.pk, queue="safety")
    return {"asked": len(requests)}


def stopped(workspace: str = "demo") -> dict[str, Any]:
    """Which campaigns are read back as paused since the kill switch was turned on, and which are not yet."""
    stopped_one = Workspace.objects.get(slug=workspace)
    assert stopped_one.kill_switch_at is not None
    found = stopping.stopped_since(stopped_one, stopped_one.kill_switch_at)
    return {
        "confirmed": [one.campaign.remote_id for one in found if one.confirmed_at],
        "open": [one.campaign.remote_id for one in found if not one.confirmed_at],
    }


def answer(text: str) -> dict[str, Any]:
    """The demo operator answers the conversation that waits longest; it is due at once."""
    workspace = Workspace.objects.get(slug="demo")
    sync_workspace(workspace)
    read_inbox(workspace)
    thread = filtered_threads(workspace, ThreadFilters(), None).select_related("workspace").first()
    assert thread is not None
    reply = queue_reply(thread, by=Member.objects.get(email="operator@example.com"), seen=None, text=text)
    Reply.objects.filter(pk=reply.pk).update(due_at=timezone.now())
    return {"reply": reply.pk, "thread": thread.remote_id}


def answered(reply: int, *, later_s: float = 0.0) -> dict[str, Any]:
    """The state of an answer; with `later_s` as if its call had been made so much earlier."""
    row = Reply.objects.get(pk=reply)
    if later_s and row.sending_at:
        Reply.objects.filter(pk=reply).update(sending_at=row.sending_at - timedelta(seconds=later_s))
    written = Message.objects.filter(thread=row.thread_id, kind=Kind.MANUAL).count()
    return {
        "state": row.state,
        "confirmed": row.confirmed_at is not None,
        "remote_id": row.remote_id,
        "written": written,
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
        "answered": Receipt.objects.filter(workspace=found.workspace_id, answered_at__isnull=False).count(),
        "receipts": Receipt.objects.filter(workspace=found.workspace_id).count(),
        "batches": [
            {"number": batch.number, "size": batch.size, "state": batch.state, "adds_up": batch.adds_up}
            for batch in Batch.objects.filter(imported=found).order_by("number")
        ],
        "log": list(found.events.order_by("id").values_list("text", flat=True)),
        "incidents": list(Incident.objects.filter(campaign_ref=found.campaign_id).values_list("kind", flat=True)),
        "requests": list(
            StatusRequest.objects.filter(campaign__workspace=found.workspace_id).values_list("wanted", "state")
        ),
    }


def make_draft(text: str = "", campaign: str = "", daily: int = 0) -> dict[str, Any]:
    """The demo operator writes a draft: that of a file, or one of a campaign with another daily cap."""
    workspace, operator = Workspace.objects.get(slug="demo"), Member.objects.get(email="operator@example.com")
    if not campaign:
        (draft,) = drafts_of_file(workspace, text, "new.yaml", by=operator)
        return {"draft": draft.pk}
    draft = draft_to_edit(synced_campaign(workspace, campaign), by=operator)
    caps = {**draft.content.get("caps", {}), "daily": daily}
    save(draft, {**draft.content, "caps": caps}, revision=draft.revision, by=operator)
    return {"draft": draft.pk}


def plan_draft(draft: int) -> dict[str, Any]:
    """Compare a draft with what Instantly has."""
    row = Draft.objects.select_related("workspace", "campaign").get(pk=draft)
    compare_draft(row)
    row.refresh_from_db()
    return {"action": (row.plan or {}).get("action"), "belongs": row.campaign_id is not None}


def apply_draft(draft: int) -> dict[str, Any]:
    """The demo operator applies a draft as it was planned, and pauses its campaign where it may send."""
    row = Draft.objects.select_related("workspace", "campaign").get(pk=draft)
    request = order_apply(row, pauses_live=True, by=Member.objects.get(email="operator@example.com"))
    enqueue(apply_request, request.pk)
    return {"request": request.pk}


def applied(request: int, *, later: bool = False) -> dict[str, Any]:
    """The state of a request to apply; with `later` as if every lease had ended by now."""
    if later:
        gone = timezone.now() - timedelta(seconds=1)
        ApplyRequest.objects.filter(lease_until__isnull=False).update(lease_until=gone)
        CampaignWrite.objects.filter(lease_until__isnull=False).update(lease_until=gone)
    row = ApplyRequest.objects.get(pk=request)
    return {"state": row.state, "error": row.error}


def rehearse(campaign: str) -> dict[str, Any]:
    """The demo operator rehearses a campaign with the people that it has."""
    found = synced_campaign(Workspace.objects.get(slug="demo"), campaign)
    row = ask_to_rehearse(found, by=Member.objects.get(email="operator@example.com"))
    enqueue(play_rehearsal, row.pk)
    return {"rehearsal": row.pk}


def rehearsed(rehearsal: int, *, later: bool = False) -> dict[str, Any]:
    """The state of a rehearsal; with `later` as if its lease had ended by now."""
    if later:
        gone = timezone.now() - timedelta(seconds=1)
        Rehearsal.objects.filter(pk=rehearsal, lease_until__isnull=False).update(lease_until=gone)
    row = Rehearsal.objects.get(pk=rehearsal)
    return {"state": row.state, "error": row.error, "is_played": row.day_reached is not None}


_COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {
    "prepare": prepare,
    "connect_second": connect_second,
    "sync": sync,
    "sign_in": sign_in,
    "begin": begin,
    "begin_list": begin_list,
    "resume": resume,
    "stop_all": stop_all,
    "stopped": stopped,
    "state": state,
    "answer": answer,
    "answered": answered,
    "facts": facts,
    "make_draft": make_draft,
    "plan_draft": plan_draft,
    "apply_draft": apply_draft,
    "applied": applied,
    "rehearse": rehearse,
    "rehearsed": rehearsed,
    "crm_prepare": crm_prepare,
    "crm_entries": crm_entries,
    "deliveries": deliveries,
    "let_time_pass": let_time_pass,
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
