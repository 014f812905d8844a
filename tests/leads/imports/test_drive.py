"""A complete import, processed in-process against the sandbox."""

import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F, Sum

from campaigns.incident_kinds import FLIP
from campaigns.models import Campaign, CampaignStatus
from iexdg.incidents.models import Incident
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from leads.errors import AlreadyDoneError, CampaignRefusedError
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.loading.batches import plan_batch, start_sending
from leads.loading.reconcile import READS_NEEDED
from leads.models import Batch, BatchState, Import, ImportState, Receipt, Row, RowState
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 1}


def advance_until(import_pk: int, done: Callable[[], bool]) -> None:
    """Run slices until a condition holds."""
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline, "the condition never held"
        drive.advance(import_pk)


def test_an_import_verifies_every_address_and_loads_only_the_valid_ones(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "05A")
    emails = [*people(12), "invalid.one@firm.example.com", "catchall.two@firm.example.com"]
    imported = checked_import(campaign, emails)
    verbs.start(imported, by=member("operator"))

    drive.run_until_settled(imported.pk)

    counts = counts_of(imported)
    imported.refresh_from_db()
    assert counts.adds_up
    assert (counts.loaded, counts.rejected) == (12, {"invalid": 1, "catch_all": 1})
    assert counts.credits_used == Decimal("3.50")
    assert counts.reconciled
    assert [batch.size for batch in Batch.objects.filter(imported=imported)] == [1, 11]
    assert set(people(12)) <= set(control.leads_in(campaign.remote_id))
    assert "invalid.one@firm.example.com" not in control.leads_in(campaign.remote_id)
    assert imported.state in {ImportState.SETTLING, ImportState.DONE}
    # One line of the log for the whole verification, not one for every slice of it.
    log = list(imported.events.values_list("text", flat=True))
    assert [line for line in log if "refused" in line] == ["12 verified, 2 refused"]


def test_catch_all_loads_only_where_a_named_person_accepted_it(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    imported = checked_import(synced_campaign(workspace, "05A"), ["catchall.x@firm.example.com"])
    verbs.start(imported, by=member("operator"), accept_catch_all=True)

    drive.run_until_settled(imported.pk)

    imported.refresh_from_db()
    assert imported.catch_all_accepted_by == member("operator")
    assert counts_of(imported).loaded == 1


def test_an_address_without_a_verdict_is_not_loaded_and_can_be_verified_again(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], settings: Any
) -> None:
    settings.VERIFY_GIVE_UP_S = 0.2
    imported = checked_import(synced_campaign(workspace, "05A"), ["stuck.a@a.example.com", "fast.b@a.example.com"])
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    assert counts_of(imported).rejected == {"pending": 1}

    imported.refresh_from_db()
    assert verbs.retry_pending(imported, by=member("operator")) == 1
    drive.run_until_settled(imported.pk)

    counts = counts_of(imported)
    assert counts.rejected == {"pending": 1}
    assert counts.loaded == 1
    assert counts.credits_used == Decimal("0.50")  # requested twice, paid once


