"""The pages of lead lists and of moving: what they show, ask and refuse; their queries do not grow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.models import Import, Lead, LeadList, ListedLead, PeopleChange
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair(workspace: Workspace) -> LeadList:
    now = timezone.now()
    stats = {"verified": 3, "invalid": 1}
    made = LeadList.objects.create(
        workspace=workspace, remote_id="l1", name="Spring fair", people=9, stats=stats, stats_read_at=now,
        people_read_at=now, synced_at=now,
    )  # fmt: skip
    grow(made, 3)
    return made


def grow(lead_list: LeadList, count: int) -> None:
    before = ListedLead.objects.count()
    ListedLead.objects.bulk_create(
        ListedLead(
            workspace=lead_list.workspace, lead_list=lead_list, remote_id=f"p{n}", email=f"guest{n}@fair.example.com",
            first_name="Sam", synced_at=timezone.now(),
        )
        for n in range(before, before + count)
    )  # fmt: skip


def test_the_lists_show_counts_and_what_was_never_reported_is_unknown(
    fair: LeadList, web: Callable[..., Client]
) -> None:
    page = web("viewer").get("/w/demo/lists/").content.decode()

    assert f'href="/w/demo/lists/{fair.pk}/">Spring fair</a>' in page
    assert 'data-label="Not verified" class="num" title="people minus everyone' in page
    assert page.count('<span class="faint">unknown</span>') == 1
    assert "Create list" not in page


def test_a_list_has_a_fixed_number_of_queries(
    fair: LeadList, web: Callable[..., Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = web("operator")
    with django_assert_max_num_queries(100) as few:
        assert "guest2@fair.example.com" in browser.get(f"/w/demo/lists/{fair.pk}/").content.decode()
    grow(fair, 30)
    with django_assert_max_num_queries(len(few)):
        assert browser.get(f"/w/demo/lists/{fair.pk}/").status_code == 200


def test_the_export_of_a_list_has_everyone_whom_the_search_leaves(fair: LeadList, web: Callable[..., Client]) -> None:
    answer: Any = web("operator").get(f"/w/demo/lists/{fair.pk}.csv?q=guest1")

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("guest1@fair.example.com,Sam,,,,No receipt,Spring fair,")


def test_deleting_a_list_is_asked_before_and_recorded_after(fair: LeadList, web: Callable[..., Client]) -> None:
    browser = web("operator")
    assert "9 people are in it" in browser.get(f"/w/demo/lists/{fair.pk}/delete/").content.decode()
    assert not PeopleChange.objects.exists()

    browser.post(f"/w/demo/lists/{fair.pk}/delete/")

    assert PeopleChange.objects.get().wanted == "delete_list"


def test_two_lists_of_one_name_are_refused(fair: LeadList, web: Callable[..., Client]) -> None:
    answer = web("operator").post("/w/demo/lists/create/", {"name": "Spring fair"})

    assert answer.status_code == 422
    assert "There is a list named Spring fair already." in answer.content.decode()


@pytest.fixture
def two(control: SandboxControl, workspace: Workspace) -> tuple[Campaign, Campaign]:
    """Two campaigns, three people in the first."""
    here, there = synced_campaign(workspace, "05A"), synced_campaign(workspace, "05B")
    now = timezone.now()
    Campaign.objects.update(leads_mirrored_at=now)
    for n, status in enumerate([1, 1, -2]):
        Lead.objects.create(
            workspace=workspace, campaign=here, remote_id=f"m{n}", email=f"m{n}@move.example.com", status=status,
            synced_at=now,
        )  # fmt: skip
    return here, there


def test_a_move_shows_who_stays_and_prepares_an_import_that_moves_no_one(
    two: tuple[Campaign, Campaign], web: Callable[..., Client], media: Path, control: SandboxControl
) -> None:
    here, there = two
    browser, address = web("operator"), f"/w/demo/campaigns/{here.pk}/move-people/?q=move.example.com"
    page = browser.get(address).content.decode()
    assert "Move 3 people to a campaign" in page
    calls = len(control.log())

    answer = browser.post(address, {"campaign": there.pk})

    imported = Import.objects.get()
    assert answer["Location"] == f"/w/demo/imports/{imported.pk}/"
    assert (imported.source_campaign, imported.campaign, imported.state) == (here, there, "checking")
    assert not [one for one in control.log()[calls:] if one["method"] != "GET" and "list" not in one["path"]]


def test_a_removal_counts_and_refuses_another_number(
    two: tuple[Campaign, Campaign], web: Callable[..., Client]
) -> None:
    browser, address = web("operator"), f"/w/demo/campaigns/{two[0].pk}/remove-people/?status=-2&q=move.example.com"
    assert "Remove 1 person from 05A" in browser.get(address).content.decode()

    refused = browser.post(address, {"people": "3"})
    assert (refused.status_code, PeopleChange.objects.count()) == (422, 0)
    done = browser.post(address, {"people": "1"})

    assert PeopleChange.objects.get().lead.email == "m2@move.example.com"
    assert "requested" in browser.get(done["Location"]).content.decode()


def test_a_persons_values_are_changed_and_the_page_says_that_it_is_requested(
    two: tuple[Campaign, Campaign], web: Callable[..., Client]
) -> None:
    lead = Lead.objects.get(email="m0@move.example.com")
    browser = web("operator")

    browser.post(f"/w/demo/people/{lead.pk}/change/", {"first_name": "Robin"})

    assert PeopleChange.objects.get().values == {"first_name": "Robin"}
    page = browser.get(f"/w/demo/people/{lead.pk}/").content.decode()
    assert "Request to change the variables of a person" in page
    assert f'href="/w/demo/people/{lead.pk}/move/"' in page
