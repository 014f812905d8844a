"""The pages of drafts: a campaign is written, saved, planned and applied, and nothing of it ever sends."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, CampaignStatus
from iexdg.blueprints.models import ApplyRequest, CampaignWrite, Draft, DraftVersion
from iexdg.blueprints.parsing import parse
from iexdg.blueprints.planning import plan
from iexdg.blueprints.tasks import apply_request, plan_draft
from tests.iexdg.blueprints.short_form import LIST, SHORT, page_of
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]


def typed(draft: Draft, **more: Any) -> dict[str, Any]:
    """What the copy form sends for a draft of one step."""
    draft.refresh_from_db()
    return {
        "revision": draft.revision, "tab": "copy", "section": ["copy"], "name": draft.name,
        "steps-0-0-subject": "A question", "steps-0-0-body": "Hi {{firstName}},",
    } | more  # fmt: skip


def test_a_short_form_becomes_a_draft_and_sends_nothing(world: Campaign, web: Web, control: SandboxControl) -> None:
    before = len(control.log())
    answer = web("operator").post("/w/demo/campaigns/new/", SHORT)
    draft = Draft.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_of(draft))
    assert draft.content["schedule"] == {
        "windows": [{"zone": "America/Detroit", "hours": "09:00-17:00", "days": ["mon", "tue"]}]
    }
    assert (draft.content["senders"], draft.content["caps"]) == (["exec@peers.example.com"], {"daily": 20})
    assert len(control.log()) == before


@pytest.mark.parametrize("role", ["viewer", "operator"])
@pytest.mark.parametrize("tab", ["", "sending/", "plan/", "versions/"])
def test_every_tab_is_shown(role: str, tab: str, draft: Draft, web: Web) -> None:
    answer = web(role).get(page_of(draft, tab))
    assert answer.status_code == 200
    assert "10 Founders" in answer.content.decode()


def test_a_draft_is_planned_applied_and_read_back_and_the_campaign_is_a_draft(
    draft: Draft, web: Web, control: SandboxControl
) -> None:
    client = web("operator")
    client.post(page_of(draft, "plan/now/"))
    plan_draft(draft.pk)
    page = client.get(page_of(draft, "plan/")).content.decode()
    assert "Would be created, as a draft at Instantly" in page
    assert "Hi {{firstName}}," in page
    assert not CampaignWrite.objects.exists()
    refused = client.post(page_of(draft, "apply/"), {})
    assert (refused.status_code, ApplyRequest.objects.count()) == (422, 0)
    client.post(page_of(draft, "apply/"), {"confirmed": "yes"})
    request = ApplyRequest.objects.get()
    page = client.get(page_of(draft, "plan/")).content.decode()
    assert "It is being applied." in page
    assert page_of(draft, "apply/") not in page
    apply_request(request.pk)
    request.refresh_from_db()
    draft.refresh_from_db()
    assert (request.state, request.error) == ("applied", "")
    assert draft.campaign is not None
    assert (draft.campaign.name, draft.campaign.remote_status) == ("10 Founders", CampaignStatus.DRAFT)
    assert control.state()
    assert "Nothing to do" in client.get(page_of(draft, "plan/")).content.decode()
    assert DraftVersion.objects.filter(draft=draft).count() == 1


def test_more_drafts_need_no_more_queries(draft: Draft, web: Web) -> None:
    client = web("viewer")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(LIST)
        return len(found)

    queries()
    before = queries()
    for _ in range(4):
        web("operator").post("/w/demo/campaigns/new/", SHORT)
    assert queries() == before


HTMX = {"HX-Request": "true"}


def test_typing_is_saved_and_only_what_is_beside_the_fields_is_replaced(draft: Draft, web: Web) -> None:
    answer = web("operator").post(page_of(draft, "save/"), typed(draft), headers=HTMX)
    html = answer.content.decode()
    draft.refresh_from_db()
    assert (answer.status_code, answer["HX-Reswap"], draft.revision) == (200, "none", 2)
    assert draft.content["steps"] == [{"subject": "A question", "body": "Hi {{firstName}},"}]
    assert '<input type="hidden" name="revision" id="revision" value="2" hx-swap-oob="true">' in html
    for part in ("draft-facts", "save-state", "preview", "steps-0-0-about"):
        assert f'id="{part}"' in html
    assert "<textarea" not in html


def test_after_an_autosave_undo_is_offered_and_after_undo_redo(draft: Draft, web: Web) -> None:
    client = web("operator")
    undo, redo = (f'name="do" value="{do}" data-key="{do}"' for do in ("undo", "redo"))
    page = client.get(page_of(draft)).content.decode()
    assert f"{undo} disabled>" in page
    html = client.post(page_of(draft, "save/"), typed(draft), headers=HTMX).content.decode()
    assert 'id="history-keys" hx-swap-oob="true"' in html
    assert (f"{undo}>" in html, f"{redo} disabled>" in html) == (True, True)
    html = client.post(page_of(draft, "save/"), typed(draft, do="undo"), headers=HTMX).content.decode()
    assert f"{redo}>" in html


def test_what_a_button_adds_names_its_first_field(draft: Draft, web: Web) -> None:
    client = web("operator")

    def html(do: str) -> str:
        return client.post(page_of(draft, "save/"), typed(draft, do=do), headers=HTMX).content.decode()

    assert 'data-focus="steps-1-0-subject"' in html("add-step")
    assert 'data-focus="steps-0-1-subject"' in html("add-variant:0")
    assert "data-focus" not in html("undo")


def test_a_second_tab_is_notified_and_loses_nothing(draft: Draft, web: Web) -> None:
    client, old = web("operator"), typed(draft)
    client.post(page_of(draft, "save/"), typed(draft, name="First tab"), headers=HTMX)
    second = old | {"name": "Second tab"}
    answer = client.post(page_of(draft, "save/"), second, headers=HTMX)
    assert (answer.status_code, answer["HX-Reswap"]) == (422, "none")
    assert "saved this draft elsewhere since you opened it" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.name == "First tab"
    # Without htmx the fields are shown again as they were typed.
    page = client.post(page_of(draft, "save/"), second).content.decode()
    assert 'value="Second tab"' in page
    assert f'id="revision" value="{old["revision"]}"' in page
    client.post(page_of(draft, "save/"), second | {"do": "overwrite"}, headers=HTMX)
    draft.refresh_from_db()
    assert draft.name == "Second tab"


def test_a_button_answers_the_whole_form_and_without_htmx_the_page(draft: Draft, web: Web) -> None:
    client = web("operator")
    answer = client.post(page_of(draft, "save/"), typed(draft, do="add-step"), headers=HTMX)
    assert 'id="steps-1-0-text"' in answer.content.decode()
    assert not answer.has_header("HX-Reswap")
    plain = client.post(page_of(draft, "save/"), typed(draft, do="undo"))
    assert (plain.status_code, plain["Location"]) == (302, page_of(draft))


def test_faults_are_on_the_line_and_words_and_gaps_are_counted(draft: Draft, web: Web) -> None:
    body = "Hi {{firstName}},\nSee https://example.com/x. {{funding}}"
    html = web("operator").post(page_of(draft, "save/"), typed(draft, **{"steps-0-0-body": body}), headers=HTMX)
    text = html.content.decode()
    assert "There is a bare address in the text" in text
    assert "5 words · 1 to fix" in text
    assert '<span class="mark">{{funding}}</span>' in text


def test_a_value_of_a_wrong_form_is_kept_and_named_beside_it(draft: Draft, web: Web) -> None:
    draft.refresh_from_db()
    fields = {"revision": draft.revision, "tab": "sending", "section": ["caps"], "caps-daily": "twenty"}
    client = web("operator")
    client.post(page_of(draft, "save/"), fields)
    page = client.get(page_of(draft, "sending/")).content.decode()
    assert 'value="twenty"' in page
    assert "<code>caps.daily</code>" in page
    client.post(page_of(draft, "plan/now/"))
    plan_draft(draft.pk)
    assert "The draft has mistakes" in client.get(page_of(draft, "plan/")).content.decode()


def test_the_next_two_weeks_are_shown_in_both_zones_and_the_caps_say_what_they_mean(draft: Draft, web: Web) -> None:
    client = web("viewer")
    client.cookies["time_zone"] = "Asia/Kolkata"
    page = client.get(page_of(draft, "sending/")).content.decode()
    assert "In yours, Asia/Kolkata" in page
    assert "09:00–17:00" in page
    assert "At most 20 e-mails a day, the cap of the campaign, all from one sender." in page
    assert "05A Executive-Peer" in page


def test_the_editor_names_what_the_go_live_would_refuse_of_the_schedule(draft: Draft, web: Web) -> None:
    schedule = {"zone": "America/Detroit", "hours": "17:00-09:00", "days": ["mon"], "end": "2020-01-01"}
    Draft.objects.filter(pk=draft.pk).update(content=draft.content | {"schedule": schedule})
    page = web("operator").get(page_of(draft, "sending/")).content.decode()
    assert "The sending hours end (09:00) before they start (17:00)" in page
    assert "The last day (2020-01-01) is over" in page


def test_a_file_with_mistakes_makes_no_draft_and_names_the_line(world: Campaign, web: Web) -> None:
    file = SimpleUploadedFile("bad.yaml", b"campaigns:\n  - name: A\n    stepz: []\n")
    answer = web("operator").post("/w/demo/campaigns/new/upload/", {"file": file})
    assert (answer.status_code, Draft.objects.count()) == (422, 0)
    assert "Line 3, column" in answer.content.decode()
    for content in (b"\xff\xfe\x00", b""):
        file = SimpleUploadedFile("bad.yaml", content)
        assert web("operator").post("/w/demo/campaigns/new/upload/", {"file": file}).status_code == 422
    assert not Draft.objects.exists()
    file = SimpleUploadedFile("nul.yaml", b"campaigns:\n  - name: a\x00b\n")
    answer = web("operator").post("/w/demo/campaigns/new/upload/", {"file": file})
    assert (answer.status_code, Draft.objects.exists()) == (422, False)
    assert "Line 2, column 12: The control character U+0000 cannot be used here" in answer.content.decode()


def test_a_campaign_is_copied_edited_and_downloaded_and_the_file_changes_nothing(
    world: Campaign, web: Web, control: SandboxControl
) -> None:
    client = web("operator")
    client.post("/w/demo/campaigns/new/copy/", {"campaign": world.pk})
    assert Draft.objects.get().name == f"{world.name} (copy)"
    client.post(f"/w/demo/campaigns/{world.pk}/duplicate/")
    assert Draft.objects.filter(campaign=None).count() == 2
    for _ in range(2):
        client.post(f"/w/demo/campaigns/{world.pk}/edit/")
    edited = Draft.objects.get(campaign=world)
    for address in (f"/w/demo/campaigns/{world.pk}/blueprint/", page_of(edited, "blueprint/")):
        answer = client.get(address)
        assert answer["Content-Disposition"] == 'attachment; filename="05a-executive-peer.yaml"'
        made = plan(world.workspace, parse(answer.content.decode()))
        assert [(one.action, one.remote_id) for one in made.campaigns] == [("nothing", world.remote_id)]


def test_a_variant_is_switched_off_in_the_draft_and_nothing_is_sent(
    world: Campaign, web: Web, control: SandboxControl
) -> None:
    client, address = web("operator"), f"/w/demo/campaigns/{world.pk}/turn-off/"
    client.post(f"/w/demo/campaigns/{world.pk}/edit/")
    draft = Draft.objects.get()
    refused = client.post(address, {"step": "1", "variant": "0"}, follow=True).content.decode()
    assert "cannot be switched off" in refused
    save_variant(client, draft)
    answer = client.post(address, {"step": "1", "variant": "0"})
    draft.refresh_from_db()
    assert answer["Location"] == page_of(draft, "plan/")
    assert draft.content["steps"][0]["variants"][0]["off"] is True
    client.post(page_of(draft, "save/"), {"revision": draft.revision, "tab": "copy", "do": "undo"})
    draft.refresh_from_db()
    changed = dict(draft.content)
    changed["steps"][0]["variants"][0]["body"] = "Other words than Instantly has"
    Draft.objects.filter(pk=draft.pk).update(content=changed)
    text = client.post(address, {"step": "1", "variant": "0"}, follow=True).content.decode()
    assert "The draft has other words there than Instantly" in text
    assert [one for one in control.log() if one["method"] in {"PATCH", "DELETE"}] == []


def save_variant(client: Client, draft: Draft) -> None:
    """Add a variant to the first step, as the button does."""
    draft.refresh_from_db()
    client.post(page_of(draft, "save/"), {"revision": draft.revision, "tab": "copy", "do": "add-variant:0"})
    draft.refresh_from_db()
    assert len(draft.content["steps"][0]["variants"]) == 2
