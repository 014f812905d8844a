"""A workflow that is not published takes nobody in: no contact is added to it, and no automation acts with it."""

from typing import Any

import pytest

from iexdg.crm.automations import activate
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.ledger import replay
from iexdg.crm.lists import read_lists
from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.pages.automations import automation_page
from iexdg.crm.trying import run_test
from tests.iexdg.crm.automation_fixtures import Stage

pytestmark = pytest.mark.django_db
HOT = "Hot reply alert"
WORDS = f"The workflow {HOT} is not published (draft), so it takes nobody in. Publish it, then "


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


@pytest.fixture
def flow(stage: Stage, sandbox: Any) -> dict[str, Any]:
    """The workflow that the automation adds to, as the sandbox has it; it is published."""
    found: dict[str, Any] = next(one for one in sandbox.world.crm.workflows.values() if one["name"] == HOT)
    actions = [{"kind": "contact"}, {"kind": "workflow", "workflow_id": found["id"]}]
    Automation.objects.update(actions=actions)
    stage.automation.refresh_from_db()
    return found


def added(stage: Stage) -> int:
    return len([one for one in stage.control.log(path="/workflow/") if one["method"] == "POST"])


def test_the_test_step_and_the_activation_refuse_a_draft(stage: Stage, flow: dict[str, Any]) -> None:
    Automation.objects.update(state="draft")
    stage.automation.refresh_from_db()
    before, flow["status"] = stage.control.crm(), "draft"
    with pytest.raises(CrmRefusedError) as refused:
        run_test(stage.automation, by=stage.admin)
    assert str(refused.value) == f"{WORDS}run the test step again."
    assert stage.control.crm() == before
    with pytest.raises(CrmRefusedError) as refused:
        activate(stage.automation, by=stage.admin)
    assert str(refused.value) == f"{WORDS}activate the automation."
    flow["status"] = "published"
    assert run_test(stage.automation, by=stage.admin).has_passed
    assert activate(stage.automation, by=stage.admin).state == "active"


def test_a_workflow_that_became_a_draft_is_refused_and_replayed_once_it_is_published(
    stage: Stage, flow: dict[str, Any]
) -> None:
    flow["status"] = "draft"
    email = stage.reply()
    stage.work()
    entry = LedgerEntry.objects.get(lead=email, kind="workflow")
    assert (entry.state, entry.error, added(stage)) == ("refused", f"{WORDS}replay this entry.", 0)
    flow["status"] = "published"
    assert replay([entry], by=stage.admin) == [entry.pk]
    stage.work()
    assert stage.states(email) == [("contact", "done"), ("workflow", "done")]
    assert added(stage) == 1


def test_what_cannot_be_read_adds_nobody(stage: Stage, flow: dict[str, Any]) -> None:
    email = stage.reply()
    stage.control.faults({"match": {"path": "/workflows/"}, "do": "status", "value": 500, "times": 20})
    stage.work()
    assert (stage.states(email), added(stage)) == ([("contact", "done"), ("workflow", "asked")], 0)
    stage.control.clear_faults()
    stage.control.http.post("/_sandbox/options", json={"crm_scopes": ["contacts.readonly", "contacts.write"]})
    LedgerEntry.objects.update(due_at=stage.automation.changed_at)
    stage.work()
    entry = LedgerEntry.objects.get(lead=email, kind="workflow")
    assert (entry.state, added(stage)) == ("refused", 0)
    assert entry.error.startswith("Whether the workflow is published could not be read. ")
    assert entry.error.endswith("Tick the missing scope at GoHighLevel, then check the connection under CRM again.")


def test_a_workflow_that_is_not_listed_is_refused(stage: Stage, flow: dict[str, Any]) -> None:
    Automation.objects.update(actions=[{"kind": "contact"}, {"kind": "workflow", "workflow_id": "w-none"}])
    email = stage.reply()
    stage.work()
    entry = LedgerEntry.objects.get(lead=email, kind="workflow")
    words = "GoHighLevel lists no workflow w-none. Choose another one in the automation."
    assert (entry.state, entry.error) == ("refused", words)


def test_the_page_marks_a_draft(stage: Stage, flow: dict[str, Any]) -> None:
    flow["status"] = "draft"
    read_lists(stage.workspace)
    page = automation_page(stage.automation, stage.admin)
    assert page.actions[1] == f"Add to a workflow: {HOT} (draft)"
