"""All workspaces together: counts are summed, rates are sums by sums, and unknown stays unknown."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import CampaignStatus
from campaigns.pages.all_workspaces import AllTotals, AllWorkspaces, Sending, Total, all_workspaces, choices_of
from iexdg.incidents.kinds import kind_of
from iexdg.incidents.record import open_incident
from iexdg.operations.watchers import Watching, record_check
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign, days
from tests.workspaces import connect_every_row, other_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> list[Workspace]:
    """Two connected workspaces that were read just now."""
    other = other_workspace("Acme")
    connect_every_row(monkeypatch)
    now = timezone.now()
    for number, one in enumerate((workspace, other), start=1):
        Workspace.objects.filter(pk=one.pk).update(synced_at=now, credits_left=Decimal(100 * number))
        record_check(one, Watching.SCAN)
        one.refresh_from_db()
    return [workspace, other]


def page(workspaces: list[Workspace]) -> AllWorkspaces:
    return all_workspaces(workspaces, timezone.now())


def total(workspaces: list[Workspace]) -> AllTotals:
    return page(workspaces).total


def fill(both: list[Workspace]) -> None:
    """The first sent 300 with 3 bounces, 80 of them this week; the second 100 with 5, 20 of them this week."""
    first = campaign(both[0], remote_status=CampaignStatus.ACTIVE, sent=300, bounced=3)
    second = campaign(both[1], remote_status=CampaignStatus.ACTIVE, sent=100, bounced=5)
    days(first, 50, 30)
    days(second, 0, 20)


def test_counts_are_summed_and_a_rate_is_the_sum_of_parts_by_the_sum_of_wholes(both: list[Workspace]) -> None:
    fill(both)
    found = total(both)
    assert (found.sending, found.sent_today, found.sent_week) == (Total(2, False), Total(50, False), Total(100, False))
    assert found.credits == Total(Decimal(300), False)
    # Not the mean of 1 % and 5 %, which is 3 %.
    assert (found.bounces.part, found.bounces.whole, found.bounces.ratio) == (8, 400, 0.02)
    assert found.missing == ()


def test_a_workspace_that_could_not_be_read_makes_a_sum_a_least_and_a_rate_unknown(both: list[Workspace]) -> None:
    fill(both)
    Workspace.objects.filter(pk=both[1].pk).update(unknown_since=timezone.now())
    both[1].refresh_from_db()
    found = total(both)
    assert (found.sending, found.unknown) == (Total(1, True), 1)
    assert (found.sent_week, found.credits) == (Total(100, True), Total(Decimal(300), True))
    assert (found.bounces.ratio, found.bounces.missing_reason) == (None, "unknown")
    assert found.missing == ("Acme",)


def test_a_workspace_that_was_never_read_is_not_one_in_which_nothing_happened(both: list[Workspace]) -> None:
    fill(both)
    new = other_workspace("New")
    line = page([*both, new]).lines[2]
    assert (line.sending, line.sent_week, line.sent_today, line.credits) == (None, None, None, None)
    assert total([*both, new]).sent_week == Total(100, True)
    assert total([new]).sent_week == Total(None, True)


def test_a_workspace_without_campaigns_that_was_read_has_sent_nothing(both: list[Workspace]) -> None:
    line = page(both).lines[0]
    assert (line.sending, line.sent_week, line.sent_today) == (Sending(0, 0), 0, 0)
    assert total(both).sent_week == Total(0, False)
    assert total(both).bounces.missing_reason == "under 50 sent"


def test_while_the_watch_is_silent_no_campaign_is_known_to_send(both: list[Workspace]) -> None:
    fill(both)
    silent = Workspace.objects.create(
        name="Silent", remote_id="silent", connected_as="silent", synced_at=timezone.now(), base_url="https://x.test"
    )
    Workspace.objects.filter(pk=silent.pk).update(created_at=timezone.now() - timedelta(hours=1))
    silent.refresh_from_db()
    campaign(silent, remote_status=CampaignStatus.ACTIVE)
    assert page([silent]).lines[0].sending == Sending(0, 1)


def test_the_total_is_as_old_as_its_oldest_part(both: list[Workspace]) -> None:
    before = timezone.now() - timedelta(hours=2)
    Workspace.objects.filter(pk=both[0].pk).update(synced_at=before)
    both[0].refresh_from_db()
    assert total(both).as_of == before


def test_more_campaigns_are_no_more_queries(both: list[Workspace]) -> None:
    fill(both)
    counts = []
    for name in ("", "05B", "05C"):
        if name:
            days(campaign(both[0], name), 5, 5)
        caches["process"].clear()
        with CaptureQueriesContext(connection) as asked:
            page(both)
        counts.append(len(asked.captured_queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 4 * len(both)


def test_the_switcher_says_what_each_workspace_does_and_needs(both: list[Workspace]) -> None:
    fill(both)
    open_incident(both[0], kind_of("flip"), dedupe_key="flip:1", summary="It flipped")
    Workspace.objects.filter(pk=both[1].pk).update(kill_switch_at=timezone.now())
    both[1].refresh_from_db()
    found = choices_of(both, "acme", timezone.now())
    assert [(one.name, one.is_current, one.state, one.tone) for one in found] == [
        ("Sandbox", False, "1 sending, 1 needs a person", "warn"),
        ("Acme", True, "all sending is stopped", "bad"),
    ]


def test_the_page_shows_each_workspace_and_all_together(both: list[Workspace], web: Callable[..., Client]) -> None:
    fill(both)
    Workspace.objects.filter(pk=both[1].pk).update(unknown_since=timezone.now(), sync_error="It hangs.")
    html = web("viewer").get("/").content.decode()
    assert 'href="/w/demo/"><b>Sandbox</b>' in html
    assert 'href="/w/acme/stop/" aria-label="Stop Acme"' in html
    assert "<b>Acme</b> could not be read lately" in html.replace("\n", "")
    assert "at least" in html
    assert '/stop/?where=all">' in html


def test_the_header_has_a_switcher_only_where_there_are_several(workspace: Workspace, web: Callable[..., Any]) -> None:
    client = web("viewer")
    assert "data-switcher" not in client.get("/w/demo/leads/").content.decode()
    assert client.get("/")["Location"] == "/w/demo/"


def test_the_switcher_names_the_current_workspace(both: list[Workspace], web: Callable[..., Any]) -> None:
    html = web("viewer").get("/w/acme/leads/").content.decode()
    switcher = html.partition("data-switcher")[2].partition("</details>")[0]
    assert "<b>Acme</b>" in switcher.partition("</summary>")[0]
    assert 'id="switch-acme" href="/w/acme/" aria-current="true"' in switcher
    assert 'id="switch-demo" href="/w/demo/">' in switcher
    states = web("viewer").get("/workspace-choices/?here=acme", headers={"HX-Request": "true"}).content.decode()
    assert states.count("not sending") == 2
