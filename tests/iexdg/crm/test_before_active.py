"""How many people replied before an automation was active: with those in the CRM they are all that replied."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from campaigns.mirror.sync import sync_workspace
from campaigns.models import Campaign
from iexdg.crm.before_active import people_before_active, people_left_out
from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.queries import people_in_crm
from iexdg.inbox.models import Thread
from tests.iexdg.crm.automation_fixtures import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


def listed(capsys: pytest.CaptureFixture[str], campaign: Campaign) -> dict[str, Any]:
    call_command("replies", "--json")
    found = json.loads(capsys.readouterr().out)["campaigns"]
    return next(one for one in found if one["name"] == campaign.name)


def test_what_came_before_the_activation_is_a_number_of_its_own_and_all_agree(
    stage: Stage, capsys: pytest.CaptureFixture[str], web: Callable[..., Client]
) -> None:
    campaign = Campaign.objects.get(remote_id=stage.campaign)
    before = listed(capsys, campaign)
    assert before["in_crm"] == 0
    assert before["before_active"] == before["mirrored"] > 0
    stage.reply()
    # One who had replied before replies again.
    again = Thread.objects.filter(campaign=campaign, is_automatic=False).exclude(received_at=None).order_by("pk")[0]
    stage.control.advance(60)
    stage.control.event("reply", stage.campaign, again.lead)
    stage.read()
    stage.work()
    sync_workspace(stage.workspace)
    after = listed(capsys, campaign)
    assert (after["in_crm"], after["before_active"]) == (2, before["before_active"] - 1)
    assert after["at_instantly"] == after["mirrored"] == after["in_crm"] + after["before_active"]
    html = web("viewer").get("/w/demo/inbox/replies/").content.decode()
    assert f"{after['before_active']} before it was active" in html
    assert "they agree" in html
    assert "crm-changed from:body" in html


def test_a_campaign_that_no_automation_takes_has_nothing_to_bring(stage: Stage) -> None:
    counted = people_before_active(stage.workspace)
    other = next(pk for pk in counted if pk != Campaign.objects.get(remote_id=stage.campaign).pk)
    taken = Campaign.objects.get(remote_id=stage.campaign)
    Automation.objects.update(active_since=Thread.objects.order_by("received_at")[0].received_at)
    assert people_before_active(stage.workspace) == {}
    Automation.objects.update(filter={"campaigns": [taken.pk]})
    found = people_before_active(stage.workspace)
    assert (found[other], taken.pk in found) == (counted[other], False)


def test_whom_a_filter_of_interests_leaves_out_is_a_number_of_its_own_and_all_agree(
    stage: Stage, capsys: pytest.CaptureFixture[str], web: Callable[..., Client]
) -> None:
    campaign = Campaign.objects.get(remote_id=stage.campaign)
    before = listed(capsys, campaign)
    Automation.objects.update(filter={"campaigns": [campaign.pk], "labels": [4]})
    won, other = stage.reply(), stage.reply()
    Thread.objects.filter(lead=won).update(interest=4)
    assert people_left_out(stage.workspace) == {campaign.pk: 1}
    stage.work()
    sync_workspace(stage.workspace)
    after = listed(capsys, campaign)
    assert (after["in_crm"], after["before_active"], after["left_out"]) == (1, before["before_active"], 1)
    assert after["at_instantly"] == after["mirrored"] == after["in_crm"] + after["before_active"] + after["left_out"]
    html = web("viewer").get("/w/demo/inbox/replies/").content.decode()
    assert "1 left out by a filter" in html
    assert "they agree" in html
    # What is to be taken and is not there yet is a difference; another automation may take what this one leaves out.
    Thread.objects.filter(lead=other).update(interest=4)
    assert people_left_out(stage.workspace) == {}
    Thread.objects.filter(lead=other).update(interest=None)
    one = Automation.objects.get()
    one.pk, one.is_shipped, one.filter = None, False, {"campaigns": [campaign.pk]}
    one.save()
    assert people_left_out(stage.workspace) == {}


def test_who_is_in_the_crm_all_the_same_is_not_left_out(stage: Stage) -> None:
    email = stage.reply()
    stage.work()
    Automation.objects.update(filter={"labels": [4]})
    Thread.objects.filter(lead=email).update(interest=1)
    assert people_left_out(stage.workspace) == {}


def test_a_contact_without_an_address_is_nobody(stage: Stage) -> None:
    email = stage.reply()
    stage.work()
    taken = Campaign.objects.get(remote_id=stage.campaign)
    assert people_in_crm(stage.workspace) == {taken.pk: 1}
    LedgerEntry.objects.filter(lead=email, kind="contact").update(request={"fields": {}})
    assert people_in_crm(stage.workspace) == {}
