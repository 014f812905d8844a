"""The marks of a lead follow its receipts and the other campaigns, whoever changes them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.derived import doctor
from leads.derived.install import count_again
from leads.derived.marks import wrong_marks
from leads.models import Lead, LeadCount, Receipt
from leads.pages.people import verification_key
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(workspace: Workspace) -> Campaign:
    return baker.make("campaigns.Campaign", workspace=workspace, name="05B", remote_id="b")


def lead(campaign: Campaign, email: str = "ada@example.com", **fields: Any) -> Lead:
    return baker.make(
        Lead, campaign=campaign, workspace=campaign.workspace, email=email, synced_at=timezone.now(),
        **{"status": 1, **fields},
    )  # fmt: skip


def answered(workspace: Workspace, verdict: str, catch_all: str, hours_ago: int = 0) -> Receipt:
    moment = timezone.now() - timedelta(hours=hours_ago)
    return baker.make(
        Receipt, workspace=workspace, email="ada@example.com", verdict=verdict, catch_all=catch_all, asked_at=moment,
        answered_at=moment,
    )  # fmt: skip


def verification(of: Lead) -> str:
    of.refresh_from_db()
    return of.verification


def elsewhere(*leads: Lead) -> list[bool]:
    return [Lead.objects.get(pk=one.pk).is_elsewhere for one in leads]


@pytest.mark.parametrize("verdict", ["verified", "invalid", "other", "pending", "refused"])
@pytest.mark.parametrize("catch_all", ["no", "yes", "pending", "unknown"])
def test_the_mark_says_what_the_list_says_of_the_newest_receipt(
    campaign: Campaign, workspace: Workspace, verdict: str, catch_all: str
) -> None:
    before = lead(campaign)
    receipt = answered(workspace, verdict, catch_all)
    assert verification(before) == verification_key(receipt)


def test_a_newer_answer_a_correction_and_a_deleted_receipt_are_followed(
    campaign: Campaign, workspace: Workspace
) -> None:
    known = lead(campaign)
    assert verification(known) == "none"
    old = answered(workspace, "invalid", "no", hours_ago=2)
    new = answered(workspace, "verified", "no")
    assert verification(known) == "verified"
    Receipt.objects.filter(pk=new.pk).update(catch_all="yes")
    assert verification(known) == "catch_all"
    new.delete()
    assert verification(known) == "invalid"
    Receipt.objects.filter(pk=old.pk).update(answered_at=None)
    assert verification(known) == "none"


def test_a_lead_that_is_listed_after_its_verification_is_marked_at_once(
    campaign: Campaign, workspace: Workspace
) -> None:
    answered(workspace, "verified", "no")
    assert verification(lead(campaign)) == "verified"


def test_who_is_active_in_another_campaign_is_marked_in_both_until_one_ends(
    campaign: Campaign, second: Campaign
) -> None:
    here = lead(campaign)
    assert elsewhere(here) == [False]
    there = lead(second)
    assert elsewhere(here, there) == [True, True]
    Lead.objects.filter(pk=there.pk).update(status=3)
    assert elsewhere(here, there) == [False, True]
    Lead.objects.filter(pk=there.pk).update(status=1)
    Lead.objects.filter(pk=here.pk).update(vanished_at=timezone.now())
    assert elsewhere(here, there) == [True, False]
    there.delete()
    assert elsewhere(here) == [False]


def test_another_workspace_marks_nobody(campaign: Campaign) -> None:
    here = lead(campaign)
    lead(baker.make("campaigns.Campaign", workspace=other_workspace(), name="X", remote_id="x"))
    assert elsewhere(here) == [False]


def test_a_mark_is_no_change_of_a_lead_that_a_finding_could_show(campaign: Campaign, workspace: Workspace) -> None:
    lead(campaign)
    before = sum(LeadCount.objects.values_list("changes", flat=True))
    answered(workspace, "invalid", "no")
    assert sum(LeadCount.objects.values_list("changes", flat=True)) == before


def test_a_wrong_mark_is_named_by_the_doctor_and_corrected(campaign: Campaign) -> None:
    known = lead(campaign)
    Lead.objects.filter(pk=known.pk).update(is_elsewhere=True)
    if connection.vendor == "postgresql":
        # There every write of a lead corrects its marks.
        assert wrong_marks() == 0
        return
    assert doctor.counts().detail == "counts differ from a recount: 1 of marks of leads"
    count_again()
    assert wrong_marks() == 0
    assert verification(known) == "none"
