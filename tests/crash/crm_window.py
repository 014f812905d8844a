"""What the window reads and does about webhooks and the CRM."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from campaigns.mirror.sync import sync_workspace
from iexdg.crm.actions import CONTACT, NOTE, OPPORTUNITY, TAGS, WORKFLOW
from iexdg.crm.automations import activate, change, ensure_shipped
from iexdg.crm.client import client_for
from iexdg.crm.ledger import LEASE
from iexdg.crm.models import Automation, EntryState, LedgerEntry
from iexdg.crm.thread_panel import crm_panel
from iexdg.crm.trying import clean_up, run_test
from iexdg.inbox.mirror import read_inbox
from iexdg.inbox.models import InboxReading, Thread
from iexdg.team.models import Member
from iexdg.webhooks.models import Delivery
from iexdg.webhooks.receivers import address_of, ensure_receiver, headers_of
from iexdg.webhooks.subscribing import subscribe_demo
from iexdg.workspace_objects.tasks import carry_out_change
from iexdg.workspaces.models import Workspace
from leads.mirror import mirror_campaign_leads
from tests.leads.factories import synced_campaign
from tests.waiting import eventually

# A call with its tries, where the sandbox refuses two of them.
_LONGEST_CALL = timedelta(seconds=60)


def _was_tried(automation: Automation) -> bool:
    """Whether the demo's own test step is cleaned up: until then a worker has or deletes the example contact."""
    automation.refresh_from_db()
    cleaned = LedgerEntry.objects.filter(automation=automation, event__startswith="cleanup:", state=EntryState.DONE)
    return cleaned.exists() and not automation.test_contact


def crm_prepare() -> dict[str, Any]:
    """Subscribe the receiver; the owner's automation with every action is tested and activated by the demo's admin."""
    workspace, admin = Workspace.objects.get(slug="demo"), Member.objects.get(email="admin@example.com")
    sync_workspace(workspace)
    campaign = synced_campaign(workspace, "05A")
    mirror_campaign_leads(campaign)
    for _ in range(3):
        InboxReading.objects.filter(workspace=workspace).update(budget_until=None)
        read_inbox(workspace)
    receiver = ensure_receiver(workspace)
    for asked in subscribe_demo(workspace):
        carry_out_change(asked.pk)
    crm, automation = client_for(workspace), ensure_shipped(workspace)
    assert eventually(lambda: _was_tried(automation)), "the demo's own test step did not end"
    workflow = next(one.remote_id for one in crm.workflows.list_workflows() if one.name == "Hot reply alert")
    pipeline = next(iter(crm.opportunities.list_pipelines())).remote_id
    actions = [
        {"kind": CONTACT}, {"kind": TAGS}, {"kind": NOTE}, {"kind": WORKFLOW, "workflow_id": workflow},
        {"kind": OPPORTUNITY, "pipeline_id": pipeline, "stage_id": ""},
    ]  # fmt: skip
    names = ("name", "trigger", "filter", "field_map", "tag_template")
    facts = {name: getattr(automation, name) for name in names} | {"actions": actions}
    automation = change(automation, by=admin, facts=facts)
    assert run_test(automation, by=admin).has_passed
    clean_up(automation, by=admin)
    activate(automation, by=admin)
    return {
        "campaign": campaign.remote_id,
        "replied": list(Thread.objects.values_list("lead", flat=True)),
        "url": address_of(receiver),
        "headers": headers_of(receiver),
    }


def crm_entries(lead: str) -> dict[str, Any]:
    """The entries of a person, and the states that the conversation shows."""
    rows = LedgerEntry.objects.filter(lead=lead)
    thread = Thread.objects.select_related("workspace").filter(lead=lead).order_by("-pk").first()
    return {
        "states": [[row.kind, row.state] for row in rows.order_by("pk")],
        "attempts": {row.kind: row.attempts for row in rows},
        "shown": [line.state for line in crm_panel(thread).lines] if thread is not None else [],
    }


def let_time_pass(*, is_killed: bool = False) -> dict[str, Any]:
    """What waits is due, and what was in flight for long has no process any more; with `is_killed` all that is."""
    now = timezone.now()
    rows, claimed_before = LedgerEntry.objects.all(), now + LEASE - (timedelta() if is_killed else _LONGEST_CALL)
    rows.filter(state=EntryState.SENT, lease_until__lte=claimed_before).update(lease_until=now)
    rows.filter(state=EntryState.UNKNOWN).update(changed_at=now - LEASE, due_at=now)
    rows.filter(state=EntryState.ASKED).update(due_at=now)
    InboxReading.objects.update(lease_until=None)
    return {}


def deliveries(lead: str) -> dict[str, Any]:
    """What came by webhook about a person."""
    rows = Delivery.objects.filter(lead=lead, kind="reply").order_by("pk")
    return {"bodies": [row.body for row in rows], "duplicates": sum(row.duplicates for row in rows)}
