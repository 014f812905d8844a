"""What an open page asks every few seconds: has anything changed, and if so what."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db.models import Value
from django.test import Client
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from campaigns.models import Campaign, ReadingWhy, StatusReading
from iexdg.incidents.models import Incident
from iexdg.incidents.record import open_incident, resolve_incident
from iexdg.operations.watchers import Watching, record_check
from iexdg.team.models import Member
from iexdg.workspaces.changes import Changes, current_changes, declare, recent_changes, topics
from iexdg.workspaces.killswitch import turn_on
from iexdg.workspaces.models import Mode, Workspace
from leads.models import ImportEvent
from tests.campaigns.factories import campaign as make_campaign
from tests.leads.factories import checked_import
from tests.workspaces import connect_every_row, other_workspace

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
HTMX = {"HX-Request": "true"}


def incident_in(workspace: Workspace, cause: str = "flip:1") -> Incident:
    return open_incident(workspace, FLIP, dedupe_key=cause, summary="05A turned active by itself")[0]


def ask(client: Client, seen: object) -> Any:
    return client.get("/w/demo/changes/", {"seen": str(seen)}, headers=HTMX)


def test_while_nothing_changed_the_answer_is_empty_and_costs_one_query_beside_the_sign_in(
    workspace: Workspace, web: Web, django_assert_num_queries: Any
) -> None:
    client, seen = web("viewer"), str(current_changes())
    ask(client, seen)
    with django_assert_num_queries(3) as asked:  # session, member, stamps
        answer = ask(client, seen)
    assert (answer.status_code, answer.content) == (204, b"")
    assert [query["sql"] for query in asked.captured_queries if "audit_auditevent" in query["sql"]] == [
        asked.captured_queries[-1]["sql"]
    ]


def test_an_incident_opened_behind_the_page_changes_badge_and_title_and_names_its_topic(
    workspace: Workspace, web: Web
) -> None:
    client, seen = web("viewer"), str(current_changes())
    incident_in(workspace)

    answer = ask(client, seen)

    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "history-changed"
    html = answer.content.decode()
    assert '<span id="incident-count" hx-swap-oob="true" data-count="1">' in html
    following = re.search(r"seen=([^\"]+)\"", html)
    assert following is not None
    assert ask(client, following.group(1)).status_code == 204
    assert "<title>(1) Incidents · IEXDG Outreach</title>" in client.get("/w/demo/incidents/").content.decode()


def test_resolving_takes_the_number_away_again(workspace: Workspace, web: Web, member: Callable[..., Member]) -> None:
    incident = incident_in(workspace)
    client, seen = web("viewer"), str(current_changes())
    resolve_incident(incident, by=member("operator"))
    assert 'id="incident-count" hx-swap-oob="true" data-count="0"></span>' in ask(client, seen).content.decode()
    assert "<title>Incidents · IEXDG Outreach</title>" in client.get("/w/demo/incidents/").content.decode()


def a_reading(workspace: Workspace, member: Member) -> None:
    one = Campaign.objects.get()
    StatusReading.objects.create(campaign=one, at=timezone.now(), status=2, why=ReadingWhy.SCAN)


def newer_figures(workspace: Workspace, member: Member) -> None:
    Campaign.objects.update(analytics_read_at=timezone.now())


def figures_that_failed(workspace: Workspace, member: Member) -> None:
    Campaign.objects.update(analytics_unknown_since=timezone.now())


def a_sync(workspace: Workspace, member: Member) -> None:
    Workspace.objects.update(synced_at=timezone.now())


def a_failed_sync(workspace: Workspace, member: Member) -> None:
    Workspace.objects.update(unknown_since=timezone.now(), sync_error="no answer")


def another_mode(workspace: Workspace, member: Member) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)


def a_step_of_an_import(workspace: Workspace, member: Member) -> None:
    imported = checked_import(Campaign.objects.get(), ["sam@firm.example.com"])
    ImportEvent.objects.create(imported=imported, at=timezone.now(), text="loaded")


def a_watcher_that_reports(workspace: Workspace, member: Member) -> None:
    record_check(workspace, Watching.SCAN)


def test_pages_that_ask_at_the_same_time_cost_one_query_and_a_change_is_seen_soon_after(
    workspace: Workspace, settings: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    now = 100.0
    monkeypatch.setattr("iexdg.workspaces.changes.time.monotonic", lambda: now)
    monkeypatch.setattr("iexdg.workspaces.changes._recent", {})
    settings.CHANGES_LIFE_S = 0.5
    seen = str(recent_changes())
    Workspace.objects.update(synced_at=timezone.now())
    now = 100.4
    with django_assert_num_queries(0):
        assert recent_changes().since(seen) == ()
    now = 100.5
    assert recent_changes().since(seen) == ("workspace",)


def test_the_credits_that_verifying_uses_make_no_open_page_read_itself_again(workspace: Workspace) -> None:
    seen = str(current_changes())
    Workspace.objects.update(credits_left=Decimal("948.75"), credits_read_at=timezone.now())
    assert current_changes().since(seen) == ()


@pytest.mark.parametrize(
    ("happens", "topic"),
    [
        (a_reading, "campaigns"),
        (newer_figures, "campaigns"),
        (figures_that_failed, "campaigns"),
        (a_sync, "workspace"),
        (a_failed_sync, "workspace"),
        (another_mode, "workspace"),
        (a_step_of_an_import, "imports"),
        (a_watcher_that_reports, "watchers"),
    ],
)
def test_each_topic_changes_with_what_it_names_and_no_other_does(
    happens: Callable[[Workspace, Member], None], topic: str, workspace: Workspace, member: Callable[..., Member]
) -> None:
    make_campaign(workspace)
    seen = str(current_changes())
    happens(workspace, member("operator"))
    assert current_changes().since(seen) == (topic,)


def test_a_row_that_is_committed_late_with_a_lower_number_is_noticed(workspace: Workspace) -> None:
    """Two transactions draw 1 and 2; the second commits first."""
    one = make_campaign(workspace)
    at = timezone.now()
    StatusReading.objects.create(pk=2, campaign=one, at=at, status=2, why=ReadingWhy.SCAN)
    seen = str(current_changes())
    StatusReading.objects.create(pk=1, campaign=one, at=at, status=1, why=ReadingWhy.SCAN)
    assert current_changes().since(seen) == ("campaigns",)


def test_a_watcher_that_goes_silent_changes_the_page_although_nothing_was_written(workspace: Workspace) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        record_check(workspace, Watching.SCAN)
        seen = str(current_changes())
    with time_machine.travel(start + Watching.SCAN.limit, tick=False):
        assert current_changes().since(seen) == ()
    with time_machine.travel(start + Watching.SCAN.limit + timedelta(seconds=1), tick=False):
        assert current_changes().since(seen) == ("watchers",)


def test_the_kill_switch_shows_on_every_open_page(
    workspace: Workspace, web: Web, member: Callable[..., Member]
) -> None:
    client, seen = web("viewer"), str(current_changes())
    turn_on(workspace, by=member("operator"), reason="Wrong copy")

    answer = ask(client, seen)

    assert answer["HX-Trigger"] == "workspace-changed, history-changed"
    html = answer.content.decode()
    assert '<div id="alarms" class="alarms" aria-live="polite" hx-swap-oob="true">' in html
    assert "All sending is stopped" in html
    assert 'id="workspace-bar" hx-swap-oob="true"' in html


@pytest.mark.parametrize(
    ("page", "parts"),
    [("/w/demo/", ["incident-count", "alarms", "workspace-bar"]), ("/", ["incident-count"])],
)
def test_a_page_is_sent_only_the_parts_that_it_has(
    page: str, parts: list[str], workspace: Workspace, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_workspace("Acme")
    connect_every_row(monkeypatch)
    client = web("viewer")
    html = client.get(page).content.decode()
    asked = re.search(r'id="changes" hidden hx-get="([^"]+)"', html)
    assert asked is not None
    address = unescape(asked[1]).partition("?")
    changed = address[0] + "?" + re.sub(r"seen=[^&]*", "seen=", address[2])

    # Twice: the answer names the next address itself.
    for _ in range(2):
        answer = client.get(changed, headers=HTMX).content.decode()
        assert re.findall(r'id="([^"]+)"[^>]* hx-swap-oob="true"', answer) == parts
        again = re.search(r'id="changes" hidden hx-get="([^"]+)"', answer)
        assert again is not None
        changed = re.sub(r"seen=[^&]*", "seen=", unescape(again[1]))
    assert [part for part in parts if f'id="{part}"' not in html] == []


def test_a_page_without_the_shell_asks_nothing(workspace: Workspace, web: Web) -> None:
    client = web("viewer")
    assert 'id="changes"' not in client.get("/w/demo/nothing-here/").content.decode()
    assert 'id="changes"' in client.get("/w/demo/").content.decode()


def test_what_is_not_about_the_alarms_does_not_announce_them_again(workspace: Workspace, web: Web) -> None:
    client, seen = web("viewer"), str(current_changes())
    incident_in(workspace)
    assert 'id="alarms"' not in ask(client, seen).content.decode()


@pytest.mark.parametrize("seen", ["", "nonsense", "~~..", "history.", "history.0~imports"])
def test_stamps_that_make_no_sense_mean_that_everything_changed(seen: str, workspace: Workspace, web: Web) -> None:
    assert current_changes().since(seen) == topics()
    assert ask(web("viewer"), seen).status_code == 200


def test_stamps_survive_the_way_to_the_page_and_back() -> None:
    changes = Changes({"history": "a1", "imports": "b2"})
    assert changes.since(str(changes)) == ()
    assert Changes({"history": "a1", "imports": "b3"}).since(str(changes)) == ("imports",)


def test_a_page_carries_the_stamps_from_before_its_figures_were_read(
    workspace: Workspace, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happens while a page is made must be found by its first question."""
    before = str(current_changes())
    monkeypatch.setattr("campaigns.views.control_room.rows_of", lambda *args, **kwargs: incident_in(workspace) and [])
    html = web("viewer").get("/w/demo/").content.decode()
    assert f"/w/demo/changes/?seen={before}" in html
    assert str(current_changes()) != before


