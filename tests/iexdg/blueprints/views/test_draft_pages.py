"""The pages of drafts: a campaign is written, saved, planned and applied, and nothing of it ever sends."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, CampaignStatus
from iexdg.blueprints.models import ApplyRequest, CampaignWrite, Draft, DraftVersion
from iexdg.blueprints.tasks import apply_request, plan_draft
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
SHORT: dict[str, Any] = {
    "name": "10 Founders", "subject": "A question about {{companyName}}", "body": "Hi {{firstName}},\n\nShall we talk?",
    "senders": ["exec@peers.example.com"], "zone": "America/Detroit", "opens": "09:00", "closes": "17:00",
    "days": ["mon", "tue"], "daily": "20",
}  # fmt: skip
LIST = "/w/demo/campaigns/drafts/"


def page_of(draft: Draft, tab: str = "") -> str:
    return f"{LIST}{draft.pk}/{tab}"


def typed(draft: Draft, **more: Any) -> dict[str, Any]:
    """What the copy form sends for a draft of one step."""
    draft.refresh_from_db()
    return {
        "revision": draft.revision, "tab": "copy", "section": ["copy"], "name": draft.name,
        "steps-0-0-subject": "A question", "steps-0-0-body": "Hi {{firstName}},",
    } | more  # fmt: skip


@pytest.fixture
def world(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def draft(world: Campaign, web: Web) -> Draft:
    web("operator").post("/w/demo/campaigns/new/", SHORT)
    return Draft.objects.get()


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
