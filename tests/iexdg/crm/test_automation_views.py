"""The pages of automations and of the ledger: who sees, who acts, and what they show."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.pages.automations import automation_page
from iexdg.inbox.models import Thread
from tests.iexdg.crm.automation_fixtures import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


@pytest.fixture
def is_active() -> bool:
    return False


def url(stage: Stage, verb: str = "") -> str:
    return f"/w/demo/crm/automations/{stage.automation.pk}/{verb}"


def test_an_admin_tests_activates_and_pauses_from_the_page(stage: Stage, web: Callable[..., Client]) -> None:
    admin = web("admin")
    assert "It would create" in admin.post(url(stage, "dry-run/")).content.decode()
    answer = admin.post(url(stage, "test/"), follow=True).content.decode()
    assert "The test step passed" in answer
    assert "Delete the test contact" in answer
    assert "The test contact was deleted" in admin.post(url(stage, "clean-up/"), follow=True).content.decode()
    assert "is active" in admin.post(url(stage, "activate/"), follow=True).content.decode()
    assert Automation.objects.get().state == "active"
    assert "is paused" in admin.post(url(stage, "pause/"), follow=True).content.decode()


def test_the_pages_say_that_a_test_step_did_not_pass_and_show_each_run_by_itself(
    stage: Stage, web: Callable[..., Client]
) -> None:
    admin, listed = web("admin"), "/w/demo/crm/automations/"
    assert "<b>not run</b>" in admin.get(url(stage)).content.decode()
    assert "Not run" in admin.get(listed).content.decode()
    stage.control.faults({"match": {"path": "/contacts/*/tags"}, "do": "status", "value": 422})
    admin.post(url(stage, "test/"))
    html = admin.get(url(stage)).content.decode()
    assert "<b>did not pass, <" in html
    assert "not run" not in html
    assert "Did not pass, <" in admin.get(listed).content.decode()
    admin.post(url(stage, "test/"))
    assert "<b>passed, <" in admin.get(url(stage)).content.decode()
    admin.post(url(stage, "clean-up/"))
    runs = automation_page(Automation.objects.get(), stage.admin).runs
    assert [(run.title, run.words, run.tone, [one.state for one in run.entries]) for run in runs] == [
        ("Clean-up", "Deleted", "ok", ["done"]),
        ("Test step", "Passed", "ok", ["done", "done", "done"]),
        ("Test step", "Did not pass", "bad", ["done", "refused", "skipped"]),
    ]
    html = admin.get(url(stage)).content.decode()
    assert [html.count(f'aria-labelledby="run-{run.number}"') for run in runs] == [1, 1, 1]
    # What was not changed keeps what it passed; a later failure is shown all the same.
    Automation.objects.update(tried_at=timezone.now())
    assert "<b>did not pass, <" in admin.get(url(stage)).content.decode()
    Automation.objects.update(test_lease_until=timezone.now() + timedelta(minutes=1))
    assert "<b>running, <" in admin.get(url(stage)).content.decode()


def test_a_viewer_sees_and_changes_nothing(stage: Stage, web: Callable[..., Client]) -> None:
    viewer, before = web("viewer"), stage.control.crm()
    html = viewer.get(url(stage)).content.decode()
    assert stage.automation.name in html
    assert "Run the test step" not in html
    for verb in ("test/", "clean-up/", "activate/", "pause/", "edit/", "dry-run/"):
        assert viewer.post(url(stage, verb)).status_code == 403
    assert (Automation.objects.get().version, LedgerEntry.objects.count()) == (1, 0)
    assert stage.control.crm() == before


def test_the_form_changes_fields_tags_filter_and_actions(stage: Stage, web: Callable[..., Client]) -> None:
    admin = web("admin")
    campaign = Thread.objects.exclude(campaign=None).values_list("campaign", flat=True)[0]
    typed = {
        "name": "Hot replies",
        "trigger": "replied",
        "campaigns": [str(campaign)],
        "labels": ["1"],
        "saves_contact": "on",
        "field_map": "email <- email\ncustom:f-1 <- =Campaign 05",
        "tag_template": "instantly-{code}, hot",
        "workflow_id": "w-1",
    }
    assert admin.post(url(stage, "edit/"), typed).status_code == 302
    one = Automation.objects.get()
    assert (one.name, one.version, one.tag_template) == ("Hot replies", 2, "instantly-{code}, hot")
    assert one.filter == {"campaigns": [campaign], "excludes_automatic": False, "labels": [1]}
    assert one.field_map == {"email": "email", "custom:f-1": "=Campaign 05"}
    assert one.actions == [{"kind": "contact"}, {"kind": "tags"}, {"kind": "workflow", "workflow_id": "w-1"}]
    for wrong in ({"field_map": "nonsense"}, {"field_map": "phone <- phone"}, {"campaigns": ["999999"]}):
        assert admin.post(url(stage, "edit/"), typed | wrong).status_code == 422
    assert Automation.objects.get().version == 2
    assert "custom:f-1 &lt;- =Campaign 05" in admin.get(url(stage, "edit/")).content.decode()


def test_the_ledger_filters_replays_and_is_a_file(stage: Stage, web: Callable[..., Client]) -> None:
    admin = web("admin")
    stage.control.faults({"match": {"path": "/contacts/*/tags"}, "do": "status", "value": 422})
    admin.post(url(stage, "test/"))
    refused = LedgerEntry.objects.get(state="refused")
    html = admin.get("/w/demo/crm/ledger/?state=refused").content.decode()
    assert f"/crm/ledger/{refused.pk}/" in html
    assert f"/crm/ledger/{LedgerEntry.objects.get(state='done').pk}/" not in html
    entry = f"/w/demo/crm/ledger/{refused.pk}/"
    rows = b"".join(admin.get("/w/demo/crm/ledger.csv?state=refused").streaming_content).decode()  # type: ignore[attr-defined]
    assert len(rows.strip().splitlines()) == 2
    assert web("approver").post(f"{entry}replay/").status_code == 403
    # No worker would carry out the entry of a test step.
    assert "Replay" not in html + admin.get(entry).content.decode()
    admin.post(f"{entry}replay/")
    assert LedgerEntry.objects.get(pk=refused.pk).state == "refused"
    LedgerEntry.objects.filter(pk=refused.pk).update(event="m-1")
    listed = admin.get("/w/demo/crm/ledger/").content.decode()
    assert [listed.count('name="entry"'), f'name="entry" value="{refused.pk}"' in listed] == [1, True]
    assert all(words in admin.get(entry).content.decode() for words in ("Replay", "Leave out"))
    admin.post("/w/demo/crm/ledger/replay/", {"entry": [str(refused.pk)]})
    assert LedgerEntry.objects.get(pk=refused.pk).state == "asked"
    # All of a list: of what was refused, and of nothing else.
    LedgerEntry.objects.filter(pk=refused.pk).update(state="refused")
    admin.post("/w/demo/crm/ledger/replay/", {"all": "yes"})
    assert LedgerEntry.objects.get(pk=refused.pk).state == "refused"
    assert "Replay all of this list" not in admin.get("/w/demo/crm/ledger/").content.decode()
    assert "Replay all of this list" in admin.get("/w/demo/crm/ledger/?state=refused").content.decode()
    admin.post("/w/demo/crm/ledger/replay/", {"all": "yes", "state": "refused"})
    assert LedgerEntry.objects.get(pk=refused.pk).state == "asked"


def test_a_conversation_shows_what_became_of_its_reply(
    stage: Stage, web: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = Thread.objects.filter(received_at__isnull=False)[0]
    page = f"/w/demo/inbox/{thread.pk}/"
    viewer = web("viewer")
    assert "No automation has taken a reply" in viewer.get(page).content.decode()
    now = stage.automation.changed_at
    LedgerEntry.objects.create(
        workspace=stage.workspace, automation=stage.automation, event="m-1", number=1, kind="contact", state="done",
        thread=thread, lead=thread.lead, contact_id="c-7", asked_at=now, due_at=now, changed_at=now,
    )  # fmt: skip
    html = viewer.get(page).content.decode()
    assert "Create or update the contact" in html
    assert "Open the contact in GoHighLevel" in html
    assert "crm-changed from:body" in html
    monkeypatch.setattr(settings, "GHL_CONTACT_URL", "none")
    assert "Open the contact in GoHighLevel" not in viewer.get(page).content.decode()


def test_the_ledger_is_read_with_a_fixed_number_of_queries(stage: Stage, web: Callable[..., Client]) -> None:
    viewer, queries, now = web("viewer"), [], stage.automation.changed_at
    for total in (1, 30):
        for number in range(total):
            LedgerEntry.objects.get_or_create(
                workspace=stage.workspace, automation=stage.automation, event=f"m-{number}", number=1, kind="contact",
                lead="a@example.com", defaults={"asked_at": now, "due_at": now, "changed_at": now},
            )  # fmt: skip
        viewer.get("/w/demo/crm/ledger/")
        with CaptureQueriesContext(connection) as context:
            viewer.get("/w/demo/crm/ledger/")
        queries.append(len(context))
    assert queries[0] == queries[1]
