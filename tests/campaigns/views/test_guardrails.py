"""The guardrails pages: defaults, a campaign's own, the panel, re-arming."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import tasks
from campaigns.guardrails.evaluate import evaluate
from campaigns.models import CampaignStatus, GuardrailLook, GuardrailRule, GuardrailSample, GuardrailTrip, TripState
from iexdg.team.audit.models import AuditEvent
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
DEFAULTS = "/w/demo/settings/guardrails/"


def text_of(client: Client, path: str) -> str:
    answer = client.get(path, headers={"HX-Request": "true"} if path.endswith("-panel/") else {})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_every_guardrail_says_its_limit_its_why_and_its_reading(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace, remote_status=CampaignStatus.ACTIVE, sent=200, bounced=2)
    tasks.watch_guardrails()
    text = text_of(web("admin"), DEFAULTS)
    for words in (
        "bounced ÷ sent at least 3 %, judged from 20 sent and from 2 bounces",
        "Bounces damage the sending domain",
        "1.0 %: 2 bounced of 200 sent",
        f'<a class="small" href="/w/demo/campaigns/{one.pk}/guardrails/">05A Executive-Peer</a>',
        "stopped by Instantly",
        "would not have paused",
    ):
        assert words in text, words


def test_a_viewer_sees_the_limits_and_no_form(workspace: Workspace, web: Web) -> None:
    text = text_of(web("viewer"), DEFAULTS)
    assert "Hard bounces" in text
    assert 'name="limit"' not in text


def test_it_says_how_often_it_would_have_paused(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace)
    for hour, (sent, bounced) in enumerate([(10, 0), (40, 4), (80, 8)]):
        at = timezone.now() - timedelta(days=3, hours=-hour)
        GuardrailSample.objects.create(campaign=one, at=at, status=1, sent=sent, bounced=bounced)
    tasks.watch_guardrails()
    assert "would have paused 2 times" in text_of(web("viewer"), DEFAULTS)
    assert "would have paused 2 times" in text_of(web("viewer"), f"/w/demo/campaigns/{one.pk}/guardrails/")


@pytest.mark.parametrize(("days", "is_short"), [(3, True), (31, False)])
def test_a_history_that_is_shorter_than_it_should_be_says_since_when(
    workspace: Workspace, web: Web, days: int, is_short: bool
) -> None:
    one = campaign(workspace)
    now = timezone.now()
    for age in range(days):
        GuardrailSample.objects.create(campaign=one, at=now - timedelta(days=age), status=1, sent=10, bounced=0)
    tasks.watch_guardrails()
    for path in (DEFAULTS, f"/w/demo/campaigns/{one.pk}/guardrails/"):
        assert ("stored since" in text_of(web("viewer"), path)) is is_short, path


def test_an_admin_sets_the_default(workspace: Workspace, web: Web) -> None:
    change = {"kind": "hard_bounce", "mode": "dry_run", "limit": "5", "floor": "", "count": "3"}
    assert web("admin").post(DEFAULTS, change).status_code == 302
    rule = GuardrailRule.objects.get()
    assert (rule.campaign, rule.mode, rule.limit, rule.floor, rule.count) == (None, "dry_run", 5.0, None, 3)
    event = AuditEvent.objects.get(action="workspace:guardrail:changed")
    assert (event.before["limit"], event.after["limit"]) == (None, 5.0)
    text = text_of(web("admin"), DEFAULTS)
    assert "at least 5 %, judged from 20 sent and from 3 bounces" in text
    # Left empty, it is inherited again.
    web("admin").post(DEFAULTS, {"kind": "hard_bounce"})
    assert GuardrailRule.objects.count() == 0


def test_a_campaign_s_own_limit_is_shown_as_such(workspace: Workspace, web: Web) -> None:
    one, other = campaign(workspace), campaign(workspace, "05B")
    path = f"/w/demo/campaigns/{one.pk}/guardrails/"
    assert web("admin").post(path, {"kind": "sender", "limit": "50"}).status_code == 302
    assert GuardrailRule.objects.get().campaign == one
    assert "changed here" in text_of(web("viewer"), path)
    assert "changed here" not in text_of(web("viewer"), f"/w/demo/campaigns/{other.pk}/guardrails/")
    assert AuditEvent.objects.filter(action="campaign:guardrail:changed", campaign_ref=one.pk).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "sender", "limit": "-1"},
        {"kind": "sender", "limit": "101"},
        {"kind": "hard_bounce", "limit": "101"},
        {"kind": "stale_sync", "limit": "0"},
        {"kind": "daily_cap", "limit": "0"},
        {"kind": "nothing"},
        {},
    ],
)
def test_what_cannot_be_a_limit_is_refused(workspace: Workspace, web: Web, change: dict[str, str]) -> None:
    one = campaign(workspace)
    for path in (DEFAULTS, f"/w/demo/campaigns/{one.pk}/guardrails/"):
        assert web("admin").post(path, change).status_code == 422
    assert GuardrailRule.objects.count() == 0


def test_a_trip_is_shown_and_an_approver_re_arms_it(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace, remote_status=CampaignStatus.ACTIVE, sent=100, bounced=7)
    evaluate(workspace)
    trip = GuardrailTrip.objects.get()
    path = f"/w/demo/campaigns/{one.pk}/guardrails/"
    assert "Acknowledge and re-arm" not in text_of(web("operator"), path)
    assert "An approver can acknowledge it." in text_of(web("operator"), path)
    assert "tripped, not re-armed" in text_of(web("viewer"), f"/w/demo/campaigns/{one.pk}/guardrails-panel/")
    approver = web("approver")
    assert "7.0 %: 7 bounced of 100 sent" in text_of(approver, path)

    assert approver.post(f"{path}acknowledge/", {"trip": trip.pk, "reason": ""}).status_code == 422
    answer = approver.post(f"{path}acknowledge/", {"trip": trip.pk, "reason": "List cleaned"})

    assert (answer.status_code, answer["Location"]) == (302, path)
    trip.refresh_from_db()
    assert trip.state == TripState.ACKNOWLEDGED
    text = text_of(approver, path)
    assert "List cleaned" in text
    assert "Acknowledge and re-arm" not in text


def test_another_campaign_s_trip_is_not_found(workspace: Workspace, web: Web) -> None:
    one, other = campaign(workspace), campaign(workspace, "05B")
    trip = GuardrailTrip.objects.create(campaign=one, kind="sender", effect="paused", at=timezone.now(), words="x")
    answer = web("approver").post(
        f"/w/demo/campaigns/{other.pk}/guardrails/acknowledge/", {"trip": trip.pk, "reason": "y"}
    )
    assert answer.status_code == 404


def test_the_settings_of_a_campaign_lead_to_its_guardrails(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace)
    text = text_of(web("viewer"), f"/w/demo/campaigns/{one.pk}/settings/")
    assert f'hx-get="/w/demo/campaigns/{one.pk}/guardrails-panel/"' in text
    assert f'href="/w/demo/campaigns/{one.pk}/guardrails/">Guardrails of this campaign</a>' in text


def line_of(text: str, kind: str) -> str:
    """The part of the page about one guardrail."""
    return text.partition(f'<tr id="{kind}">')[2].partition("</tr>")[0]


def test_the_worst_of_all_campaigns_is_shown_also_of_a_paused_one(workspace: Workspace, web: Web) -> None:
    campaign(workspace, "04 Fine", remote_status=CampaignStatus.ACTIVE, sent=300, bounced=2)
    campaign(workspace, "05A Paused", remote_status=CampaignStatus.PAUSED, sent=200, bounced=19)
    evaluate(workspace)
    line = line_of(text_of(web("viewer"), DEFAULTS), "hard_bounce")
    assert "9.5 %: 19 bounced of 200 sent; it is not sending" in line
    assert "over the limit, stopped" in line
    assert ">fine<" not in line
    assert "Stopped: <a" in line
    assert line.count("05A Paused") == 2
    assert "04 Fine" not in line


def test_a_campaign_that_was_tripped_and_paused_is_the_worst_and_is_named(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace, "05A Tripped", remote_status=CampaignStatus.ACTIVE, sent=200, bounced=19)
    campaign(workspace, "04 Fine", remote_status=CampaignStatus.ACTIVE, sent=300, bounced=2)
    evaluate(workspace)
    type(one).objects.filter(pk=one.pk).update(remote_status=CampaignStatus.PAUSED)
    line = line_of(text_of(web("viewer"), DEFAULTS), "hard_bounce")
    assert "tripped, not re-armed" in line
    assert "9.5 %" in line
    assert "Stopped: <a" in line


@pytest.mark.parametrize("status", [-1, -2, -99])
def test_a_campaign_that_instantly_has_stopped_is_named(workspace: Workspace, web: Web, status: int) -> None:
    campaign(workspace, "04 Fine", remote_status=CampaignStatus.ACTIVE)
    campaign(workspace, "05B Stopped", remote_status=status)
    evaluate(workspace)
    line = line_of(text_of(web("viewer"), DEFAULTS), "status_code")
    assert "05B Stopped" in line.partition("Stopped: ")[2]
    assert ">fine<" not in line
    assert "does not apply" not in line


@pytest.mark.parametrize("place", ["guardrails", "guardrails-panel"])
def test_its_own_page_says_the_same_as_the_settings(workspace: Workspace, web: Web, place: str) -> None:
    one = campaign(workspace, "05B Stopped", remote_status=CampaignStatus.BOUNCE_PROTECT)
    evaluate(workspace)
    said = "</i>stopped</span>"
    assert said in line_of(text_of(web("viewer"), DEFAULTS), "status_code")
    assert text_of(web("viewer"), f"/w/demo/campaigns/{one.pk}/{place}/").count(said) == 1


def test_a_reading_of_the_workspace_names_the_workspace(workspace: Workspace, web: Web) -> None:
    campaign(workspace, "05A First", synced_at=timezone.now(), analytics_read_at=timezone.now())
    campaign(workspace, "05B Second", remote_id="b", synced_at=timezone.now(), analytics_read_at=timezone.now())
    Workspace.objects.update(credits_left=949)
    evaluate(workspace)
    text = text_of(web("viewer"), DEFAULTS)
    for kind in ("credits", "stale_sync"):
        line = line_of(text, kind)
        assert f"the workspace {workspace.name}" in line
        assert "05A First" not in line
        assert "05B Second" not in line


def test_a_campaign_that_alone_was_not_read_is_named(workspace: Workspace, web: Web) -> None:
    long_ago = timezone.now() - timedelta(hours=9)
    campaign(
        workspace,
        "05A Fresh",
        remote_status=CampaignStatus.ACTIVE,
        synced_at=timezone.now(),
        analytics_read_at=timezone.now(),
    )
    old = {"remote_status": CampaignStatus.ACTIVE, "synced_at": long_ago, "analytics_read_at": long_ago}
    campaign(workspace, "05B Old", remote_id="b", **old)
    evaluate(workspace)
    assert "05B Old</a>" in line_of(text_of(web("viewer"), DEFAULTS), "stale_sync")


def test_where_none_is_stopped_no_one_is_named(workspace: Workspace, web: Web) -> None:
    campaign(workspace, "04 Fine", remote_status=CampaignStatus.ACTIVE, sent=300, bounced=2)
    campaign(workspace, "05A Quiet", remote_status=CampaignStatus.PAUSED, sent=300, bounced=3)
    evaluate(workspace)
    text = text_of(web("viewer"), DEFAULTS)
    assert "Stopped:" not in text
    # The higher of the two, although it is paused.
    assert "1.0 %: 3 bounced of 300 sent" in line_of(text, "hard_bounce")


def test_more_than_five_are_counted(workspace: Workspace, web: Web) -> None:
    for number in range(7):
        campaign(workspace, f"Paused {number}", remote_id=str(number), sent=200, bounced=19 + number)
    evaluate(workspace)
    line = line_of(text_of(web("viewer"), DEFAULTS), "hard_bounce")
    assert "12.5 %" in line
    assert "and 2 more" in line


@pytest.mark.parametrize("campaigns", [3, 40])
def test_the_page_takes_the_same_queries_whatever_the_number_of_campaigns(
    workspace: Workspace, web: Web, django_assert_num_queries: Any, campaigns: int
) -> None:
    for number in range(campaigns):
        campaign(workspace, f"Campaign {number}", remote_id=f"{number}", sent=200, bounced=number)
    evaluate(workspace)
    client = web("admin")
    client.get(DEFAULTS)
    with django_assert_num_queries(11):
        client.get(DEFAULTS)


def test_a_check_that_is_missed_is_said_and_nothing_is_fine(workspace: Workspace, web: Web) -> None:
    campaign(workspace, "04 Fine", remote_status=CampaignStatus.ACTIVE, sent=300, bounced=2)
    assert "not checked yet" in text_of(web("viewer"), DEFAULTS)
    evaluate(workspace)
    text = text_of(web("viewer"), DEFAULTS)
    assert "· checked <time" in text
    assert ">fine<" in line_of(text, "hard_bounce")
    GuardrailLook.objects.update(kept_at=timezone.now() - timedelta(minutes=6))
    text = text_of(web("viewer"), DEFAULTS)
    assert "not checked since <time" in text
    assert ">fine<" not in text
    assert "0.7 %: 2 bounced of 300 sent, when it was last checked" in line_of(text, "hard_bounce")


def test_a_changed_limit_is_shown_as_judged_by_it(workspace: Workspace, web: Web) -> None:
    campaign(workspace, "05A Paused", sent=200, bounced=4)
    evaluate(workspace)
    admin = web("admin")
    assert "over the limit" not in line_of(text_of(admin, DEFAULTS), "hard_bounce")
    admin.post(DEFAULTS, {"kind": "hard_bounce", "limit": "1"})
    assert "over the limit, stopped" in line_of(text_of(admin, DEFAULTS), "hard_bounce")


def test_the_page_of_a_paused_campaign_shows_that_it_is_over_the_limit(workspace: Workspace, web: Web) -> None:
    one = campaign(workspace, sent=200, bounced=19)
    for path in ("guardrails/", "guardrails-panel/"):
        text = text_of(web("viewer"), f"/w/demo/campaigns/{one.pk}/{path}")
        assert "over the limit, stopped" in text, path
