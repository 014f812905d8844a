"""Disk full, read-only database, the clock a day off: the import stops with the reason or waits, resumes, adds up."""

import errno
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg.errors
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from campaigns.mirror.freshness import is_stale
from campaigns.models import Campaign, CampaignStatus, ReadingWhy, StatusRequest
from campaigns.queries import campaigns_to_watch, requests_to_carry_out
from campaigns.sending.lifecycle import LEASE, carry_out, read_status, request_pause
from campaigns.tasks import read_statuses
from iexdg.operations import health
from iexdg.operations.storage import FULL, READ_ONLY, StorageTrouble, storage_trouble
from iexdg.operations.watchers import Watching, record_check, silent_watchers
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.importing.upload import choose_columns
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.lease import take
from leads.mirror import mirror_is_fresh
from leads.models import Import, ImportEvent, ImportState, Row
from tests.leads.factories import checked_import, people, synced_campaign
from tests.leads.midrun import when
from tests.sandbox_control import SandboxControl

# A full database rolls back the whole transaction, so each of these commits for real.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

PRICE = Decimal("0.25")
DAY = timedelta(days=1)
EVERYONE = people(30)
JUMPS = pytest.mark.parametrize("jump", [DAY, -DAY], ids=["ahead", "back"])


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 1, "list_lag_s": 0}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    soon = timedelta(milliseconds=20)
    monkeypatch.setattr("leads.loading.batches.RECONCILE_AFTER", soon)
    monkeypatch.setattr("leads.loading.reconcile.RECONCILE_AFTER", soon)
    monkeypatch.setattr("leads.loading.reconcile._SHORTEST_WAIT", soon)
    # The claim of an address whose answer could not be stored ends by itself.
    monkeypatch.setattr("leads.verification.run._CLAIM_LEASE_S", 3.0)


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def imported(campaign: Campaign, member: Callable[..., Member]) -> Import:
    found = checked_import(campaign, EVERYONE)
    verbs.start(found, by=member("operator"))
    return found


def assert_adds_up(imported: Import, control: SandboxControl) -> None:
    counts = counts_of(imported)
    assert (counts.loaded, counts.rejected, counts.unknown, counts.reconciled) == (30, {}, 0, True)
    assert counts.credits_used == 30 * PRICE
    there = [one for one in control.leads_in(imported.campaign.remote_id) if one in EVERYONE]
    assert sorted(there) == sorted(EVERYONE)
    assert control.charged() == dict.fromkeys(EVERYONE, 0.25)


def advance_to(imported: Import, is_time: Callable[[], bool], act: Callable[[], None]) -> None:
    """Run slices, and act in the middle of one."""
    acted: list[bool] = []

    def note() -> None:
        acted.append(True)
        act()

    clock = when(is_time, note)
    for _ in range(100):
        drive.advance(imported.pk, slice_s=0.3, clock=clock)
        if acted:
            return
    pytest.fail("its time never came")


def some_answered() -> bool:
    return Row.objects.filter(receipt__answered_at__isnull=False).count() > 3


def some_loaded() -> bool:
    return Row.objects.filter(state="loaded").exists()


# -- a disk that is full, or that can only be read -------------------------------------------------------


@pytest.fixture
def unwritable(imported: Import) -> Iterator[Callable[[str], None]]:
    """unwritable("full"): the database may not grow by a page; "read only": it is refused every write; "" ends it."""

    def make(how: str) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                mode = "READ ONLY" if how else "READ WRITE"
                cursor.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION {mode}")
                return
            cursor.execute(f"PRAGMA query_only = {'ON' if how == 'read only' else 'OFF'}")
            cursor.execute("PRAGMA page_count")
            most = cursor.fetchone()[0] if how == "full" else 1_073_741_823
            cursor.execute(f"PRAGMA max_page_count = {most}")
        # What is left free inside of the log's pages is used up.
        for size in (300, 40) if how == "full" else ():
            with suppress(OperationalError):
                while True:
                    ImportEvent.objects.create(imported=imported, at=timezone.now(), text="x" * size)

    yield make
    make("")


