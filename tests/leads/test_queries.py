"""Reads that keep people from being loaded twice, and the leads list."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.models import CatchAll, Lead, Receipt, Verdict
from leads.queries import answers_since, collisions, search_leads
from leads.selection import LeadFilters, filtered_leads
from tests.leads.factories import checked_import

pytestmark = pytest.mark.django_db


def lead(campaign: Campaign, email: str, **fields: object) -> Lead:
    return baker.make(
        Lead, campaign=campaign, workspace=campaign.workspace, email=email, synced_at=timezone.now(), **fields
    )


def receipt(workspace: Workspace, email: str, verdict: str, catch_all: str, days_ago: int = 0) -> None:
    moment = timezone.now() - timedelta(days=days_ago)
    baker.make(
        Receipt, workspace=workspace, email=email, verdict=verdict, catch_all=catch_all, asked_at=moment,
        answered_at=moment,
    )  # fmt: skip


def test_this_campaign_is_named_before_another_one(workspace: Workspace, campaign: Campaign) -> None:
    other = baker.make("campaigns.Campaign", workspace=workspace, name="05B", remote_id="b")
    lead(other, "ada@example.com")
    lead(campaign, "ada@example.com")
    found = collisions(checked_import(campaign, ["ada@example.com"]), ["ada@example.com"])
    assert (found["ada@example.com"].reason, found["ada@example.com"].detail) == ("in_campaign", "05A")


def test_another_workspace_does_not_matter(campaign: Campaign) -> None:
    elsewhere = baker.make("workspaces.Workspace", base_url="http://elsewhere.example.com")
    lead(baker.make("campaigns.Campaign", workspace=elsewhere), "ada@example.com")
    assert collisions(checked_import(campaign, ["ada@example.com"]), ["ada@example.com"]) == {}


def test_the_search_covers_address_name_and_company(workspace: Workspace, campaign: Campaign) -> None:
    lead(campaign, "ada@firm.example.com", first_name="Ada", company_name="Northwind")
    lead(campaign, "bo@firm.example.com", first_name="Bo", company_name="Southwind")
    lead(campaign, "gone@firm.example.com", first_name="Ada", vanished_at=timezone.now())
    assert [found.email for found in search_leads(workspace, "ada north")] == ["ada@firm.example.com"]
    assert {found.email for found in search_leads(workspace, "FIRM")} == {"ada@firm.example.com", "bo@firm.example.com"}
    assert search_leads(workspace, "ada south").count() == 0


def test_leads_are_filtered_by_their_newest_receipt(workspace: Workspace, campaign: Campaign) -> None:
    for name in ("good", "catchall", "bad", "slow", "odd", "new"):
        lead(campaign, f"{name}@example.com")
    receipt(workspace, "good@example.com", Verdict.INVALID, CatchAll.NO, days_ago=3)
    receipt(workspace, "good@example.com", Verdict.VERIFIED, CatchAll.NO)
    receipt(workspace, "catchall@example.com", Verdict.VERIFIED, CatchAll.YES)
    receipt(workspace, "bad@example.com", Verdict.INVALID, CatchAll.UNKNOWN)
    receipt(workspace, "slow@example.com", Verdict.PENDING, CatchAll.PENDING)
    receipt(workspace, "odd@example.com", Verdict.VERIFIED, CatchAll.UNKNOWN)
    found = {
        key: sorted(one.email.partition("@")[0] for one in filtered_leads(workspace, LeadFilters(verification=key)))
        for key in ("verified", "catch_all", "invalid", "pending", "none")
    }
    assert found == {
        "verified": ["good"],
        "catch_all": ["catchall"],
        "invalid": ["bad"],
        "pending": ["odd", "slow"],
        "none": ["new"],
    }


@time_machine.travel("2026-11-27 12:30:00+00:00", tick=False)
def test_answers_of_a_week_are_counted_per_day_without_catch_all(workspace: Workspace) -> None:
    for email, verdict, catch_all, hours_ago in [
        ("a@example.com", Verdict.VERIFIED, CatchAll.NO, 0),
        ("b@example.com", Verdict.VERIFIED, CatchAll.YES, 0),
        ("c@example.com", Verdict.INVALID, CatchAll.NO, 0),
        ("d@example.com", Verdict.VERIFIED, CatchAll.NO, 25),
        ("e@example.com", Verdict.VERIFIED, CatchAll.NO, 24),
        ("f@example.com", Verdict.VERIFIED, CatchAll.NO, 73),
    ]:
        moment = timezone.now() - timedelta(hours=hours_ago)
        baker.make(
            Receipt, workspace=workspace, email=email, verdict=verdict, catch_all=catch_all, asked_at=moment,
            answered_at=moment,
        )  # fmt: skip
    baker.make(Receipt, workspace=workspace, email="g@example.com", asked_at=timezone.now())
    days = [timezone.now() - timedelta(days=back) for back in (3, 2, 1)]
    assert answers_since(workspace.pk, days) == (5, [0, 1, 2])
