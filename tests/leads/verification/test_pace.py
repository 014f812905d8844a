"""The order of verifications and polls, the return of unsent receipts, and that every row is settled."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.lease import Lease, take
from leads.models import CatchAll, Import, Receipt, Row, RowState, Verdict
from leads.verification import receipts as store
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0, "latency_ms": 20, "sleep": time.sleep}


@pytest.fixture
def imported(control: SandboxControl, workspace: Workspace) -> Import:
    """Forty checked rows whose verification has not started."""
    return checked_import(synced_campaign(workspace, "05A"), people(40))


def receipt_of(imported: Import, email: str, **fields: Any) -> Receipt:
    """A receipt that one row of the import waits for."""
    now = timezone.now()
    receipt = Receipt.objects.create(
        workspace_id=imported.workspace_id, email=email, asked_at=now, **{"next_poll_at": now, **fields}
    )
    Row.objects.filter(imported=imported, email=email).update(state=RowState.VERIFYING, receipt=receipt)
    return receipt


def test_new_verifications_come_before_polls_and_an_overdue_poll_first(imported: Import) -> None:
    now = timezone.now()
    poll = receipt_of(imported, people(40)[0], sent_at=now)
    new = receipt_of(imported, people(40)[1])
    overdue = receipt_of(imported, people(40)[2], sent_at=now, next_poll_at=now - store.OVERDUE - timedelta(seconds=1))

    claimed = [store.claim_receipts(imported, limit=1, token=str(turn), lease_s=60)[0].pk for turn in range(3)]

    assert claimed == [overdue.pk, new.pk, poll.pk]
    assert store.claim_receipts(imported, limit=1, token="another", lease_s=60) == []


def test_receipts_not_sent_when_the_slice_ends_are_returned_as_never_sent(
    imported: Import, control: SandboxControl, member: Callable[..., Member], settings: Any
) -> None:
    settings.VERIFY_THREADS = 2  # three of four claimed requests are queued
    verbs.start(imported, by=member("operator"))

    def asked() -> int:
        return len(control.log(path="/email-verification"))

    drive.advance(imported.pk, clock=lambda: time.monotonic() + (1000 if asked() >= 4 else 0))

    assert 4 <= asked() < 12
    assert Receipt.objects.filter(sent_at__isnull=False).count() == asked()
    assert not Receipt.objects.filter(answered_at__isnull=True, sent_at__isnull=False).exists()
    assert not Receipt.objects.filter(answered_at__isnull=True).exclude(claim="").exists()
    drive.run_until_settled(imported.pk)
    assert counts_of(imported).loaded == 40
    assert {item["posts"] + item["gets"] for item in control.state()["verifications"].values()} == {1}


def test_the_next_worker_has_the_import_while_the_queue_of_a_slice_is_still_being_sent(
    imported: Import, control: SandboxControl, member: Callable[..., Member], settings: Any
) -> None:
    settings.VERIFY_THREADS = 2  # eight requests are claimed at once
    verbs.start(imported, by=member("operator"), hold=True)
    # The first two are answered soon; the others take so long that they are still being sent when the slice is over.
    slow = {"match": {"path": "/email-verification"}, "do": "latency_ms", "ms": 300, "skip": 2, "times": 100}
    control.faults(slow)
    handed_over: list[tuple[Lease | None, int]] = []

    def asked() -> int:
        return len(control.log(path="/email-verification"))

    advanced = drive.advance(
        imported.pk,
        clock=lambda: time.monotonic() + (1000 if asked() >= 2 else 0),
        then=lambda: handed_over.append((take(imported.pk), asked())),
    )

    ((lease, asked_before),) = handed_over
    assert not advanced
    assert lease is not None
    assert not lease.was_abandoned
    assert asked_before < asked() == 8
    assert Receipt.objects.filter(answered_at__isnull=False).count() == 8
    assert Receipt.objects.filter(sent_at__isnull=False).count() == 8
    # What the next worker holds is as it took it.
    assert lease.keep()
    lease.release(due_at=timezone.now())
    drive.run_until_settled(imported.pk)
    assert counts_of(imported).ready == 40
    assert {item["posts"] + item["gets"] for item in control.state()["verifications"].values()} == {1}
    assert imported.events.filter(text__startswith="Every address is verified").count() == 1


def test_a_queue_that_outlasts_a_stop_is_returned_by_the_worker_that_handed_over(
    imported: Import, control: SandboxControl, member: Callable[..., Member], settings: Any
) -> None:
    settings.VERIFY_THREADS = 2
    settings.IMPORT_LEASE_S = 0  # a stop is looked for this often, a quarter of it
    verbs.start(imported, by=member("operator"))
    # Slow enough for the stop to be noticed while most of the eight are still queued.
    control.faults({"match": {"path": "/email-verification"}, "do": "latency_ms", "ms": 300, "skip": 1, "times": 100})

    def asked() -> int:
        return len(control.log(path="/email-verification"))

    assert not drive.advance(
        imported.pk, clock=lambda: time.monotonic() + (1000 if asked() >= 2 else 0), then=lambda: None
    )

    assert 2 <= asked() < 8
    assert Receipt.objects.filter(sent_at__isnull=False).count() == asked()
    assert not Receipt.objects.filter(answered_at__isnull=True).exclude(claim="").exists()


def test_a_row_that_starts_to_wait_for_a_receipt_just_answered_is_still_settled(
    imported: Import, member: Callable[..., Member]
) -> None:
    verbs.start(imported, by=member("operator"), hold=True)
    receipt_of(
        imported,
        people(40)[0],
        verdict=Verdict.INVALID,
        catch_all=CatchAll.NO,
        answered_at=timezone.now(),
        next_poll_at=None,
    )

    drive.run_until_settled(imported.pk)

    counts = counts_of(imported)
    assert (counts.ready, counts.rejected, counts.open_total) == (39, {"invalid": 1}, 39)


def test_every_row_gets_the_fresh_receipt_of_its_own_address(
    imported: Import, control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    fresh = {"answered_at": timezone.now(), "next_poll_at": None}
    verdicts = [
        {"verdict": Verdict.VERIFIED, "catch_all": CatchAll.NO},
        {"verdict": Verdict.VERIFIED, "catch_all": CatchAll.YES},
        {"verdict": Verdict.INVALID, "catch_all": CatchAll.NO},
    ]
    for number, email in enumerate(people(30)):
        now = timezone.now()
        Receipt.objects.create(workspace=workspace, email=email, asked_at=now, **fresh, **verdicts[number % 3])

    settled, waiting = store.claim_rows(imported, limit=400, may_pay=4)

    assert (settled, waiting) == (30, 4)
    rows = Row.objects.filter(imported=imported).exclude(receipt=None).select_related("receipt")
    assert all(row.receipt is not None and row.receipt.email == row.email for row in rows)
    assert counts_of(imported).ready == 10
    assert counts_of(imported).rejected == {"catch_all": 10, "invalid": 10}
    assert counts_of(imported).open == {"new": 6, "verifying": 4, "verified": 10}
