"""One worker at a time; one that lost its lease writes nothing more."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.errors import LeaseLostError
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.lease import Lease, take
from leads.loading import batches
from leads.loading.accounting import Account
from leads.models import Batch, BatchState, Import, ImportState, Receipt, Row, RowState, Verdict
from leads.verification.receipts import save_answers
from tests.leads.factories import checked_import, people, synced_campaign
from tests.leads.midrun import when
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0, "latency_ms": 20, "sleep": time.sleep}


@pytest.fixture
def running(control: SandboxControl, workspace: Workspace, member: Callable[..., Member]) -> Import:
    """An import that has just started to verify 40 addresses."""
    imported = checked_import(synced_campaign(workspace, "05A"), people(40))
    verbs.start(imported, by=member("operator"))
    return imported


def steal(imported: Import) -> None:
    Import.objects.filter(pk=imported.pk).update(lease_token="another worker")


def test_only_one_worker_gets_an_import(running: Import) -> None:
    first = take(running.pk)

    assert first is not None
    assert take(running.pk) is None
    first.release(due_at=timezone.now())
    second = take(running.pk)
    assert second is not None
    assert not second.was_abandoned


def test_an_expired_lease_is_taken_as_abandoned(running: Import) -> None:
    first = take(running.pk)
    Import.objects.filter(pk=running.pk).update(lease_until=timezone.now())

    second = take(running.pk)

    assert first is not None
    assert second is not None
    assert second.was_abandoned
    assert not first.keep()
    with pytest.raises(LeaseLostError):
        first.write(flips=7)
    running.refresh_from_db()
    assert running.flips == 0


def test_the_lease_is_renewed_during_a_slow_call(
    running: Import, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_LEASE_S = 0.2
    lease = take(running.pk)
    assert lease is not None
    granted_until = Import.objects.get(pk=running.pk).lease_until
    kept, keep = threading.Semaphore(0), Lease.keep

    def counted(self: Lease) -> bool:
        kept.release()
        return keep(self)

    def call() -> str:
        """Return after the fifth renewal, which is after the lease would first have expired."""
        return "done" if all(kept.acquire(timeout=10) for _ in range(5)) else "never renewed"

    monkeypatch.setattr(Lease, "keep", counted)
    assert lease.keep_during(call) == "done"
    kept_until = Import.objects.get(pk=running.pk).lease_until
    assert granted_until is not None
    assert kept_until is not None
    assert kept_until > granted_until


def test_a_worker_that_loses_its_lease_while_verifying_stops_at_once_and_nothing_is_paid_twice(
    running: Import, control: SandboxControl, settings: Any
) -> None:
    settings.VERIFY_THREADS = 4  # further requests are queued behind them and never sent
    settings.IMPORT_LEASE_S = 0.1

    def asked_six() -> bool:
        return len(control.log(path="/email-verification")) >= 6

    assert not drive.advance(running.pk, clock=when(asked_six, lambda: steal(running)))

    settings.IMPORT_LEASE_S = 20
    assert len(control.log(path="/email-verification")) < 40
    assert Receipt.objects.filter(answered_at__isnull=False).exists()
    Import.objects.update(lease_until=timezone.now())
    drive.run_until_settled(running.pk)
    assert counts_of(running).loaded == 40
    assert control.charged() == dict.fromkeys(people(40), 0.25)


def test_a_late_answer_does_not_overwrite_a_verdict(running: Import, workspace: Workspace) -> None:
    now = timezone.now()
    receipt = Receipt.objects.create(workspace=workspace, email="a@example.com", asked_at=now, paid_by=running)
    late = Receipt.objects.get(pk=receipt.pk)
    receipt.verdict, receipt.answered_at = Verdict.INVALID, now
    save_answers([receipt])

    late.remote_verdict, late.next_poll_at = "pending", now
    save_answers([late])

    receipt.refresh_from_db()
    assert (receipt.verdict, receipt.answered_at, receipt.next_poll_at) == (Verdict.INVALID, now, None)


def test_the_answer_to_a_batch_that_was_marked_unknown_does_not_change_its_rows(
    running: Import, workspace: Workspace
) -> None:
    row = Row.objects.filter(imported=running)[0]
    receipt = Receipt.objects.create(workspace=workspace, email=row.email, asked_at=timezone.now())
    batch = Batch.objects.create(
        imported=running, number=1, size=1, planned_at=timezone.now(), state=BatchState.SENDING
    )
    Row.objects.filter(pk=row.pk).update(state=RowState.LOADING, batch=batch, receipt=receipt)
    batches.mark_unknown(batch, error="The worker hung.")
    skipped = dict.fromkeys(("in_blocklist", "duplicated_leads"), 0)
    account = Account(1, 1, skipped, created=((0, "remote-1", row.email),), remaining_in_plan=5)

    assert not batches.record_accounting(batch, account)

    batch.refresh_from_db()
    row.refresh_from_db()
    assert (batch.state, row.state) == (BatchState.UNKNOWN, RowState.UNKNOWN)


def test_a_lease_changes_a_state_only_by_a_move_that_names_the_expected_state(running: Import) -> None:
    lease = take(running.pk)
    assert lease is not None

    with pytest.raises(ValueError, match="names the expected state"):
        lease.write(state=ImportState.DONE)
    with pytest.raises(ValueError, match="no move verifying -> done"):
        lease.move(to=ImportState.DONE, expected=ImportState.VERIFYING)

    running.refresh_from_db()
    assert running.state == ImportState.VERIFYING


def test_stopping_an_import_stores_the_state_to_resume_in_only_once(running: Import) -> None:
    lease = take(running.pk)
    assert lease is not None

    assert not lease.stop(expected=ImportState.LOADING, reason="no")
    assert lease.stop(expected=ImportState.VERIFYING, reason="x" * 400)
    assert not lease.stop(expected=ImportState.VERIFYING, reason="again")

    running.refresh_from_db()
    assert (running.state, running.resume_to, running.stop_reason) == ("stopped", "verifying", "x" * 300)
