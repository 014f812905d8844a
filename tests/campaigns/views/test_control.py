"""Pause and Activate: the confirmation, the request, the read-back; with and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import ApprovalState, Campaign, CampaignStatus, RequestState, StatusRequest
from campaigns.sending.lifecycle import carry_out
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import approval, campaign
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, str]]:
    sent: list[tuple[str, int, str]] = []
    monkeypatch.setattr(
        "campaigns.views.control.enqueue", lambda task, pk, queue="bulk": sent.append((task.name, pk, queue))
    )
    return sent


@pytest.fixture
def sending(workspace: Workspace) -> Campaign:
    return campaign(workspace, remote_status=CampaignStatus.ACTIVE)


def approved(of: Campaign, member: Callable[..., Member]) -> None:
    approval(
        of,
        by=member("operator"),
        state=ApprovalState.APPROVED,
        decided_by=member("approver"),
        decided_at=timezone.now(),
    )


def text(answer: Any) -> str:
    return str(answer.content.decode())


# -- the confirmation ----------------------------------------------------------------------------


def test_the_confirmation_replaces_the_row_and_changes_nothing(sending: Campaign, web: Web, queued: list[Any]) -> None:
    answer = web("viewer").get(f"/w/demo/campaigns/{sending.pk}/pause/?place=row", headers=HTMX)
    assert answer.status_code == 200
    assert text(answer).lstrip().startswith(f'<tr id="campaign-{sending.pk}"')
    assert ">Confirm</button>" in text(answer)
    assert "Cancel" in text(answer)
    assert (StatusRequest.objects.count(), queued) == (0, [])


def test_without_javascript_the_confirmation_is_a_page(sending: Campaign, web: Web) -> None:
    answer = text(web("viewer").get(f"/w/demo/campaigns/{sending.pk}/pause/"))
    assert "<html" in answer
    assert f'<form method="post" action="/w/demo/campaigns/{sending.pk}/pause/">' in answer


def test_the_confirmation_says_that_an_approval_ends_with_the_pause(
    sending: Campaign, member: Callable[..., Member], web: Web
) -> None:
    approved(sending, member)
    assert "approval ends with it" in text(web("viewer").get(f"/w/demo/campaigns/{sending.pk}/pause/"))


# -- pausing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["viewer", "operator", "approver", "admin"])
def test_everyone_signed_in_may_pause(sending: Campaign, web: Web, queued: list[Any], role: str) -> None:
    answer = web(role).post(f"/w/demo/campaigns/{sending.pk}/pause/", {"place": "row"}, headers=HTMX)
    request = StatusRequest.objects.get()
    assert (request.wanted, request.state, request.by.role if request.by else "") == ("pause", RequestState.ASKED, role)
    assert queued == [("campaigns.tasks.carry_out_request", request.pk, "safety")]
    assert "Pausing…" in text(answer)
    assert 'hx-trigger="every 1s, page-visible from:body"' in text(answer)
    assert AuditEvent.objects.get(action="campaign:pause:asked").actor_name == f"{role.title()} Person"


def test_pausing_works_in_observe_mode_too(sending: Campaign, web: Web, queued: list[Any]) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    web("viewer").post(f"/w/demo/campaigns/{sending.pk}/pause/")
    assert len(queued) == 1


def test_a_stranger_is_sent_to_sign_in_and_nothing_is_paused(sending: Campaign, web: Web, queued: list[Any]) -> None:
    answer = web().post(f"/w/demo/campaigns/{sending.pk}/pause/")
    assert (answer.status_code, StatusRequest.objects.count(), queued) == (302, 0, [])


def test_pressing_twice_is_one_request(sending: Campaign, web: Web, queued: list[Any]) -> None:
    for _ in range(2):
        web("viewer").post(f"/w/demo/campaigns/{sending.pk}/pause/", headers=HTMX)
    assert StatusRequest.objects.count() == 1


def test_without_javascript_pausing_redirects_to_the_campaign(sending: Campaign, web: Web, queued: list[Any]) -> None:
    answer = web("viewer").post(f"/w/demo/campaigns/{sending.pk}/pause/", follow=True)
    assert answer.redirect_chain == [(f"/w/demo/campaigns/{sending.pk}/", 302)]
    assert "Pausing…" in text(answer)


def test_an_unknown_campaign_is_not_found(workspace: Workspace, web: Web) -> None:
    assert web("viewer").post("/w/demo/campaigns/4711/pause/").status_code == 404


# -- reading back --------------------------------------------------------------------------------


def seen(answer: str) -> str:
    return answer.partition("seen=")[2].partition('"')[0]


def test_the_row_says_paused_only_after_the_read_back(
    control: SandboxControl, workspace: Workspace, web: Web, queued: list[Any]
) -> None:
    real = synced_campaign(workspace, "05A")
    control.set_status(real.remote_id, CampaignStatus.ACTIVE)
    client = web("viewer")
    pausing = text(client.post(f"/w/demo/campaigns/{real.pk}/pause/", headers=HTMX))
    poll = f"/w/demo/campaigns/{real.pk}/row/?place=row&seen={seen(pausing)}"
    assert client.get(poll, headers=HTMX).status_code == 204
    carry_out(queued[0][1])
    done = client.get(poll, headers=HTMX)
    assert done["HX-Trigger"] == "campaign-settled"
    assert "hx-trigger" not in text(done)
    assert "paused by Viewer Person, read back" in text(done)
    assert control.status_of(real.remote_id) == CampaignStatus.PAUSED


def test_a_pause_without_effect_shows_the_last_reading(sending: Campaign, web: Web, queued: list[Any]) -> None:
    client = web("viewer")
    client.post(f"/w/demo/campaigns/{sending.pk}/pause/", headers=HTMX)
    StatusRequest.objects.update(state=RequestState.UNKNOWN, last_read_status=1, last_read_at=timezone.now())
    still = text(client.get(f"/w/demo/campaigns/{sending.pk}/row/?seen=old", headers=HTMX))
    assert "Pausing…" in still
    assert "Instantly still reads as Sending; it is retried" in still
    StatusRequest.objects.update(state=RequestState.REFUSED, error="Instantly still reads as: Sending.")
    refused = text(client.get(f"/w/demo/campaigns/{sending.pk}/row/?seen=old", headers=HTMX))
    assert "not paused: Instantly still reads as: Sending." in refused
    assert ">Pause</button>" in refused


def test_the_row_without_htmx_redirects_to_the_campaign(sending: Campaign, web: Web) -> None:
    assert web("viewer").get(f"/w/demo/campaigns/{sending.pk}/row/")["Location"] == f"/w/demo/campaigns/{sending.pk}/"


# -- activating ----------------------------------------------------------------------------------


def test_activate_is_offered_only_with_a_live_approval_and_the_role(
    workspace: Workspace, member: Callable[..., Member], web: Web
) -> None:
    paused = campaign(workspace)
    for role in ("viewer", "operator", "approver", "admin"):
        assert ">Activate</button>" not in text(web(role).get("/w/demo/")), role
    approved(paused, member)
    offered = {
        role: ">Activate</button>" in text(web(role).get("/w/demo/"))
        for role in ("viewer", "operator", "approver", "admin")
    }
    assert offered == {"viewer": False, "operator": False, "approver": True, "admin": True}


def test_without_approval_activate_says_what_is_missing_and_links_there(workspace: Workspace, web: Web) -> None:
    paused = campaign(workspace)
    answer = text(web("approver").get(f"/w/demo/campaigns/{paused.pk}/activate/"))
    assert "It has no live approval." in answer
    assert f'href="/w/demo/campaigns/{paused.pk}/go-live/">Request go-live</a>' in answer
    assert ">Confirm</button>" not in answer


def test_activating_without_approval_is_refused_and_sends_nothing(
    workspace: Workspace, web: Web, queued: list[Any]
) -> None:
    paused = campaign(workspace)
    answer = web("approver").post(f"/w/demo/campaigns/{paused.pk}/activate/", headers=HTMX)
    assert answer.status_code == 422
    assert "no live approval" in text(answer)
    assert (StatusRequest.objects.count(), queued) == (0, [])


@pytest.mark.parametrize(("role", "status"), [("", 302), ("viewer", 403), ("operator", 403)])
def test_activating_without_the_role_changes_nothing(
    workspace: Workspace, member: Callable[..., Member], web: Web, queued: list[Any], role: str, status: int
) -> None:
    paused = campaign(workspace)
    approved(paused, member)
    assert web(role).post(f"/w/demo/campaigns/{paused.pk}/activate/").status_code == status
    assert (StatusRequest.objects.count(), queued) == (0, [])


def test_activating_with_approval_is_queued_in_the_safety_queue(
    workspace: Workspace, member: Callable[..., Member], web: Web, queued: list[Any]
) -> None:
    paused = campaign(workspace)
    approved(paused, member)
    answer = web("approver").post(f"/w/demo/campaigns/{paused.pk}/activate/", headers=HTMX)
    assert "Activating…" in text(answer)
    assert ">Pause</button>" in text(answer)
    assert queued == [("campaigns.tasks.carry_out_request", StatusRequest.objects.get().pk, "safety")]


def test_nothing_is_activated_in_observe_mode(
    workspace: Workspace, member: Callable[..., Member], web: Web, queued: list[Any]
) -> None:
    paused = campaign(workspace)
    approved(paused, member)
    Workspace.objects.update(mode=Mode.OBSERVE)
    answer = web("approver").post(f"/w/demo/campaigns/{paused.pk}/activate/", headers=HTMX)
    assert answer.status_code == 422
    assert "observe mode" in text(answer)
    assert queued == []
