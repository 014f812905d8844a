"""A simulated reply: someone in the sandbox replies, and it arrives as any other."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign
from iexdg.clients.http.simulated import simulate_reply
from iexdg.inbox import simulating
from iexdg.inbox.models import Thread
from iexdg.inbox.simulating import SimulationRefusedError, may_simulate, simulate
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.mirror import mirror_campaign_leads
from tests.iexdg.inbox.conftest import read_all
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


@pytest.fixture
def campaign(workspace: Workspace, control: SandboxControl, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    found = synced_campaign(workspace, "05A")
    mirror_campaign_leads(found)
    read_all(workspace)

    def here(base_url: str, campaign_id: str, email: str, text: str) -> bool:
        event = {"type": "reply", "campaign_id": campaign_id, "email": email, "text": text}
        return control.http.post("/_sandbox/events", json=event).is_success

    monkeypatch.setattr(simulating, "simulate_reply", here)
    return found


def test_someone_who_has_not_replied_replies_and_it_arrives(
    campaign: Campaign, workspace: Workspace, member: Callable[..., Member]
) -> None:
    before = set(Thread.objects.values_list("lead", flat=True))
    made = simulate(workspace, by=member("operator"))
    assert (made.campaign, made.lead in before) == (campaign, False)
    read_all(workspace)
    thread = Thread.objects.get(lead=made.lead)
    assert "Could you send me a few times" in thread.preview
    assert AuditEvent.objects.get(action="inbox:reply:simulated").campaign_ref == campaign.pk
    assert simulate(workspace, by=member("operator")).lead != made.lead


def test_nobody_replies_in_a_real_workspace_nor_for_a_viewer(
    campaign: Campaign, workspace: Workspace, member: Callable[..., Member]
) -> None:
    with pytest.raises(NotAllowedError):
        simulate(workspace, by=member("viewer"))
    assert may_simulate(workspace, member("operator"))
    assert not may_simulate(workspace, member("viewer"))
    workspace.is_sandbox = False
    assert not may_simulate(workspace, member("admin"))
    with pytest.raises(SimulationRefusedError, match="sandbox only"):
        simulate(workspace, by=member("admin"))


def test_the_page_has_the_button_and_says_what_happened(campaign: Campaign, web: Callable[..., Client]) -> None:
    operator = web("operator")
    assert "Simulate a reply" in operator.get("/w/demo/inbox/").content.decode()
    assert "Simulate a reply" not in web("viewer").get("/w/demo/inbox/").content.decode()
    answer = operator.post("/w/demo/inbox/simulate/", follow=True).content.decode()
    assert f"replied to {campaign.name} in the sandbox" in answer


def test_a_sandbox_that_does_not_answer_is_said(
    campaign: Campaign, workspace: Workspace, member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert simulate_reply("http://127.0.0.1:9", "c", "a@example.com", "Hi") is False
    monkeypatch.setattr(simulating, "simulate_reply", simulate_reply)
    monkeypatch.setattr(workspace, "base_url", "http://127.0.0.1:9")
    with pytest.raises(SimulationRefusedError, match="did not take it"):
        simulate(workspace, by=member("operator"))
