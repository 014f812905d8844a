"""The page of one campaign."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.incident_kinds import DRIFT, FLIP
from campaigns.models import ApprovalState, CampaignStatus, StatusReading, StepStat
from campaigns.watch.waiting import sync_waiting_incidents
from iexdg.incidents.record import open_incident, resolve_incident
from iexdg.mailboxes.models import Mailbox
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import approval, campaign, days

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_shows_figures_with_formula_and_age(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace)
    days(one, *[10] * 14)
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/")
    for words in (
        "67.8",
        "13 of 146",
        "people who replied, no auto-replies ÷ people e-mailed",
        "bounced ÷ e-mails sent",
        "same as 7 before",
        "as of",
        "cap 20",
        "stops on reply",
    ):
        assert words in text, words


def figure(text: str, label: str) -> str:
    """The words of one figure, without its markup."""
    return " ".join(
        re.sub(r"<[^>]+>", " ", text.partition(f'aria-label="{label}">')[2].partition("</section>")[0]).split()
    )


@pytest.mark.parametrize(
    ("period", "sent", "change"),
    [
        ("7", "70", "+35 vs. 7 days before"),
        ("14", "105", "+77 vs. 14 days before"),
        ("30", "133", "+133 vs. 30 days before"),
    ],
)
def test_a_period_sums_its_days_and_is_compared_with_the_one_before(
    workspace: Workspace, web: Web, period: str, sent: str, change: str
) -> None:
    one = campaign(workspace, sent=999)
    days(one, *[4] * 7, *[5] * 7, *[10] * 7)
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/?period={period}")
    assert figure(text, "Sent").startswith(f"Sent {sent} {change} e-mails in {period} days")
    assert f'href="?period={period}" aria-current="true">{period} days' in text
    assert text.partition('aria-label="Period"')[2].partition("</nav>")[0].count("aria-current") == 1
    # Instantly does not count bounces per day.
    assert "bounced ÷ e-mails sent, since the start" in figure(text, "Bounce rate")


@pytest.mark.parametrize("period", ["", "?period=all", "?period=5", "?period=x"])
def test_without_a_period_the_whole_run_is_shown(workspace: Workspace, web: Web, period: str) -> None:
    one = campaign(workspace, sent=999)
    days(one, *[4] * 7, *[10] * 7)
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/{period}")
    assert figure(text, "Sent").startswith("Sent 999 7 days: +42 vs. 7 before e-mails since the start")


def test_a_period_before_that_is_not_known_is_unknown_and_says_why(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace)
    days(one, *[5] * 80)
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/?period=90")
    assert "90 days before: unknown" in figure(text, "Sent")
    assert "is not known in full: the daily figures begin on" in text
    never = campaign(workspace, "05B", remote_id="b")
    assert "Nothing to compare with yet" in page(web("viewer"), f"/w/demo/campaigns/{never.pk}/?period=7")


def test_a_period_in_which_nothing_was_sent_is_not_a_campaign_that_never_sent(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace, sent=140)
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/?period=14")
    assert "Instantly lists no day on which something was sent in 14 days." in text
    assert "Nothing sent yet" not in text


def test_the_chart_covers_the_period_beside_the_one_before(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace)
    days(one, *range(1, 22))
    shown = {}
    for period in ("7", "all"):
        text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/?period={period}")
        found = json.loads(
            text.partition('<script id="daily-chart" type="application/json">')[2].partition("</script>")[0]
        )
        shown[period] = {series["name"]: series["data"] for series in found["series"]}
    assert shown["7"]["sent"] == list(range(15, 22))
    assert shown["7"]["sent, 7 days before"] == list(range(8, 15))
    assert shown["all"]["sent"] == list(range(1, 22))
    assert list(shown["all"]) == ["sent", "opened", "replied"]


def test_figures_that_could_not_be_read_show_since_when(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace, analytics_unknown_since=timezone.now())
    assert "unknown since" in page(web("viewer"), f"/w/demo/campaigns/{one.pk}/")


def test_it_shows_why_nothing_is_sent_and_what_to_do(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace)
    text = page(web("operator"), f"/w/demo/campaigns/{one.pk}/")
    assert "Not sending:" in text
    assert "paused in Instantly" in text
    assert "It has no live approval." in text
    assert f'href="/w/demo/campaigns/{one.pk}/go-live/">Request go-live</a>' in text


def test_sending_unapproved_is_shown_prominently(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace, remote_status=CampaignStatus.ACTIVE)
    assert "it is sending without a live approval" in page(web("viewer"), f"/w/demo/campaigns/{one.pk}/")


def test_a_vanished_campaign_keeps_its_page(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace, vanished_at=timezone.now())
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/")
    assert "Instantly no longer lists this campaign." in text
    assert ">Pause</button>" not in text


def test_nothing_is_uploaded_into_a_campaign_that_vanished(workspace: Workspace, web: Web) -> None:
    gone, there = campaign(workspace, vanished_at=timezone.now()), campaign(workspace, name="05B")
    pages = [page(web("operator"), f"/w/demo/campaigns/{one.pk}/") for one in (gone, there)]
    assert [f"/imports/new/?campaign={one.pk}" in text for one, text in zip((gone, there), pages, strict=True)] == [
        False,
        True,
    ]


def test_the_schedule_shows_both_zones(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace)
    client = web("viewer")
    client.cookies["time_zone"] = "Asia/Kathmandu"
    text = page(client, f"/w/demo/campaigns/{one.pk}/settings/")
    assert "Mon–Fri 09:00–17:00 America/Detroit" in text
    assert "Asia/Kathmandu" in text
    assert ", 09:00–17:00" in text


def test_senders_show_their_health_and_a_missing_one_is_named(workspace: Workspace, web: Web) -> None:
    Mailbox.objects.create(
        workspace=workspace, email="exec@peers.example.com", status=-1, warmup_status=1, warmup_score=62
    )
    one = campaign(workspace, senders=["exec@peers.example.com", "gone@peers.example.com"])
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/settings/")
    for words in ("Connection error", "62 of 100", "gone@peers.example.com", "Not in this workspace"):
        assert words in text, words


def test_the_copy_is_shown_for_a_sample_lead_with_findings_on_the_line(workspace: Workspace, web: Web) -> None:
    body = "<div>Hi {{firstName}},</div><div>see example.com/x.</div><script>alert(1)</script>"
    one = campaign(workspace, sequences=[{"steps": [{"delay": 1, "variants": [{"subject": "Hey", "body": body}]}]}])
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/copy/")
    assert "Hi Jordan," in text.replace("\n", "")
    assert "There is a bare address in the text." in text
    assert "alert(1)" not in text


def test_steps_show_their_own_rates(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace)
    StepStat.objects.create(campaign=one, step="1", variant="0", sent=146, unique_opened=75, unique_replies=10)
    StepStat.objects.create(campaign=one, step="4", variant="0", sent=60, unique_opened=6, unique_replies=0)
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/")
    for words in ("51.4", "6.8", "no longer sent", "10.0"):
        assert words in text, words


def test_the_timeline_merges_people_incidents_and_changes_of_status(
    workspace: Workspace, member: Callable[..., Member], web: Web
) -> None:
    one = campaign(workspace)
    now = timezone.now()
    for minutes, status in ((50, 2), (40, 2), (30, 1), (20, 2), (10, None)):
        StatusReading.objects.create(campaign=one, at=now - timedelta(minutes=minutes), status=status, why="scan")
    record(
        "campaign:pause:asked", "Request to pause 05A", subject="campaign:1", by=member("viewer"), campaign_ref=one.pk
    )
    incident, _ = open_incident(
        workspace, FLIP, dedupe_key="x", summary="Turned active by itself", about=one.as_subject
    )
    resolve_incident(incident, by=member("operator"))
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/activity/").partition('id="timeline-heading"')[2]
    assert text.count("Read as Paused") == 2
    assert text.count("Read as Sending") == 1
    assert text.count("The status could not be read") == 1
    assert text.count("Request to pause 05A") == 1
    assert "Viewer Person" in text
    assert text.count("Resolved: Turned active by itself") == 1


def test_approvals_are_listed_with_people_and_reasons(
    workspace: Workspace, member: Callable[..., Member], web: Web
) -> None:
    one = campaign(workspace)
    approval(
        one,
        by=member("operator"),
        state=ApprovalState.VOID,
        decided_by=member("approver"),
        decided_at=timezone.now(),
        void_reason="copy changed",
    )
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/activity/")
    for words in ("Operator Person", "Approver Person", "copy changed"):
        assert words in text, words


TABS = ("", "leads/", "copy/", "settings/", "activity/")


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_has_an_address_and_marks_itself_alone_as_current(workspace: Workspace, web: Web, tab: str) -> None:
    one = campaign(workspace)
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/{tab}")
    tabs = text.partition('aria-label="Parts of this campaign"')[2].partition("</nav>")[0]
    links = [f'href="/w/demo/campaigns/{one.pk}/{name}"' for name in TABS]
    assert [tabs.count(f"{link}>") + tabs.count(f"{link} ") for link in links] == [1] * 5
    assert tabs.count("aria-current") == 1
    assert f'href="/w/demo/campaigns/{one.pk}/{tab}" aria-current="page"' in tabs


@pytest.mark.parametrize("tab", TABS)
def test_what_needs_a_decision_is_above_the_tabs_the_most_urgent_first(
    workspace: Workspace, web: Web, tab: str
) -> None:
    one, other = campaign(workspace), campaign(workspace, "05B", remote_id="b")
    open_incident(workspace, DRIFT, dedupe_key="d", summary="05A differs from its approval", about=one.as_subject)
    open_incident(workspace, FLIP, dedupe_key="f", summary="05A turned active by itself", about=one.as_subject)
    open_incident(workspace, FLIP, dedupe_key="o", summary="05B turned active by itself", about=other.as_subject)
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/{tab}")
    above = text.partition('aria-label="Parts of this campaign"')[0]
    assert 0 < above.index("05A turned active by itself") < above.index("05A differs from its approval")
    assert "05B turned active" not in above
    assert "Not sending:" in above


@pytest.mark.parametrize("tab", TABS)
def test_adoption_is_decided_above_the_tabs(workspace: Workspace, web: Web, tab: str) -> None:
    one = campaign(workspace, remote_status=CampaignStatus.ACTIVE, awaits_adoption_since=timezone.now())
    sync_waiting_incidents(workspace)
    above = page(web("approver"), f"/w/demo/campaigns/{one.pk}/{tab}").partition('aria-label="Parts of this campaign"')[
        0
    ]
    assert f'action="/w/demo/campaigns/{one.pk}/adopt/"' in above
    # It is on this page already, so the item itself links to no other.
    assert "Open campaign" not in above
    assert "Adopt</button>" not in page(web("operator"), f"/w/demo/campaigns/{one.pk}/{tab}")


def test_an_empty_campaign_names_the_next_steps(workspace: Workspace, web: Web) -> None:
    one = campaign(
        workspace,
        schedule={},
        sequences=[],
        senders=[],
        flags={},
        remote_status=0,
        sent=None,
        contacted=None,
        daily_limit=None,
    )
    text = "".join(page(web("viewer"), f"/w/demo/campaigns/{one.pk}/{tab}") for tab in TABS)
    for words in ("Nothing sent yet", "No sender is chosen", "No copy yet", "no schedule", "does not stop on reply"):
        assert words in text, words


@pytest.mark.parametrize("tab", TABS)
def test_the_queries_of_a_tab_do_not_grow_with_its_history(
    workspace: Workspace, web: Web, django_assert_max_num_queries: Any, tab: str
) -> None:
    one = campaign(workspace)
    client = web("viewer")
    path = f"/w/demo/campaigns/{one.pk}/{tab}"
    client.get(path)
    with django_assert_max_num_queries(18) as few:
        client.get(path)
    days(one, *range(60))
    for number in range(40):
        record("campaign:x:y", f"Event {number}", subject="campaign:1", campaign_ref=one.pk)
        StatusReading.objects.create(campaign=one, at=timezone.now(), status=number % 2 + 1, why="scan")
        open_incident(workspace, FLIP, dedupe_key=f"{number}", summary="It turned active", about=one.as_subject)
    with django_assert_max_num_queries(len(few.captured_queries)):
        page(client, path)


def test_the_days_come_as_a_file(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace)
    days(one, 3, 4)
    answer = web("viewer").get(f"/w/demo/campaigns/{one.pk}/daily.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="05a-executive-peer-daily.csv"'
    assert lines[0].startswith("date,sent,contacted,")
    assert [line.split(",")[1] for line in lines[1:]] == ["3", "4"]


def test_nothing_is_served_without_signing_in(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace)
    for path in (*TABS, "daily.csv", "row/", "pause/", "activate/"):
        assert web().get(f"/w/demo/campaigns/{one.pk}/{path}").status_code == 302, path


@pytest.mark.parametrize("path", ["/w/demo/", "/w/demo/campaigns/", "/w/demo/campaigns/{}/"])
def test_every_number_leads_to_what_it_counts(workspace: Workspace, web: Web, path: str) -> None:
    """Interested and opportunities are marked in Instantly, and only its own list says which leads they are."""
    one = campaign(
        workspace, contacted=146, sent=200, opened=99, replied=13, bounced=4, clicked=6, unsubscribed=2, interested=5,
        opportunities=7, flags={"open_tracking": True, "link_tracking": True},
    )  # fmt: skip
    days(one, *[10] * 14)
    text = page(web("viewer"), path.format(one.pk))
    people = f"/w/demo/campaigns/{one.pk}/leads/?"
    wanted = [f"{people}reaction=replied", f"{people}reaction=opened", f"{people}reaction=clicked"]
    wanted += [
        f"{people}status=-1",
        f"{people}status=-2",
        f"/w/demo/campaigns/{one.pk}/#days" if "{}" not in path else "#days",
    ]
    hrefs = set(re.findall(r'<a class="quiet[^"]*"[^>]*? href="([^"]+)"', text))
    assert set(wanted) <= hrefs
    assert [href for href in hrefs if "/app/campaign/" in href and href.endswith("/leads")] != []


def test_the_figures_of_all_campaigns_lead_to_the_campaigns_in_their_order(workspace: Workspace, web: Web) -> None:
    days(campaign(workspace, opportunities=7), *[10] * 14)
    text = page(web("viewer"), "/w/demo/")
    for column in ("sent", "bounce", "open", "opportunities"):
        assert f'href="/w/demo/campaigns/?sort=-{column}"' in text, column
