"""An act repeated from a second tab, or by a second person: who did it before, and when; nothing happens twice."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from campaigns.models import Approval, ApprovalState, Campaign, RequestState, StatusRequest, Wanted
from iexdg.incidents.record import open_incident
from iexdg.team.audit.already import done_already
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Import, ImportState
from tests.campaigns.factories import approval as make_approval
from tests.campaigns.factories import request_row
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
MemberOf = Callable[..., Member]


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def imported(campaign: Campaign, member: MemberOf) -> Import:
    return checked_import(campaign, people(2), by=member("operator"))


def said(client: Client, address: str, data: dict[str, str]) -> str:
    """Post it, and return what the page says about who did it before."""
    html = client.post(address, data, follow=True).content.decode()
    found = re.search(r"Already [^<]*?, \d\d:\d\d\.", html)
    assert found, f"{address} does not say who did it before"
    return found.group()


def test_the_words_carry_the_time_in_the_readers_zone() -> None:
    at = datetime(2026, 11, 27, 5, 25, tzinfo=UTC)
    with time_machine.travel(at, tick=False), timezone.override(ZoneInfo("Europe/Berlin")):
        assert done_already("started", "Olive Operator", at) == "Already started by Olive Operator, 06:25."


def test_starting_stopping_and_resuming_an_import(imported: Import, web: Web) -> None:
    first, second = web("operator"), web("approver")
    for verb, done in (("start", "started"), ("stop", "stopped"), ("resume", "resumed")):
        address = f"/w/demo/imports/{imported.pk}/{verb}/"
        first.post(address, {"policy": "hold"})
        before = (Import.objects.values().get(), AuditEvent.objects.count())
        assert said(second, address, {"policy": "now"}).startswith(f"Already {done} by Operator Person, ")
        assert (Import.objects.values().get(), AuditEvent.objects.count()) == before


def test_stopping_in_place(imported: Import, web: Web) -> None:
    first, second = web("operator"), web("approver")
    first.post(f"/w/demo/imports/{imported.pk}/start/", {"policy": "hold"})
    first.post(f"/w/demo/imports/{imported.pk}/stop/")
    answer = second.post(f"/w/demo/imports/{imported.pk}/stop/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert re.search(r'role="status">.*?Already stopped by Operator Person, \d\d:\d\d\.', answer.content.decode(), re.S)


def test_an_import_that_has_gone_on_since_is_described_as_it_is(imported: Import, web: Web, member: MemberOf) -> None:
    """It was started, but that is no answer to someone who wants to resume it."""
    web("operator").post(f"/w/demo/imports/{imported.pk}/start/", {"policy": "hold"})
    Import.objects.update(state=ImportState.DONE)
    html = web("operator").post(f"/w/demo/imports/{imported.pk}/resume/", follow=True).content.decode()
    assert "It is neither stopped nor held." in html
    assert "Already" not in html


@pytest.mark.parametrize(
    ("verb", "state", "words"),
    [
        ("approve", ApprovalState.APPROVED, "Already approved by Approver Person, "),
        ("reject", ApprovalState.REJECTED, "Already rejected by Approver Person, "),
        # What a second tab wanted does not matter: it reads what was decided.
        ("reject", ApprovalState.APPROVED, "Already approved by Approver Person, "),
        ("approve", ApprovalState.REJECTED, "Already rejected by Approver Person, "),
    ],
)
def test_deciding_about_a_go_live_that_was_decided(
    verb: str, state: ApprovalState, words: str, campaign: Campaign, web: Web, member: MemberOf
) -> None:
    decided = {"decided_by": member("approver"), "decided_at": timezone.now()}
    make_approval(campaign, by=member("operator"), state=state, **decided)
    before = Approval.objects.values().get()
    assert said(web("admin"), f"/w/demo/campaigns/{campaign.pk}/go-live/{verb}/", {"note": "x"}).startswith(words)
    assert Approval.objects.values().get() == before


def test_withdrawing_a_request_twice(campaign: Campaign, web: Web, member: MemberOf) -> None:
    make_approval(campaign, by=member("operator"))
    address = f"/w/demo/campaigns/{campaign.pk}/go-live/take-back/"
    web("operator").post(address)
    assert said(web("operator"), address, {}).startswith("Already withdrawn by Operator Person, ")


def test_pausing_twice_says_who_requested_it_and_still_reads_back(campaign: Campaign, web: Web) -> None:
    Campaign.objects.update(remote_status=1)
    address = f"/w/demo/campaigns/{campaign.pk}/pause/"
    web("operator").post(address)
    assert said(web("viewer"), address, {}).startswith("Already requested by Operator Person, ")
    assert StatusRequest.objects.count() == 1

    StatusRequest.objects.update(state=RequestState.CONFIRMED, confirmed_at=timezone.now())
    Campaign.objects.update(remote_status=2)
    answer = web("viewer").post(address, headers={"HX-Request": "true"})
    assert re.search(r'"say": "Already paused by Operator Person, \d\d:\d\d\. It is read', answer["HX-Trigger"])
    # Never refused: what is mirrored as paused may be sending.
    assert StatusRequest.objects.filter(state=RequestState.ASKED).count() == 1


def test_activating_what_was_activated(campaign: Campaign, web: Web, member: MemberOf) -> None:
    Campaign.objects.update(remote_status=1)
    by = member("approver")
    request_row(campaign, Wanted.ACTIVATE, RequestState.CONFIRMED, by=by, confirmed_at=timezone.now())
    words = said(web("admin"), f"/w/demo/campaigns/{campaign.pk}/activate/", {})
    assert words.startswith("Already activated by Approver Person, ")
    assert StatusRequest.objects.count() == 1


def test_incidents(workspace: Workspace, web: Web) -> None:
    incident, _ = open_incident(workspace, FLIP, dedupe_key="flip:1", summary="It flipped")
    first, second = web("operator"), web("approver")
    for verb, done in (("acknowledge", "acknowledged"), ("resolve", "resolved"), ("reopen", "opened again")):
        address = f"/w/demo/incidents/{incident.pk}/{verb}/"
        first.post(address, {"next": "incident"})
        before = AuditEvent.objects.count()
        assert said(second, address, {"next": "incident"}).startswith(f"Already {done} by Operator Person, ")
        assert AuditEvent.objects.count() == before


def test_the_kill_switch_and_its_lifting(workspace: Workspace, web: Web) -> None:
    stop = {"word": "STOP", "reason": "wrong copy"}
    web("viewer").post("/w/demo/stop/", stop)
    assert said(web("operator"), "/w/demo/stop/", stop).startswith("Already stopped by Viewer Person, ")
    web("approver").post("/w/demo/stop/lift/", {"reason": "fixed"})
    assert said(web("admin"), "/w/demo/stop/lift/", {"reason": "fixed"}).startswith(
        "Already lifted by Approver Person, "
    )


def test_adopting_what_was_adopted(campaign: Campaign, control: SandboxControl, web: Web) -> None:
    control.set_status(campaign.remote_id, 1)
    Campaign.objects.filter(pk=campaign.pk).update(remote_status=1, awaits_adoption_since=timezone.now())
    address = f"/w/demo/campaigns/{campaign.pk}/adopt/"
    web("approver").post(address, {"note": "as it is"})
    assert said(web("admin"), address, {}).startswith("Already adopted by Approver Person, ")


def test_settings_that_are_so_already(workspace: Workspace, campaign: Campaign, web: Web, member: MemberOf) -> None:
    other = member("viewer", "Vera Other")
    for address, data, words in (
        ("/w/demo/settings/mode/", {"mode": "observe"}, "Already put in observe mode by"),
        (f"/w/demo/campaigns/{campaign.pk}/on-drift/", {"on_drift": "report"}, "Already set by"),
        (f"/w/demo/settings/team/{other.pk}/role/", {"role": "operator"}, "Already changed by"),
        (f"/w/demo/settings/team/{other.pk}/sign-in/", {"is_active": "no"}, "Already deactivated by"),
    ):
        web("admin").post(address, data)
        assert said(web("admin"), address, data).startswith(f"{words} Admin Person, ")
