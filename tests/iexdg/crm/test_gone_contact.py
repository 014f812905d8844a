"""A contact that a person deleted in GoHighLevel: its entries are refused, later ones go on, a replay saves it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from iexdg.clients.http.errors import UnexpectedAnswerError
from iexdg.crm.carry_out import drain
from iexdg.crm.ledger import MOST_READS, leave_out, replay
from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.pages.ledger import entry_page
from iexdg.crm.watch import collect
from tests.iexdg.crm.automation_fixtures import Stage

pytestmark = pytest.mark.django_db
NOTES = "/contacts/*/notes"
DONE = [("contact", "done"), ("tags", "done"), ("note", "done")]


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


def all_due() -> None:
    LedgerEntry.objects.update(due_at=timezone.now())


def delete_contact(stage: Stage, sandbox: Any, email: str) -> str:
    """What a person does in GoHighLevel; returns the id that is gone."""
    gone = str(stage.contact(email)["id"])
    crm = sandbox.world.crm
    del crm.contacts[gone]
    crm.notes[:] = [one for one in crm.notes if one["contactId"] != gone]
    return gone


def entry(email: str, kind: str) -> LedgerEntry:
    return LedgerEntry.objects.filter(lead=email, kind=kind).earliest("pk")


def again(stage: Stage, email: str) -> None:
    """Let a person who has replied reply once more, and have it mirrored."""
    stage.control.advance(60)
    stage.control.event("reply", stage.campaign, email)
    stage.read()
    collect(stage.workspace)


def note_not_written(stage: Stage) -> str:
    """A reply whose note GoHighLevel answered with 429, so that the notes are read before the next attempt."""
    email = stage.reply()
    stage.control.faults({"match": {"method": "POST", "path": NOTES}, "do": "status", "value": 429, "times": 20})
    stage.work()
    assert entry(email, "note").attempts == 1
    stage.control.clear_faults()
    all_due()
    return email


def test_a_note_whose_contact_is_gone_is_refused_and_the_next_reply_goes_on(stage: Stage, sandbox: Any) -> None:
    email = note_not_written(stage)
    gone = delete_contact(stage, sandbox, email)
    again(stage, email)
    drain(stage.workspace)
    assert stage.states(email) == [*DONE[:2], ("note", "refused"), *DONE]
    words = f"Contact with id {gone} not found. The contact is gone. To save it again first, replay this entry."
    assert entry(email, "note").error.endswith(words)


def test_a_replay_saves_a_contact_that_is_gone_first_and_repeats_nothing_else(stage: Stage, sandbox: Any) -> None:
    email = note_not_written(stage)
    gone = delete_contact(stage, sandbox, email)
    drain(stage.workspace)
    contact, note = entry(email, "contact"), entry(email, "note")
    assert replay([note], by=stage.admin) == [note.pk, contact.pk]
    assert stage.states(email) == [("contact", "asked"), ("tags", "done"), ("note", "asked")]
    drain(stage.workspace)
    assert stage.states(email) == DONE
    made = stage.contact(email)["id"]
    assert made != gone
    assert (entry(email, "contact").remote_id, entry(email, "note").contact_id) == (made, made)
    assert [one["contactId"] for one in stage.notes() if note.request["marker"] in one["body"]] == [made]
    assert (entry(email, "tags").attempts, entry(email, "note").answer.get("contact_gone")) == (1, None)
    # What is done is asked for no other reason.
    assert replay([entry(email, "contact")], by=stage.admin) == []


def test_tags_are_replayed_onto_the_contact_that_was_made_anew_under_another_id(stage: Stage, sandbox: Any) -> None:
    email = stage.reply()
    collect(stage.workspace)
    LedgerEntry.objects.exclude(kind="contact").update(due_at=timezone.now() + timedelta(hours=1))
    drain(stage.workspace)
    delete_contact(stage, sandbox, email)
    all_due()
    drain(stage.workspace)
    tags, note = entry(email, "tags"), entry(email, "note")
    assert (tags.state, note.state) == ("refused", "refused")
    again(stage, email)
    drain(stage.workspace)
    made = stage.contact(email)["id"]
    replay([tags, note], by=stage.admin)
    drain(stage.workspace)
    assert stage.states(email) == DONE * 2
    assert {one.contact_id for one in LedgerEntry.objects.filter(lead=email)} == {made}
    assert len([one for one in stage.notes() if one["contactId"] == made]) == 2


def test_a_contact_that_is_refused_when_it_is_saved_again_leaves_its_followers_out(stage: Stage, sandbox: Any) -> None:
    email = note_not_written(stage)
    delete_contact(stage, sandbox, email)
    drain(stage.workspace)
    upsert = {"match": {"path": "/contacts/upsert"}, "do": "status", "value": 400}
    stage.control.faults(upsert)
    replay([entry(email, "note")], by=stage.admin)
    drain(stage.workspace)
    assert stage.states(email) == [("contact", "refused"), ("tags", "done"), ("note", "skipped")]
    replay([entry(email, "contact")], by=stage.admin)
    drain(stage.workspace)
    assert stage.states(email) == DONE


def test_a_workflow_or_pipeline_that_is_gone_saves_no_contact(stage: Stage) -> None:
    actions = [{"kind": "contact"}, {"kind": "opportunity", "pipeline_id": "p-none", "stage_id": ""}]
    Automation.objects.update(actions=actions)
    email = stage.reply()
    stage.work()
    row = entry(email, "opportunity")
    assert (row.state, row.answer, "Pipeline with id p-none not found" in row.error) == ("refused", {}, True)
    assert replay([row], by=stage.admin) == [row.pk]


def test_an_unknown_note_whose_contact_is_gone_is_replayed_with_its_contact(stage: Stage, sandbox: Any) -> None:
    email = stage.reply()
    lost = {"match": {"method": "POST", "path": NOTES}, "do": "status_after_commit", "value": 500}
    stage.control.faults(lost)
    stage.work()
    delete_contact(stage, sandbox, email)
    LedgerEntry.objects.update(changed_at=timezone.now() - timedelta(minutes=10))
    asked = len(stage.control.log(path="/notes"))
    for _ in range(3):
        drain(stage.workspace)
    # It is looked for now and then, not with every tick.
    assert len(stage.control.log(path="/notes")) == asked + 1
    note = entry(email, "note")
    assert note.state == "unknown"
    replay([note], by=stage.admin)
    drain(stage.workspace)
    assert stage.states(email) == DONE
    assert stage.contact(email)["id"] == entry(email, "note").contact_id


@pytest.mark.parametrize(("status", "state"), [(500, "asked"), (429, "asked"), (422, "refused"), (403, "refused")])
def test_a_reading_that_fails_waits_where_it_can_heal(stage: Stage, status: int, state: str) -> None:
    email = note_not_written(stage)
    stage.control.faults({"match": {"method": "GET", "path": NOTES}, "do": "status", "value": status, "times": 20})
    drain(stage.workspace)
    assert entry(email, "note").state == state


def test_a_reading_that_is_never_understood_is_refused_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = note_not_written(stage)

    def unreadable(*_: Any) -> Any:
        raise UnexpectedAnswerError("expected JSON, got text/html", status=200, request_arrived=True)

    monkeypatch.setattr("iexdg.clients.gohighlevel.notes.Notes.list_notes", unreadable)
    for number in range(1, MOST_READS + 1):
        assert entry(email, "note").state == "asked"
        drain(stage.workspace)
        assert entry(email, "note").reads == min(number, MOST_READS - 1)
        all_due()
    assert entry(email, "note").state == "refused"


def test_an_answer_to_a_write_that_is_never_understood_waits_for_a_person_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: Any) -> Any:
        raise UnexpectedAnswerError("shows no tags", status=200, is_write=True, request_arrived=True)

    email = stage.reply()
    monkeypatch.setattr("iexdg.clients.gohighlevel.tags.Tags.add_tags", unreadable)
    for _ in range(MOST_READS):
        stage.work()
        all_due()
    assert stage.states(email) == [("contact", "done"), ("tags", "unknown"), ("note", "done")]


@pytest.mark.parametrize("kind", ["note", "opportunity"])
def test_a_request_that_makes_no_sense_is_refused_before_anything_is_sent(stage: Stage, kind: str) -> None:
    email = note_not_written(stage)
    LedgerEntry.objects.filter(lead=email, kind="note").update(request={}, kind=kind)
    drain(stage.workspace)
    assert entry(email, kind).state == "refused"


def test_what_was_asked_long_ago_and_fails_may_be_left_out(stage: Stage) -> None:
    email = note_not_written(stage)
    stage.control.faults({"match": {"method": "GET", "path": NOTES}, "do": "status", "value": 500, "times": 20})
    drain(stage.workspace)
    assert not leave_out(entry(email, "note"), by=stage.admin)
    assert not entry_page(entry(email, "note"), stage.admin).may_leave_out
    LedgerEntry.objects.update(asked_at=timezone.now() - timedelta(minutes=16))
    assert entry_page(entry(email, "note"), stage.admin).may_leave_out
    assert not entry_page(entry(email, "note"), stage.admin).may_replay
    assert leave_out(entry(email, "note"), by=stage.admin)
    assert stage.states(email)[2] == ("note", "skipped")