def test_before_a_workspace_is_connected_there_is_nothing_to_follow(web: Web) -> None:
    seen = str(current_changes())
    assert web("viewer").get("/changes/", {"seen": seen}, headers=HTMX).status_code == 204


def test_another_workspace_is_another_page(workspace: Workspace) -> None:
    seen = str(current_changes())
    Workspace.objects.update(connected_as="")
    assert set(current_changes().since(seen)) == set(topics())


def test_a_topic_takes_each_column_once() -> None:
    with pytest.raises(ValueError, match="has a column 'newest'"):
        declare("history", newest=lambda: Value(1))


def test_no_one_else_learns_anything(workspace: Workspace) -> None:
    assert Client().get("/w/demo/changes/").status_code == 302


def test_the_top_bar_is_read_again_only_where_it_differs(workspace: Workspace, web: Web) -> None:
    client = web("viewer")
    seen = re.search(r"/w/demo/workspace-bar/\?seen=(\w+)", client.get("/w/demo/").content.decode())
    assert seen is not None
    assert client.get("/w/demo/workspace-bar/", {"seen": seen.group(1)}, headers=HTMX).status_code == 204
    Workspace.objects.update(credits_left=12)
    again = client.get("/w/demo/workspace-bar/", {"seen": seen.group(1)}, headers=HTMX)
    assert again.status_code == 200
    assert "12.00" in again.content.decode()


def test_a_page_that_reads_itself_again_uses_up_no_message_of_another_tab(workspace: Workspace, web: Web) -> None:
    client, words = web("operator"), "Reading from Instantly. The times on this page say when it is done."
    client.post("/w/demo/sync/")
    assert words not in client.get("/w/demo/", headers=HTMX).content.decode()
    assert words in client.get("/w/demo/").content.decode()
