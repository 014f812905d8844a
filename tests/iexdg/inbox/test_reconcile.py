"""Replies counted: Instantly's number, the mirror's, the CRM's; and a reply whose delivery was lost."""

import json
import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.mirror.sync import sync_workspace
from campaigns.models import Campaign
from iexdg.inbox import reconcile
from iexdg.inbox.models import Thread
from iexdg.inbox.reconcile import replies_of
from iexdg.workspaces.models import Workspace
from tests.iexdg.inbox.conftest import read_all
from tests.sandbox_control import SandboxControl
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db


def counted(workspace: Workspace) -> dict[str, tuple[int | None, int]]:
    return {one.campaign.name: (one.at_instantly, one.mirrored) for one in replies_of(workspace).campaigns}


def test_instantly_and_the_mirror_agree_for_every_campaign_of_the_demo(mirrored: Workspace) -> None:
    sync_workspace(mirrored)
    found = replies_of(mirrored)
    assert found.campaigns
    assert {one.campaign.name: (one.at_instantly, one.mirrored) for one in found.campaigns if not one.agrees} == {}
    assert sum(one.mirrored for one in found.campaigns) > 0
    assert (found.gaps, found.read_at is not None) == (0, True)


def test_a_reply_whose_delivery_was_lost_is_mirrored_by_the_next_reading(
    mirrored: Workspace, control: SandboxControl
) -> None:
    sync_workspace(mirrored)
    campaign = Campaign.objects.get(workspace=mirrored, name__contains="05A")
    known = set(Thread.objects.values_list("lead", flat=True))
    leads = [one for one in control.state()["leads"] if one["campaign"] == campaign.remote_id]
    email = next(one["email"] for one in leads if one["email"] not in known)
    before = counted(mirrored)[campaign.name][1]
    control.event("reply", campaign.remote_id, email)
    sync_workspace(mirrored)
    assert counted(mirrored)[campaign.name] == (before + 1, before)
    (late,) = (one for one in replies_of(mirrored).campaigns if one.campaign == campaign)
    assert (late.missing, late.agrees) == (1, False)
    read_all(mirrored)
    assert counted(mirrored)[campaign.name] == (before + 1, before + 1)


def test_what_was_not_read_is_unknown_and_agrees_with_nothing(workspace: Workspace) -> None:
    campaign = Campaign.objects.create(workspace=workspace, remote_id="c-1", name="New")
    (one,) = replies_of(workspace).campaigns
    assert (one.campaign, one.at_instantly, one.mirrored, one.missing, one.in_crm, one.agrees) == (
        campaign, None, 0, None, None, False,
    )  # fmt: skip


def test_the_app_above_counts_what_is_in_the_crm(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = Campaign.objects.create(workspace=workspace, remote_id="c-1", name="New", replied=0)
    monkeypatch.setattr(reconcile, "_in_crm", [])
    reconcile.declare_in_crm(lambda one: {campaign.pk: 3})
    (one,) = replies_of(workspace).campaigns
    assert (one.in_crm, one.agrees) == (3, False)
    monkeypatch.setattr(reconcile, "_in_crm", [lambda one: {campaign.pk: 0}])
    monkeypatch.setattr(reconcile, "_before_active", [])
    reconcile.declare_before_active(lambda one: {campaign.pk: 2})
    monkeypatch.setattr(reconcile, "_counted", lambda one: [(campaign.pk, 2)])
    Campaign.objects.update(replied=2)
    (one,) = replies_of(workspace).campaigns
    assert (one.at_instantly, one.mirrored, one.in_crm, one.before_active, one.agrees) == (2, 2, 0, 2, True)
    monkeypatch.setattr(reconcile, "_left_out", [])
    reconcile.declare_left_out(lambda one: {campaign.pk: 1})
    assert not replies_of(workspace).campaigns[0].agrees
    monkeypatch.setattr(reconcile, "_before_active", [lambda one: {campaign.pk: 1}])
    (one,) = replies_of(workspace).campaigns
    assert (one.left_out, one.before_active, one.agrees) == (1, 1, True)


def test_the_command_prints_what_checks_rely_on(mirrored: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    sync_workspace(mirrored)
    call_command("replies", "--json")
    found = json.loads(capsys.readouterr().out)
    assert {"name", "at_instantly", "mirrored", "in_crm", "before_active", "left_out"} <= set(found["campaigns"][0])
    assert [one["in_crm"] for one in found["campaigns"]] == [None] * len(found["campaigns"])


def test_the_page_shows_the_numbers_with_a_fixed_number_of_queries(
    workspace: Workspace, web: Callable[..., Client]
) -> None:
    client, queries = web("viewer"), []
    for total in (1, 20):
        for number in range(total):
            Campaign.objects.get_or_create(workspace=workspace, remote_id=f"c-{number}", name=f"C {number}", replied=2)
        client.get("/w/demo/inbox/replies/")
        with CaptureQueriesContext(connection) as context:
            html = client.get("/w/demo/inbox/replies/").content.decode()
        queries.append(len(context))
    assert queries[0] == queries[1]
    assert "replies missing" in html
    Campaign.objects.create(workspace=other_workspace(), remote_id="x", name="Foreign campaign")
    assert "Foreign campaign" not in client.get("/w/demo/inbox/replies/").content.decode()


def test_the_page_shows_first_where_replies_are_missing_and_fifty_at_once(
    workspace: Workspace, web: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def campaign(name: str, replied: int | None) -> Campaign:
        return Campaign.objects.create(workspace=workspace, remote_id=name, name=name, replied=replied)

    for number in range(49):
        campaign(f"A{number:02} equal", 0)
    campaign("B unknown", None)
    pushed = campaign("C differs", 0)
    campaign("D missing", 2)
    monkeypatch.setattr(reconcile, "_in_crm", [lambda one: {pushed.pk: 1}])

    def shown(query: str) -> list[str]:
        html = web("viewer").get(f"/w/demo/inbox/replies/{query}").content.decode()
        assert "52 campaigns, replies missing in 1" in html
        return re.findall(r'data-label="Campaign".*?<a [^>]*>(.*?)</a>', html)

    assert (len(shown("")), shown("")[:4]) == (50, ["D missing", "C differs", "B unknown", "A00 equal"])
    assert shown("?page=2") == ["A47 equal", "A48 equal"]
