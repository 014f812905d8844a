"""What is not tracked is said to be so and never 0; clicks and opportunities stand beside opens and replies."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, DailyStat, StepStat
from iexdg.workspaces.models import Workspace
from leads.models import Lead
from tests.campaigns.factories import campaign, days

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]

UNTRACKED = {"stop_on_reply": True, "open_tracking": False, "link_tracking": False}
TRACKED = {"stop_on_reply": True, "open_tracking": True, "link_tracking": True}
COUNTED = {
    "opened": 0,
    "clicked": 0,
    "unsubscribed": 3,
    "interested": 9,
    "opportunities": 7,
    "opportunity_value": Decimal("12500.00"),
}


def made(workspace: Workspace, flags: dict[str, bool], **fields: Any) -> Campaign:
    one = campaign(workspace, flags=flags, **(COUNTED | fields))
    days(one, *[10] * 14)
    StepStat.objects.create(campaign=one, step="1", variant="0", sent=140)
    Lead.objects.create(
        workspace=workspace,
        campaign=one,
        remote_id="l",
        email="ada@firm.example.com",
        status=1,
        synced_at=timezone.now(),
    )
    return one


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode()


NOUGHT = re.compile(r'people who (opened|clicked) ÷[^"]*">0\.0 %')
PLACES = (
    "/w/demo/",
    "/w/demo/campaigns/",
    "/w/demo/campaigns/{}/",
    "/w/demo/campaigns/{}/daily.csv",
    "/w/demo/leads/",
    "/w/demo/leads.csv",
)


@pytest.mark.parametrize("place", PLACES)
def test_what_is_not_tracked_is_said_to_be_so(workspace: Workspace, web: Web, place: str) -> None:
    one = made(workspace, UNTRACKED)
    text = page(web("operator"), place.format(one.pk))
    assert "not tracked" in text
    assert not NOUGHT.search(text)


@pytest.mark.parametrize("place", PLACES)
def test_what_is_tracked_is_shown_also_where_it_is_nothing(workspace: Workspace, web: Web, place: str) -> None:
    one = made(workspace, TRACKED)
    text = page(web("operator"), place.format(one.pk))
    assert "not tracked" not in text
    assert bool(NOUGHT.search(text)) is (not place.endswith(".csv") and "leads" not in place)


@pytest.mark.parametrize("place", ["/w/demo/", "/w/demo/campaigns/", "/w/demo/campaigns/{}/"])
def test_unsubscribes_and_opportunities_with_their_value_stand_beside_the_replies(
    workspace: Workspace, web: Web, place: str
) -> None:
    one = made(workspace, TRACKED, clicked=11)
    text = page(web("viewer"), place.format(one.pk))
    for words in ("7.5 %", "2.1 %", "8.9 %", "1.3 %", "worth 12,500"):  # clicked, unsubscribed, replied, bounced
        assert words in text, words


@pytest.mark.parametrize("place", ["/w/demo/", "/w/demo/campaigns/", "/w/demo/campaigns/{}/"])
def test_opportunities_without_a_value_are_not_worth_nothing(workspace: Workspace, web: Web, place: str) -> None:
    one = made(workspace, TRACKED, opportunity_value=Decimal(0))
    text = page(web("viewer"), place.format(one.pk))
    assert "no value set" in text
    assert "worth 0" not in text


def test_figures_that_were_never_read_are_unknown(workspace: Workspace, web: Web) -> None:
    unread = dict.fromkeys((*COUNTED, "sent", "contacted", "replied", "bounced"))
    one = campaign(workspace, flags=TRACKED, analytics_read_at=None, **unread)
    text = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/")
    assert "0.0 %" not in text
    assert "not tracked" not in text
    assert "worth 0" not in text


def test_totals_leave_out_the_campaigns_that_do_not_track(workspace: Workspace, web: Web) -> None:
    made(workspace, TRACKED, opened=73, clicked=11, contacted=146)
    campaign(workspace, "05B", remote_id="b", flags=UNTRACKED, opened=0, clicked=0, contacted=1000)
    text = page(web("viewer"), "/w/demo/")
    card = text.partition('aria-label="Open rate, since start"')[2].partition("</section>")[0]
    assert "50.0 %" in card
    assert "campaigns that track it" in card


def test_a_day_from_when_it_was_tracked_keeps_its_count(workspace: Workspace, web: Web) -> None:
    one = made(workspace, UNTRACKED)
    first = DailyStat.objects.filter(campaign=one).order_by("date").first()
    assert first is not None
    DailyStat.objects.filter(pk=first.pk).update(unique_opened=4, unique_opportunities=2)
    lines = page(web("viewer"), f"/w/demo/campaigns/{one.pk}/daily.csv").splitlines()
    names = lines[0].split(",")
    assert lines[1].split(",")[names.index("unique_opened")] == "4"
    assert lines[2].split(",")[names.index("unique_opened")] == "not tracked"
    assert lines[1].split(",")[names.index("unique_opportunities")] == "2"
