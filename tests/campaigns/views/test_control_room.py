"""The control room and the list, as people with each role see them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.incident_kinds import DRIFT, FLIP
from campaigns.models import Campaign, CampaignStatus
from campaigns.watch.deadman import check_watchers
from campaigns.watch.waiting import sync_waiting_incidents
from iexdg.incidents.models import Incident
from iexdg.incidents.record import open_incident
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import approval, campaign, days
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[int, ...], str]]:
    """What views queue for workers."""
    sent: list[tuple[str, tuple[int, ...], str]] = []

    def enqueue(task: Any, *ids: int, queue: str = "bulk") -> None:
        sent.append((task.name, ids, queue))

    monkeypatch.setattr("campaigns.views.control_room.enqueue", enqueue)
    return sent


def page(client: Client, path: str = "/w/demo/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_no_one_sees_it_without_signing_in(workspace: Workspace, web: Web) -> None:
    for path in ("/w/demo/", "/w/demo/campaigns/"):
        assert web().get(path)["Location"] == f"/accounts/login/?next={path}"


def test_it_shows_every_campaign_with_its_figures(workspace: Workspace, web: Web) -> None:
    days(campaign(workspace), 20, 18)
    text = page(web("viewer"))
    for words in ("05A Executive-Peer", "1 sender · Mon–Fri 09–17 Detroit", "67.8", "8.9", "1.3", "18 / 20"):
        assert words in text, words


def test_unknown_is_not_shown_as_zero(workspace: Workspace, web: Web) -> None:
    campaign(workspace, leads_count=None, sent=None, contacted=None, opened=None, analytics_read_at=None)
    text = page(web("viewer"))
    assert text.count("unknown") >= 3
    assert ">0<" not in text


def test_a_status_that_cannot_be_read_is_unknown_and_never_green(workspace: Workspace, web: Web) -> None:
    now = timezone.now()
    campaign(workspace, remote_status=CampaignStatus.ACTIVE, status_unknown_since=now)
    text = page(web("viewer"))
    assert '<span class="pill warn">' in text
    assert "last read as Sending" in text
    assert '<span class="pill ok">' not in text


def test_what_needs_attention_is_listed_oldest_first(
    workspace: Workspace, member: Callable[..., Member], web: Web
) -> None:
    waiting = campaign(workspace, "05A")
    approval(waiting, by=member("operator"))
    sync_waiting_incidents(workspace)
    campaign(workspace, "05B", remote_status=CampaignStatus.ACTIVE, awaits_adoption_since=timezone.now())
    sync_waiting_incidents(workspace)
    open_incident(workspace, FLIP, dedupe_key="x", summary="05C turned active by itself")
    text = page(web("approver"))
    needs = [
        text.index(words) for words in ("Go-live requested for 05A", "05B is sending without", "05C turned active")
    ]
    assert needs == sorted(needs)
    assert f'href="/w/demo/campaigns/{waiting.pk}/go-live/">Open go-live' in text
    assert list(Incident.objects.values_list("kind", flat=True)) == ["go_live_requested", "adoption", "flip"]


def test_of_many_needs_the_most_urgent_are_shown_and_the_rest_counted(workspace: Workspace, web: Web) -> None:
    for number in range(13):
        open_incident(workspace, DRIFT, dedupe_key=f"d{number}", summary=f"Settings of {number} changed")
    open_incident(workspace, FLIP, dedupe_key="x", summary="05C turned active by itself")
    text = page(web("approver"))
    assert "14 items need attention" in text
    assert text.count('class="need ') == 12
    assert "05C turned active by itself" in text
    assert "Settings of 10 changed" in text
    assert "Settings of 11 changed" not in text
    assert '<a href="/w/demo/incidents/">2 more, no more urgent: all incidents</a>' in text


def test_a_viewer_is_not_offered_what_a_viewer_may_not(workspace: Workspace, web: Web) -> None:
    campaign(workspace)
    open_incident(workspace, FLIP, dedupe_key="x", summary="It turned active by itself")
    text = page(web("viewer"))
    for words in ("Upload leads", "Sync now", "Resolve", "Request go-live"):
        assert words not in text, words
    operators = page(web("operator"))
    for words in ("Upload leads", "Sync now", "Resolve", "Request go-live"):
        assert words in operators, words


def test_the_own_request_says_that_someone_else_decides(
    workspace: Workspace, member: Callable[..., Member], web: Web
) -> None:
    approval(campaign(workspace), by=member("approver"))
    sync_waiting_incidents(workspace)
    assert "someone else has to approve it" in page(web("approver"))
    assert "someone else has to approve it" not in page(web("admin"))


def test_a_sync_that_keeps_failing_needs_attention_and_shows_why(workspace: Workspace, web: Web) -> None:
    now = timezone.now()
    Workspace.objects.filter(pk=workspace.pk).update(
        created_at=now - timedelta(hours=1), unknown_since=now, sync_error="campaigns: no answer."
    )
    workspace.refresh_from_db()
    check_watchers(workspace, now)
    text = page(web("viewer"))
    assert "The sync with Instantly has been silent for more than" in text
    assert "campaigns: no answer." in text


def test_search_and_status_filter_are_in_the_url(workspace: Workspace, web: Web) -> None:
    campaign(workspace, "05A Executive-Peer")
    campaign(workspace, "05B Partnerships", remote_status=CampaignStatus.ACTIVE)
    client = web("viewer")
    assert "05B" not in page(client, "/w/demo/campaigns/?q=executive")
    sending = page(client, "/w/demo/campaigns/?status=sending")
    assert "05B Partnerships" in sending
    assert "05A Executive-Peer" not in sending
    assert "No campaign matches" in page(client, "/w/demo/campaigns/?q=nothing")
    assert "05A Executive-Peer" in page(client, "/w/demo/campaigns/?status=nonsense")


def test_an_empty_workspace_names_the_next_step(workspace: Workspace, web: Web) -> None:
    assert "No campaigns yet" in page(web("operator"))


def test_without_a_workspace_it_says_so(db: None, web: Web) -> None:
    assert "No workspace is connected yet" in page(web("viewer"), "/")
    assert "No workspace is connected yet" in page(web("viewer"), "/campaigns/")


def test_campaigns_of_another_connection_are_not_shown(workspace: Workspace, web: Web) -> None:
    other = other_workspace("Other")
    hidden = campaign(other, "99 Elsewhere")
    assert "99 Elsewhere" not in page(web("admin"))
    assert web("admin").get(f"/w/demo/campaigns/{hidden.pk}/").status_code == 404


def test_a_name_is_printed_and_not_run(workspace: Workspace, web: Web) -> None:
    campaign(workspace, "<script>alert(1)</script>")
    text = page(web("viewer"))
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_sync_now_starts_a_sync(workspace: Workspace, web: Web, queued: list[Any]) -> None:
    answer = web("operator").post("/w/demo/sync/")
    assert (answer.status_code, answer["Location"]) == (302, "/w/demo/")
    assert queued == [("campaigns.tasks.sync_workspace", (workspace.pk,), "bulk")]


def test_one_campaign_can_be_synced_by_its_button(workspace: Workspace, web: Web, queued: list[Any]) -> None:
    one = campaign(workspace)
    assert web("operator").post(f"/w/demo/campaigns/{one.pk}/sync/")["Location"] == f"/w/demo/campaigns/{one.pk}/"
    assert queued == [("campaigns.tasks.sync_campaign", (one.pk,), "bulk")]


@pytest.mark.parametrize("role", ["", "viewer"])
def test_syncing_is_refused_without_the_role_and_starts_nothing(
    workspace: Workspace, web: Web, queued: list[Any], role: str
) -> None:
    one = campaign(workspace)
    expected = 403 if role else 302
    assert web(role).post("/w/demo/sync/").status_code == expected
    assert web(role).post(f"/w/demo/campaigns/{one.pk}/sync/").status_code == expected
    assert queued == []
    assert web("operator").get("/w/demo/sync/")["Location"] == "/w/demo/"
    assert queued == []


def test_more_campaigns_do_not_mean_more_queries(
    workspace: Workspace, member: Callable[..., Member], web: Web, django_assert_num_queries: Any
) -> None:
    def add(first: int, last: int) -> None:
        for number in range(first, last):
            one = campaign(workspace, f"Campaign {number}", remote_id=f"r{number}")
            days(one, 1, 2, 3)
            approval(one, by=member("operator"))

    client = web("approver")
    add(0, 3)
    client.get("/w/demo/")
    with django_assert_num_queries(16):
        client.get("/w/demo/")
    add(3, 30)
    with django_assert_num_queries(16):
        assert "Campaign 24" in page(client)
    assert Campaign.objects.count() == 30


def test_a_long_list_has_pages_that_keep_the_filter(workspace: Workspace, web: Web) -> None:
    for number in range(21):
        campaign(workspace, f"Campaign {number:02d}", remote_id=f"r{number}")
    first = page(web("viewer"), "/w/demo/campaigns/?status=paused")
    assert "Campaign 19" in first
    assert "Campaign 20" not in first
    assert "?status=paused&amp;page=2" in first
    assert "Campaign 20" in page(web("viewer"), "/w/demo/campaigns/?status=paused&page=2")


SHOWN = re.compile(r'href="/w/demo/campaigns/(\d+)/"><b>')


@pytest.mark.parametrize("path", ["/w/demo/", "/w/demo/campaigns/"])
def test_every_status_leads_to_exactly_as_many_campaigns_as_it_says(workspace: Workspace, web: Web, path: str) -> None:
    for number, status in enumerate([1, 1, 4, 2, 2, 3, 0, -2, -99, None, 42]):
        campaign(workspace, f"Campaign {number}", remote_id=f"r{number}", remote_status=status)
    campaign(workspace, "Gone", vanished_at=timezone.now())
    client = web("viewer")
    choices = re.findall(r'class="chip" href="([^"]+)">([^<]+) <b>(\d+)</b>', page(client, path))
    assert {label: int(count) for _, label, count in choices} == {
        "Sending": 3, "Paused": 3, "Completed": 1, "Draft": 1, "Stopped by Instantly": 2, "Unknown": 1, "Vanished": 1,
    }  # fmt: skip
    for url, label, count in choices:
        filtered = page(client, path + url)
        assert len(SHOWN.findall(filtered)) == int(count), label
        assert f'aria-current="true">{label} <b>{count}</b>' in filtered


@pytest.mark.parametrize("path", ["/w/demo/", "/w/demo/campaigns/"])
@pytest.mark.parametrize(
    ("column", "up"),
    [
        ("name", "abc"), ("status", "cba"), ("leads", "bac"), ("sent", "cab"), ("open", "bca"), ("reply", "abc"),
        ("bounce", "acb"), ("read", "bca"),
    ],
)  # fmt: skip
def test_a_column_sorts_both_ways_and_says_so(workspace: Workspace, web: Web, path: str, column: str, up: str) -> None:
    now = timezone.now()
    made = {
        "a": campaign(workspace, "A one", remote_id="a", remote_status=3, leads_count=20, sent=200, contacted=100,
                      opened=90, replied=1, bounced=1, synced_at=now),
        "b": campaign(workspace, "b two", remote_id="b", remote_status=2, leads_count=10, sent=300, contacted=100,
                      opened=10, replied=2, bounced=9, synced_at=now - timedelta(hours=2)),
        "c": campaign(workspace, "C three", remote_id="c", remote_status=1, leads_count=30, sent=100, contacted=100,
                      opened=50, replied=3, bounced=2, synced_at=now - timedelta(hours=1)),
    }  # fmt: skip
    client = web("viewer")
    for sort, order, state in ((column, up, "ascending"), (f"-{column}", up[::-1], "descending")):
        text = page(client, f"{path}?sort={sort}")
        assert [int(pk) for pk in SHOWN.findall(text)] == [made[key].pk for key in order], sort
        if path == "/w/demo/" or column != "read":
            assert f'aria-sort="{state}"' in text


def test_a_rate_that_is_not_shown_sorts_as_unknown_and_unknown_is_last(workspace: Workspace, web: Web) -> None:
    few = campaign(workspace, "Few", remote_id="f", contacted=10, opened=10)
    many = campaign(workspace, "Many", remote_id="m", contacted=100, opened=10)
    for sort in ("open", "-open"):
        assert [int(pk) for pk in SHOWN.findall(page(web("viewer"), f"/w/demo/?sort={sort}"))] == [many.pk, few.pk]


def test_today_sorts_by_the_newest_day_that_instantly_has_reported(workspace: Workspace, web: Web) -> None:
    made = [campaign(workspace, name, remote_id=name) for name in ("A", "B", "C")]
    for one, count in zip(made, (5, 9, 7), strict=True):
        days(one, 100 - count, count)
    shown = [int(pk) for pk in SHOWN.findall(page(web("viewer"), "/w/demo/?sort=-today"))]
    assert shown == [made[1].pk, made[2].pk, made[0].pk]


def test_the_campaigns_are_compared_and_the_control_room_acts(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace, remote_status=CampaignStatus.ACTIVE, clicked=5, interested=3, unsubscribed=2)
    room, results = page(web("viewer"), "/w/demo/"), page(web("viewer"), "/w/demo/campaigns/")
    assert f'action="/w/demo/campaigns/{one.pk}/pause/"' in room
    assert "Interested" not in room
    assert f'action="/w/demo/campaigns/{one.pk}/pause/"' not in results
    for words in ("146", "3.4 %", "2.1 %", "1.4 %"):
        assert words in results, words


@pytest.mark.parametrize("path", ["/w/demo/", "/w/demo/campaigns/"])
def test_a_row_of_figures_has_as_many_tab_stops_as_it_has_things_to_do(
    workspace: Workspace, web: Web, path: str
) -> None:
    days(campaign(workspace), 20, 18)
    row = page(web("operator"), path).split("<tbody>")[1].split("</tr>")[0]
    links = re.findall(r"<a [^>]*>", row)
    name, *others = [one for one in links if 'tabindex="-1"' not in one]
    assert 'href="/w/demo/campaigns/' in name
    # Beside the name only what leads on from the row; the figures' lists are reached by the arrow keys.
    assert [one for one in others if "go-live" not in one] == []
    assert len(links) - 1 - len(others) >= 6
