"""Automations beside the shipped one: made in the form, duplicated, renamed, deleted; and the lists of the form."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from iexdg.crm.automations import create, delete, duplicate, ensure_shipped, rename
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.ledger import replay
from iexdg.crm.lists import claim_reading, read_lists
from iexdg.crm.models import Automation, CrmConnection, CrmLists, LedgerEntry
from iexdg.crm.queries import lists_of
from iexdg.crm.tasks import read_lists_of_location
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
NEW, LIST = "/w/demo/crm/automations/new/", "/w/demo/crm/automations/"
TYPED: dict[str, Any] = {"name": "Hot", "trigger": "replied", "excludes_automatic": "on"}
IN_CRM = TYPED | {
    "saves_contact": "on",
    "field_map": "email <- email\ncustom:f-1 <- website\nsource <- =Campaign 05",
    "tag_template": "instantly-{code}",
}


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


@pytest.fixture
def admin(member: Callable[..., Member]) -> Member:
    return member("admin")


@pytest.fixture
def one(workspace: Workspace, admin: Member) -> Automation:
    facts = {"name": "Hot", "trigger": "replied", "filter": {}, "actions": [{"kind": "suppress"}]}
    return create(workspace, by=admin, facts=facts | {"field_map": {}, "tag_template": ""})


def entry_of(automation: Automation, **facts: Any) -> LedgerEntry:
    now = timezone.now()
    return LedgerEntry.objects.create(
        workspace=automation.workspace, automation=automation, event="m-1", number=1, kind="suppress",
        lead="a@firm.example.com", asked_at=now, due_at=now, changed_at=now, **facts,
    )  # fmt: skip


def test_a_new_automation_is_a_draft_and_the_listing_has_it(
    workspace: Workspace, web: Callable[..., Client], capsys: pytest.CaptureFixture[str]
) -> None:
    ensure_shipped(workspace)
    assert web("admin").post(NEW, TYPED | {"suppresses": "on"}).status_code == 302
    made = Automation.objects.get(is_shipped=False)
    assert (made.name, made.state, made.actions) == ("Hot", "draft", [{"kind": "suppress"}])
    assert made.filter == {"campaigns": [], "excludes_automatic": True, "labels": []}
    call_command("automations", "--json")
    listed = json.loads(capsys.readouterr().out)["automations"]
    assert {row["name"]: row["actions"] for row in listed} == {
        "Hot": ["suppress"], "Reply to the CRM": ["contact", "tags", "note"],
    }  # fmt: skip
    assert {"id", "name", "state", "tested_at", "trigger", "actions"} <= set(listed[0])


@pytest.mark.parametrize("trigger", ["finished", "loaded", "bounced", "unsubscribed"])
def test_what_the_form_hides_for_a_trigger_does_not_count(
    workspace: Workspace, web: Callable[..., Client], trigger: str
) -> None:
    typed = TYPED | {"suppresses": "on", "trigger": trigger, "labels": ["1"]}
    assert web("admin").post(NEW, typed).status_code == 302
    assert Automation.objects.get().filter == {"campaigns": [], "excludes_automatic": False, "labels": []}


def test_the_form_keeps_recipients_fixed_texts_and_custom_fields(
    by_token: CrmConnection, web: Callable[..., Client], member: Callable[..., Member]
) -> None:
    viewer, browser = member("viewer"), web("admin")
    typed = IN_CRM | {"notify_roles": ["admin"], "notify_members": [str(viewer.pk)], "notifies_webhook": "on"}
    assert browser.post(NEW, typed).status_code == 302
    made = Automation.objects.get()
    assert made.field_map == {"email": "email", "custom:f-1": "website", "source": "=Campaign 05"}
    assert made.actions == [
        {"kind": "contact"},
        {"kind": "tags"},
        {"kind": "notify", "channel": "email", "roles": ["admin"], "members": [viewer.pk]},
        {"kind": "notify", "channel": "webhook"},
    ]
    html = browser.get(f"{LIST}{made.pk}/").content.decode()
    for words in ("Notify people: every admin", viewer.name, "the team&#x27;s webhook", "the text Campaign 05"):
        assert words in html
    form = browser.get(f"{LIST}{made.pk}/edit/").content.decode()
    assert "custom:f-1 &lt;- website" in form
    assert f'<option value="{viewer.pk}" selected>' in form


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (TYPED, "An automation without an action does nothing"),
        (IN_CRM | {"field_map": "phone <- phone"}, "needs email"),
        (IN_CRM | {"stage_id": "s-1"}, "A stage belongs to a pipeline"),
        (TYPED | {"suppresses": "on", "notify_roles": ["owner"]}, "roles, by e-mail” is not one of the choices"),
    ],
)
def test_what_makes_no_sense_is_shown_with_its_reason(
    workspace: Workspace, web: Callable[..., Client], typed: dict[str, Any], words: str
) -> None:
    answer = web("admin").post(NEW, typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Automation.objects.count() == 0


def test_without_a_location_the_form_begins_with_what_needs_none(
    workspace: Workspace, web: Callable[..., Client], no_environment: None
) -> None:
    html = web("admin").get(NEW).content.decode()
    assert 'id="id_saves_contact">' in html
    assert "This workspace is not connected to GoHighLevel" in html


def test_with_a_location_the_form_begins_with_the_contact(by_token: CrmConnection, web: Callable[..., Client]) -> None:
    html = web("admin").get(NEW).content.decode()
    assert 'id="id_saves_contact" checked>' in html
    assert "not connected" not in html


def test_a_duplicate_is_an_untested_draft_of_its_own(one: Automation, admin: Member) -> None:
    Automation.objects.update(state="active", tested_at=timezone.now(), tested_version=1, active_since=timezone.now())
    one.refresh_from_db()
    made = duplicate(one, by=admin)
    assert (made.name, made.state, made.is_tested, made.active_since) == ("Hot (copy)", "draft", False, None)
    assert made.actions == one.actions
    assert len(duplicate(rename(one, "x" * 100, by=admin), by=admin).name) == 100


def test_a_name_is_changed_alone(one: Automation, admin: Member, web: Callable[..., Client]) -> None:
    Automation.objects.update(state="active", tested_at=timezone.now(), tested_version=1)
    web("admin").post(f"{LIST}{one.pk}/rename/", {"name": "  Warm \n replies "})
    one.refresh_from_db()
    assert (one.name, one.state, one.is_tested, one.version) == ("Warm replies", "active", True, 1)
    with pytest.raises(CrmRefusedError, match="1 to 100"):
        rename(one, " ", by=admin)


def test_deletion_keeps_the_ledger_and_leaves_out_what_was_open(
    one: Automation, admin: Member, web: Callable[..., Client]
) -> None:
    done, browser = entry_of(one), web("admin")
    Automation.objects.update(state="active")
    asked = browser.get(f"{LIST}{one.pk}/delete/").content.decode()
    assert "Hot is active. Pause it first." in asked
    assert "Delete automation" not in asked
    # It was activated after it was read.
    with pytest.raises(CrmRefusedError, match="changed meanwhile"):
        delete(one, by=admin)
    browser.post(f"{LIST}{one.pk}/delete/")
    assert Automation.objects.get().deleted_at is None
    Automation.objects.update(state="paused", test_contact="c-1")
    browser.post(f"{LIST}{one.pk}/delete/")
    assert Automation.objects.get().deleted_at is None
    assert "Clean it up first" in browser.get(f"{LIST}{one.pk}/delete/").content.decode()
    Automation.objects.update(test_contact="")
    assert "Delete automation" in browser.get(f"{LIST}{one.pk}/delete/").content.decode()
    assert "stays in the ledger" in browser.get(f"{LIST}{one.pk}/delete/").content.decode()
    assert Automation.objects.get().deleted_at is None
    browser.post(f"{LIST}{one.pk}/delete/")
    assert Automation.objects.get().deleted_at is not None
    done.refresh_from_db()
    assert (done.state, done.error) == ("skipped", "The automation was deleted.")
    assert browser.get(f"{LIST}{one.pk}/").status_code == 404
    assert f"/crm/automations/{one.pk}/" not in browser.get(LIST).content.decode()
    assert browser.get(f"/w/demo/crm/ledger/{done.pk}/").status_code == 200
    assert replay([done], by=admin) == []


def test_the_shipped_one_is_not_deleted(workspace: Workspace, admin: Member) -> None:
    with pytest.raises(CrmRefusedError, match="comes with the product"):
        delete(ensure_shipped(workspace), by=admin)
    assert Automation.objects.get().deleted_at is None


@pytest.mark.parametrize("role", ["viewer", "operator", "approver"])
def test_only_an_admin_makes_copies_renames_and_deletes(
    one: Automation, workspace: Workspace, member: Callable[..., Member], role: str
) -> None:
    by = member(role)
    facts = {"name": "x", "trigger": "replied", "filter": {}, "actions": one.actions, "field_map": {}}
    for act in (
        lambda: create(workspace, by=by, facts=facts | {"tag_template": ""}),
        lambda: duplicate(one, by=by),
        lambda: rename(one, "y", by=by),
        lambda: delete(one, by=by),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert list(Automation.objects.values_list("name", "deleted_at")) == [("Hot", None)]


def test_workflows_and_pipelines_are_chosen_by_name(
    by_token: CrmConnection, workspace: Workspace, web: Callable[..., Client]
) -> None:
    read_lists_of_location(workspace.pk)
    lists = CrmLists.objects.get()
    assert lists.workflows_at is not None
    workflow, pipeline = lists.workflows[0], lists.pipelines[0]
    browser = web("admin")
    html = browser.get(NEW).content.decode()
    assert f'<option value="{workflow["id"]}">{workflow["name"]}' in html
    assert f'<optgroup label="{pipeline["name"]}">' in html
    assert "Type the id" not in html
    chosen = {"workflow_id": workflow["id"], "pipeline_id": pipeline["id"], "stage_id": pipeline["stages"][1]["id"]}
    assert browser.post(NEW, IN_CRM | chosen).status_code == 302
    made = Automation.objects.get()
    assert made.actions[2:] == [
        {"kind": "workflow", "workflow_id": workflow["id"]},
        {"kind": "opportunity", "pipeline_id": pipeline["id"], "stage_id": chosen["stage_id"]},
    ]
    page = browser.get(f"{LIST}{made.pk}/").content.decode()
    assert f"Add to a workflow: {workflow['name']}" in page
    assert f"opportunity: {pipeline['name']}" in page
    assert browser.post(NEW, IN_CRM | {"workflow_id": "w-none"}).status_code == 422
    # What is gone from the list stays chosen until someone changes it.
    CrmLists.objects.update(workflows=[])
    edit = f"{LIST}{made.pk}/edit/"
    assert f"{workflow['id']} (not in the list)" in browser.get(edit).content.decode()
    assert browser.post(edit, IN_CRM | chosen).status_code == 302


def test_a_stage_of_another_pipeline_is_refused(
    by_token: CrmConnection, workspace: Workspace, web: Callable[..., Client]
) -> None:
    CrmLists.objects.create(
        workspace=workspace, location_id=by_token.location_id, tried_at=timezone.now(), pipelines_at=timezone.now(),
        pipelines=[
            {"id": "p-1", "name": "One", "stages": [{"id": "s-1", "name": "New"}]},
            {"id": "p-2", "name": "Two", "stages": [{"id": "s-2", "name": "New"}]},
        ],
    )  # fmt: skip
    answer = web("admin").post(NEW, IN_CRM | {"pipeline_id": "p-1", "stage_id": "s-2"})
    assert "This stage is in another pipeline" in answer.content.decode()
    assert Automation.objects.count() == 0


def test_where_a_scope_is_missing_the_id_is_typed_and_the_page_says_why(
    by_token: CrmConnection, workspace: Workspace, web: Callable[..., Client], control: SandboxControl
) -> None:
    control.faults({"match": {"path": "/workflows/"}, "do": "status", "value": 401, "times": 40})
    browser = web("admin")
    for form, back in (("", LIST), ("new", NEW), ("7", f"{LIST}7/edit/")):
        assert browser.post("/w/demo/crm/automations/lists/", {"automation": form}).headers["Location"] == back
    lists = read_lists(workspace)
    assert (lists.workflows_at, lists.workflows_error != "", lists.pipelines_error) == (None, True, "")
    html = browser.get(NEW).content.decode()
    assert "The list of workflows could not be read" in html
    assert "Type the id below" in html
    assert 'name="workflow_id" maxlength="64"' in html
    assert browser.post(NEW, IN_CRM | {"workflow_id": "w-typed"}).status_code == 302


def test_the_lists_are_read_by_one_process_and_belong_to_one_location(
    by_token: CrmConnection, workspace: Workspace
) -> None:
    assert (claim_reading(workspace), claim_reading(workspace)) == (True, False)
    read_lists(workspace)
    assert lists_of(workspace) is not None
    CrmConnection.objects.update(location_id="another")
    assert lists_of(workspace) is None
    assert claim_reading(workspace)
    assert lists_of(other_workspace()) is None
