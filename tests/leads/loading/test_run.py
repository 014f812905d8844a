"""What stops a load between two batches: a pending pause, a lost lease, an unsettled batch."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign, CampaignStatus
from campaigns.sending.lifecycle import carry_out, request_pause
from campaigns.sending.tripwire import StatusCheck
from iexdg.team.models import Member
from iexdg.workspaces import killswitch
from iexdg.workspaces.models import Mode, Workspace
from leads.errors import LeaseLostError
from leads.imports import drive
from leads.lease import Lease, take
from leads.loading import batches, run
from leads.models import Batch, BatchState, Import, ImportState, Row, RowState
from tests.leads.factories import synced_campaign
from tests.leads.loading.ready import batch_of, states, verified
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db

V, L, OUT = RowState.VERIFIED, RowState.LOADING, RowState.LOADED


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def imported(campaign: Campaign, settings: Any) -> Import:
    """Three verified rows, which load as a canary and one batch."""
    settings.LOAD_BATCH_ROWS = 2
    return verified(campaign, 3)


@pytest.fixture
def lease(imported: Import) -> Lease:
    taken = take(imported.pk)
    assert taken is not None
    return taken


def loads(control: SandboxControl) -> int:
    return len(control.log(path="/leads/add"))


def no_sleep(seconds: float) -> None:
    del seconds


def pausing(campaign: Campaign, control: SandboxControl, member: Callable[..., Member]) -> int:
    """The campaign is sending, and a requested pause has not been sent yet."""
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    return request_pause(campaign, by=member("viewer"), reason="wrong copy").pk


# -- a pending pause ---------------------------------------------------------------------------------


def test_a_campaign_that_is_being_paused_holds_the_load_until_the_pause_is_read_back(
    imported: Import, campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    pause = pausing(campaign, control, member)

    drive.advance(imported.pk)

    assert loads(control) == 0
    assert states(imported) == [V, V, V]
    imported.refresh_from_db()
    assert (imported.state, imported.flips) == (ImportState.LOADING, 0)
    assert imported.due_at is not None
    assert imported.due_at > timezone.now()

    carry_out(pause, sleep=no_sleep)
    drive.run_until_settled(imported.pk)
    assert states(imported) == [OUT, OUT, OUT]


def test_while_a_pause_is_pending_the_last_batch_keeps_its_tripwire(
    imported: Import, campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    batch = batch_of(imported, 1, BatchState.RECONCILED, rows=OUT)
    pausing(campaign, control, member)

    drive.advance(imported.pk)

    batch.refresh_from_db()
    assert batch.checked_at is None
    assert loads(control) == 0


@pytest.mark.parametrize(
    ("found", "is_clear"),
    [
        (StatusCheck(CampaignStatus.PAUSED), True),
        (StatusCheck(CampaignStatus.ACTIVE), True),
        (StatusCheck(CampaignStatus.DRAFT), True),
        (StatusCheck(None), False),
        (StatusCheck(CampaignStatus.ACTIVE, flipped=True), False),
        (StatusCheck(CampaignStatus.PAUSED, flipped=True), False),
        (StatusCheck(CampaignStatus.ACTIVE, is_pausing=True), False),
    ],
)
def test_a_load_continues_only_after_a_clear_status_check(
    imported: Import,
    lease: Lease,
    control: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
    found: StatusCheck,
    is_clear: bool,
) -> None:
    assert found.is_clear == is_clear
    monkeypatch.setattr(run, "check_status", lambda *args, **options: found)
    run.load_slice(imported, lease, until=float("inf"))
    assert (loads(control) > 0) == is_clear


# -- a lost lease -----------------------------------------------------------------------------------


def steal(imported: Import) -> None:
    Import.objects.filter(pk=imported.pk).update(lease_token="another worker")


@pytest.mark.parametrize("during", ["check_status", "settle_open_batches"])
def test_a_worker_that_lost_its_lease_during_a_read_sends_no_batch(
    imported: Import, lease: Lease, control: SandboxControl, monkeypatch: pytest.MonkeyPatch, during: str
) -> None:
    read = getattr(run, during)

    def slow_read(*args: Any, **options: Any) -> Any:
        steal(imported)
        return read(*args, **options)

    monkeypatch.setattr(run, during, slow_read)

    with pytest.raises(LeaseLostError):
        run.load_slice(imported, lease, until=float("inf"))

    assert loads(control) == 0
    assert not Batch.objects.exists()
    assert states(imported) == [V, V, V]


def test_a_worker_that_lost_its_lease_before_the_slice_reads_nothing(
    imported: Import, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    steal(imported)
    monkeypatch.setattr(run, "check_status", lambda *args, **options: pytest.fail("the status was read"))
    with pytest.raises(LeaseLostError):
        run.load_slice(imported, lease, until=float("inf"))


# -- other conditions --------------------------------------------------------------------------------


def test_no_batch_is_sent_while_the_outcome_of_another_is_unknown(
    imported: Import, lease: Lease, control: SandboxControl
) -> None:
    batch_of(imported, 1, BatchState.UNKNOWN, rows=RowState.UNKNOWN, next_read_at=timezone.now() + timedelta(seconds=5))
    again_at = run.load_slice(imported, lease, until=float("inf"))
    assert loads(control) == 0
    assert again_at is not None
    assert again_at > timezone.now() + timedelta(seconds=3)


@pytest.mark.parametrize("forbidden", ["observe mode", "the kill switch", "the slice is over"])
def test_no_batch_is_sent_where_it_is_forbidden(
    imported: Import, lease: Lease, control: SandboxControl, member: Callable[..., Member], forbidden: str
) -> None:
    if forbidden == "observe mode":
        Workspace.objects.update(mode=Mode.OBSERVE)
        imported = Import.objects.get(pk=imported.pk)
    if forbidden == "the kill switch":
        killswitch.turn_on(imported.workspace, by=member("viewer"), reason="wrong copy")
    until = 0.0 if forbidden == "the slice is over" else float("inf")
    assert run.load_slice(imported, lease, until=until) is not None
    assert loads(control) == 0
    assert not Batch.objects.exists()


def test_a_batch_that_was_only_planned_when_its_worker_crashed_is_planned_again(imported: Import) -> None:
    batch = batches.plan_batch(imported)
    assert batch is not None
    run.recover(imported)
    batch.refresh_from_db()
    assert batch.state == BatchState.REFUSED
    assert states(imported) == [V, V, V]


def test_a_batch_in_flight_when_its_worker_crashed_is_read_and_not_sent_again(imported: Import) -> None:
    batch = batch_of(imported, 1, BatchState.SENDING, rows=L)
    run.recover(imported)
    batch.refresh_from_db()
    assert batch.state == BatchState.UNKNOWN
    assert states(imported) == [RowState.UNKNOWN, V, V]


def test_rows_whose_receipt_became_stale_are_verified_again_before_the_load_is_over(
    imported: Import, lease: Lease
) -> None:
    Row.objects.filter(imported=imported).update(state=RowState.NEW, receipt=None)
    run.load_slice(imported, lease, until=float("inf"))
    imported.refresh_from_db()
    assert imported.state == ImportState.VERIFYING


def test_a_batch_that_another_worker_is_sending_is_not_sent_again(
    imported: Import, lease: Lease, control: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = batches.plan_batch

    def begun_elsewhere(one: Import, *, limit: int | None = None) -> Batch | None:
        batch = plan(one, limit=limit)
        if batch is not None:
            Batch.objects.filter(pk=batch.pk).update(state=BatchState.SENDING)
        return batch

    monkeypatch.setattr(batches, "plan_batch", begun_elsewhere)
    run.load_slice(imported, lease, until=float("inf"))
    assert loads(control) == 0


@pytest.mark.parametrize(
    ("code", "words"),
    [(CampaignStatus.BOUNCE_PROTECT, "is in bounce protection"), (CampaignStatus.ACCOUNT_SUSPENDED, "is suspended")],
)
def test_a_campaign_that_instantly_has_stopped_since_gets_no_further_lead(
    code: CampaignStatus, words: str, imported: Import, lease: Lease, control: SandboxControl
) -> None:
    """The mirror still says paused: the status that is read before the batch decides."""
    control.set_status(imported.campaign.remote_id, code)
    assert run.load_slice(imported, lease, until=float("inf")) is None
    imported.refresh_from_db()
    assert (imported.state, imported.resume_to) == (ImportState.STOPPED, ImportState.LOADING)
    assert words in imported.stop_reason
    assert loads(control) == 0
    assert states(imported) == [V, V, V]


def test_a_campaign_that_is_mirrored_as_stopped_halts_its_imports_before_anything_is_spent(
    imported: Import, control: SandboxControl
) -> None:
    Campaign.objects.update(remote_status=CampaignStatus.BOUNCE_PROTECT)
    drive.advance(imported.pk)
    imported.refresh_from_db()
    assert imported.state == ImportState.STOPPED
    assert "is in bounce protection" in imported.stop_reason
    assert loads(control) == 0
