"""The kill switch on every page: a word to type, a reason, and each campaign as it is read back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign, StatusRequest, Subsequence
from campaigns.models.campaign import SENDING
from campaigns.pages.stop import other_workspaces
from campaigns.sending.lifecycle import carry_out
from campaigns.views import stop
from campaigns.watch.stopping import stop_all
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import connect_every_row, other_workspace

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(stop, "enqueue", lambda task, *ids, queue: sent.append((task.name, *ids, queue)))
    return sent


@pytest.mark.parametrize(
    "address",
    [
        "/w/demo/",
        "/w/demo/campaigns/",
        "/w/demo/leads/",
        "/w/demo/imports/",
        "/w/demo/audit/",
        "/w/demo/settings/",
        "/w/demo/stop/",
    ],
)
def test_the_button_is_in_the_header_of_every_page(
    address: str, workspace: Workspace, web: Callable[..., Client]
) -> None:
    page = web("viewer").get(address).content.decode()
    assert '<a class="btn danger sm kill" href="/w/demo/stop/">' in page
    assert "All sending is stopped" not in page


def test_without_the_word_or_a_reason_nothing_is_stopped(
    workspace: Workspace, web: Callable[..., Client], queued: list[Any]
) -> None:
    campaign(workspace, remote_status=1)
    for sent in ({"word": "stop it", "reason": "x"}, {"word": "STOP", "reason": ""}, {}):
        answer = web("viewer").post("/w/demo/stop/", sent)
        assert answer.status_code == 422
    workspace.refresh_from_db()
    assert not workspace.is_stopped
    assert queued == []
    assert not StatusRequest.objects.exists()


def test_a_viewer_stops_everything_and_each_pause_is_queued_in_the_safety_queue(
    workspace: Workspace, web: Callable[..., Client], queued: list[Any]
) -> None:
    for name in ("05A", "05B"):
        campaign(workspace, name, remote_status=1)
    client = web("viewer")

    answer = client.post("/w/demo/stop/", {"word": "stop", "reason": "wrong copy"}, follow=True)

    first, second = StatusRequest.objects.order_by("id")
    assert queued == [
        ("campaigns.tasks.send_pauses", workspace.pk, "safety"),
        ("campaigns.tasks.carry_out_request", first.pk, "safety"),
        ("campaigns.tasks.carry_out_request", second.pk, "safety"),
        ("campaigns.tasks.read_statuses", workspace.pk, "watch"),
    ]
    page = answer.content.decode()
    assert "2 not read back yet" in page
    assert "All sending is stopped" in client.get("/w/demo/leads/").content.decode()
    assert "wrong copy" in client.get("/w/demo/leads/").content.decode()
    assert "Lift the kill switch</button>" not in page


def test_the_list_is_polled_until_all_are_read_back(
    control: SandboxControl, workspace: Workspace, web: Callable[..., Client], member: Callable[..., Member]
) -> None:
    synced_campaign(workspace, "05A")
    requests = stop_all(workspace, by=member("viewer"), reason="typo")
    client = web("viewer")
    first = client.get("/w/demo/stop/state/", **HTMX)
    assert first.status_code == 200
    seen = first.content.decode().split("?seen=")[1].split('"')[0]
    assert client.get(f"/w/demo/stop/state/?seen={seen}", **HTMX).status_code == 204

    for request in requests:
        carry_out(request.pk, sleep=lambda seconds: None)

    last = client.get(f"/w/demo/stop/state/?seen={seen}", **HTMX)
    assert last.status_code == 286
    assert "all read back as paused" in last.content.decode()
    assert client.get("/w/demo/stop/state/").status_code == 302


def test_an_approver_lifts_it_with_a_reason(
    workspace: Workspace, web: Callable[..., Client], member: Callable[..., Member]
) -> None:
    stop_all(workspace, by=member("viewer"), reason="typo")
    client = web("approver")
    assert client.post("/w/demo/stop/lift/", {"reason": ""}).status_code == 422

    answer = client.post("/w/demo/stop/lift/", {"reason": "fixed"}, follow=True)

    assert "Every campaign stays paused" in answer.content.decode()
    workspace.refresh_from_db()
    assert not workspace.is_stopped


def test_what_the_environment_holds_is_not_lifted_from_a_page(
    workspace: Workspace, web: Callable[..., Client], settings: Any
) -> None:
    settings.KILL_SWITCH = True
    client = web("approver")
    assert "KILL_SWITCH is set in the environment" in client.get("/w/demo/stop/").content.decode()
    answer = client.post("/w/demo/stop/lift/", {"reason": "fixed"})
    assert answer.status_code == 422
    assert "unset it, restart, then lift it" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="workspace:kill_switch:lifted").exists()


def test_a_campaign_that_was_sending_before_asks_for_a_decision(
    control: SandboxControl, workspace: Workspace, web: Callable[..., Client]
) -> None:
    synced_campaign(workspace, "05A")
    one = Campaign.objects.filter(awaits_adoption_since__isnull=False).first()
    assert one is not None
    assert "Adopt</button>" not in web("operator").get(f"/w/demo/campaigns/{one.pk}/").content.decode()
    client = web("approver")
    assert "Adopt</button>" in client.get(f"/w/demo/campaigns/{one.pk}/").content.decode()

    answer = client.post(f"/w/demo/campaigns/{one.pk}/adopt/", {"note": "ours"}, follow=True)

    assert f"{one.name} is adopted" in answer.content.decode()
    assert control.status_of(one.remote_id) in SENDING


def test_the_choice_on_drift_is_made_on_the_campaign_s_page(workspace: Workspace, web: Callable[..., Client]) -> None:
    one = campaign(workspace)
    client = web("approver")
    client.post(f"/w/demo/campaigns/{one.pk}/on-drift/", {"on_drift": "nonsense"})
    one.refresh_from_db()
    assert one.on_drift == "pause"
    client.post(f"/w/demo/campaigns/{one.pk}/on-drift/", {"on_drift": "report"})
    one.refresh_from_db()
    assert one.on_drift == "report"


def test_all_workspaces_names_what_can_send_in_each_of_the_others(
    workspace: Workspace, web: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    other, quiet = other_workspace("Acme"), other_workspace("Quiet")
    connect_every_row(monkeypatch)
    sends, paused = campaign(other, "Acme 1", remote_status=1), campaign(other, "Acme 2", remote_status=2)
    Subsequence.objects.create(
        workspace=other, campaign=sends, remote_id="s-1", name="Acme 1, second round", remote_status=1
    )
    assert [(one.name, one.would_stop) for one in other_workspaces([other, quiet])] == [
        ("Acme", ("Acme 1", "Acme 1, second round (subsequence)")),
        ("Quiet", ()),
    ]
    page = " ".join(web("admin").get("/w/demo/stop/").content.decode().split())
    assert "<b>Acme</b>: pauses <b>Acme 1</b>, <b>Acme 1, second round (subsequence)</b>." in page
    assert "<b>Quiet</b>: as far as is known nothing can send there now" in page
    assert paused.name not in page


def test_other_workspaces_need_three_queries_however_many_there_are(
    workspace: Workspace, django_assert_num_queries: Any
) -> None:
    there = [other_workspace(f"Acme {number}") for number in range(4)]
    with django_assert_num_queries(3):
        other_workspaces(there)
