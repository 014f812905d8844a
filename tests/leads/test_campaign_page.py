"""The progress and the funnel on the page of a campaign: every number leads to exactly as many people."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from leads.models import Lead

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
LISTED = re.compile(r'href="/w/demo/people/(\d+)/"')


@pytest.fixture
def people(campaign: Campaign) -> Campaign:
    """Nine people: two wait, three are in progress, four are finished; five of them opened."""
    now = timezone.now()
    plan = [
        (1, None, 0), (2, None, 0), (1, now, 1), (2, now, 0), (None, now, 2), (3, now, 1), (3, now, 1), (-1, now, 0),
        (-3, None, 4),
    ]  # fmt: skip
    Lead.objects.bulk_create(
        Lead(
            workspace=campaign.workspace, campaign=campaign, email=f"p{number}@example.com", status=status,
            last_contact_at=at, opens=opens, synced_at=now,
        )
        for number, (status, at, opens) in enumerate(plan)
    )  # fmt: skip
    Campaign.objects.filter(pk=campaign.pk).update(
        leads_mirrored_at=now, contacted=6, opened=5, replied=3, bounced=1, analytics_read_at=now
    )
    return campaign


def card(text: str, heading: str) -> str:
    return text.partition(f'aria-labelledby="{heading}"')[2].partition("</section>")[0]


def test_every_number_of_the_progress_leads_to_exactly_as_many_people(web: Web, people: Campaign) -> None:
    browser = web("viewer")
    progress = card(browser.get(f"/w/demo/campaigns/{people.pk}/").content.decode(), "progress-heading")
    found = re.findall(r'<span>([A-Z][a-z ]+)</span><a href="([^"]+)"><b class="v">(\d+)</b>', progress)
    assert [(label, int(count)) for label, _, count in found] == [
        ("Contacted", 6), ("In progress", 3), ("Finished", 4), ("Waiting", 2),
    ]  # fmt: skip
    for label, url, count in found:
        assert len(LISTED.findall(browser.get(url).content.decode())) == int(count), label
    assert f'href="/w/demo/campaigns/{people.pk}/leads/">9 leads</a>' in progress
    for formula in (
        "people with a last e-mail",
        "contacted and not finished",
        "completed, bounced, unsubscribed or skipped",
    ):
        assert formula in progress


def test_a_number_of_the_funnel_is_a_link_only_where_the_list_has_as_many(web: Web, people: Campaign) -> None:
    browser = web("viewer")
    funnel = card(browser.get(f"/w/demo/campaigns/{people.pk}/").content.decode(), "funnel-heading")
    address = f"/w/demo/campaigns/{people.pk}/leads/"
    for query, count in (("progress=contacted", 6), ("reaction=opened", 5), ("status=-1", 1)):
        assert f'<td class="num"><a href="{address}?{query}">{count}</a></td>' in funnel
        assert len(LISTED.findall(browser.get(f"{address}?{query}").content.decode())) == count
    # Instantly counts three replies, and its list has none of these people yet.
    assert f'3<div class="small"><a href="{address}?reaction=replied">0 listed</a></div>' in funnel


def test_before_the_list_was_read_progress_is_unknown_and_not_zero(web: Web, campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(leads_mirrored_at=None)
    progress = card(web("viewer").get(f"/w/demo/campaigns/{campaign.pk}/").content.decode(), "progress-heading")
    assert progress.count("<b>unknown</b>") == 4
    assert "the list of leads was not read yet" in progress


@pytest.mark.parametrize("path", ["campaigns/{}/leads/", "leads/?campaign={}"])
def test_a_reaction_that_is_not_tracked_has_no_number_in_the_lists_of_the_campaign(
    web: Web, people: Campaign, path: str
) -> None:
    Lead.objects.filter(campaign=people, opens__gt=0).update(clicks=1)

    def reactions() -> list[str]:
        html = web("viewer").get(f"/w/demo/{path.format(people.pk)}").content.decode()
        group = html.partition('aria-label="Reaction"')[2].partition("</div>")[0]
        return re.findall(r">(\w+ <b>[^<]+)</b>", group)

    assert reactions() == ["Opened <b>5", "Clicked <b>5"]
    Campaign.objects.filter(pk=people.pk).update(flags={"open_tracking": False, "link_tracking": True})
    assert reactions() == ["Opened <b>not tracked", "Clicked <b>5"]
    Campaign.objects.filter(pk=people.pk).update(flags={"open_tracking": True, "link_tracking": False})
    Lead.objects.filter(campaign=people).update(clicks=0)
    assert reactions() == ["Opened <b>5", "Clicked <b>not tracked"]
