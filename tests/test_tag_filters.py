"""The tag of a campaign as a filter of leads, conversations, subsequences and comparisons, in the address of each."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, Subsequence
from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.inbox.models import Thread
from iexdg.workspace_objects.models import ListReading, ObjectKind
from iexdg.workspaces.models import Workspace
from leads.imports.moving import people_of_campaign
from leads.models import Lead
from leads.selection import LeadFilters

pytestmark = pytest.mark.django_db
LEADS, INBOX, SUBSEQUENCES, ANALYTICS = (f"/w/demo/{page}/" for page in ("leads", "inbox", "subsequences", "analytics"))
PAGES = [LEADS, INBOX, SUBSEQUENCES]


@pytest.fixture(autouse=True)
def campaigns(workspace: Workspace) -> tuple[Campaign, Campaign]:
    """One campaign with the tag t1 and one without, each with a person, a conversation and a subsequence."""
    now, found = timezone.now(), []
    for name in ("tagged", "plain"):
        one = Campaign.objects.create(workspace=workspace, name=f"Campaign {name}", remote_id=name, sent=100)
        email = f"{name}@firm.example.com"
        Lead.objects.create(workspace=workspace, campaign=one, email=email, remote_id=name, synced_at=now)
        Thread.objects.create(
            workspace=workspace, campaign=one, remote_id=name, lead=email, subject=f"About {name}", waits_since=now
        )
        Subsequence.objects.create(workspace=workspace, campaign=one, name=f"After {name}", remote_id=name)
        found.append(one)
    tags = [{"id": "t1", "label": "Peers", "description": ""}, {"id": "t2", "label": "Nobody", "description": ""}]
    tagged = [
        {"tag": "t1", "kind": int(TaggedKind.CAMPAIGN), "resource": "tagged"},
        {"tag": "t2", "kind": int(TaggedKind.ACCOUNT), "resource": "plain"},
    ]
    ListReading.objects.create(workspace=workspace, kind=ObjectKind.TAG, items=tags, read_at=now)
    ListReading.objects.create(workspace=workspace, kind=ObjectKind.TAGGED, items=tagged, read_at=now)
    return found[0], found[1]


def shown(client: Client, address: str) -> set[str]:
    html = client.get(address).content.decode()
    marks = {
        LEADS: "{}@firm.example.com", INBOX: "About {}", SUBSEQUENCES: "After {}",
    }  # fmt: skip
    mark = marks[address.partition("?")[0]]
    return {name for name in ("tagged", "plain") if mark.format(name) in html}


@pytest.mark.parametrize("of", PAGES)
@pytest.mark.parametrize(("tag", "found"), [("", {"plain", "tagged"}), ("t1", {"tagged"}), ("t2", set()), ("x", set())])
def test_a_list_shows_what_is_of_the_campaigns_with_a_tag(
    web: Callable[..., Client], of: str, tag: str, found: set[str]
) -> None:
    assert shown(web("viewer"), f"{of}?tag={tag}") == found


@pytest.mark.parametrize("of", PAGES)
def test_the_tag_is_a_menu_and_a_chip_that_can_be_taken_off(
    web: Callable[..., Client], campaigns: tuple[Campaign, Campaign], of: str
) -> None:
    pk = campaigns[0].pk
    html = web("viewer").get(f"{of}?campaign={pk}&tag=t1").content.decode()
    assert '<option value="t1" selected>Peers</option>' in html
    chip = html.partition("tag: Peers")[0].rpartition("<a ")[2]
    assert f'href="?campaign={pk}"' in chip or f'href="{of}?campaign={pk}"' in chip


def test_the_file_of_the_subsequences_has_what_the_list_shows(web: Callable[..., Client]) -> None:
    client = web("viewer")
    assert "/w/demo/subsequences.csv?tag=t1" in client.get(f"{SUBSEQUENCES}?tag=t1").content.decode()


def test_people_who_are_moved_by_a_filter_are_of_the_tag(campaigns: tuple[Campaign, Campaign]) -> None:
    tagged, plain = campaigns
    assert people_of_campaign(tagged, LeadFilters(tag="t1")).rows.count() == 1
    assert people_of_campaign(plain, LeadFilters(tag="t1")).rows.count() == 0


def test_an_exact_address_and_a_word_are_narrowed_by_the_tag(web: Callable[..., Client]) -> None:
    client = web("viewer")
    assert shown(client, f"{LEADS}?q=firm&tag=t1") == {"tagged"}
    assert "plain@firm.example.com</a>" not in client.get(f"{LEADS}?q=plain@firm.example.com&tag=t1").content.decode()


@pytest.mark.parametrize(
    ("query", "compared"),
    [
        ("?days=all&tag=t1", ["Campaign tagged"]),
        ("?days=all&tag=t2", []),
        ("?days=all&tag=t1&campaign={plain}", ["Campaign plain"]),
        ("?days=all", ["Campaign plain", "Campaign tagged"]),
    ],
)
def test_a_comparison_is_of_the_campaigns_with_a_tag_unless_others_are_chosen(
    web: Callable[..., Client], campaigns: tuple[Campaign, Campaign], query: str, compared: list[str]
) -> None:
    frame = web("viewer").get(ANALYTICS + query.format(plain=campaigns[1].pk)).context["frame"]
    assert [one.name for one in frame.campaigns] == compared


def test_the_tags_are_links_of_the_comparison_that_keep_its_days_and_metric(web: Callable[..., Client]) -> None:
    html = web("viewer").get(f"{ANALYTICS}?tag=t1&days=7&metric=bounced").content.decode()
    assert '<a class="chip" href="?days=7&amp;metric=bounced" aria-current="true">Peers</a>' in html
    assert '<a class="chip" href="?tag=t2&amp;days=7&amp;metric=bounced">Nobody</a>' in html
