"""How many people replied before an automation was active: with those in the CRM they are all that replied."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from campaigns.mirror.sync import sync_workspace
from campaigns.models import Campaign
from iexdg.crm.before_active import people_before_active, people_in_crm, people_left_out
from iexdg.crm.ledger import leave_out
from iexdg.crm.models import Automation, LedgerEntry, UnmatchedReply
from iexdg.crm.unmatched import assign, find_unmatched, set_aside
from iexdg.inbox.models import InboxReading, Message, Thread
from leads.models import Lead
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


def without_lead(stage: Stage, email: str) -> UnmatchedReply:
    """Have nobody known by the address of a reply, so that it waits for a person."""
    Campaign.objects.update(leads_mirrored_at=timezone.now())
    Lead.objects.filter(email=email).delete()
    InboxReading.objects.update(changed_at=timezone.now())
    find_unmatched(stage.workspace)
    return UnmatchedReply.objects.get(thread__lead=email)


def sums(stage: Stage, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The campaigns whose numbers do not add up."""
    sync_workspace(stage.workspace)
    call_command("replies", "--json")
    found = json.loads(capsys.readouterr().out)["campaigns"]
    kept = ("in_crm", "before_active", "left_out")
    return [one for one in found if not one["at_instantly"] == one["mirrored"] == sum(one[name] for name in kept)]


def test_automatic_replies_that_an_automation_takes_are_counted_nowhere(stage: Stage) -> None:
    stage.automation.filter["excludes_automatic"] = False
    stage.automation.save()
    taken = Campaign.objects.get(remote_id=stage.campaign)
    automatic, other = stage.reply(), stage.reply()
    stage.work()
    before = people_before_active(stage.workspace)
    assert people_in_crm(stage.workspace) == {taken.pk: 2}
    # As where a vacation answered, which Instantly does not count, and the mirror no more.
    Message.objects.filter(thread__lead=automatic).update(is_automatic=True)
    Thread.objects.filter(lead=automatic).update(is_automatic=True)
    assert (people_in_crm(stage.workspace), people_left_out(stage.workspace)) == ({taken.pk: 1}, {})
    # Who replied as well, in another conversation, is one.
    both = Thread.objects.get(lead=other)
    both.pk, both.remote_id, both.is_automatic = None, "automatic", True
    both.save()
    assert people_in_crm(stage.workspace) == {taken.pk: 1}
    assert people_before_active(stage.workspace) == before
    # An automatic reply that is there does not stand for the person's own, which is not.
    LedgerEntry.objects.filter(lead=other).update(thread=both)
    assert people_in_crm(stage.workspace) == {}


def test_a_reply_that_was_assigned_counts_where_instantly_counts_it(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Campaign.objects.exclude(remote_id=stage.campaign).order_by("pk")[0]
    assert sums(stage, capsys) == []
    row = without_lead(stage, stage.reply())
    stage.work()
    assert [one["name"] for one in sums(stage, capsys)] == [row.thread.campaign.name]  # type: ignore[union-attr]
    for lead in ("", Lead.objects.filter(campaign=other).order_by("pk")[0].email):
        UnmatchedReply.objects.update(state="waiting", decided_at=None)
        LedgerEntry.objects.filter(thread=row.thread).delete()
        row.refresh_from_db()
        assign(row, other, lead, by=stage.admin)
        stage.work()
        assert LedgerEntry.objects.filter(thread=row.thread, campaign=other, kind="contact", state="done").exists()
        assert sums(stage, capsys) == []
        assert people_in_crm(stage.workspace) == {row.thread.campaign_id: 1}


def test_what_a_person_decided_to_keep_out_is_left_out(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert sums(stage, capsys) == []
    aside, refused = stage.reply(), stage.reply()
    row = without_lead(stage, aside)
    stage.work()
    LedgerEntry.objects.filter(lead=refused, kind="contact").update(state="refused")
    assert [one["mirrored"] - one["before_active"] for one in sums(stage, capsys)] == [2]
    assert people_left_out(stage.workspace) == {}
    row.refresh_from_db()
    assert set_aside([row], "Not for the CRM.", by=stage.admin) == 1
    (entry,) = LedgerEntry.objects.filter(lead=refused, kind="contact")
    assert leave_out(entry, by=stage.admin)
    assert sums(stage, capsys) == []
    assert people_left_out(stage.workspace) == {Campaign.objects.get(remote_id=stage.campaign).pk: 2}
