"""A plan that is full: the people who do not fit wait with that reason, and resuming tries again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.mirror.sync import sync_workspace
from campaigns.models import Campaign
from campaigns.sending.loading import LoadEffect
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.loading.accounting import SKIP_CLASSES, Account, RowOutcome, row_outcomes
from leads.management.commands.import_leads import _failure
from leads.models import Batch, Import, ImportState, Reason, Row
from leads.pages.accounts import groups_of
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db

NO_ROOM, ELSEWHERE = RowOutcome(reason=Reason.NO_ROOM), RowOutcome(reason=Reason.IN_OTHER_CAMPAIGN)
BLOCKED = RowOutcome(reason=Reason.IN_BLOCKLIST)
A, C = RowOutcome(remote_id="id-a"), RowOutcome(remote_id="id-c")


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 1}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


def leave_room(control: SandboxControl, places: int) -> None:
    """Set the plan's limit to what is used, and some places more."""
    used = sum(1 for lead in control.state()["leads"] if lead["campaign"])
    control.settings(lead_limit=used + places)


@pytest.mark.parametrize(
    ("created", "skipped", "remaining", "outcomes"),
    [
        ([0], {"skipped_count": 3}, 0, [A, NO_ROOM, NO_ROOM, NO_ROOM]),
        ([], {"skipped_count": 4}, 0, [NO_ROOM] * 4),
        ([0, 2], {"skipped_count": 2}, 0, [A, ELSEWHERE, C, NO_ROOM]),
        ([0], {"skipped_count": 3}, 7, [A, ELSEWHERE, ELSEWHERE, ELSEWHERE]),
        ([0], {"skipped_count": 3}, None, [A, ELSEWHERE, ELSEWHERE, ELSEWHERE]),
        ([0], {"in_blocklist": 3}, 0, [A, BLOCKED, BLOCKED, BLOCKED]),
        (
            [0],
            {"in_blocklist": 1, "skipped_count": 2},
            0,
            [A, BLOCKED, NO_ROOM, NO_ROOM],
        ),
    ],
)
def test_who_did_not_fit_is_not_mistaken_for_who_is_elsewhere(
    created: list[int], skipped: dict[str, int], remaining: int | None, outcomes: list[RowOutcome]
) -> None:
    emails = [f"{letter}@example.com" for letter in "abcd"]
    made = tuple((place, f"id-{'abcd'[place]}", emails[place]) for place in created)
    account = Account(4, len(created), dict.fromkeys(SKIP_CLASSES, 0) | skipped, made, remaining)
    assert row_outcomes(emails, account) == outcomes


def test_a_plan_that_is_full_stops_the_import_and_resuming_loads_the_rest(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    leave_room(control, 0)
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    assert_waits(imported, 3)
    assert counts_of(imported).loaded == 0

    leave_room(control, 10)
    verbs.resume(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)

    counts = counts_of(imported)
    assert (counts.loaded, counts.no_room, counts.load_failed) == (3, 0, {})
    assert counts.credits_used == counts.credits_needed


def test_who_fits_is_loaded_and_the_others_wait(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    leave_room(control, 2)
    imported = checked_import(campaign, people(5))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)

    assert_waits(imported, 3)
    counts = counts_of(imported)
    assert (counts.loaded, counts.load_failed, counts.reconciled) == (2, {}, True)
    assert counts.adds_up
    assert [batch.size for batch in Batch.objects.filter(imported=imported)] == [1, 4]


def assert_waits(imported: Import, number: int) -> None:
    """The import is stopped, and so many rows wait for room in the plan."""
    imported.refresh_from_db()
    assert imported.state == ImportState.STOPPED
    assert imported.stop_reason.startswith(f"No room in the plan (0 left): {number} verified people wait.")
    counts = counts_of(imported)
    assert (counts.no_room, counts.ready) == (number, number)
    facts = counts.as_json()
    assert (facts["load_failed"], facts["open"]) == ({}, {"no_room": number})
    parts = [sum(facts[name].values()) for name in ("skipped", "rejected", "load_failed", "open")]
    assert facts["rows"] == sum(parts) + facts["loaded"] + facts["unknown"]
    command = _failure(imported, counts)
    assert command.endswith(f"then resume to try again. See import {imported.pk} in the dashboard.")
    groups = {group.outcome: (group.lines, group.tone) for group in groups_of(imported, counts, LoadEffect())}
    assert groups["Open: no room in the plan (0 left)"] == (number, "bad")
    assert "Open: verified, ready to load" not in groups


def test_the_page_names_the_reason_and_offers_to_resume(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member], web: Callable[..., Client]
) -> None:
    leave_room(control, 0)
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    page = web("operator").get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert "No room in the plan (0 left): 3 verified people wait." in page
    assert 'id="resume-button"' in page
    assert "already in another campaign" not in page


def test_a_refusal_of_the_plan_with_room_left_is_shown_as_it_came(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    control.faults({"match": {"method": "POST", "path": "/leads/add"}, "do": "status", "value": 402, "times": 1})
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    imported.refresh_from_db()
    assert imported.state == ImportState.STOPPED
    assert "plan or the credits do not cover it" in imported.stop_reason
    assert not Row.objects.filter(reason=Reason.NO_ROOM).exists()


def test_the_room_that_is_left_is_read_with_the_plan_and_after_each_batch(
    control: SandboxControl, workspace: Workspace, campaign: Campaign, member: Callable[..., Member]
) -> None:
    leave_room(control, 40)
    sync_workspace(workspace)
    workspace.refresh_from_db()
    assert workspace.plan_room == 40
    assert workspace.plan_room_read_at is not None

    imported = checked_import(campaign, people(3), by=member("operator"))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    workspace.refresh_from_db()
    assert workspace.plan_room == 37


def test_before_the_start_the_page_says_who_will_not_fit_and_wants_that_accepted(
    workspace: Workspace, campaign: Campaign, member: Callable[..., Member], web: Callable[..., Client]
) -> None:
    imported, client = checked_import(campaign, people(5), by=member("operator")), web("operator")
    Workspace.objects.update(plan_room=5, plan_room_read_at=timezone.now())
    page = client.get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert "<span>Room in the plan</span><b>5 leads</b>" in page
    assert "accept_no_room" not in page

    Workspace.objects.update(plan_room=3)
    page = client.get(f"/w/demo/imports/{imported.pk}/").content.decode()
    words = "The plan has room for 3 of these 5 leads: everyone is verified and paid for, and up to 2 people cannot be"
    assert words in page
    assert '<input type="checkbox" name="accept_no_room" required>' in page

    refused = client.post(f"/w/demo/imports/{imported.pk}/start/", {"policy": "hold"})
    imported.refresh_from_db()
    assert (refused.status_code, imported.state) == (422, ImportState.MAPPED)
    assert words in refused.content.decode()
    client.post(f"/w/demo/imports/{imported.pk}/start/", {"policy": "hold", "accept_no_room": "on"})
    imported.refresh_from_db()
    assert imported.state == ImportState.VERIFYING


def test_a_room_that_was_never_read_is_unknown_and_stops_no_one(
    campaign: Campaign, member: Callable[..., Member], web: Callable[..., Client]
) -> None:
    Workspace.objects.update(plan_room=None, plan_room_read_at=None)
    imported = checked_import(campaign, people(2), by=member("operator"))
    page = web("operator").get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert "<span>Room in the plan</span><b>unknown</b>" in page
    verbs.start(imported, by=member("operator"))