@pytest.mark.parametrize("how", ["full", "read only"])
def test_an_import_whose_database_cannot_be_written_says_why_goes_on_and_adds_up(
    imported: Import,
    control: SandboxControl,
    unwritable: Callable[[str], None],
    web: Callable[..., Client],
    member: Callable[..., Member],
    how: str,
) -> None:
    how = how if connection.vendor == "sqlite" else "read only"
    browser = web("operator")
    with suppress(DatabaseError):
        advance_to(imported, some_answered, lambda: unwritable(how))
    trouble = trouble_met(imported)
    page = browser.get(f"/w/demo/imports/{imported.pk}/").text
    cause = "the disk is full" if how == "full" else "the database or the disk can only be read"
    assert f"stored: {cause}. " in page
    assert "verified or loaded twice" in page
    assert trouble is None or trouble.cause == cause
    assert health.database().ok is (how == "full")

    unwritable("")
    imported.refresh_from_db()
    if imported.state == ImportState.STOPPED:
        verbs.resume(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    assert_adds_up(imported, control)
    assert health.database().ok


def trouble_met(imported: Import) -> StorageTrouble | None:
    """Run slices until one cannot store anything; None where the import could still store why, and stopped."""
    # On a machine that is busy a shorter slice can end before it has stored anything.
    for _ in range(60):
        try:
            drive.advance(imported.pk, slice_s=1.0)
        except DatabaseError as error:
            return storage_trouble(error)
        imported.refresh_from_db()
        if imported.state == ImportState.STOPPED:
            return None
    pytest.fail("nothing happened")


ERRORS = [
    pytest.param(OperationalError("database or disk is full"), "the disk is full. Free space", id="sqlite-full"),
    pytest.param(OperationalError("attempt to write a readonly database"), "only be read. Make it", id="read-only"),
    pytest.param(OSError(errno.ENOSPC, "No space left on device"), "the disk is full. Free space", id="no-space"),
]


@pytest.mark.parametrize("is_time", [some_answered, some_loaded])
@pytest.mark.parametrize(("error", "words"), ERRORS)
def test_what_cannot_be_stored_stops_the_import_with_one_next_step(
    imported: Import,
    control: SandboxControl,
    member: Callable[..., Member],
    settings: Any,
    is_time: Callable[[], bool],
    error: Exception,
    words: str,
) -> None:
    settings.LOAD_BATCH_ROWS = 7
    with pytest.MonkeyPatch.context() as broken:

        def fail(*args: object, **kwargs: object) -> None:
            raise error

        def break_it() -> None:
            broken.setattr("leads.verification.receipts.save_answers", fail)
            broken.setattr("leads.loading.batches.record_accounting", fail)

        advance_to(imported, is_time, break_it)
        drive.advance(imported.pk)
    imported.refresh_from_db()
    assert imported.state == ImportState.STOPPED
    assert imported.stop_reason.startswith("Nothing could be stored: ")
    assert words in imported.stop_reason
    assert imported.stop_reason.endswith(", then resume.")
    assert imported.stop_reason in imported.events.values_list("text", flat=True)

    verbs.resume(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    assert_adds_up(imported, control)


def test_a_check_that_cannot_be_stored_can_be_started_again(
    control: SandboxControl, upload: Callable[..., Import]
) -> None:
    imported = upload("Email\nada@example.com\nbob@example.com\n")
    choose_columns(imported, imported.mapping)
    with pytest.MonkeyPatch.context() as broken:

        def fail(*args: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        broken.setattr("leads.importing.stage.insert_rows", fail)
        drive.advance(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.error) == (
        ImportState.UPLOADED,
        "Nothing could be stored: the disk is full. Free space, then check it.",
    )
    choose_columns(imported, imported.mapping)
    drive.advance(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, counts_of(imported).rows) == (ImportState.MAPPED, 2)


def test_a_file_that_does_not_fit_on_the_disk_is_no_import_and_the_page_says_why(
    campaign: Campaign, web: Callable[..., Client], media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("leads.importing.upload._save", fail)
    browser = web("operator")
    browser.raise_request_exception = False
    file = SimpleUploadedFile("leads.csv", b"Email\nada@example.com\n")
    answer = browser.post("/w/demo/imports/new/", {"campaign": campaign.pk, "file": file})
    assert answer.status_code == 503
    assert "The disk is full, so your last action did not happen." in answer.text
    assert "has to free space; then try again" in answer.text
    assert not Import.objects.exists()
    assert [*media.rglob("*.csv")] == []


def test_a_lock_or_a_fault_of_the_code_is_no_trouble_with_the_disk() -> None:
    assert storage_trouble(OperationalError("database is locked")) is None
    assert storage_trouble(ConnectionResetError(errno.ECONNRESET, "reset")) is None
    assert storage_trouble(ValueError("database or disk is full")) is None
    assert storage_trouble(None) is None
    refused = OperationalError("could not extend file")
    refused.__cause__ = psycopg.errors.DiskFull()
    assert storage_trouble(refused) is FULL
    refused.__cause__ = psycopg.errors.ReadOnlySqlTransaction()
    assert storage_trouble(refused) is READ_ONLY


# -- a clock that is a day off ------------------------------------------------------------------------


def sweep_until_settled(imported: Import) -> None:
    """What beat's sweep does, until nothing but the settle watch is left."""
    for _ in range(300):
        imported.refresh_from_db()
        if not drive.has_open_work(imported):
            return
        for pk in drive.due_imports().values_list("pk", flat=True):
            drive.advance(pk, slice_s=0.3)
        time.sleep(0.02)
    pytest.fail("the sweep never took it to its end")


@JUMPS
@pytest.mark.parametrize("is_time", [some_answered, some_loaded])
def test_an_import_adds_up_although_the_clock_jumps_by_a_day(
    imported: Import, control: SandboxControl, settings: Any, jump: timedelta, is_time: Callable[[], bool]
) -> None:
    settings.LOAD_BATCH_ROWS = 7
    settings.VERIFY_GIVE_UP_S = 900
    with ExitStack() as moved:
        advance_to(imported, is_time, lambda: moved.enter_context(time_machine.travel(timezone.now() + jump)))
        sweep_until_settled(imported)
        assert_adds_up(imported, control)


@JUMPS
def test_a_worker_that_died_before_the_clock_jumped_is_replaced(
    imported: Import, control: SandboxControl, jump: timedelta
) -> None:
    assert take(imported.pk) is not None
    assert not drive.due_imports().exists()
    with time_machine.travel(timezone.now() + jump):
        assert [one.pk for one in drive.due_imports()] == [imported.pk]
        sweep_until_settled(imported)
        assert_adds_up(imported, control)


@JUMPS
def test_what_sends_is_found_and_paused_after_the_clock_jumped(
    campaign: Campaign, control: SandboxControl, jump: timedelta
) -> None:
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    read_statuses()
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
    with time_machine.travel(timezone.now() + jump):
        control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
        assert campaign.pk in {
            one.pk for one in campaigns_to_watch(campaign.workspace, timezone.now() - timedelta(seconds=8))
        }
        read_statuses()
        assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
        campaign.refresh_from_db()
        assert campaign.status_read_at is not None
        assert abs(campaign.status_read_at - timezone.now()) < timedelta(minutes=1)


@JUMPS
def test_a_pause_that_was_being_sent_is_sent_after_the_clock_jumped(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member], jump: timedelta
) -> None:
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    request = request_pause(campaign, by=member("viewer"))
    StatusRequest.objects.filter(pk=request.pk).update(lease_until=timezone.now() + LEASE)
    with time_machine.travel(timezone.now() + jump):
        assert [one.pk for one in requests_to_carry_out(request.campaign.workspace)] == [request.pk]
        carry_out(request.pk, sleep=lambda seconds: None)
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED


def test_a_clock_set_back_leaves_nothing_fresh_and_no_watcher_reporting(
    campaign: Campaign, workspace: Workspace
) -> None:
    now = timezone.now()
    Campaign.objects.filter(pk=campaign.pk).update(leads_mirrored_at=now, synced_at=now, leads_count=None)
    for watching in Watching:
        record_check(workspace, watching)
    campaign.refresh_from_db()
    assert mirror_is_fresh(campaign)
    with time_machine.travel(now - DAY):
        assert not mirror_is_fresh(campaign)
        assert is_stale(campaign, timezone.now())
        assert {one.watching for one in silent_watchers(workspace, timezone.now())} == {*Watching}
        record_check(workspace, Watching.SCAN)
        assert Watching.SCAN not in {one.watching for one in silent_watchers(workspace, timezone.now())}
        assert read_status(campaign, why=ReadingWhy.SCAN) == CampaignStatus.PAUSED
        campaign.refresh_from_db()
        assert campaign.status_read_at is not None
        assert campaign.status_read_at < now
