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


def test_people_of_a_list_are_removed_over_a_search_and_the_request_is_listed(
    fair: LeadList, web: Callable[..., Client], workspace: Workspace
) -> None:
    browser, address = web("operator"), f"/w/demo/lists/{fair.pk}/remove-people/?q=guest1"
    assert "Remove 1 person from Spring fair" in browser.get(address).content.decode()

    assert (browser.post(address, {"people": "3"}).status_code, PeopleChange.objects.count()) == (422, 0)
    done = browser.post(address, {"people": "1"})

    change = PeopleChange.objects.get()
    assert (change.listed.email, change.lead_list) == ("guest1@fair.example.com", fair)
    requests = browser.get("/w/demo/people/changes/").content.decode()
    assert f'<a href="{done["Location"]}">Remove a person</a>' in requests
    assert "Spring fair" in requests


def test_a_viewer_removes_no_one_of_a_list(fair: LeadList, web: Callable[..., Client]) -> None:
    browser = web("viewer")
    assert browser.post(f"/w/demo/lists/{fair.pk}/remove-people/", {"people": "3"}).status_code == 403
    assert not PeopleChange.objects.exists()
    assert "Remove people" not in browser.get(f"/w/demo/lists/{fair.pk}/").content.decode()


def test_the_list_of_requests_has_a_fixed_number_of_queries(
    fair: LeadList, web: Callable[..., Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = web("operator")

    def grown(before: int, count: int) -> int:
        for one in ListedLead.objects.order_by("pk")[before : before + count]:
            browser.post(f"/w/demo/lists/{fair.pk}/remove-people/?q={one.email}", {"people": "1"})
        with django_assert_max_num_queries(100) as asked:
            assert browser.get("/w/demo/people/changes/").status_code == 200
        return len(asked)

    grow(fair, 10)
    # The first page of a browser reads more: what is remembered for the next ones.
    browser.get("/w/demo/people/changes/")
    assert grown(0, 1) == grown(1, 8)


def test_a_filter_over_several_campaigns_becomes_a_move_for_each(
    two: tuple[Campaign, Campaign], web: Callable[..., Client], workspace: Workspace, media: Path
) -> None:
    here, there = two
    third = Campaign.objects.exclude(pk__in=[here.pk, there.pk]).first()
    Lead.objects.create(
        workspace=workspace, campaign=there, remote_id="x1", email="x1@move.example.com", synced_at=timezone.now()
    )
    browser, address = web("operator"), "/w/demo/leads/move/?q=move.example.com"
    page = browser.get(address).content.decode()
    assert "From 2 campaigns" in page
    assert f'href="{address}' in browser.get("/w/demo/leads/?q=move.example.com").content.decode()

    answer = browser.post(address, {"campaign": third.pk})

    assert answer["Location"] == "/w/demo/imports/"
    moves = Import.objects.order_by("pk")
    assert {(one.source_campaign, one.campaign, one.state) for one in moves} == {
        (here, third, "checking"),
        (there, third, "checking"),
    }


def test_a_filter_that_leaves_no_one_elsewhere_moves_no_one(
    two: tuple[Campaign, Campaign], web: Callable[..., Client], media: Path
) -> None:
    answer = web("operator").post("/w/demo/leads/move/?q=move.example.com", {"campaign": two[0].pk})
    assert (answer.status_code, Import.objects.count()) == (422, 0)
    assert "outside of this campaign" in answer.content.decode()


def test_the_former_address_of_a_person_leads_to_their_page(
    two: tuple[Campaign, Campaign], web: Callable[..., Client]
) -> None:
    lead = Lead.objects.get(email="m0@move.example.com")
    assert web("viewer").get(f"/w/demo/leads/{lead.pk}/")["Location"] == f"/w/demo/people/{lead.pk}/"
    assert web("viewer").get("/w/demo/leads/999999/").status_code == 404
