"""The tripwire: after a flip nothing more is loaded, and the pause is sent at once."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from model_bakery import baker

from campaigns.incident_kinds import FLIP
from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage
from campaigns.sending import lifecycle
from campaigns.sending.lifecycle import carry_out, request_pause
from campaigns.watch.stopping import stop_all
from iexdg.incidents.models import Incident
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.models import Batch, Import, ImportState
from tests.leads.factories import checked_import, people, synced_campaign
from tests.leads.midrun import when
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db

BATCHES = [1, 2, 2, 2, 2]
LONG = 1000.0


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture(autouse=True)
def _short(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LOAD_BATCH_ROWS = 2
    monkeypatch.setattr(lifecycle, "READ_BACK_WAITS_S", (0.0, 0.0))


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def ready(campaign: Campaign, member: Callable[..., Member]) -> Import:
    """Nine verified rows, which load as a canary and four batches."""
    imported = checked_import(campaign, people(9))
    verbs.start(imported, by=member("operator"), hold=True)
    drive.run_until_settled(imported.pk)
    imported.refresh_from_db()
    verbs.resume(imported, by=member("operator"))
    return imported


def writes(control: SandboxControl, campaign: Campaign) -> list[str]:
    """What was written to Instantly, in order: load or pause."""
    words = {"/api/v2/leads/add": "load", f"/api/v2/campaigns/{campaign.remote_id}/pause": "pause"}
    return [words[item["path"]] for item in control.log() if item["path"] in words]


def loads(control: SandboxControl) -> int:
    return len(control.log(path="/leads/add"))


def before_batch(control: SandboxControl, number: int, act: Callable[[], None]) -> Callable[[], float]:
    return when(lambda: loads(control) == number - 1, act)


def complete(control: SandboxControl, campaign: Campaign) -> Callable[[], None]:
    """Complete the campaign in the middle of the load; the next batch flips it."""
    return lambda: control.set_status(campaign.remote_id, CampaignStatus.COMPLETED)


def read_fails(campaign: Campaign, action: str, *, times: int) -> dict[str, Any]:
    return {"match": {"method": "GET", "path": f"/campaigns/{campaign.remote_id}"}, "do": action, "times": times}


def assert_held_after(imported: Import, control: SandboxControl, *, batches: int) -> None:
    counts = counts_of(Import.objects.get(pk=imported.pk))
    assert writes(control, imported.campaign) == ["load"] * batches + ["pause"]
    assert control.status_of(imported.campaign.remote_id) == CampaignStatus.PAUSED
    assert (counts.state, counts.flips) == (ImportState.VERIFIED, 1)
    assert (counts.loaded, counts.ready) == (sum(BATCHES[:batches]), sum(BATCHES[batches:]))
    assert counts.adds_up
    assert counts.reconciled
    assert Incident.objects.filter(kind=FLIP.code, campaign_ref=imported.campaign_id).count() == 1


def test_a_flip_on_the_canary_stops_before_the_first_batch(ready: Import, control: SandboxControl) -> None:
    control.set_status(ready.campaign.remote_id, CampaignStatus.COMPLETED)

    drive.run_until_settled(ready.pk)

    assert_held_after(ready, control, batches=1)


def test_a_flip_on_the_third_of_five_batches_stops_before_the_fourth(ready: Import, control: SandboxControl) -> None:
    drive.advance(ready.pk, clock=before_batch(control, 3, complete(control, ready.campaign)))
    drive.run_until_settled(ready.pk)

    assert_held_after(ready, control, batches=3)


def test_a_flip_on_the_last_batch_pauses_and_leaves_nothing_to_hold(ready: Import, control: SandboxControl) -> None:
    drive.advance(ready.pk, clock=before_batch(control, 5, complete(control, ready.campaign)))
    imported = drive.run_until_settled(ready.pk)

    assert writes(control, ready.campaign) == [*["load"] * 5, "pause"]
    assert control.status_of(ready.campaign.remote_id) == CampaignStatus.PAUSED
    assert (imported.flips, counts_of(imported).loaded) == (1, 9)
    assert imported.state in {ImportState.SETTLING, ImportState.DONE}


@pytest.mark.parametrize("action", ["status", "drop_before", "drop_after_commit"])
def test_a_status_read_that_fails_once_is_read_again_before_anything_else(
    ready: Import, control: SandboxControl, action: str
) -> None:
    def flip_unseen() -> None:
        control.set_status(ready.campaign.remote_id, CampaignStatus.COMPLETED)
        control.faults(read_fails(ready.campaign, action, times=1))

    drive.advance(ready.pk, clock=before_batch(control, 3, flip_unseen))
    drive.run_until_settled(ready.pk)

    assert_held_after(ready, control, batches=3)
    assert control.state()["faults"] == []


def test_nothing_is_loaded_while_the_status_cannot_be_read(ready: Import, control: SandboxControl) -> None:
    def flip_unseen() -> None:
        control.set_status(ready.campaign.remote_id, CampaignStatus.COMPLETED)
        # More failures than one read has attempts.
        control.faults(read_fails(ready.campaign, "status", times=5))

    drive.advance(ready.pk, clock=before_batch(control, 3, flip_unseen))

    assert writes(control, ready.campaign) == ["load"] * 3
    imported = Import.objects.get(pk=ready.pk)
    assert imported.state == ImportState.LOADING
    assert imported.due_at is not None
    assert imported.due_at > timezone.now()
    assert imported.campaign.status_unknown_since is not None

    drive.run_until_settled(ready.pk)
    assert_held_after(ready, control, batches=3)


def test_a_person_who_stops_the_load_does_not_switch_the_tripwire_off(
    ready: Import, control: SandboxControl, member: Callable[..., Member]
) -> None:
    def flip_and_stop() -> None:
        control.set_status(ready.campaign.remote_id, CampaignStatus.COMPLETED)
        verbs.stop(Import.objects.get(pk=ready.pk), by=member("operator"))

    drive.advance(ready.pk, clock=before_batch(control, 3, flip_and_stop))

    assert writes(control, ready.campaign) == ["load", "load", "load", "pause"]
    imported = Import.objects.get(pk=ready.pk)
    assert (imported.state, imported.flips) == (ImportState.STOPPED, 1)
    assert counts_of(imported).loaded == 5


def end_slice_after(control: SandboxControl, batches: int) -> Callable[[], float]:
    """A clock on which the slice is over once `batches` batches were sent."""
    return lambda: time.monotonic() + (LONG if loads(control) >= batches else 0)


def test_the_last_batch_of_a_slice_has_its_tripwire_in_that_slice(ready: Import, control: SandboxControl) -> None:
    control.set_status(ready.campaign.remote_id, CampaignStatus.COMPLETED)

    drive.advance(ready.pk, clock=end_slice_after(control, 1))

    assert writes(control, ready.campaign) == ["load", "pause"]


def test_a_flip_that_was_paused_by_a_crashed_worker_still_holds_the_load(
    ready: Import, control: SandboxControl
) -> None:
    drive.advance(ready.pk, clock=end_slice_after(control, 1))
    carry_out(request_pause(ready.campaign, by=None).pk)
    baker.make(
        Incident,
        workspace=ready.workspace,
        kind=FLIP.code,
        campaign_ref=ready.campaign_id,
        summary="05A turned active by itself: paused after 0.4 s, read back",
        opened_at=timezone.now(),
    )
    Batch.objects.update(checked_at=None)

    drive.run_until_settled(ready.pk)

    assert_held_after(ready, control, batches=1)


def test_a_flip_with_a_slow_pause_is_counted_once(ready: Import, control: SandboxControl, settings: Any) -> None:
    settings.SETTLE_WATCH_S = 600
    control.set_status(ready.campaign.remote_id, CampaignStatus.COMPLETED)
    pause = {"method": "POST", "path": f"/campaigns/{ready.campaign.remote_id}/pause"}
    control.faults({"match": pause, "do": "status", "value": 500, "times": 8})

    drive.advance(ready.pk)
    imported = Import.objects.get(pk=ready.pk)
    assert (imported.state, imported.flips) == (ImportState.VERIFIED, 1)
    assert "not confirmed yet" in imported.stop_reason
    for _ in range(3):
        drive.advance(ready.pk)

    assert loads(control) == 1
    assert control.status_of(ready.campaign.remote_id) == CampaignStatus.PAUSED
    imported.refresh_from_db()
    assert imported.flips == 1
    assert Incident.objects.filter(kind=FLIP.code).count() == 1


def test_the_settle_watch_catches_a_late_flip(ready: Import, control: SandboxControl, settings: Any) -> None:
    settings.SETTLE_WATCH_S = 600
    drive.run_until_settled(ready.pk)
    assert Import.objects.get(pk=ready.pk).state == ImportState.SETTLING
    control.set_status(ready.campaign.remote_id, CampaignStatus.ACTIVE)

    drive.advance(ready.pk)

    assert writes(control, ready.campaign) == [*["load"] * 5, "pause"]
    assert control.status_of(ready.campaign.remote_id) == CampaignStatus.PAUSED
    imported = Import.objects.get(pk=ready.pk)
    assert (imported.state, imported.flips) == (ImportState.SETTLING, 1)


def observe() -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)


def test_observe_mode_stops_a_load_before_its_next_batch(ready: Import, control: SandboxControl) -> None:
    drive.advance(ready.pk, clock=before_batch(control, 3, observe))

    imported = Import.objects.get(pk=ready.pk)
    assert writes(control, ready.campaign) == ["load"] * 2
    assert imported.state == ImportState.STOPPED
    assert "observe" in imported.stop_reason


def test_a_flip_is_paused_in_observe_mode_too(ready: Import, control: SandboxControl, settings: Any) -> None:
    settings.SETTLE_WATCH_S = 600

    def flip_and_observe() -> None:
        control.set_status(ready.campaign.remote_id, CampaignStatus.ACTIVE)
        observe()

    drive.advance(ready.pk, clock=before_batch(control, 3, flip_and_observe))
    drive.advance(ready.pk)

    assert writes(control, ready.campaign) == ["load", "load", "pause"]
    assert control.status_of(ready.campaign.remote_id) == CampaignStatus.PAUSED


def test_with_a_live_approval_a_sending_campaign_continues_to_load(
    ready: Import, control: SandboxControl, member: Callable[..., Member]
) -> None:
    control.set_status(ready.campaign.remote_id, CampaignStatus.ACTIVE)
    baker.make(
        Approval,
        campaign=ready.campaign,
        state=ApprovalState.APPROVED,
        stage=GoLiveStage.LIVE,
        requested_by=member("operator"),
        decided_by=member("approver"),
        decided_at=timezone.now(),
        expires_at=timezone.now() + timedelta(hours=1),
    )

    imported = drive.run_until_settled(ready.pk)

    assert writes(control, ready.campaign) == ["load"] * 5
    assert control.status_of(ready.campaign.remote_id) == CampaignStatus.ACTIVE
    assert (imported.flips, counts_of(imported).loaded) == (0, 9)
    assert not Incident.objects.exists()


@pytest.mark.parametrize("scope", ["one import", "everything"])
def test_after_a_stop_during_the_read_of_a_lost_batch_no_further_batch_is_sent(
    ready: Import, control: SandboxControl, member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    def read_slowly(imported: Import) -> None:
        if scope == "everything":
            stop_all(imported.workspace, by=member("viewer"), reason="wrong copy")
        else:
            verbs.stop(Import.objects.get(pk=imported.pk), by=member("operator"))

    monkeypatch.setattr("leads.loading.run.settle_open_batches", read_slowly)

    drive.run_until_settled(ready.pk)

    assert loads(control) == 0
    assert Import.objects.get(pk=ready.pk).state == ImportState.STOPPED