def test_a_second_import_of_the_same_people_pays_nothing(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    first = checked_import(synced_campaign(workspace, "05A"), people(5))
    verbs.start(first, by=member("operator"))
    drive.run_until_settled(first.pk)
    second = checked_import(synced_campaign(workspace, "05B"), people(5))
    verbs.start(second, by=member("operator"))

    drive.run_until_settled(second.pk)

    assert Receipt.objects.count() == 5
    assert counts_of(second).credits_used == 0
    assert counts_of(second).load_failed == {"in_other_campaign": 5}


def test_loading_a_completed_campaign_trips_pauses_and_holds_the_rest(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "04")
    assert campaign.remote_status == CampaignStatus.COMPLETED
    imported = checked_import(campaign, people(6))
    verbs.start(imported, by=member("operator"))

    drive.run_until_settled(imported.pk)

    imported.refresh_from_db()
    counts = counts_of(imported)
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
    assert (counts.loaded, counts.ready, counts.flips) == (1, 5, 1)
    assert imported.state == ImportState.VERIFIED
    assert counts.adds_up
    incident = Incident.objects.get(kind=FLIP.code)
    assert incident.campaign_ref == campaign.pk
    assert "turned active by itself: paused " in incident.summary

    verbs.resume(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    assert counts_of(imported).loaded == 6
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED


def test_a_held_import_stays_here_until_it_is_resumed(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"), hold=True)

    drive.run_until_settled(imported.pk)

    imported.refresh_from_db()
    assert imported.state == ImportState.VERIFIED
    assert counts_of(imported).ready == 3
    assert not Batch.objects.exists()


def test_a_viewer_cannot_start_and_nothing_changes(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    imported = checked_import(synced_campaign(workspace, "05A"), people(2))

    with pytest.raises(NotAllowedError):
        verbs.start(imported, by=member("viewer"))

    imported.refresh_from_db()
    assert imported.state == ImportState.MAPPED
    assert not Receipt.objects.exists()


def test_nothing_is_spent_in_observe_mode(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    imported = checked_import(synced_campaign(workspace, "05A"), people(2))
    Workspace.objects.update(mode=Mode.OBSERVE)
    imported.workspace.refresh_from_db()

    with pytest.raises(ObserveModeError):
        verbs.start(imported, by=member("operator"))

    assert not Receipt.objects.exists()


def test_observe_mode_stops_a_running_import(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    imported = checked_import(synced_campaign(workspace, "05A"), people(2))
    verbs.start(imported, by=member("operator"))
    Workspace.objects.update(mode=Mode.OBSERVE)

    drive.advance(imported.pk)

    imported.refresh_from_db()
    assert (imported.state, imported.resume_to) == (ImportState.STOPPED, ImportState.VERIFYING)
    assert control.charged() == {}


def test_an_import_is_started_once(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    imported = checked_import(synced_campaign(workspace, "05A"), people(2))
    verbs.start(imported, by=member("operator"))

    with pytest.raises(AlreadyDoneError, match=r"^Already started by Operator Person, \d\d:\d\d\."):
        verbs.start(imported, by=member("approver"))


def test_an_import_without_credits_left_stops_with_the_reason(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(4))
    control.settings(credits=0.5)
    Workspace.objects.update(credits_left=None)
    imported.workspace.refresh_from_db()
    verbs.start(imported, by=member("operator"))

    drive.run_until_settled(imported.pk)

    imported.refresh_from_db()
    assert imported.state == ImportState.STOPPED
    assert "credits" in imported.stop_reason
    assert counts_of(imported).credits_used == Decimal("0.50")

    control.settings(credits=10)
    verbs.resume(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    assert counts_of(imported).loaded == 4


def test_stop_halts_between_batches_and_resume_loads_the_rest_once(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], settings: Any
) -> None:
    settings.LOAD_BATCH_ROWS = 2
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(7))
    verbs.start(imported, by=member("operator"), hold=True)
    drive.run_until_settled(imported.pk)
    imported.refresh_from_db()
    verbs.resume(imported, by=member("operator"))
    verbs.stop(imported, by=member("operator"))
    drive.advance(imported.pk)
    assert counts_of(imported).loaded == 0

    imported.refresh_from_db()
    verbs.resume(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)

    assert counts_of(imported).loaded == 7
    there = control.leads_in(campaign.remote_id)
    assert sorted(email for email in there if email in people(7)) == sorted(people(7))
    assert [batch.size for batch in Batch.objects.all()] == [1, 2, 2, 2]


def test_an_answer_lost_after_commit_is_unknown_until_reading_tells(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(3))
    control.faults({"match": {"method": "POST", "path": "/leads/add"}, "do": "drop_after_commit", "times": 1})
    verbs.start(imported, by=member("operator"))
    advance_until(imported.pk, lambda: Batch.objects.exclude(state=BatchState.PLANNED).exists())

    canary = Batch.objects.get(number=1)
    assert canary.state == BatchState.UNKNOWN
    assert counts_of(imported).unknown == 1
    assert counts_of(imported).adds_up
    assert not counts_of(imported).reconciled
    assert Batch.objects.count() == 1

    control.advance(10)
    Batch.objects.update(next_read_at=None)
    drive.run_until_settled(imported.pk)

    assert counts_of(imported).loaded == 3
    assert counts_of(imported).reconciled
    there = [email for email in control.leads_in(campaign.remote_id) if email in people(3)]
    assert sorted(there) == sorted(people(3))


def test_a_lost_batch_does_not_claim_people_that_another_import_has_loaded(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    """Found by the attack (seed 802938): one lead at Instantly was two loaded rows here."""
    campaign = synced_campaign(workspace, "05A")
    # Both were checked before either was loaded, so neither check could see the other.
    first, second = checked_import(campaign, people(2)), checked_import(campaign, people(3))
    verbs.start(first, by=member("operator"))
    drive.run_until_settled(first.pk)
    control.faults({"match": {"method": "POST", "path": "/leads/add"}, "do": "drop_after_commit", "times": 2})
    verbs.start(second, by=member("operator"))
    for number in (1, 2):
        advance_until(
            second.pk,
            lambda number=number: Batch.objects.filter(
                imported=second, number=number, state=BatchState.UNKNOWN
            ).exists(),
        )
        control.advance(10)
        Batch.objects.update(next_read_at=None)
    drive.run_until_settled(second.pk)

    rows = Row.objects.filter(imported=second).order_by("line").values_list("state", "reason", "reason_detail")
    taken = (RowState.LOAD_FAILED, "duplicate_at_instantly", f"loaded with import {first.pk}")
    assert list(rows) == [taken, taken, (RowState.LOADED, "", "")]
    assert counts_of(second).adds_up
    assert counts_of(second).reconciled
    assert sorted(control.leads_in(campaign.remote_id)).count("person0@firm.example.com") == 1


def test_a_worker_that_died_while_sending_leaves_nothing_loaded_twice(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"), hold=True)
    drive.run_until_settled(imported.pk)
    rows = Row.objects.filter(imported=imported).order_by("pk")
    batch = Batch.objects.create(
        imported=imported, number=1, is_canary=True, size=1, planned_at=imported.uploaded_at, state=BatchState.SENDING
    )
    rows.filter(pk=rows[0].pk).update(state=RowState.LOADING, batch=batch)
    imported.refresh_from_db()
    verbs.resume(imported, by=member("operator"))

    drive.advance(imported.pk)
    assert Batch.objects.get(pk=batch.pk).state == BatchState.UNKNOWN
    for _ in range(3):
        Batch.objects.update(next_read_at=None)
        drive.advance(imported.pk)

    drive.run_until_settled(imported.pk)
    assert counts_of(imported).loaded == 3
    there = [email for email in control.leads_in(campaign.remote_id) if email in people(3)]
    assert sorted(there) == sorted(people(3))


def test_a_batch_in_flight_of_a_crashed_worker_is_read_although_the_import_was_stopped(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    imported = checked_import(synced_campaign(workspace, "05A"), people(3))
    verbs.start(imported, by=member("operator"), hold=True)
    drive.run_until_settled(imported.pk)
    imported.refresh_from_db()
    verbs.resume(imported, by=member("operator"))
    batch = plan_batch(imported)
    assert batch is not None
    assert start_sending(batch)
    verbs.stop(imported, by=member("operator"))

    drive.advance(imported.pk)

    batch.refresh_from_db()
    assert batch.state == BatchState.UNKNOWN
    for _ in range(READS_NEEDED):
        Batch.objects.update(next_read_at=None)
        drive.advance(imported.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.REFUSED
    assert set(Row.objects.filter(imported=imported).values_list("state", flat=True)) == {RowState.VERIFIED}
    assert counts_of(imported).adds_up


def test_an_address_verified_again_after_its_receipt_became_stale_is_not_counted_as_paid_twice(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    first = checked_import(synced_campaign(workspace, "05A"), people(2))
    verbs.start(first, by=member("operator"))
    drive.run_until_settled(first.pk)
    Receipt.objects.update(
        answered_at=F("answered_at") - timedelta(days=31), asked_at=F("asked_at") - timedelta(days=31)
    )
    again = checked_import(synced_campaign(workspace, "05B"), people(2))
    verbs.start(again, by=member("operator"))

    drive.run_until_settled(again.pk)

    assert Receipt.objects.count() == 4
    used = Receipt.objects.aggregate(used=Sum("credits_used"))["used"]
    assert float(used) == sum(control.charged().values()) == 0.5


@pytest.mark.parametrize("act", ["start", "resume", "retry_pending", "release_canary"])
@pytest.mark.parametrize("code", [CampaignStatus.BOUNCE_PROTECT, CampaignStatus.ACCOUNT_SUSPENDED])
def test_no_verb_spends_or_loads_for_a_campaign_that_instantly_stopped(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], act: str, code: CampaignStatus
) -> None:
    imported = checked_import(synced_campaign(workspace, "05A"), people(2), by=member("operator"))
    Campaign.objects.update(remote_status=code)
    before = Import.objects.filter(pk=imported.pk).values().get()
    options = {"reason": "because"} if act == "release_canary" else {}
    with pytest.raises(CampaignRefusedError, match=r"Nothing is loaded into it\."):
        getattr(verbs, act)(imported, by=member("approver"), **options)
    assert Import.objects.filter(pk=imported.pk).values().get() == before
