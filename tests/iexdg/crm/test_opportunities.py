"""An opportunity is made where the contact has none in the pipeline; what people did with one stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from iexdg.crm.ledger import replay
from iexdg.crm.list_fields import pipeline_fields
from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.watch import watch_ledger
from iexdg.incidents.models import UNRESOLVED, Incident
from tests.iexdg.crm.automation_fixtures import Stage

pytestmark = pytest.mark.django_db
SEARCH, UPSERT = "/opportunities/search", "/opportunities/upsert"


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    # The index of the search shows what is there at once.
    return {"world": "demo", "crm_search_lag_s": 0.0}


@pytest.fixture
def pipeline(stage: Stage, sandbox: Any) -> dict[str, Any]:
    """The pipeline in which the automation makes opportunities, in its first stage."""
    found: dict[str, Any] = sandbox.world.crm.pipelines[0]
    wanted = {"kind": "opportunity", "pipeline_id": found["id"], "stage_id": found["stages"][0]["id"]}
    Automation.objects.update(actions=[{"kind": "contact"}, wanted])
    return found


def entries(email: str) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(lead=email, kind="opportunity").order_by("pk"))


def sent(stage: Stage) -> int:
    return len([one for one in stage.control.log(path=UPSERT) if one["method"] == "POST"])


def again(stage: Stage, email: str) -> None:
    stage.control.advance(60)
    stage.control.event("reply", stage.campaign, email)
    stage.read()
    stage.work()


@pytest.mark.parametrize("status", ["won", "lost", "abandoned", "open"])
def test_an_opportunity_that_is_there_keeps_name_stage_and_status(
    stage: Stage, sandbox: Any, pipeline: dict[str, Any], status: str
) -> None:
    email = stage.reply()
    stage.work()
    assert entries(email)[0].answer == {"is_new": True, "status": "open"}
    (made,) = sandbox.world.crm.opportunities.values()
    decided = {"status": status, "name": "Founding member", "pipelineStageId": pipeline["stages"][2]["id"]}
    made.update(decided)
    before = dict(made)
    again(stage, email)
    assert (made, sent(stage)) == (before, 1)
    row = entries(email)[1]
    assert (row.state, row.remote_id, row.read_back, row.answer["status"]) == ("done", made["id"], True, status)
    words = f"It was there already ({status}). Its name, stage and status stay as they are."
    assert row.answer["outcome"] == words


def test_an_opportunity_of_another_pipeline_or_contact_is_not_taken_for_its_own(
    stage: Stage, sandbox: Any, pipeline: dict[str, Any]
) -> None:
    first = stage.reply()
    stage.work()
    second = stage.reply()
    stage.work()
    found = sandbox.world.crm.opportunities
    assert {one["contactId"] for one in found.values()} == {stage.contact(one)["id"] for one in (first, second)}
    found[entries(first)[0].remote_id]["pipelineId"] = "another"
    again(stage, first)
    assert entries(first)[1].answer == {"is_new": True, "status": "open"}


def test_what_cannot_be_read_makes_none(stage: Stage, pipeline: dict[str, Any]) -> None:
    email = stage.reply()
    stage.control.faults({"match": {"path": SEARCH}, "do": "status", "value": 500, "times": 20})
    stage.work()
    assert (stage.states(email), sent(stage)) == ([("contact", "done"), ("opportunity", "asked")], 0)
    stage.control.clear_faults()
    scopes = ["contacts.readonly", "contacts.write", "opportunities.write"]
    stage.control.http.post("/_sandbox/options", json={"crm_scopes": scopes}).raise_for_status()
    LedgerEntry.objects.update(due_at=timezone.now())
    stage.work()
    (row,) = entries(email)
    assert (row.state, sent(stage)) == ("refused", 0)
    assert row.error.startswith("Whether the contact has an opportunity in the pipeline already could not be read. ")
    assert row.error.endswith("Tick the missing scope at GoHighLevel, then check the connection under CRM again.")


def test_an_opportunity_whose_answer_was_lost_is_looked_for_and_not_made_twice(
    stage: Stage, sandbox: Any, pipeline: dict[str, Any]
) -> None:
    email = stage.reply()
    stage.control.faults({"match": {"path": UPSERT}, "do": "status_after_commit", "value": 500})
    stage.work()
    (row,) = entries(email)
    assert row.state == "unknown"
    assert row.error.endswith("It may have been made: it is looked for in the pipeline.")
    watch_ledger(stage.workspace)
    assert not Incident.objects.filter(kind="crm_failed", state__in=UNRESOLVED).exists()
    LedgerEntry.objects.update(changed_at=timezone.now() - timedelta(minutes=10))
    stage.work()
    (row,) = entries(email)
    (made,) = sandbox.world.crm.opportunities.values()
    assert (row.state, row.remote_id, row.read_back, sent(stage)) == ("done", made["id"], True, 1)


def test_an_opportunity_that_no_search_shows_waits_for_a_person(
    stage: Stage, sandbox: Any, pipeline: dict[str, Any]
) -> None:
    email = stage.reply()
    stage.control.faults({"match": {"path": UPSERT}, "do": "drop_before"})
    stage.work()
    LedgerEntry.objects.update(changed_at=timezone.now() - timedelta(minutes=16))
    stage.work()
    watch_ledger(stage.workspace)
    assert (entries(email)[0].state, sent(stage), len(sandbox.world.crm.opportunities)) == ("unknown", 1, 0)
    assert Incident.objects.filter(kind="crm_failed", state__in=UNRESOLVED).exists()
    replay(entries(email), by=stage.admin)
    stage.work()
    assert (entries(email)[0].state, len(sandbox.world.crm.opportunities)) == ("done", 1)


def test_the_form_says_what_becomes_of_one_that_is_there() -> None:
    pipeline, stage = pipeline_fields(None, pipeline="", stage="")
    words = "One that is there, open, won or lost, keeps its name, stage and status."
    assert pipeline.help_text.endswith(f"Created where the contact has none in it. {words}")
    assert stage.help_text.endswith("Of a new opportunity; none chosen: the first stage.")
