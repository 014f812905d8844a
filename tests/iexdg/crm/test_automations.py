"""The shipped automation: its test step, clean-up, activation, and what a change of it costs."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.crm import trying
from iexdg.crm.automations import activate, begin_test, change, ensure_shipped, pause
from iexdg.crm.demo import try_shipped, wants_test
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.ledger import replay
from iexdg.crm.models import WAS_THERE, Automation, AutomationState, LedgerEntry
from iexdg.crm.tasks import try_demo
from iexdg.crm.trying import clean_up, dry_run, run_test
from iexdg.team.demo import ensure_demo_people
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from tests.iexdg.crm.automation_fixtures import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


@pytest.fixture
def is_active() -> bool:
    return False


def changed(automation: Automation, by: Member, **facts: Any) -> Automation:
    names = ("name", "trigger", "filter", "actions", "field_map", "tag_template")
    return change(automation, by=by, facts={name: getattr(automation, name) for name in names} | facts)


def test_every_workspace_has_the_owners_automation_once_as_a_draft(workspace: Workspace) -> None:
    assert ensure_shipped(workspace) == ensure_shipped(workspace)
    (one,) = Automation.objects.all()
    assert (one.state, one.trigger, one.filter["excludes_automatic"]) == ("draft", "replied", True)
    assert [action["kind"] for action in one.actions] == ["contact", "tags", "note"]
    # Postgres keeps no order of keys.
    assert set(one.field_map) == {"email", "firstName", "lastName", "phone", "companyName"}


def test_the_test_step_really_makes_the_example_contact_and_clean_up_deletes_exactly_it(stage: Stage) -> None:
    before = {one["id"] for one in stage.control.crm()["contacts"]}
    result = run_test(stage.automation, by=stage.admin)
    assert [(one.kind, one.state, one.read_back) for one in result.entries] == [
        ("contact", "done", True), ("tags", "done", True), ("note", "done", True),
    ]  # fmt: skip
    made = stage.contact(f"automation-{stage.automation.pk}-test@example.com")
    assert (made["firstName"], made["companyName"], made["tags"]) == ("Test", "Example Company", ["instantly-05b"])
    assert stage.automation.is_tested
    assert stage.automation.test_contact == made["id"]
    assert clean_up(stage.automation, by=stage.admin).answer == {"accepted": True}
    assert {one["id"] for one in stage.control.crm()["contacts"]} == before
    with pytest.raises(CrmRefusedError, match="no test contact"):
        clean_up(stage.automation, by=stage.admin)


def test_clean_up_says_that_the_contact_is_gone_already(stage: Stage) -> None:
    run_test(stage.automation, by=stage.admin)
    twin = Automation.objects.get(pk=stage.automation.pk)
    clean_up(stage.automation, by=stage.admin)
    LedgerEntry.objects.filter(kind="delete").delete()
    assert clean_up(twin, by=stage.admin).answer == {"gone_already": True}


def test_a_contact_that_no_test_step_made_is_neither_changed_nor_deleted(stage: Stage) -> None:
    run_test(stage.automation, by=stage.admin)
    # As somebody else would have it: nothing here says that it is of a test step.
    LedgerEntry.objects.all().delete()
    Automation.objects.update(test_contact="")
    stage.automation.refresh_from_db()
    before = stage.control.crm()
    with pytest.raises(CrmRefusedError, match="did not make"):
        run_test(stage.automation, by=stage.admin)
    assert stage.control.crm() == before


def test_a_test_step_whose_process_died_leaves_a_contact_that_can_be_cleaned_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {one["id"] for one in stage.control.crm()["contacts"]}
    with monkeypatch.context() as patched:
        patched.setattr(trying, "note_test", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run_test(stage.automation, by=stage.admin)
    stage.automation.refresh_from_db()
    assert stage.automation.test_contact == ""

    assert run_test(stage.automation, by=stage.admin).has_passed
    assert clean_up(stage.automation, by=stage.admin).answer == {"accepted": True}
    assert {one["id"] for one in stage.control.crm()["contacts"]} == before
    # What has the address after a clean-up is nobody's of ours.
    assert run_test(stage.automation, by=stage.admin).has_passed


def test_the_contact_of_a_test_step_is_known_before_its_next_action(stage: Stage) -> None:
    stage.control.faults({"match": {"path": "/contacts/*/tags"}, "do": "status", "value": 422})
    run_test(stage.automation, by=stage.admin)
    assert clean_up(stage.automation, by=stage.admin).answer == {"accepted": True}


def test_a_contact_whose_answer_was_lost_is_of_the_test_step_that_saved_it(stage: Stage) -> None:
    before = {one["id"] for one in stage.control.crm()["contacts"]}
    stage.control.faults({"match": {"path": "/contacts/upsert"}, "do": "status_after_commit", "value": 500, "times": 9})
    first = run_test(stage.automation, by=stage.admin)
    assert ([one.state for one in first.entries], stage.automation.test_contact) == (["skipped"] * 3, "")
    stage.control.clear_faults()

    assert run_test(stage.automation, by=stage.admin).has_passed
    assert clean_up(stage.automation, by=stage.admin).answer == {"accepted": True}
    assert {one["id"] for one in stage.control.crm()["contacts"]} == before


def test_activation_needs_a_test_step_that_passed_since_the_last_change(stage: Stage) -> None:
    with pytest.raises(CrmRefusedError, match="not tested"):
        activate(stage.automation, by=stage.admin)
    run_test(stage.automation, by=stage.admin)
    assert activate(stage.automation, by=stage.admin).state == AutomationState.ACTIVE
    after = changed(stage.automation, stage.admin, tag_template="hot, instantly-{code}")
    assert (after.state, after.is_tested, after.active_since is not None) == ("draft", False, True)
    with pytest.raises(CrmRefusedError, match="not tested"):
        activate(after, by=stage.admin)


def test_a_test_step_that_a_fault_ends_leaves_the_automation_untested(stage: Stage) -> None:
    stage.control.faults({"match": {"path": "/contacts/*/tags"}, "do": "status", "value": 422})
    result = run_test(stage.automation, by=stage.admin)
    assert [(one.kind, one.state) for one in result.entries] == [
        ("contact", "done"), ("tags", "refused"), ("note", "skipped"),
    ]  # fmt: skip
    assert (result.has_passed, stage.automation.is_tested) == (False, False)
    assert stage.automation.test_contact != ""


@pytest.mark.parametrize("verb", [run_test, clean_up, activate, pause])
def test_only_an_admin_may(stage: Stage, member: Callable[..., Member], verb: Callable[..., object]) -> None:
    for role in ("viewer", "operator", "approver"):
        with pytest.raises(NotAllowedError):
            verb(stage.automation, by=member(role))
    assert LedgerEntry.objects.count() == 0
    assert Automation.objects.get().state == "draft"


def test_nothing_is_tested_in_observe_mode(stage: Stage) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    stage.automation.workspace.refresh_from_db()
    before = stage.control.crm()
    with pytest.raises(ObserveModeError):
        run_test(stage.automation, by=stage.admin)
    assert (stage.control.crm(), LedgerEntry.objects.count()) == (before, 0)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"actions": [{"kind": "tags"}]}, "first action"),
        ({"field_map": {"phone": "phone"}}, "needs email"),
        ({"field_map": {"email": "email", "tags": "=x"}}, "no fields"),
        ({"tag_template": " , "}, "at least one tag"),
    ],
)
def test_what_would_do_harm_is_refused(stage: Stage, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(CrmRefusedError, match=words):
        changed(stage.automation, stage.admin, **facts)
    assert Automation.objects.get().version == 1


def test_a_dry_run_only_reads(stage: Stage) -> None:
    before, log = stage.control.crm(), len(stage.control.log(path="/ghl/"))
    found = dry_run(stage.automation, 5)
    assert (len(found.lines), found.creates + found.updates) == (5, 5)
    asked = stage.control.log(path="/ghl/")[log:]
    assert {one["method"] for one in asked} == {"GET"}
    assert stage.control.crm() == before


def test_the_commands_print_what_checks_rely_on(
    stage: Stage, capsys: pytest.CaptureFixture[str], member: Callable[..., Member]
) -> None:
    def ran(*words: Any) -> dict[str, Any]:
        call_command(*words, "--json")
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    (one,) = ran("automations")["automations"]
    assert {"id", "name", "state", "tested_at", "trigger", "actions"} <= set(one)
    acting = ("--as", stage.admin.email)
    with pytest.raises(CommandError, match="not tested"):
        ran("automation", "activate", str(one["id"]), *acting)
    capsys.readouterr()
    assert ran("automation", "dry_run", str(one["id"]), "--last", "3", *acting)["would_create"] <= 3
    operator = ("--as", member("operator").email)
    assert ran("automation", "dry_run", str(one["id"]), "--last", "1", *operator)["would_update"] <= 1
    with pytest.raises(SystemExit):
        ran("automation", "dry_run", str(one["id"]), "--last", "0", *acting)
    assert "--last: '0' is not a whole number from 1 to 50" in capsys.readouterr().err
    with pytest.raises(CommandError, match="may not"):
        ran("automation", "test", str(one["id"]), *operator)
    capsys.readouterr()
    assert ran("automation", "test", str(one["id"]), *acting)["passed"] is True
    assert ran("automation", "cleanup", str(one["id"]), *acting)["deleted"] is True
    assert ran("automation", "activate", str(one["id"]), *acting)["state"] == "active"
    assert ran("automation", "pause", str(one["id"]), *acting)["state"] == "paused"
    found = ran("ledger")
    assert (found["backlog"], found["oldest_s"]) == (0, None)
    assert {"event", "automation", "action", "state", "attempts", "remote_id"} <= set(found["entries"][0])
    with pytest.raises(CommandError, match="Nothing was replayed"):
        ran("replay", str(found["entries"][0]["id"]), *acting)


def test_the_demos_automation_is_tested_once_cleaned_up_and_stays_a_draft(stage: Stage) -> None:
    before = {one["id"] for one in stage.control.crm()["contacts"]}
    ensure_demo_people()
    assert wants_test(stage.automation)
    try_demo(stage.workspace.pk)
    one = Automation.objects.get()
    assert (one.is_tested, one.state, one.test_contact) == (True, "draft", "")
    assert {each["id"] for each in stage.control.crm()["contacts"]} == before
    assert not wants_test(one)
    assert not try_shipped(one)


def test_the_demos_automation_waits_for_campaigns_and_is_tested_once_though_two_workers_do_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_demo_people()
    Campaign.objects.update(vanished_at=timezone.now())
    assert not wants_test(stage.automation)
    assert not try_shipped(stage.automation)
    assert LedgerEntry.objects.count() == 0
    Campaign.objects.update(vanished_at=None)
    real, twin = trying.record_event, Automation.objects.get()

    def meanwhile(*args: Any) -> int:
        # Another worker read it before this one began, and another one reads it now.
        assert [try_shipped(twin), try_shipped(Automation.objects.get())] == [False, False]
        return real(*args)

    monkeypatch.setattr(trying, "record_event", meanwhile)
    assert try_shipped(stage.automation)
    assert set(LedgerEntry.objects.filter(event__startswith="test:").values_list("event", "state")) == {
        ("test:1:1", "done")
    }
    one = Automation.objects.get()
    assert (one.is_tested, one.test_contact, one.test_lease_until) == (True, "", None)


def test_a_demo_whose_test_step_did_not_pass_is_tested_again_after_a_minute(stage: Stage, time_machine: Any) -> None:
    ensure_demo_people()
    stage.control.faults({"match": {"path": "/contacts/*/tags"}, "do": "status", "value": 422})
    assert not try_shipped(stage.automation)
    one = Automation.objects.get()
    assert (one.is_tested, one.test_contact, wants_test(one)) == (False, "", False)
    time_machine.move_to(timezone.now() + timedelta(seconds=61))
    assert wants_test(one)
    assert try_shipped(one)


def test_a_second_test_step_at_the_same_time_is_refused(stage: Stage) -> None:
    assert begin_test(stage.automation)
    with pytest.raises(CrmRefusedError, match="runs already"):
        run_test(Automation.objects.get(), by=stage.admin)
    # Its process died.
    Automation.objects.update(test_lease_until=timezone.now())
    assert run_test(Automation.objects.get(), by=stage.admin).has_passed


def test_an_entry_of_what_was_there_before_an_activation_is_not_replayed(stage: Stage) -> None:
    now = stage.automation.changed_at
    facts = {"workspace": stage.workspace, "lead": "a@firm.example.com", "asked_at": now, "due_at": now}
    rows = [
        LedgerEntry.objects.create(
            automation=stage.automation, event=f"interest:{thread}:-1", number=number, kind=kind, state="skipped",
            error=error, request={"fields": {}}, changed_at=now, **facts,
        )
        for thread, number, kind, error in
        [("t-1", 1, "contact", WAS_THERE), ("t-1", 2, "notify", WAS_THERE), ("t-2", 1, "note", "Left out by Ada.")]
    ]  # fmt: skip
    assert [row.is_replayable for row in rows] == [False, False, True]
    assert replay(rows[:2], by=stage.admin) == []
    assert list(LedgerEntry.objects.order_by("pk").values_list("state", flat=True)) == ["skipped"] * 3
    assert replay(rows, by=stage.admin) == [rows[2].pk]


def test_the_page_and_the_form_say_which_interests_count(stage: Stage, web: Callable[..., Client]) -> None:
    any_interest = {"campaigns": [], "excludes_automatic": True, "labels": []}
    automation = changed(stage.automation, stage.admin, trigger="interest", filter=any_interest)
    page, form = (
        web("admin").get(f"/w/demo/crm/automations/{automation.pk}/{part}").content.decode() for part in ("", "edit/")
    )
    assert "Each change of an interest counts, also one back to what it was" in page
    assert "Where the interest changed: each change of an interest counts" in form
