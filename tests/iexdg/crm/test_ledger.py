"""From a mirrored reply to the CRM: once, in order, whatever is lost, doubled or killed."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from iexdg.clients.gohighlevel.errors import DailyLimitError
from iexdg.crm import carry_out as carrying_out
from iexdg.crm.automations import pause
from iexdg.crm.carry_out import drain
from iexdg.crm.events import new_events
from iexdg.crm.ledger import leave_out, record_event, replay
from iexdg.crm.models import Automation, CrmConnection, EntryState, LedgerEntry
from iexdg.crm.tasks import sweep_ledger
from iexdg.crm.verbs import connect_by_token
from iexdg.crm.watch import collect, watch_ledger
from iexdg.inbox.models import InboxReading, Message, Thread
from iexdg.inbox.reconcile import replies_of
from iexdg.incidents.models import UNRESOLVED, Incident
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from tests.iexdg.crm.automation_fixtures import Stage
from tests.iexdg.crm.conftest import TOKEN
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
UPSERT = {"match": {"path": "/contacts/upsert"}}
DONE = [("contact", "done"), ("tags", "done"), ("note", "done")]


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


def all_due() -> None:
    LedgerEntry.objects.update(due_at=timezone.now())


def later(**to: timedelta) -> None:
    """Let time pass for what an attempt left behind."""
    past = timezone.now() - timedelta(minutes=10)
    LedgerEntry.objects.filter(lease_until__isnull=False).update(lease_until=past)
    LedgerEntry.objects.update(changed_at=past)


def open_kinds() -> set[str]:
    return set(Incident.objects.filter(state__in=UNRESOLVED, kind__startswith="crm_").values_list("kind", flat=True))


def test_a_reply_reaches_the_crm_with_mapped_fields_tag_and_note(stage: Stage) -> None:
    email = stage.reply()
    stage.work()
    assert stage.states(email) == DONE
    made = stage.contact(email)
    message = Message.objects.get(thread__lead=email, kind=2)
    assert made["tags"] == ["instantly-05a"]
    assert (made["firstName"], made["lastName"], made["companyName"]) == ("Ada", "Alder", "Alder Example")
    assert made["phone"].startswith("+1202555")
    (note,) = [one for one in stage.notes() if one["contactId"] == made["id"]]
    assert message.remote_id in note["body"]
    rows = LedgerEntry.objects.filter(lead=email)
    assert [(row.event, row.attempts, row.read_back) for row in rows] == [(message.remote_id, 1, True)] * 3
    assert {row.contact_id for row in rows} == {made["id"]}
    counted = {one.campaign.name: one.in_crm for one in replies_of(stage.workspace).campaigns}
    assert counted["05A Executive-Peer"] == 1


def test_what_was_there_before_the_activation_is_no_event(stage: Stage) -> None:
    assert Message.objects.filter(kind=2).exists()
    stage.work()
    assert LedgerEntry.objects.exclude(event__startswith="test:").exclude(event__startswith="cleanup:").count() == 0


def test_the_same_event_found_forty_six_times_has_one_effect(stage: Stage) -> None:
    email = stage.reply()
    (event,) = new_events(stage.automation, 10)
    for _ in range(46):
        record_event(stage.automation, event)
        Automation.objects.update(walked_to=None)
        stage.work()
    assert stage.states(email) == DONE
    assert len([one for one in stage.control.crm()["contacts"] if one.get("email") == email]) == 1
    assert len([one for one in stage.notes() if one["contactId"] == stage.contact(email)["id"]]) == 1


def test_automatic_replies_and_other_campaigns_are_left_out(stage: Stage) -> None:
    email = stage.reply()
    Message.objects.filter(thread__lead=email, kind=2).update(is_automatic=True)
    assert collect(stage.workspace) == 0
    Message.objects.filter(thread__lead=email, kind=2).update(is_automatic=False)
    Automation.objects.update(filter={"campaigns": [-1], "excludes_automatic": True}, walked_to=None)
    assert collect(stage.workspace) == 0
    Automation.objects.update(filter={"campaigns": [], "excludes_automatic": True}, walked_to=None)
    assert collect(stage.workspace) == 1
    assert Thread.objects.filter(lead=email).exists()


def test_a_worker_killed_between_upsert_and_tags_loses_and_doubles_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    email, real = stage.reply(), carrying_out._written

    def killed(entry: LedgerEntry, *rest: Any) -> Any:
        if entry.kind == "tags":
            raise SystemExit
        return real(entry, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(carrying_out, "_written", killed)
        with pytest.raises(SystemExit):
            stage.work()
    assert stage.states(email) == [("contact", "done"), ("tags", "asked"), ("note", "asked")]
    drain(stage.workspace)
    assert stage.states(email) == DONE
    assert LedgerEntry.objects.get(lead=email, kind="contact").attempts == 1


def test_a_note_whose_answer_was_lost_is_looked_for_and_not_written_twice(stage: Stage) -> None:
    email = stage.reply()
    note = {"method": "POST", "path": "/contacts/*/notes"}
    stage.control.faults({"match": note, "do": "status_after_commit", "value": 500})
    stage.work()
    assert stage.states(email)[-1] == ("note", "unknown")
    # Nobody is called while it is looked for by itself.
    watch_ledger(stage.workspace)
    assert open_kinds() == set()
    words = LedgerEntry.objects.get(lead=email, kind="note").error
    assert words.endswith("It may have been written: the notes are read before it is written again.")
    drain(stage.workspace)
    assert stage.states(email)[-1] == ("note", "unknown")
    later()
    drain(stage.workspace)
    assert stage.states(email) == DONE
    assert len([one for one in stage.notes() if one["contactId"] == stage.contact(email)["id"]]) == 1


def test_a_person_is_called_for_a_note_that_cannot_be_looked_for(stage: Stage, time_machine: Any) -> None:
    email = stage.reply()
    note = {"path": "/contacts/*/notes"}
    stage.control.faults({"match": note | {"method": "POST"}, "do": "status_after_commit", "value": 500})
    stage.control.faults({"match": note | {"method": "GET"}, "do": "status", "value": 500, "times": 99})
    stage.work()
    now = timezone.now()
    for minutes in (5, 14, 16):
        time_machine.move_to(now + timedelta(minutes=minutes), tick=False)
        drain(stage.workspace)
        watch_ledger(stage.workspace)
        assert open_kinds() == ({"crm_failed"} if minutes > 15 else set())
    assert stage.states(email)[-1] == ("note", "unknown")


def test_a_note_that_never_arrived_is_written_after_it_was_looked_for(stage: Stage) -> None:
    email = stage.reply()
    collect(stage.workspace)
    LedgerEntry.objects.filter(lead=email).exclude(kind="note").update(due_at=timezone.now())
    drain(stage.workspace)
    contact = stage.contact(email)["id"]
    note = LedgerEntry.objects.filter(lead=email, kind="note")
    past = timezone.now() - timedelta(seconds=1)
    note.update(state="sent", remote_id="", lease_until=past, request={"body": "x 1", "marker": "1"})
    drain(stage.workspace)
    assert note.get().state == "unknown"
    note.update(request={"body": "Again\n\nmark-2", "marker": "mark-2"})
    later()
    drain(stage.workspace)
    assert note.get().state == "done"
    assert len([one for one in stage.notes() if "mark-2" in one["body"] and one["contactId"] == contact]) == 1


def test_the_note_of_another_automation_is_not_taken_for_its_own(stage: Stage) -> None:
    first = stage.automation
    second = Automation.objects.create(
        workspace=stage.workspace, name="Second", actions=first.actions, field_map=first.field_map,
        filter=first.filter, tag_template=first.tag_template, state="active",
        active_since=first.active_since, changed_at=timezone.now(),
    )  # fmt: skip
    email = stage.reply()
    # The first note is written; the second one gets no further than its attempt.
    stage.control.faults({"match": {"method": "POST", "path": "/contacts/*/notes"}, "do": "drop_before", "skip": 1})
    stage.work()
    assert LedgerEntry.objects.get(automation=second, lead=email, kind="note").state == "unknown"
    later()
    drain(stage.workspace)
    assert stage.states(email) == DONE * 2
    bodies = [one["body"] for one in stage.notes() if one["contactId"] == stage.contact(email)["id"]]
    event = Message.objects.get(thread__lead=email, kind=2).remote_id
    marks = [f"Instantly message {event} ({one.pk}-3)" for one in (first, second)]
    assert [mark in body for mark, body in zip(marks, bodies, strict=True)] == [True, True]


def test_an_upsert_that_failed_after_commit_is_repeated_and_makes_one_contact(stage: Stage) -> None:
    email = stage.reply()
    stage.control.faults(UPSERT | {"do": "status_after_commit", "value": 500, "times": 9})
    stage.work()
    assert stage.states(email)[0] == ("contact", "asked")
    words = LedgerEntry.objects.get(lead=email, kind="contact").error
    assert words.endswith(". It is sent again by itself: twice has no second effect.")
    all_due()
    stage.control.clear_faults()
    drain(stage.workspace)
    assert stage.states(email) == DONE
    assert len([one for one in stage.control.crm()["contacts"] if one.get("email") == email]) == 1


def test_a_field_that_gohighlevel_does_not_know_is_refused_in_words_that_fit(stage: Stage) -> None:
    Automation.objects.update(field_map=stage.automation.field_map | {"jobTitle": "=Owner"})
    email = stage.reply()
    stage.work()
    entry = LedgerEntry.objects.get(lead=email, kind="contact")
    assert (entry.state, entry.error) == (
        "refused",
        "POST /contacts/upsert was refused as invalid (422): property jobTitle should not exist. "
        "The contact was looked up since and was not written. Correct the values that were sent.",
    )


def test_a_minute_of_429_holds_everything_back_and_doubles_nothing(stage: Stage, time_machine: Any) -> None:
    first, second = stage.reply(), stage.reply()
    refuses = {"limits": True, "crm_burst": 0}
    stage.control.http.post("/_sandbox/options", json=refuses).raise_for_status()
    now = timezone.now()
    for seconds in range(0, 61, 5):
        time_machine.move_to(now + timedelta(seconds=seconds), tick=False)
        stage.work()
    kinds = ["contact", "tags", "note"]
    assert stage.states(first) == stage.states(second) == [(kind, "asked") for kind in kinds]
    refused = [one["status"] for one in stage.control.log(path="/search/duplicate")]
    assert refused[-1] == 429
    # Each waits for the end of the interval: seven attempts in a minute, with the tries of each.
    assert max(LedgerEntry.objects.filter(kind="contact").values_list("attempts", flat=True)) <= 7

    stage.control.http.post("/_sandbox/options", json={"crm_burst": 100}).raise_for_status()
    time_machine.move_to(now + timedelta(seconds=75), tick=False)
    drain(stage.workspace)
    assert stage.states(first) == stage.states(second) == DONE
    assert len(stage.notes()) == len({(one["contactId"], one["body"]) for one in stage.notes()})
    addresses = [one.get("email") for one in stage.control.crm()["contacts"]]
    assert (addresses.count(first), addresses.count(second)) == (1, 1)


def test_a_poisoned_row_holds_up_nobody_else(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, email = stage.reply(), stage.reply()
    collect(stage.workspace)
    LedgerEntry.objects.filter(lead=poisoned, kind="contact").update(request={})
    drain(stage.workspace)
    assert stage.states(poisoned) == [("contact", "refused"), ("tags", "skipped"), ("note", "skipped")]
    assert stage.states(email) == DONE
    watch_ledger(stage.workspace)
    assert open_kinds() == {"crm_failed"}


def test_a_workflow_whose_answer_was_lost_waits_for_a_person(
    stage: Stage, sandbox: Any, member: Callable[..., Member]
) -> None:
    flow = next(one["id"] for one in sandbox.world.crm.workflows.values() if one["status"] == "published")
    Automation.objects.update(actions=[{"kind": "contact"}, {"kind": "workflow", "workflow_id": flow}])
    email = stage.reply()
    stage.control.faults({"match": {"path": "/contacts/*/workflow/*"}, "do": "drop_before", "times": 9})
    stage.work()
    later()
    drain(stage.workspace)
    entry = LedgerEntry.objects.get(lead=email, kind="workflow")
    assert (entry.state, entry.attempts) == ("unknown", 1)
    words = "look at the contact in GoHighLevel before you replay it, or leave it out."
    assert entry.error.endswith(f". It may have been carried out: {words}")
    assert "Try again" not in entry.error
    watch_ledger(stage.workspace)
    assert open_kinds() == {"crm_failed"}
    with pytest.raises(NotAllowedError):
        leave_out(entry, by=member("approver"))
    assert leave_out(entry, by=stage.admin)
    watch_ledger(stage.workspace)
    assert (open_kinds(), LedgerEntry.objects.get(pk=entry.pk).state) == (set(), "skipped")


def test_a_revoked_token_keeps_the_backlog_which_drains_after_the_reconnect(stage: Stage, location: str) -> None:
    email = stage.reply()
    stage.control.change_crm(revoked=True)
    stage.work()
    assert stage.states(email) == [("contact", "asked"), ("tags", "asked"), ("note", "asked")]
    assert CrmConnection.objects.get().is_refused
    asked = len(stage.control.log(path="/ghl/"))
    second = stage.reply()
    stage.work()
    assert len(stage.control.log(path="/ghl/")) == asked
    LedgerEntry.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    watch_ledger(stage.workspace)
    assert open_kinds() == {"crm_token", "crm_backlog"}
    stage.control.change_crm(revoked=False)
    connect_by_token(stage.workspace, location, TOKEN, by=stage.admin)
    drain(stage.workspace)
    watch_ledger(stage.workspace)
    assert (stage.states(email), stage.states(second), open_kinds()) == (DONE, DONE, set())


@pytest.mark.parametrize("stopped", ["observe", "kill switch", "paused"])
def test_nothing_is_written_while_it_is_stopped_and_everything_after(stage: Stage, stopped: str) -> None:
    email = stage.reply()
    collect(stage.workspace)
    if stopped == "observe":
        Workspace.objects.update(mode=Mode.OBSERVE)
    elif stopped == "kill switch":
        Workspace.objects.update(kill_switch_at=timezone.now())
    else:
        pause(stage.automation, by=stage.admin)
    assert drain(stage.workspace) == 0
    assert {state for _, state in stage.states(email)} == {"asked"}
    Workspace.objects.update(mode=Mode.WRITE, kill_switch_at=None)
    Automation.objects.update(state="active")
    drain(stage.workspace)
    assert stage.states(email) == DONE


def test_a_used_up_day_lets_everything_wait_for_the_next(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    email = stage.reply()

    def used_up(*_: Any) -> Any:
        raise DailyLimitError(status=429, is_write=True, request_arrived=False)

    monkeypatch.setattr(carrying_out, "save_contact", used_up)
    stage.work()
    assert stage.states(email)[0] == ("contact", "asked")
    due = LedgerEntry.objects.filter(lead=email, state="asked").values_list("due_at", flat=True)
    assert {one.date() for one in due} == {(timezone.now() + timedelta(days=1)).date()}


def test_a_replay_asks_a_refused_contact_and_what_followed_it_again(
    stage: Stage, member: Callable[..., Member], capsys: pytest.CaptureFixture[str]
) -> None:
    email = stage.reply()
    stage.control.faults(UPSERT | {"do": "status", "value": 400})
    stage.work()
    entry = LedgerEntry.objects.get(lead=email, kind="contact")
    assert entry.state == EntryState.REFUSED
    with pytest.raises(NotAllowedError):
        replay([entry], by=member("operator"))
    call_command("replay", str(entry.pk), "--as", stage.admin.email, "--json")
    assert len(json.loads(capsys.readouterr().out)["replayed"]) == 3
    drain(stage.workspace)
    assert stage.states(email) == DONE
    assert replay([entry], by=stage.admin) == []


def test_the_sweep_does_it_all_and_another_workspace_sees_nothing(stage: Stage) -> None:
    email = stage.reply()
    sweep_ledger()
    drain(stage.workspace)
    assert stage.states(email) == DONE
    other = other_workspace()
    assert collect(other) == 0
    assert LedgerEntry.objects.filter(workspace=other).count() == 0
    assert InboxReading.objects.filter(workspace=stage.workspace).exists()
