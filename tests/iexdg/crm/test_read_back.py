"""What GoHighLevel accepted is read back: a reading that fails is made again, and nothing is written again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from iexdg.clients.gohighlevel.client import SCOPES
from iexdg.crm.carry_out import drain
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.ledger import MOST_READS, replay
from iexdg.crm.models import Automation, CrmConnection, LedgerEntry
from iexdg.crm.tasks import sweep_ledger
from iexdg.crm.trying import clean_up, run_test
from iexdg.crm.verbs import check
from iexdg.crm.watch import collect
from tests.iexdg.crm.automation_fixtures import Stage

pytestmark = pytest.mark.django_db
# Kind of action -> what is read, and what is written.
# One contact by its id of 20 characters, and no search.
CONTACT = f"/contacts/{'?' * 20}"
READS = {"contact": CONTACT, "tags": CONTACT, "note": "/contacts/*/notes"}
WRITES = {"contact": "/contacts/upsert", "tags": "/tags", "note": "/notes"}
SUMMARY = [("contact", "done", True), ("tags", "done", True), ("note", "done", True)]


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


def summary(email: str) -> list[tuple[str, str, bool]]:
    rows = LedgerEntry.objects.filter(lead=email).order_by("pk")
    return [(row.kind, row.state, row.read_back) for row in rows]


def written(stage: Stage, kind: str) -> int:
    return len([one for one in stage.control.log(path=WRITES[kind]) if one["method"] == "POST"])


def unreadable(stage: Stage, kind: str, times: int) -> None:
    """Have the read-back of one kind fail: the call and each of its retries."""
    fault = {"match": {"method": "GET", "path": READS[kind]}, "do": "status", "value": 500, "times": times}
    stage.control.faults(fault)


def carried_out(stage: Stage, kind: str) -> LedgerEntry:
    """Carry out a reply whose rows of this kind cannot be read back."""
    email = stage.reply()
    collect(stage.workspace)
    later = timezone.now() + timedelta(hours=1)
    LedgerEntry.objects.filter(lead=email, number__gte={"contact": 1, "tags": 2, "note": 3}[kind]).update(due_at=later)
    drain(stage.workspace)
    LedgerEntry.objects.filter(lead=email, kind=kind).update(due_at=timezone.now())
    unreadable(stage, kind, 500)
    drain(stage.workspace)
    return LedgerEntry.objects.get(lead=email, kind=kind)


@pytest.mark.parametrize("kind", ["contact", "tags", "note"])
def test_a_failed_read_back_is_read_again_and_never_written_again(stage: Stage, kind: str) -> None:
    before = written(stage, kind)
    entry = carried_out(stage, kind)
    assert (entry.state, entry.read_back, entry.reads) == ("done", False, 1)
    assert entry.due_at > timezone.now()
    stage.control.clear_faults()
    drain(stage.workspace)
    entry.refresh_from_db()
    # Its time has not come.
    assert entry.read_back is False
    LedgerEntry.objects.update(due_at=timezone.now())
    sweep_ledger()
    drain(stage.workspace)
    assert summary(entry.lead) == SUMMARY
    assert written(stage, kind) == before + 1


@pytest.mark.parametrize("kind", ["contact", "tags", "note"])
def test_what_no_reading_shows_is_unknown_and_found_when_it_can_be_read(stage: Stage, kind: str) -> None:
    before = written(stage, kind)
    entry = carried_out(stage, kind)
    LedgerEntry.objects.filter(pk=entry.pk).update(reads=MOST_READS - 1, due_at=timezone.now())
    drain(stage.workspace)
    entry.refresh_from_db()
    assert (entry.state, entry.reads) == ("unknown", MOST_READS)
    assert entry.error.startswith("GoHighLevel accepted it, and no reading shows it.")
    stage.control.clear_faults()
    LedgerEntry.objects.update(due_at=timezone.now(), changed_at=timezone.now() - timedelta(minutes=10))
    drain(stage.workspace)
    assert summary(entry.lead) == SUMMARY
    assert written(stage, kind) == before + 1


def test_a_note_that_was_accepted_and_is_gone_is_not_written_again_by_itself(stage: Stage) -> None:
    entry = carried_out(stage, "note")
    stage.control.clear_faults()
    LedgerEntry.objects.filter(pk=entry.pk).update(
        reads=MOST_READS - 1, due_at=timezone.now(), request={"body": "x", "marker": "no such text"}
    )
    before = written(stage, "note")
    for _ in range(3):
        drain(stage.workspace)
        LedgerEntry.objects.update(due_at=timezone.now(), changed_at=timezone.now() - timedelta(minutes=10))
    entry.refresh_from_db()
    assert (entry.state, written(stage, "note")) == ("unknown", before)
    # A person may ask for it.
    assert replay([entry], by=stage.admin) == [entry.pk]


def test_a_worker_killed_before_the_reading_leaves_it_to_the_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = stage.reply()
    with monkeypatch.context() as patched:
        patched.setattr("iexdg.crm.carry_out._read_back", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            stage.work()
    assert summary(email)[0] == ("contact", "done", False)
    LedgerEntry.objects.update(due_at=timezone.now())
    drain(stage.workspace)
    assert summary(email) == SUMMARY
    assert LedgerEntry.objects.get(lead=email, kind="contact").attempts == 1


def test_a_workflow_and_an_opportunity_are_done_with_their_answer(stage: Stage) -> None:
    flow = next(one["id"] for one in _workflows(stage) if one["status"] == "published")
    pipeline = _pipelines(stage)[0]["id"]
    actions = [{"kind": "contact"}, {"kind": "workflow", "workflow_id": flow},
               {"kind": "opportunity", "pipeline_id": pipeline, "stage_id": ""}]  # fmt: skip
    Automation.objects.update(actions=actions)
    email = stage.reply()
    stage.work()
    LedgerEntry.objects.update(due_at=timezone.now())
    drain(stage.workspace)
    assert summary(email) == [("contact", "done", True), ("workflow", "done", False), ("opportunity", "done", False)]
    assert set(LedgerEntry.objects.filter(lead=email).values_list("reads", flat=True)) == {0}


def test_a_clean_up_that_could_not_be_read_back_is_read_again(stage: Stage) -> None:
    run_test(stage.automation, by=stage.admin)
    stage.control.faults({"match": {"method": "GET", "path": CONTACT}, "do": "status", "value": 500, "times": 20})
    entry = clean_up(stage.automation, by=stage.admin)
    assert (entry.state, entry.read_back) == ("done", False)
    stage.control.clear_faults()
    LedgerEntry.objects.filter(pk=entry.pk).update(due_at=timezone.now())
    drain(stage.workspace)
    entry.refresh_from_db()
    assert entry.read_back
    with pytest.raises(CrmRefusedError):
        clean_up(stage.automation, by=stage.admin)


def _workflows(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _asked(stage, "/ghl/workflows/")["workflows"]
    return found


def _pipelines(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _asked(stage, "/ghl/opportunities/pipelines")["pipelines"]
    return found


def _asked(stage: Stage, path: str) -> Any:
    headers = {"Authorization": "Bearer pit-sandbox", "Version": "2021-07-28", "User-Agent": "test"}
    location = {"locationId": stage.control.crm()["location"]}
    return stage.control.http.get(path, params=location, headers=headers).json()


def test_a_write_shows_whether_its_scope_is_there(stage: Stage) -> None:
    writes = ("contacts.write", "opportunities.write")

    def scopes() -> list[bool | None]:
        found = CrmConnection.objects.get().scopes
        return [found[name] for name in writes]

    # The test step before has shown one already.
    assert scopes() == [True, None]
    CrmConnection.objects.update(scopes=dict.fromkeys(writes))
    pipeline = _pipelines(stage)[0]["id"]
    stage.reply()
    stage.work()
    assert scopes() == [True, None]
    # What a reading does not show stays.
    check(stage.workspace)
    assert scopes() == [True, None]
    Automation.objects.update(
        actions=[{"kind": "contact"}, {"kind": "opportunity", "pipeline_id": pipeline, "stage_id": ""}]
    )
    stage.reply()
    stage.work()
    assert scopes() == [True, True]
    only = [name for name in SCOPES if name != "contacts.write"]
    stage.control.http.post("/_sandbox/options", json={"crm_scopes": only}).raise_for_status()
    email = stage.reply()
    stage.work()
    assert stage.states(email)[0] == ("contact", "refused")
    assert scopes() == [False, True]
    # It may have been ticked since.
    check(stage.workspace)
    assert scopes() == [None, True]
