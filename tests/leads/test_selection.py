"""A list of leads reads an index, or a limited number of leads; what it leaves out it says."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads import selection
from leads.models import Lead
from leads.selection import LeadFilters, Selection, counts_of

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
ROW = re.compile(r"person(\d+)@")


@pytest.fixture
def crowd(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> list[Lead]:
    """Thirty people, every tenth without a company; ten are looked through at a time."""
    monkeypatch.setattr(selection, "LOOKED_THROUGH", 10)
    return Lead.objects.bulk_create(
        Lead(
            workspace=campaign.workspace, campaign=campaign, remote_id=str(number), email=f"person{number}@example.com",
            company_name="Firm" if number % 10 else "", status=1 if number % 2 else 3, synced_at=timezone.now(),
            last_contact_at=timezone.now() if number == 4 else None,
        )
        for number in range(30)
    )  # fmt: skip


def shown(page: str) -> list[int]:
    return [int(number) for number in dict.fromkeys(ROW.findall(page))]


def test_what_no_index_answers_is_looked_for_in_parts_that_together_are_everyone(web: Web, crowd: list[Lead]) -> None:
    browser, address, found = web("viewer"), "/w/demo/leads/?empty=companyName", []
    for _ in range(4):
        page = browser.get(address).content.decode()
        found.append(shown(page))
        older = re.search(r'href="([^"]+)">Next page', page)
        if older is None:
            break
        assert "checked lead by lead" in page
        assert "1 lead among those looked through" in page
        address = older.group(1).replace("&amp;", "&")
    assert found == [[20], [10], [0], []]


def test_a_part_without_a_match_says_so_and_leads_on(web: Web, crowd: list[Lead]) -> None:
    page = web("viewer").get("/w/demo/leads/?progress=contacted").content.decode()
    assert "None of the leads looked through so far match." in page
    assert "Next page" in page
    assert "Remove all filters" not in page


def test_a_list_that_is_short_enough_is_looked_through_at_once(
    web: Web, crowd: list[Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "LOOKED_THROUGH", 31)
    page = web("viewer").get("/w/demo/leads/?empty=companyName").content.decode()
    assert shown(page) == [20, 10, 0]
    assert "3 leads" in page
    assert "Next page" not in page
    assert "checked lead by lead" not in page


def test_what_was_looked_through_in_part_is_not_counted_as_everyone(workspace: Workspace, crowd: list[Lead]) -> None:
    assert counts_of(Selection(workspace, LeadFilters(empty="companyName"))) is None
    counted = counts_of(Selection(workspace, LeadFilters(verification="none")))
    assert counted is not None
    assert (counted.everyone, counted.parts["status:1"]) == (30, 15)


@pytest.mark.parametrize(
    "filters",
    [
        LeadFilters(),
        LeadFilters(status=-1),
        LeadFilters(verification="invalid"),
        LeadFilters(also=True),
        LeadFilters(campaign=1),
        LeadFilters(campaign=1, status=-1),
        LeadFilters(campaign=1, verification="invalid"),
        LeadFilters(campaign=1, also=True),
    ],
    ids=str,
)
def test_one_filter_has_an_index_in_the_order_of_the_list(workspace: Workspace, filters: LeadFilters) -> None:
    chosen = Selection(workspace, filters)
    assert not chosen.look().is_lead_by_lead
    if connection.vendor == "sqlite":
        plan = chosen.leads[:51].explain()
        assert "SEARCH leads_lead USING" in plan
        assert "SCAN leads_lead" not in plan
        assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (LeadFilters(verification="invalid", status=1), "lead_list_by_verification"),
        (LeadFilters(verification="verified", status=1), "lead_list_by_status"),
        (LeadFilters(also=True, status=1), "lead_list_elsewhere"),
        (LeadFilters(also=True, verification="none"), "lead_list_elsewhere"),
        (LeadFilters(campaign=1, progress="finished"), "lead_list_of_campaign"),
        (LeadFilters(campaign=1, status=3, empty="companyName"), "lead_list_in_status"),
        (LeadFilters(reaction="replied"), "lead_list_newest"),
    ],
    ids=str,
)
def test_of_a_pair_the_one_that_leaves_fewer_leads_leads(
    workspace: Workspace, filters: LeadFilters, index: str
) -> None:
    chosen = Selection(workspace, filters)
    assert chosen.look().is_lead_by_lead
    if connection.vendor == "sqlite":
        assert f"USING INDEX {index} " in chosen.leads[:51].explain()


@pytest.mark.usefixtures("crowd")
def test_an_exact_address_is_found_by_its_index(workspace: Workspace) -> None:
    chosen = Selection(workspace, LeadFilters(words="Person3@example.com"))
    assert [lead.email for lead in chosen.with_exact_address()] == ["person3@example.com"]
    assert Selection(workspace, LeadFilters(words="Person3@example.com", status=3)).with_exact_address() == []
